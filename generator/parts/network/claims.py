"""What part `network` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import regional, role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    network, names = scope.spec.network, scope.names
    existing = network.existing if network else None
    if existing and not existing.security_group_ids:
        within, path = (
            f"{names.partition}/{names.account}/{names.region}/{existing.vpc_id}",
            ("network", "existing", "vpc_id"),
        )
        yield f"security-group {within} {names.security_group.lower()}", path
    managed = network.managed if network else None
    if managed and managed.flow_logs.traffic != "NONE":
        yield regional(names, "log-group", names.flow_log_group)
        yield role(names, names.flow_log_role)
