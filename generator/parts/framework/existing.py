"""What exists, and is used: nothing of it is made, changed or deleted, and its owner must let it be used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["S3 bucket", "KMS key", "log group", "ECR repository", "IAM role", "SNS topic"]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy that something must have, or statements that belong into it.

    Attributes:
        title: what it is, as a sentence.
        content: in IAM's words.
        is_trust: whether it says who may take a role.
    """

    title: str
    content: Mapping[str, Any]
    is_trust: bool = False

    @property
    def lines(self) -> list[str]:
        """It as JSON, line by line."""
        return json.dumps(self.content, indent=2).splitlines()


@dataclass(frozen=True, slots=True)
class Existing:
    """One thing that exists.

    Attributes:
        kind: what it is.
        name: its ARN, or its name where it is known by that.
        use: what it is for, as the end of a sentence.
        spec_key: dotted key that names it.
        documents: policies that it must have.
    """

    kind: Kind
    name: str
    use: str
    spec_key: str
    documents: tuple[Document, ...] = ()


def policy(statements: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a policy of statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(sid: str, actions: Iterable[str], resources: Iterable[str], **others: object) -> dict[str, Any]:
    """Return a statement that allows something.

    Args:
        sid: its name.
        actions: what it allows.
        resources: on what.
        others: further elements, such as `Principal`.
    """
    named = {"Sid": sid, "Effect": "Allow", **others}
    return {**named, "Action": single(actions), "Resource": single(resources)}


def single(values: Iterable[str]) -> str | list[str]:
    """Return values as policies write them: one without its brackets."""
    listed = sorted(set(values))
    return listed[0] if len(listed) == 1 else listed
