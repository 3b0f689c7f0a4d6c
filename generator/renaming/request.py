"""What is to be renamed, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.model.loading.load import Environment
    from generator.renaming.draft import Draft

Kind = Literal["build", "entry", "environment", "stack"]


@dataclass(frozen=True, slots=True)
class Renaming:
    """One thing that gets another name.

    Attributes:
        kind: what it is.
        environment: in whose spec it is looked for; "" for a stack.
        before: what it is called: of an entry its path, `registry.repositories.api`.
        after: what it is to be called.
        physical: whether what AWS sees is called otherwise as well.
    """

    kind: Kind
    environment: str
    before: str
    after: str
    physical: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a renaming comes to, before anything is written.

    Attributes:
        draft: the changed specs.
        before: the environments concerned, as they are.
        after: the same, as they would be, in the same order.
        follows: by environment, values that change with it: path, before and after.
    """

    draft: Draft
    before: Sequence[Environment]
    after: Sequence[Environment]
    follows: Mapping[str, Sequence[tuple[str, str, str]]]
