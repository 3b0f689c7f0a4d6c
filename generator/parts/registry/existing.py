"""Repositories that exist, and what their policies must allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.parts.framework.existing import Document, Existing, policy, single

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope

_PUSH: Final = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


def existing(scope: Scope, _: Contribution) -> Iterator[Existing]:
    """Yield the repositories; one of another account must let the roles in that push to it."""
    names = scope.names
    for name, arn in sorted(names.existing_repositories.items()):
        roles = [names.role_arn(key) for key, build in scope.spec.builds.items() if name in build.push_to]
        at = f"registry.existing.{name}"
        documents = []
        if roles and arn.split(":")[4] != names.account:
            # The policy of a repository names no resource: it is its own.
            statement = {"Sid": "Push", "Effect": "Allow", "Principal": {"AWS": single(roles)}, "Action": list(_PUSH)}
            title = "Its policy must hold this statement, since it is of another account."
            documents.append(Document(title, policy([statement])))
        yield Existing("ECR repository", arn, f"images, known to builds as {name}", at, tuple(documents))
