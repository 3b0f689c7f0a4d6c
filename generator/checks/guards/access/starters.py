"""Roles that are there to start builds and pipelines: of schedules, pipelines, rules, and of builds in batches."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.access.documents import Documents
from generator.checks.guards.owners.inventory import AFTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.owners.inventory import Owner
    from generator.checks.guards.subject import Subject
    from generator.plans.plan import ResourceChange
    from generator.refusal import Path

_TRUST: Final = "assume_role_policy"
_ROLE: Final = "aws_iam_role"
_PROJECT: Final = "aws_codebuild_project"
_BATCH: Final = ("build_batch_config", 0, "service_role")
_SERVICES: Final = frozenset(
    {"Service:codepipeline.amazonaws.com", "Service:events.amazonaws.com", "Service:scheduler.amazonaws.com"}
)


class Starters:
    """Tells such roles.

    Args:
        subject: the plan.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._documents = Documents(subject)

    def is_one(self, owner: Owner) -> bool:
        """Whether nobody acts as a role but services that start something, or a project names it for its batches."""
        if owner.type != _ROLE:
            return False
        if id(owner) in self._of_batches:
            return True
        changes = [each for each in self._subject.inventory.resources if each.address in owner.addresses]
        trusts = [
            document.policy
            for change in changes
            for document in self._documents.of(change, AFTER)
            if document.path[-1] == _TRUST
        ]
        named = [each.principals for policy in trusts for each in policy.statements]
        return bool(named) and all(who is not None and not who.is_negated and who.texts <= _SERVICES for who in named)

    @cached_property
    def _of_batches(self) -> frozenset[int]:
        """The roles that projects start their batches as, and run no build as."""
        batches = {id(owner) for change in self._projects() for owner in self._roles(change, _BATCH)}
        builds = {id(owner) for change in self._projects() for owner in self._roles(change, ("service_role",))}
        return frozenset(batches - builds)

    def _projects(self) -> Iterator[ResourceChange]:
        return (each for each in self._subject.inventory.resources if each.type == _PROJECT and each.after is not None)

    def _roles(self, change: ResourceChange, path: Path) -> Iterator[Owner]:
        inventory = self._subject.inventory
        value: Any = change.after
        for part in path:
            value = value.get(part) if isinstance(value, dict) else value[part] if value else None
        owner = inventory.named(_ROLE, value) if isinstance(value, str) else None
        if owner is not None:
            yield owner
        for target in (self._subject.expressions.targets(change, path) or ()) if value is None else ():
            yield from inventory.made_at(target)
