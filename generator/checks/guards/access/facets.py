"""What an owner may do, or who may do what to it: all its policies together, on one side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.access.documents import Document, Documents, key_of
from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.permissions.managed import managed_policy
from generator.permissions.policy import EVERYTHING, UNKNOWN, Kind, Permissions, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.owners.inventory import Owner
    from generator.checks.guards.subject import Subject
    from generator.plans.plan import ResourceChange
    from generator.refusal import Path

_TRUST: Final = "assume_role_policy"
_IDENTITIES: Final = ("aws_iam_role", "aws_iam_user", "aws_iam_group", "aws_iam_policy")
_ENDPOINT: Final = "aws_vpc_endpoint"
_POLICY: Final = "aws_iam_policy"


@dataclass(slots=True)
class Facet:
    """One side of an owner: what it may do, or who may do what to it.

    Attributes:
        kind: of the policies.
        owner: whose; None for a policy that belongs to nobody.
        before: its policies, from resources of their own.
        after: the same afterwards.
        inline: those that the owner's own resource holds, by side.
        is_touched: whether anything happens to a resource that holds one of them.
    """

    kind: Kind
    owner: Owner | None
    before: list[Document] = field(default_factory=list)
    after: list[Document] = field(default_factory=list)
    inline: dict[str, list[Document]] = field(default_factory=lambda: {BEFORE: [], AFTER: []})
    is_touched: bool = False

    def permissions(self, side: str) -> Permissions:
        """Return what the policies say together."""
        found = list(self.before if side == BEFORE else self.after)
        if self._counts_inline():
            found += self._inline(side)
        policies = tuple(each.policy for each in found)
        if self.kind is Kind.FILTER and not policies:
            # An endpoint without a policy lets everything through.
            policies = (EVERYTHING,)
        return Permissions(self.kind, policies)

    def documents(self, side: str) -> list[Document]:
        """Return the documents that count on a side."""
        found = self.before if side == BEFORE else self.after
        return [*found, *(self._inline(side) if self._counts_inline() else ())]

    def _inline(self, side: str) -> list[Document]:
        # What the configuration leaves open is filled in by AWS as it was.
        if side == AFTER and any(not each.is_ours for each in self.inline[AFTER]):
            return self.inline[BEFORE]
        return self.inline[side]

    def _counts_inline(self) -> bool:
        """Whether what the owner's own resource shows is its own, and not what other resources write."""
        if not (self.before or self.after):
            return True
        one, other = self.inline[BEFORE], self._inline(AFTER)
        return [each.policy for each in one] != [each.policy for each in other]


class Facets:
    """All facets of one plan.

    Args:
        subject: the plan.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._documents = Documents(subject)
        self._found: dict[tuple[int, str], Facet] = {}
        self._policies = {
            (name, side): change
            for change in subject.inventory.resources
            if change.type == _POLICY
            for side in (BEFORE, AFTER)
            for name in _arns(change, side)
        }

    def all(self) -> list[Facet]:
        """Put the policies together of all owners to whom something happens."""
        pairs = self._subject.pairs
        touched = {id(pair.owner) for pair in pairs if pair.owner is not None and not pair.is_unchanged}
        for pair in pairs:
            if pair.is_unchanged and id(pair.owner) not in touched:
                continue
            for change, side in ((pair.before, BEFORE), (pair.after, AFTER)):
                if change is not None:
                    for document in (*self._documents.of(change, side), *self._attached(change, side)):
                        self._add(document, change, pair.owner, side, is_touched=not pair.is_unchanged, key=id(pair))
        return list(self._found.values())

    def _add(  # noqa: PLR0913  # where it stands, and whose it is
        self, document: Document, change: ResourceChange, owner: Owner | None, side: str, *, is_touched: bool, key: int
    ) -> None:
        kind = _kind(document, owner, is_ruled=bool(self._subject.table.row(change.type).rules), its=change.type)
        is_own = owner is not None and change.type == owner.type
        # What the table does not know stands for itself, attribute by attribute.
        name = (
            kind.value if owner is not None and self._subject.table.row(change.type).rules else f"{key}:{document.path}"
        )
        facet = self._found.setdefault((id(owner), name), Facet(kind, owner))
        facet.is_touched |= is_touched
        if is_own and kind is not Kind.TRUST and owner is not None and owner.type != _POLICY:
            facet.inline[side].append(document)
        else:
            (facet.before if side == BEFORE else facet.after).append(document)

    def _attached(self, change: ResourceChange, side: str) -> Iterator[Document]:
        values, unknown = values_of(change, side) or {}, unknown_of(change, side)
        for name in {*values, *unknown}:
            if any(rule.how == "attached" for rule in self._subject.table.rules_of(change.type, name)):
                held = values.get(name)
                for place, arn in enumerate(held if isinstance(held, list) else [held] if held else []):
                    path: Path = (name, place) if isinstance(held, list) else (name,)
                    if arn is not None:
                        yield self._named(change, path, str(arn), side)
                if _holds_unknown(unknown.get(name)):
                    yield from self._later(change, name)

    def _named(self, change: ResourceChange, path: Path, arn: str, side: str) -> Document:
        made = self._policies.get((arn, side))
        inner = next(iter(self._documents.of(made, side)), None) if made else None
        found = inner.policy if inner else managed_policy(arn)
        return Document(change.address, path, Policy(found.statements, key_of(change.address, path)), is_bare=True)

    def _later(self, change: ResourceChange, name: str) -> Iterator[Document]:
        is_ours = self._subject.expressions.is_configured(change, name)
        target = self._subject.expressions.owner(change, name)
        made = [
            one
            for one in self._subject.inventory.resources
            if target and (one.type, one.name, target.type) == (_POLICY, target.name, _POLICY)
        ]
        inner = next(iter(self._documents.of(made[0], AFTER)), None) if len(made) == 1 else None
        found = inner.policy if inner else managed_policy(UNKNOWN)
        policy = Policy(found.statements, key_of(change.address, (name,)))
        yield Document(change.address, (name,), policy, is_bare=True, is_ours=is_ours)


def _kind(document: Document, owner: Owner | None, *, is_ruled: bool, its: str) -> Kind:
    if document.path[-1] == _TRUST:
        return Kind.TRUST
    its = owner.type if owner else its
    if its == _ENDPOINT:
        return Kind.FILTER
    if its in _IDENTITIES or (document.is_bare and not is_ruled):
        return Kind.IDENTITY
    return Kind.RESOURCE


def _arns(change: ResourceChange, side: str) -> list[str]:
    arn = (values_of(change, side) or {}).get("arn")
    return [arn] if isinstance(arn, str) else []


def _holds_unknown(mark: Any) -> bool:  # noqa: ANN401  # any JSON value
    return mark is True or (isinstance(mark, list) and True in mark)
