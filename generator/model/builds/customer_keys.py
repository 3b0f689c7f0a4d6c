"""KMS keys of the user's own that encrypt what a build reads: which, and through which service the build uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.model.builds.sign_in import sign_in
from generator.model.builds.sources import source_of
from generator.model.builds.starts import needs_sign_in, reads_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path

CREDENTIAL_KEY: Final[Path] = ("source", "credential", "kms_key")


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """One mention of a key.

    Attributes:
        path: keys that lead to it in the spec.
        arn: the key.
        service: AWS's service that decrypts with it on behalf of the build; None where the build reads nothing with it.
    """

    path: Path
    arn: str
    service: str | None


def customer_keys(spec: EnvironmentSpec, build: str) -> Iterator[CustomerKey]:
    """Yield each key that a build, or the credential by which it signs in, names."""
    own, at, source = spec.builds[build], ("builds", build), source_of(spec, build)
    for name, secret in own.secrets.items():
        if secret.kms_key:
            service = "secretsmanager" if secret.secrets_manager else "ssm"
            yield CustomerKey((*at, "secrets", name, "kms_key"), secret.kms_key, service)
    if key := own.registry_credential_kms_key:
        service_ = "secretsmanager" if own.registry_credential else None
        yield CustomerKey((*at, "registry_credential_kms_key"), key, service_)
    if key := own.certificate_kms_key:
        yield CustomerKey((*at, "certificate_kms_key"), key, "s3" if own.certificate else None)
    if own.source and own.source.kms_key:
        is_read = source.type == "s3" and reads_source(spec, build)
        yield CustomerKey((*at, "source", "kms_key"), own.source.kms_key, "s3" if is_read else None)
    for name, other in own.secondary_sources.items():
        if other.kms_key:
            path = (*at, "secondary_sources", name, "kms_key")
            yield CustomerKey(path, other.kms_key, "s3" if other.type == "s3" else None)
    credential = spec.source.credential
    if credential and credential.kms_key:
        way = sign_in(spec) if needs_sign_in(spec, build) else None
        is_used = way is not None and way.kind != "connection" and credential.secret
        yield CustomerKey(CREDENTIAL_KEY, credential.kms_key, "secretsmanager" if is_used else None)
