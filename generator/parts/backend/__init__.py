"""Part `backend`: the bucket that keeps Terraform's states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.backend.section import Backend
from generator.parts.framework.claim import STACK, bucket, state
from generator.parts.framework.claim_kinds import ACCESS_LOGS, BACKEND
from generator.parts.framework.part import Derivation, Key, Output, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.backend import rules

    return (
        Rule(rules.kind, "always"),
        Rule(rules.encryption, "backend"),
        Rule(rules.bucket, "backend"),
    )


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    backend, names = scope.spec.backend, scope.names
    if backend is None:
        return
    # The bucket that keeps states keeps that of its own environment as well.
    yield from state(names, names.state_bucket, names.state_key, ("backend",))
    yield bucket(names, BACKEND, names.state_bucket, ("backend", "bucket") if backend.bucket else STACK)
    if backend.access_logs:
        yield bucket(names, ACCESS_LOGS, backend.access_logs.bucket, ("backend", "access_logs", "bucket"))


def _derivation() -> Derivation:
    from generator.parts.backend import module

    return Derivation(
        modules={"backend": TerraformModule(module.backend, module.BackendContext, module.BackendShape)},
        origins=module.ORIGINS,
        outputs={
            "kms_key_arn": Output(("backend",)),
            "state_bucket_arn": Output(("backend",)),
            "state_bucket_name": Output(("backend",)),
            "state_section": Output(("backend",)),
        },
    )


def _read_back() -> ReadBack:
    from generator.parts.backend import readback

    return ReadBack(checks=(readback.checks,))


PART = Part(
    "backend",
    key=Key(Backend, "The bucket that keeps states; it takes an environment of its own, without builds."),
    kinds=frozenset({"backend"}),
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
)
