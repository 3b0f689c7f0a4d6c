"""What part `connection` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import STACK, account_wide, regional
from generator.derivation.facts import SOURCE_TYPES
from generator.spec.sign_in import PROVIDERS, makes_connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    source, names = scope.spec.source, scope.names
    made, credential = source.connection, source.credential
    if made is not None and makes_connection(source) and source.type in PROVIDERS:
        path = ("source", "connection", "name") if made.name else STACK
        yield account_wide(names, "connection", made.name or names.prefix, path)
    if made is None and credential is not None and credential.scope == "account" and credential.secret:
        yield regional(names, "source-credential", SOURCE_TYPES[source.type], ("source", "credential"))
