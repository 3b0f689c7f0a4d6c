"""Statements of a role's policies as IAM counts them, each with the key of the spec that it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from generator.aws.documents import json_text, without_spaces

Path: TypeAlias = tuple[str | int, ...]
# What several roles do with the stack's artifacts and its key.
ARTIFACTS: Final = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
USE_KEY: Final = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
FRAME = len(json_text({"Statement": [], "Version": "2012-10-17"}))


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a role's policy.

    Attributes:
        policy: name of the inline policy that it stands in.
        key: the key of the spec that it comes from; empty where no spec is without it.
        text: as JSON, with no space.
    """

    policy: str
    key: Path
    text: str


@dataclass(frozen=True, slots=True)
class RolePolicies:
    """The inline policies of one role.

    Attributes:
        name: of the role.
        statements: of all its policies.
    """

    name: str
    statements: tuple[Statement, ...]

    @property
    def characters(self) -> int:
        """What IAM counts of them, all together."""
        commas = len(self.statements) - len(self.policies)
        return sum(without_spaces(each.text) for each in self.statements) + commas + FRAME * len(self.policies)

    @property
    def policies(self) -> set[str]:
        """Their names."""
        return {statement.policy for statement in self.statements}

    @property
    def shares(self) -> dict[Path, int]:
        """How many characters come from each key of the spec, the most first."""
        found: dict[Path, int] = {}
        for statement in self.statements:
            if statement.key:
                found[statement.key] = found.get(statement.key, 0) + without_spaces(statement.text)
        return dict(sorted(found.items(), key=lambda share: -share[1]))


@dataclass(slots=True)
class Policy:
    """One inline policy, statement by statement."""

    name: str
    statements: list[Statement] = field(default_factory=list)

    def allow(
        self,
        sid: str,
        actions: list[str],
        resources: list[str],
        key: Path = (),
        conditions: dict[str, dict[str, list[str]]] | None = None,
    ) -> None:
        """Add a statement; a list of one is written without its brackets."""
        statement: dict[str, object] = {"Sid": sid, "Effect": "Allow"}
        statement |= {"Action": _single(sorted(set(actions))), "Resource": _single(sorted(set(resources)))}
        if conditions:
            statement["Condition"] = {
                test: {variable: _single(values) for variable, values in block.items()}
                for test, block in conditions.items()
            }
        self.statements.append(Statement(self.name, key, json_text(statement)))


def _single(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
