"""How `tfstencil plan` ends: its exit code, against a state and offline alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.operations.review import Judgement

_CHANGES: Final = 2  # as terraform itself ends


class _Request(Protocol):
    @property
    def enforce(self) -> bool:
        """Fail where an apply would be refused."""

    @property
    def detailed_exitcode(self) -> bool:
        """End as terraform's own plan does."""


def exit_code(
    request: _Request, failures: Mapping[str, object], judgements: Mapping[str, Judgement], *, changes: bool
) -> int:
    """Return 1 where an environment did not plan or may not be applied, else what terraform would say.

    Args:
        request: what was asked for.
        failures: environments that did not plan.
        judgements: of those that did.
        changes: any of them has changes.
    """
    if failures or (request.enforce and any(judgement.refusals for judgement in judgements.values())):
        return 1
    return _CHANGES if request.detailed_exitcode and changes else 0
