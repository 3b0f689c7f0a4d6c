"""Part `encryption`: the stack's KMS key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.parts.encryption.section import Encryption
from generator.parts.framework.claim import given, regional
from generator.parts.framework.classification import beside
from generator.parts.framework.part import Derivation, Key, Output, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.encryption import rules

    return (Rule(rules.encryption),)


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    if scope.spec.encryption is not None and not scope.spec.encryption.exists:
        yield regional(scope.names, "alias", scope.names.key_alias, given(scope, "key_alias"))


def _derivation() -> Derivation:
    from generator.parts.encryption import existing, module

    return Derivation(
        existing=existing.existing,
        modules={"encryption": TerraformModule(module.encryption, module.EncryptionContext, module.EncryptionShape)},
        origins=module.ORIGINS,
        facts={"key": module.key},
        outputs={"kms_key_arn": Output(("encryption",), module.is_of_builds)},
    )


def _read_back() -> ReadBack:
    from generator.parts.encryption import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


def _imports() -> Imports:
    from generator.parts.encryption import imports

    return imports.IMPORTS


PART = Part(
    "encryption",
    key=Key(Encryption, "The KMS key of artifacts and logs; without it AWS's own keys encrypt."),
    kinds=frozenset({"builds", "backend"}),
    classes=Path(__file__).parent / "classes",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
