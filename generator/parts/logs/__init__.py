"""Part `logs`: the builds' log groups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.parts.framework.claim import given, regional
from generator.parts.framework.classification import beside
from generator.parts.framework.part import Derivation, Key, Output, Part, ReadBack, Rule, TerraformModule
from generator.parts.logs.section import Logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _absent() -> Logs:
    return Logs(retention_days=1)


def _rules() -> tuple[Rule, ...]:
    from generator.parts.logs import rules

    return (Rule(rules.log_class), Rule(rules.names))


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    made = {} if scope.spec.logs.exists else scope.names.log_groups
    for name in sorted(set(made.values())):
        yield regional(scope.names, "log-group", name, given(scope, "log_group"))


def _derivation() -> Derivation:
    from generator.parts.logs import existing, module

    return Derivation(
        existing=existing.existing,
        modules={"logs": TerraformModule(module.logs, module.LogsContext, module.LogsShape)},
        origins=module.ORIGINS,
        facts={"log_groups": module.log_groups},
        outputs={
            "log_group_name": Output(("logs.group", "logs.existing"), module.is_shared),
            "log_group_names": Output(("logs.group", "logs.existing"), module.has_several),
        },
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.logs import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


def _imports() -> Imports:
    from generator.parts.logs import imports

    return imports.IMPORTS


PART = Part(
    "logs",
    key=Key(Logs, "The log groups.", _absent),
    classes=Path(__file__).parent / "classes",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
