"""Part `builds`: the builds: one CodeBuild project each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import regional, role
from generator.parts.framework.classification import beside
from generator.parts.framework.moves import Keyed
from generator.parts.framework.part import Derivation, Output, Part, ReadBack, Rule, RunbookSection, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.builds.rules import build_sources, builds, customer_keys, effects, machines, roles

    return (
        Rule(builds.builds),
        Rule(machines.machines),
        Rule(build_sources.build_sources),
        Rule(effects.effects),
        Rule(roles.roles),
        Rule(customer_keys.keys),
        Rule(customer_keys.secrets),
    )


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    names = scope.names
    for key, build in scope.spec.builds.items():
        path = ("builds", key)
        yield regional(names, "project", names.projects[key], path)
        if build.role_arn is None:
            yield role(names, names.role(key), path)
        if build.batch and build.batch.role_arn is None:
            yield role(names, names.batch_role(key), path)
        if build.fleet and build.fleet.arn is None:
            yield regional(names, "fleet", names.projects[key], path)
        for report in build.reports:
            yield regional(names, "report-group", names.report_group(key, report), (*path, "reports", report))


def _derivation() -> Derivation:
    from generator.parts.builds import module

    return Derivation(
        modules={"builds": TerraformModule(module.builds, module.BuildsContext, module.BuildsShape)},
        origins=module.ORIGINS,
        keyed={
            "builds": (
                Keyed("aws_codebuild_project.this"),
                Keyed("aws_codebuild_fleet.this", feature="fleet"),
                Keyed("aws_codebuild_report_group.this", "report", "reports"),
            )
        },
        outputs={"build_project_arns": Output(), "build_project_names": Output()},
        runbook=(RunbookSection("every_day", 10),),
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.builds import readback, readiness

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS, needs=(readiness.needs,))


def _imports() -> Imports:
    from generator.parts.builds import imports

    return imports.IMPORTS


PART = Part(
    "builds",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
