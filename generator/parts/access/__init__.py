"""Part `access`: the roles of the builds, one each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.parts.access.section import Access
from generator.parts.framework.claim import policy
from generator.parts.framework.moves import Keyed
from generator.parts.framework.part import Derivation, Key, Output, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Finding
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.access import rules

    return (Rule(rules.boundary), Rule(_permissions))


def _permissions(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What roles may do beyond their work is known to AWS, as narrow as can be, and fits."""
    pipeline = spec.pipeline and spec.pipeline.permissions
    if pipeline or any(build.permissions for build in spec.builds.values()):
        # Only here: the facts about actions are read for who asks for some.
        from generator.parts.access.permissions import rules

        yield from rules.permissions(environment, spec)


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    asking = [key for key, build in scope.spec.builds.items() if build.permissions]
    if asking:
        from generator.parts.access.roles import own

        for key in asking:
            for name in own(scope, key).managed:
                yield policy(scope.names, name, ("builds", key, "permissions"))


def _derivation() -> Derivation:
    from generator.parts.access import existing, module, roles

    return Derivation(
        existing=existing.existing,
        modules={"access": TerraformModule(module.access, module.AccessContext, module.AccessShape)},
        origins=module.ORIGINS,
        facts={"roles": roles.roles},
        keyed={
            "access": (
                Keyed("aws_iam_role.this"),
                Keyed("aws_iam_role_policy.this"),
                Keyed("aws_iam_role.batch", feature="batch"),
                Keyed("aws_iam_role_policy.batch", feature="batch"),
                Keyed("aws_iam_role_policy.network", feature="network"),
                Keyed("aws_iam_role_policy.packages", feature="packages"),
                Keyed("aws_iam_role_policy.push", feature="push"),
                Keyed("aws_iam_role_policy.parts", feature="statements"),
                Keyed("aws_iam_role_policy_attachment.existing", "policy", "attached"),
            )
        },
        outputs={"build_role_arns": Output()},
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.access import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


PART = Part(
    "access",
    key=Key(Access, "The IAM role.", Access),
    classes=Path(__file__).parent / "classes",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
)
