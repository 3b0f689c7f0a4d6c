"""Rules of KMS keys that the user names, and of secrets that cannot be read without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.model.builds.customer_keys import CREDENTIAL_KEY, customer_keys
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path

_FULL_ARN: Final = re.compile(r".*-[A-Za-z0-9]{6}")


def keys(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A key lies where it is used, and encrypts something that is named."""
    for path, arn, is_used in sorted(_named(spec), key=str):
        region = arn.split(":")[3]
        if not is_used:
            message = "encrypts nothing that is read here"
            yield Finding(path, message, "remove it, or name what it encrypts", "key-of-nothing")
        elif region != spec.region:
            message = f"lies in {region}, and the environment in {spec.region}"
            yield Finding(path, message, f"name the key that encrypts it in {spec.region}", "key-region")


def _named(spec: EnvironmentSpec) -> set[tuple[Path, str, bool]]:
    """Return every key that the spec names, and whether it serves anything."""
    of_builds = [key for build in spec.builds for key in customer_keys(spec, build) if key.path != CREDENTIAL_KEY]
    found: set[tuple[Path, str, bool]] = {(key.path, key.arn, key.service is not None) for key in of_builds}
    credential, pipeline = spec.source.credential, spec.pipeline
    if credential and credential.kms_key:
        # Some build uses it, or none yet: what matters is that there is a secret.
        found.add((CREDENTIAL_KEY, credential.kms_key, credential.secret is not None))
    if pipeline and pipeline.source and pipeline.source.kms_key:
        found.add((("pipeline", "source", "kms_key"), pipeline.source.kms_key, True))
    bucket = pipeline.deploy.bucket if pipeline and pipeline.deploy else None
    if bucket and bucket.kms_key:
        found.add((("pipeline", "deploy", "bucket", "kms_key"), bucket.kms_key, True))
    return found


def secrets(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A secret of another account is named in full, with the key that encrypts it."""
    for name, build in spec.builds.items():
        at: Path = ("builds", name)
        named: list[tuple[Path, str | None, str | None, str]] = [
            ((*at, "secrets", variable, "secrets_manager"), secret.secrets_manager, secret.kms_key, "kms_key")
            for variable, secret in build.secrets.items()
        ]
        key = "registry_credential_kms_key"
        named.append(((*at, "registry_credential"), build.registry_credential, build.registry_credential_kms_key, key))
        for path, secret_id, kms_key, wanted in named:
            if secret_id and secret_id.startswith("arn:"):
                yield from _secret(path, secret_id, kms_key, wanted, spec)


def _secret(path: Path, arn: str, kms_key: str | None, wanted: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    region, account = arn.split(":")[3:5]
    if region != spec.region:
        message = f"lies in {region}, and CodeBuild reads secrets of {spec.region} alone"
        yield Finding(path, message, "name a secret of that region, or a replica of this one there", "secret-region")
    if account == spec.account:
        return
    if not _FULL_ARN.fullmatch(arn):
        message = f"belongs to account {account}: its full ARN ends with six random characters"
        yield Finding(path, message, "copy the ARN from the console of that account", "secret-of-others")
    if kms_key is None:
        message = f"belongs to account {account}, and AWS's own key of that account does not serve this one"
        hint = f"encrypt it with a customer key, and name that: {wanted}: arn:…:key/…"
        yield Finding(path, message, hint, "secret-of-others")
