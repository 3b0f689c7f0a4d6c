"""The policies in a plan, whatever attribute holds them; one that is not known yet is read from what writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.classification.vocabulary import QUIET
from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.owners.renaming import composed
from generator.permissions.document import marked, policy, policy_of_blocks
from generator.permissions.policy import UNKNOWN, Policy, identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.classification.rows import Rule
    from generator.checks.guards.owners.inventory import Inventory
    from generator.checks.guards.rendered.traversal import Target
    from generator.checks.guards.subject import Subject
    from generator.plans.plan import ResourceChange
    from generator.refusal import Path

# What holds the names in the blocks of a statement.
_INNER: Final = {"principals": "identifiers", "not_principals": "identifiers", "condition": "values"}
_DATA: Final = "aws_iam_policy_document"
# Tests under which a name that is not known yet is as good as any other.
_NAMING: Final = re.compile(r"(?:ForA(?:ny|ll)Values?:)?(?:String|Arn)(?:Equals|Like)")


@dataclass(frozen=True, slots=True)
class Document:
    """One policy of a resource on one side.

    Attributes:
        address: of the resource.
        path: of the attribute that holds it.
        policy: what it says; named after address and path.
        is_bare: it names no principals, as the policy of an identity does.
        is_ours: the configuration writes it; AWS fills in what it does not.
    """

    address: str
    path: Path
    policy: Policy
    is_bare: bool = False
    is_ours: bool = True

    @property
    def key(self) -> str:
        """What the policy is called."""
        return self.policy.name


def key_of(address: str, path: Path) -> str:
    """Return the name of a policy: where it stands."""
    return f"{address}#{'.'.join(map(str, path))}"


class Documents:
    """Reads the policies of one plan.

    Args:
        subject: the plan.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._names = Names(subject.inventory)
        self._written = {
            (change.module, change.name, change.index): change
            for change in subject.plan.resources
            if change.mode == "data" and change.type == _DATA
        }

    def of(self, change: ResourceChange, side: str) -> Iterator[Document]:
        """Yield the policies of a resource on one side."""
        values, unknown = values_of(change, side), unknown_of(change, side)
        if values is None:
            return
        for path, text in _texts(values, ()):
            if self._is_other(change.type, path):
                # A rule of another kind is judged as what it is.
                continue
            name = key_of(change.address, path)
            read = policy(self._names.replaced(text, side), name)
            bare = all(each.principals is None for each in read.statements)
            yield Document(change.address, path, read, is_bare=bare)
        for path in _open(unknown, ()):
            if self._is_policy(change.type, path):
                is_ours = self._subject.expressions.is_configured(change, str(path[0]))
                yield Document(change.address, path, self._deferred(change, path), is_ours=is_ours)

    def _is_policy(self, kind: str, path: Path) -> bool:
        """Whether an attribute holds a policy, by what is said of it or, where that is nothing, by its name."""
        rules = self._subject.table.rules_of(kind, _dotted(path))
        is_named = str(path[-1]) in _ATTRIBUTES and (not rules or self._is_ignored(kind, rules))
        return is_named or any(rule.how == "policy" for rule in rules)

    def _is_other(self, kind: str, path: Path) -> bool:
        """Whether what looks like a policy is judged as something else."""
        rules = self._subject.table.rules_of(kind, _dotted(path))
        return bool(rules) and not self._is_policy(kind, path) and not self._is_ignored(kind, rules)

    def _is_ignored(self, kind: str, rules: tuple[Rule, ...]) -> bool:
        # Whoever classifies types of their own cannot make a policy something that nobody reads.
        return self._subject.table.row(kind).is_own and all(rule.how in QUIET for rule in rules)

    def _deferred(self, change: ResourceChange, path: Path) -> Policy:
        name = key_of(change.address, path)
        found = self._subject.expressions.document(change, path)
        if found is None:
            return policy(UNKNOWN, name)
        written = self._written.get((change.module, found, change.index)) or self._written.get(
            (change.module, found, None)
        )
        if written is None:
            return policy(UNKNOWN, name)
        values = marked(written.after, dict(written.after_unknown))
        return policy_of_blocks(self._named(written, values), name)

    def _named(self, written: ResourceChange, values: Any) -> Any:  # noqa: ANN401  # any JSON value
        """Put the names of resources in place of what is unknown and certain to be theirs."""
        if not isinstance(values, dict) or not isinstance(values.get("statement"), list):
            return values
        blocks = []
        for index, block in enumerate(values["statement"]):
            named = self._block(written, ("statement", index), block) if isinstance(block, dict) else block
            blocks.append(named)
        return values | {"statement": blocks}

    def _block(self, written: ResourceChange, at: Path, block: dict[str, Any]) -> dict[str, Any]:
        its = dict(block)
        for key in ("resources", "not_resources"):
            its[key] = self._members(written, (*at, key), block.get(key))
        for key, inner in _INNER.items():
            held = block.get(key)
            if isinstance(held, list):
                its[key] = [self._inner(written, (*at, key, place, inner), one) for place, one in enumerate(held)]
        return its

    def _inner(self, written: ResourceChange, path: Path, one: Any) -> Any:  # noqa: ANN401  # any JSON value
        *_, key, _, inner = path
        if not isinstance(one, dict) or (key == "condition" and not _NAMING.fullmatch(str(one.get("test")))):
            return one
        return one | {str(inner): self._members(written, path, one.get(str(inner)))}

    def _members(self, written: ResourceChange, path: Path, value: Any) -> Any:  # noqa: ANN401  # any JSON value
        is_open = value is UNKNOWN or (isinstance(value, list) and UNKNOWN in value)
        targets = self._subject.expressions.targets(written, path) if is_open else None
        if targets and all(self._subject.inventory.makes(each) for each in targets if each.type):
            return [_symbol(target) if target.type else target.text for target in targets]
        if isinstance(value, list):
            return [self._names.replaced(one, AFTER) if isinstance(one, str) else one for one in value]
        return value


