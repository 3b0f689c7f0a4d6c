"""What permissions come to in Terraform: statements inside the role, managed policies, and the names of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.parts.access.permissions.policies import is_inside, managed
from generator.parts.access.permissions.statements import statements
from generator.parts.access.permissions.width import wide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.hcl.reference import Reference
    from generator.model.names import Names
    from generator.model.rules.finding import Path
    from generator.parts.access.permissions.section import Permissions
    from generator.parts.framework.contribution import Permission


@dataclass(frozen=True, slots=True)
class ConditionContext:
    """When a statement holds."""

    test: str
    variable: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class StatementContext:
    """A statement, by whose name it stands in a mapping."""

    actions: list[str]
    resources: list[str | Reference]
    conditions: list[ConditionContext]


@dataclass(frozen=True, slots=True)
class ReasonContext:
    """What is permitted for a reason: of a statement what is wide in it."""

    role: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Permitted:
    """What permissions come to for one role.

    Attributes:
        inside: statements that stay inside the role.
        managed: statements of managed policies of the stack's own, by policy and by statement.
        attached: ARNs of managed policies that exist.
        reasons: what is permitted for a reason.
    """

    inside: list[Permission]
    managed: dict[str, dict[str, StatementContext]]
    attached: list[str]
    reasons: list[ReasonContext]


NOTHING = Permitted([], {}, [], [])


def permitted(own: Permissions | None, names: Names, at: Path, build: str, role: str) -> Permitted:
    """Return what permissions come to.

    Args:
        own: what the spec permits; None for nothing.
        names: names and ARNs of the environment.
        at: key of `own` in the spec.
        build: key of the build whose role it is; "" for the pipeline's.
        role: name of the role.
    """
    if own is None:
        return NOTHING
    made = statements(own, names, at, build)
    return Permitted(
        made if is_inside(made) else [],
        {policy: by_name(held) for policy, held in managed(made, role).items()},
        sorted(each.arn for each in own.policies),
        sorted(_reasons(own, role), key=lambda each: (each.role, each.what)),
    )


def by_name(asked: Iterable[Permission]) -> dict[str, StatementContext]:
    """Return statements by their names."""
    return {each.sid: statement(each) for each in asked}


def statement(asked: Permission) -> StatementContext:
    """Return a statement as the templates print it."""
    conditions = [
        ConditionContext(test, variable, list(values))
        for test, variables in (asked.conditions or {}).items()
        for variable, values in variables.items()
    ]
    return StatementContext(sorted(asked.actions), sorted(asked.resources, key=str), conditions)


def _reasons(own: Permissions, role: str) -> Iterator[ReasonContext]:
    for name, each in own.statements.items():
        if each.reason:
            found = sorted({getattr(each, kind)[index] for kind, index, _ in wide(each)}) or each.actions
            yield ReasonContext(role, f"{name}: {', '.join(found)}", each.reason)
    for policy in own.policies:
        if policy.reason:
            yield ReasonContext(role, policy.arn, policy.reason)
