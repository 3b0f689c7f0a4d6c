"""A bucket that exists, and what its policy must allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.model.builds.caches import s3_path
from generator.model.builds.starts import pipeline_builds
from generator.parts.framework.existing import Document, Existing, allow, policy, single

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope

_OBJECTS: Final = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
_TITLE: Final = (
    "Where it is of another account, its policy must hold these statements; where it is of this one, nothing in its "
    "policy may deny them."
)


def existing(scope: Scope, _: Contribution) -> Iterator[Existing]:
    """Yield the bucket."""
    if scope.spec.artifacts.existing:
        below = f", below {scope.names.prefix_in_bucket}" if scope.names.prefix_in_bucket else ""
        use = f"artifacts, caches, reports and logs of the builds{below}"
        document = Document(_TITLE, policy(_statements(scope)))
        yield Existing("S3 bucket", scope.names.bucket, use, "artifacts.existing.bucket", (document,))


def _statements(scope: Scope) -> Iterator[dict[str, Any]]:
    spec, names = scope.spec, scope.names
    bucket, roles = names.object_arn(names.bucket), {build: names.role_arn(build) for build in sorted(spec.builds)}
    for build, role in roles.items():
        folders = [names.folder(build), s3_path(spec, build)]
        objects = [f"{bucket}/{folder}/*" for folder in folders if folder]
        yield allow(f"Build{_word(build)}", _OBJECTS, objects, Principal={"AWS": role})
    every = [*roles.values()]
    if spec.pipeline is not None:
        passing = [roles[build] for build in pipeline_builds(spec)]
        passing.append(names.pipeline_role_arn)
        every.append(names.pipeline_role_arn)
        actions = (*_OBJECTS, "s3:PutObjectAcl")
        passed = [f"{bucket}/{names.pipeline_prefix}/*"]
        yield allow("Pipeline", actions, passed, Principal={"AWS": single(passing)})
    actions = ("s3:GetBucketAcl", "s3:GetBucketLocation", *(("s3:GetBucketVersioning",) if spec.pipeline else ()))
    yield allow("FindBucket", actions, [bucket], Principal={"AWS": single(every)})


def _word(build: str) -> str:
    """Return a build's name as the name of a statement can hold it."""
    return "".join(part.capitalize() for part in build.split("-"))
