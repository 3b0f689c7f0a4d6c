"""Rules of the state bucket, and of what an environment is: one with builds, or one with a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.loading.kinds import without_builds
from generator.model.names import Names
from generator.model.rules.finding import Finding
from generator.parts.catalog import catalog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def kind(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """An environment has builds and a source of them, or a backend alone."""
    if spec.backend is not None:
        written = (type(spec).model_fields[name].alias or name for name in spec.model_fields_set if _says(spec, name))
        others = sorted(set(written) - without_builds(catalog_of(spec)))
        if others:
            yield Finding(
                ("backend",),
                f"cannot stand beside {', '.join(others)}: the bucket of states is an environment of its own",
                "move backend to a spec of its own; what a base says there is taken out with null, as in builds: null",
                "backend-beside-others",
            )
    elif not spec.builds and "builds" in spec.model_fields_set:
        yield Finding(("builds",), "must hold 1 or more", "add a build, such as main", "too-short")
    elif not spec.builds:
        hint = "add builds: …, or backend: {} where the environment is to keep the states of others"
        yield Finding(("builds",), "is missing", hint, "missing-key")
    if spec.builds and spec.given_source is None:
        yield Finding(
            ("source",), "is missing", "add source: …, where the code of the builds comes from", "missing-key"
        )


def encryption(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """States hold secrets in plain text: one key encrypts them, and it lies where the bucket does."""
    backend = spec.backend
    if backend is None:
        return
    if spec.encryption is not None and spec.encryption.exists:
        yield Finding(
            ("encryption", "arn"),
            "is a key of what builds make, and here there are none",
            "name the key in backend.kms_key, and write encryption: null",
            "backend-existing-key",
        )
        return
    if backend.kms_key is None and spec.encryption is None:
        yield Finding(
            ("backend",),
            "needs a KMS key, since states hold secrets in plain text, and the stack has none",
            "add encryption: {}, or name a key in backend.kms_key",
            "backend-without-key",
        )
    if backend.kms_key is None:
        return
    if spec.encryption is not None:
        yield Finding(
            ("backend", "kms_key"),
            "is a second key: encryption makes one that nothing would use",
            "remove it, or write encryption: null",
            "backend-second-key",
        )
    region = backend.kms_key.split(":")[3]
    if region != spec.region:
        yield Finding(
            ("backend", "kms_key"),
            f"lies in {region}, and the bucket in {spec.region}: S3 uses keys of its own region only",
            "name a key in the region of the bucket",
            "backend-key-elsewhere",
        )


def bucket(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The access logs do not go into the bucket that they are about."""
    if spec.backend is None:
        return
    logs = spec.backend.access_logs
    if logs is not None and logs.bucket == Names.of(environment, spec).state_bucket:
        yield Finding(
            ("backend", "access_logs", "bucket"),
            "is the state bucket itself: every log that S3 writes would be logged again, for ever",
            "name another bucket",
            "state-access-log-loop",
        )


def _says(spec: EnvironmentSpec, name: str) -> bool:
    return getattr(spec, name) not in (None, {})
