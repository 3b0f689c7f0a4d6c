"""Who shows the comments of a pull request, and how long one may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Host:
    """Where a comment is put.

    Attributes:
        limit: the most characters of a comment.
        folds: whether it shows `<details>` as a block that opens.
    """

    limit: int
    folds: bool = True


HOSTS: Final[Mapping[str, Host]] = {
    "github": Host(65_536),
    "gitlab": Host(1_000_000),
    "azure-devops": Host(150_000),
    "bitbucket": Host(32_768, folds=False),
}
