"""Log groups that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.existing import Existing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope


def existing(scope: Scope, _: Contribution) -> Iterator[Existing]:
    """Yield the log groups; the roles of the builds alone say who writes to them."""
    if scope.spec.logs.exists:
        for name in sorted(set(scope.names.log_groups.values())):
            builds = [build for build, group in sorted(scope.names.log_groups.items()) if group == name]
            yield Existing("log group", name, f"the logs of {', '.join(builds)}", "logs.existing.group")
