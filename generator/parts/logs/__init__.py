"""Part `logs`: the builds' log group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import given, regional
from generator.parts.framework.classification import beside
from generator.parts.framework.part import Derivation, Key, Output, Part, ReadBack, Rule, TerraformModule
from generator.parts.logs.section import Logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _absent() -> Logs:
    return Logs(retention_days=1)


def _rules() -> tuple[Rule, ...]:
    from generator.parts.logs import rules

    return (Rule(rules.log_class),)


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    yield regional(scope.names, "log-group", scope.names.log_group, given(scope, "log_group"))


def _derivation() -> Derivation:
    from generator.parts.logs import module

    return Derivation(
        modules={"logs": TerraformModule(module.logs, module.LogsContext, module.LogsShape)},
        origins=module.ORIGINS,
        outputs={"log_group_name": Output()},
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.logs import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


PART = Part(
    "logs",
    key=Key(Logs, "The log group.", _absent),
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
)
