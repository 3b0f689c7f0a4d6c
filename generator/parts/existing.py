"""What exists, and is used: nothing of it is made, changed or deleted, and its owner must let it be used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

Kind = Literal["bucket", "key", "log group", "repository", "role", "topic"]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy that something must have, or statements of it.

    Attributes:
        title: what it is, as the end of "Add to …": `its key policy`.
        content: in IAM's words.
    """

    title: str
    content: Mapping[str, Any]

    @property
    def lines(self) -> list[str]:
        """It as JSON, line by line."""
        return json.dumps(self.content, indent=2).splitlines()


@dataclass(frozen=True, slots=True)
class Existing:
    """One thing that exists.

    Attributes:
        kind: what it is.
        name: its ARN, or its name where that is what is known by.
        use: what the stack does with it, as a sentence without its subject: `encrypts what builds make`.
        spec_key: dotted key that names it.
        documents: policies that it must have.
    """

    kind: Kind
    name: str
    use: str
    spec_key: str
    documents: tuple[Document, ...] = ()


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy of statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def single(values: list[str]) -> str | list[str]:
    """Return a list as policies write it: one value without its brackets."""
    return values[0] if len(values) == 1 else values
