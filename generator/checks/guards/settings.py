"""Read `guards.yaml`: how many deletions, how old a plan, what the workspace says of types of its own.

    max_deletions: 5
    plan_age: 24h
    encrypt_plans: true
    types:
      aws_dynamodb_table: {holds: data, billing_mode: harmless, resource_policy: access}

Every key may be left out, and so may the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.checks.guards.classification.of_parts import table_with_parts
from generator.checks.guards.classification.own import KEY as TYPES
from generator.checks.guards.classification.own import own_problems, own_rows
from generator.checks.guards.classification.table import Table, table
from generator.errors import SpecError
from generator.language.nodes import Node, mapping, plain
from generator.language.reader import read_spec
from generator.model.types import minutes
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.problems import Problem
    from generator.workspace import Workspace

FILE: Final = "guards.yaml"
LONGEST_AGE: Final = "30d"
_KEYS: Final = ("max_deletions", "plan_age", "encrypt_plans", TYPES)
_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace decides for itself.

    Attributes:
        max_deletions: how many resources one apply may delete or replace.
        plan_age: how many minutes a kept plan may be applied for.
        encrypt_plans: whether kept plans are always encrypted.
        table: what each type of resource, and each of its attributes, means to the guards.
    """

    max_deletions: int = 5
    plan_age: int = 24 * 60
    encrypt_plans: bool = False
    table: Table = field(default_factory=table)


def read_settings(workspace: Workspace) -> Settings:
    """Read the settings of a workspace; the defaults where it has none.

    Raises:
        SpecError: with everything that is wrong with them, and with what parts of the workspace say of types.
    """
    known, problems = table_with_parts(workspace)
    path = workspace.root / FILE
    said = mapping(read_spec(path, FILE)) if path.is_file() else {}
    problems += [problem for key, node in said.items() for problem in _problems(key, node, known)]
    if problems:
        raise SpecError(problems)
    values = {key: plain(node) for key, node in said.items()}
    defaults, own = Settings(table=known), said.get(TYPES)
    return Settings(
        max_deletions=int(str(values.get("max_deletions", defaults.max_deletions))),
        plan_age=minutes(str(values["plan_age"])) if "plan_age" in values else defaults.plan_age,
        encrypt_plans=values.get("encrypt_plans", False) is True,
        table=known.extended(own_rows(own, FILE)) if own else known,
    )


def plan_age(text: str) -> int:
    """Convert the age of a plan to minutes.

    Raises:
        ValueError: it is no duration from a minute to thirty days; the message says so.
    """
    message = f"must be a duration from 1m to {LONGEST_AGE}, such as 4h"
    try:
        found = minutes(text)
    except ValueError:
        raise ValueError(message) from None
    if not 1 <= found <= minutes(LONGEST_AGE):
        raise ValueError(message)
    return found


def _problems(key: str, node: Node, known: Table) -> Iterator[Problem]:
    value = plain(node)
    match key:
        case "max_deletions":
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
                yield node.problem(key, f"must be a whole number from 0 to {_MOST}", rule="guards")
        case "plan_age":
            try:
                plan_age(value if isinstance(value, str) else "")
            except ValueError as error:
                yield node.problem(key, str(error), rule="guards")
        case "encrypt_plans":
            if not isinstance(value, bool):
                yield node.problem(key, "must be true or false", rule="guards")
        case "types":
            # Only who says something of types waits for the schemas.
            from generator.terraform.provider_schema.attributes import kept_types  # noqa: PLC0415  # see above

            yield from own_problems(node, known, kept_types())
        case _:
            close = closest(key, _KEYS)
            hint = f"did you mean {close}?" if close else f"it has {', '.join(_KEYS)}"
            yield node.problem(key, f"{FILE} has no such key", hint=hint, rule="unknown-key", at_key=True)
