"""One name that an environment claims: how it is written, by where it must be unique."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.parts.framework.claim_kinds import BESIDE_STATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.names import Names
    from generator.model.rules.finding import Path
    from generator.parts.framework.claim_kinds import ClaimText
    from generator.parts.framework.scope import Scope

    # A claim, and the key of the spec that decides it.
    Claim = tuple[ClaimText, Path]

# The key that decides names which nobody chose.
STACK: Final = ("stack",)


def regional(names: Names, kind: str, name: str, path: Path = STACK) -> Claim:
    """Claim a name that is unique in an account and region."""
    return f"{kind} {names.partition}/{names.account}/{names.region} {name}", path


def account_wide(names: Names, kind: str, name: str, path: Path = STACK) -> Claim:
    """Claim a name that is unique in an account."""
    return f"{kind} {names.partition}/{names.account} {name}", path


def role(names: Names, name: str, path: Path = STACK) -> Claim:
    """Claim the name of an IAM role, which upper and lower case do not tell apart."""
    return account_wide(names, "role", name.lower(), path)


def policy(names: Names, name: str, path: Path) -> Claim:
    """Claim the name of a managed policy, which upper and lower case do not tell apart."""
    return account_wide(names, "policy", name.lower(), path)


def bucket(names: Names, use: str, name: str, path: Path) -> Claim:
    """Claim a bucket for one use of it; its name is unique in the world."""
    return f"@bucket:{use} {names.partition} {name}", path


def state(names: Names, holder: str, key: str, path: Path) -> Iterator[Claim]:
    """Claim a state and what lies beside it; S3 compares keys byte by byte."""
    for name in (key, *(f"{key}{end}" for end in BESIDE_STATE)):
        yield f"state {names.partition}/{holder} {name}", path


def given(scope: Scope, kind: str) -> Path:
    """Return the key that decides a name: that of the given one, or the stack's."""
    return ("names", kind) if getattr(scope.spec.names, kind, None) else STACK
