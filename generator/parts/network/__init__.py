"""Part `network`: the network of the builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import regional, role
from generator.parts.framework.classification import beside
from generator.parts.framework.part import Derivation, Key, Output, Part, ReadBack, Rule, TerraformModule
from generator.parts.network.section import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.network import rules, vpc_rules

    return (
        Rule(rules.choice),
        Rule(rules.egress),
        Rule(rules.existing),
        Rule(rules.file_systems),
        Rule(rules.machines),
        Rule(rules.source),
        Rule(vpc_rules.vpc),
        Rule(vpc_rules.endpoints),
    )


def _claims(scope: Scope) -> Iterator[Claim]:
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


def _derivation() -> Derivation:
    from generator.parts.network import egress, placement, vpc

    return Derivation(
        modules={
            "vpc": TerraformModule(vpc.vpc, vpc.VpcContext, vpc.VpcShape),
            "egress": TerraformModule(egress.egress, egress.EgressContext, egress.EgressShape),
        },
        origins={**placement.ORIGINS, **vpc.ORIGINS, **egress.ORIGINS},
        outputs={
            "nat_public_ips": Output(("network.managed.internet",), vpc.has_nat),
            "network_security_group_ids": Output(("network",), placement.is_inside),
            "network_subnet_ids": Output(("network",), placement.is_inside),
            "network_vpc_id": Output(("network",), placement.is_inside),
        },
        facts={"network": lambda scope, _: placement.network(scope)},
        contributes=vpc.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.network import readback, vpc_readback

    return ReadBack(
        checks=(
            readback.checks,
            vpc_readback.checks,
        ),
        listings=readback.LISTINGS,
    )


def _imports() -> Imports:
    from generator.parts.network import imports

    return imports.IMPORTS


PART = Part(
    "network",
    key=Key(Network, "The network of the builds; without it they run in CodeBuild's own, with internet."),
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
