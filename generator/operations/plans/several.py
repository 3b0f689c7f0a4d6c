"""The plans of several environments, however they were made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from generator.errors import TfstencilError
    from generator.terraform import Planned


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of environments, however they were made.

    Attributes:
        made: by environment.
        failures: why others have none.
        cached: offline plans that were made before.
        refreshed_at: of plans against a state that were made before, when.
        seconds: how long all of it took; 0.0 where each plan says it for itself.
        runs: how often terraform ran, where that is counted.
        warnings: what terraform warned of beside the plans themselves.
    """

    made: Mapping[str, Planned]
    failures: Mapping[str, TfstencilError]
    cached: frozenset[str] = frozenset()
    refreshed_at: Mapping[str, datetime] = field(default_factory=dict)
    seconds: float = 0.0
    runs: int = 0
    warnings: Sequence[str] = ()
