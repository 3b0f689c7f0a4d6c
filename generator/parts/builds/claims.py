"""What part `builds` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import regional, role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    names = scope.names
    for key, build in scope.spec.builds.items():
        path = ("builds", key)
        yield regional(names, "project", names.projects[key], path)
        yield role(names, names.role(key), path)
        if build.batch:
            yield role(names, names.batch_role(key), path)
        if build.fleet and build.fleet.arn is None:
            yield regional(names, "fleet", names.projects[key], path)
        for report in build.reports:
            yield regional(names, "report-group", names.report_group(key, report), (*path, "reports", report))