class Names:
    """What is made again under another name is the same thing to whoever names it.

    Args:
        inventory: of the plan.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._found: dict[str, dict[str, str]] = {BEFORE: {}, AFTER: {}}
        for owner, olds, news in inventory.replaced():
            symbol = identity(f"{owner.addresses[0]}.arn")
            arns = [old for old in olds if old.startswith("arn:")]
            later = {new for _, new in composed(olds, news)} | {new for new in news if new.startswith("arn:")}
            self._found[BEFORE] |= dict.fromkeys(arns, symbol)
            self._found[AFTER] |= dict.fromkeys(later if arns else (), symbol)

    def replaced(self, text: str, side: str) -> str:
        """Return a text with a symbol in place of each name that is about to be another."""
        for name, symbol in self._found[side].items():
            text = re.sub(rf"{re.escape(name)}(?![\w.-])", symbol, text)
        return text


def _symbol(target: Target) -> str:
    place = f"{target.module}." if target.module else ""
    return identity(f"{place}{target.type}.{target.name}.{target.attribute}") + target.suffix


# What may hold a policy that is not known yet, in a type that no table knows.
_ATTRIBUTES: Final = frozenset(
    {
        *("access_policies", "access_policy", "assume_role_policy", "policy", "policy_document", "resource_policy"),
        *("inline_policy", "policy_text"),
    }
)


def _dotted(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _texts(values: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401  # any JSON value
    # Every value of every resource of a fleet comes by here: only what holds others is looked into.
    for key, item in values.items() if isinstance(values, dict) else enumerate(values or ()):
        if isinstance(item, str):
            if item.lstrip()[:1] == "{" and ('"Statement"' in item or '"statement"' in item.lower()):
                yield (*path, key), item
        elif isinstance(item, dict | list):
            yield from _texts(item, (*path, key))


def _open(unknown: Any, path: Path) -> Iterator[Path]:  # noqa: ANN401  # any JSON value
    for key, item in unknown.items() if isinstance(unknown, dict) else enumerate(unknown or ()):
        if item is True:
            yield (*path, key)
        elif isinstance(item, dict | list):
            yield from _open(item, (*path, key))
