"""Roles that exist: what they must allow, and whom they must trust."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from generator.parts.access.roles import roles
from generator.parts.framework.existing import Document, Existing, allow, policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.access.statements import RolePolicies
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope

# What stands for an ID that AWS gives to what the stack makes.
UNKNOWN: Final = "<ID>"
_UNKNOWN: Final = re.compile("(?:00000000-0000-0000-0000-000000000000)+|(?<=-)0{16}[0-9]")
_TITLE: Final = "Its policies must allow this."
_ID: Final = (
    f" {UNKNOWN} stands for what AWS gives to a key, a connection, a subnet or another resource of the stack's own."
)
_TRUST: Final = "Its trust policy must hold this statement."


def existing(scope: Scope, asked: Contribution) -> Iterator[Existing]:
    """Yield the roles of builds and of their batches."""
    names, found = scope.names, roles(scope, asked) if scope.names.existing_roles else None
    if found is not None:
        # Only here: it asks the derivation of every part.
        from generator.parts.access.role_policies import build_policies, surroundings  # noqa: PLC0415

        around = surroundings(scope, asked)
        for role in found.every:
            if role.key in found.arns:
                needed = statements_of(build_policies(role, found.connection_service, around))
                documents = (needed, trust("codebuild.amazonaws.com", role.project_arn, names.account))
                at = f"builds.{role.key}.role_arn"
                yield Existing("IAM role", found.arns[role.key], f"build {role.key} runs as it", at, documents)
    for build, arn in sorted(names.existing_batch_roles.items()):
        project = names.project_arn(build)
        actions = ("codebuild:RetryBuild", "codebuild:StartBuild", "codebuild:StopBuild")
        needed = Document(_TITLE, policy([allow("StartBuilds", actions, [project])]))
        documents = (needed, trust("codebuild.amazonaws.com", project, names.account))
        at = f"builds.{build}.batch.role_arn"
        yield Existing("IAM role", arn, f"starts the builds of batches of {build}", at, documents)


def statements_of(found: RolePolicies) -> Document:
    """Return what a role must allow, as one policy."""
    texts = [_UNKNOWN.sub(UNKNOWN, each.text) for each in found.statements]
    title = _TITLE + (_ID if any(UNKNOWN in text for text in texts) else "")
    return Document(title, policy(json.loads(text) for text in texts))


def trust(service: str, source_arn: str, account: str) -> Document:
    """Return the statement by which a service may take a role, for one thing of one account."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}, "ArnEquals": {"aws:SourceArn": source_arn}},
    }
    return Document(_TRUST, policy([statement]), is_trust=True)
