"""Security groups: who would reach what is inside, and where from there."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.guards.refusal import WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.guards.owners.inventory import Owner
    from generator.guards.owners.pairs import Pair
    from generator.guards.refusal import Path
    from generator.guards.subject import Subject
    from generator.plans.plan import ResourceChange

_GROUPS: Final = ("aws_security_group", "aws_default_security_group")
_RULES: Final = {
    "aws_security_group_rule": "",
    "aws_vpc_security_group_ingress_rule": "ingress",
    "aws_vpc_security_group_egress_rule": "egress",
}
_EVERYBODY: Final = ("0.0.0.0/0", "::/0")
_LATER: Final = "somebody who is known only after apply"
# The ports that a rule means which names none.
_ALL_PORTS: Final = (0, 65535)
_ALL_PROTOCOLS: Final = ("-1", "all", "")


@dataclass(frozen=True, slots=True)
class Way:
    """One way in or out.

    Attributes:
        direction: `ingress` or `egress`.
        peer: a network, a group, a list of networks; or that it is not known.
        protocol: `-1` for all.
        ports: the first and the last.
    """

    direction: str
    peer: str
    protocol: str
    ports: tuple[int, int]

    def covers(self, other: Way) -> bool:
        """Whether this way lets through all that the other one does."""
        is_protocol = self.protocol in {"-1", other.protocol}
        is_port = self.protocol == "-1" or (self.ports[0] <= other.ports[0] and other.ports[1] <= self.ports[1])
        return self.direction == other.direction and is_protocol and is_port and _includes(self.peer, other.peer)

    @property
    def words(self) -> str:
        """The way for a person."""
        who = "everybody" if self.peer in _EVERYBODY else self.peer
        ports = (
            f"ports {self.ports[0]} to {self.ports[1]}" if self.ports[0] != self.ports[1] else f"port {self.ports[0]}"
        )
        what = "everything" if self.protocol == "-1" else f"{self.protocol} {ports}"
        return f"{who} ({what})"


def network(subject: Subject) -> Iterator[Refusal]:
    """Refuse new ways into what exists, and ways that are open to everybody."""
    ways: dict[int, tuple[list[Way], list[Way]]] = {}
    for pair in subject.pairs:
        for change, side, place in ((pair.before, BEFORE, 0), (pair.after, AFTER, 1)):
            if change is not None and (pair.type in _GROUPS or pair.type in _RULES):
                held = ways.setdefault(id(pair.owner), ([], []))
                held[place].extend(way for _, way in _ways(change, side, subject))
    for pair in subject.pairs:
        if pair.after is None or pair.is_unchanged or not (pair.type in _GROUPS or pair.type in _RULES):
            continue
        before = ways[id(pair.owner)][0]
        for path, way in _ways(pair.after, AFTER, subject):
            reason = "" if any(each.covers(way) for each in before) else _refused(way, pair.owner, pair, path, subject)
            if reason:
                was = ", ".join(each.words for each in before if each.direction == way.direction) or "nobody"
                yield Refusal(WIDEN, pair.address, reason, path, before=was, after=way.words)


def _refused(way: Way, owner: Owner | None, pair: Pair, path: Path, subject: Subject) -> str:
    is_there = owner is not None and owner.is_there
    is_known = way.peer != _LATER or subject.stands_for(pair.resource, path, (), None)
    if way.direction == "egress":
        is_all = way.peer in _EVERYBODY and way.protocol == "-1"
        return f"lets out to {way.words}" if is_there and (is_all or not is_known) else ""
    if way.peer in _EVERYBODY:
        return f"lets in {way.words}"
    is_own = way.peer == "self" or _is_of_plan(way.peer, subject) or (way.peer == _LATER and is_known)
    return f"lets in {way.words}" if is_there and not is_own else ""


def _is_of_plan(peer: str, subject: Subject) -> bool:
    return any(peer in owner.known[AFTER] for owner in subject.inventory.owners())


def _ways(change: ResourceChange, side: str, subject: Subject) -> Iterator[tuple[Path, Way]]:
    values, unknown = values_of(change, side) or {}, unknown_of(change, side)
    if change.type in _RULES:
        direction = _RULES[change.type] or str(values.get("type") or "ingress")
        yield from _of(values, unknown, direction, ())
        return
    for direction in ("ingress", "egress"):
        if unknown.get(direction) is True:
            # What separate rules give a group shows here as well: only what is written here is ours.
            if subject.expressions.is_configured(change, direction):
                yield (direction,), Way(direction, _LATER, "-1", _ALL_PORTS)
            continue
        for index, block in enumerate(values.get(direction) or ()):
            marks = unknown.get(direction) or []
            of_block = marks[index] if index < len(marks) and isinstance(marks[index], dict) else {}
            yield from _of(block, of_block, direction, (direction, index))


def _of(values: Any, unknown: Any, direction: str, path: Path) -> Iterator[tuple[Path, Way]]:  # noqa: ANN401  # any JSON value
    protocol = str(values.get("protocol") or values.get("ip_protocol") or "-1")
    protocol = "-1" if protocol in _ALL_PROTOCOLS or unknown.get("protocol") or unknown.get("ip_protocol") else protocol
    first, last = values.get("from_port"), values.get("to_port")
    is_open = first is None or last is None or -1 in (first, last)
    ports = _ALL_PORTS if is_open else (int(first), int(last))
    for name in ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "cidr_ipv4", "cidr_ipv6",
                 "prefix_list_id", "referenced_security_group_id", "source_security_group_id"):  # fmt: skip
        found = values.get(name)
        for peer in found if isinstance(found, list) else [found]:
            if isinstance(peer, str) and peer:
                yield (*path, name), Way(direction, peer, protocol, ports)
        mark = unknown.get(name)
        if mark is True or (isinstance(mark, list) and True in mark):
            yield (*path, name), Way(direction, _LATER, protocol, ports)
    if values.get("self") is True:
        yield (*path, "self"), Way(direction, "self", protocol, ports)


def _includes(wide: str, narrow: str) -> bool:
    if wide == narrow:
        return wide != _LATER
    try:
        one, other = ipaddress.ip_network(wide, strict=False), ipaddress.ip_network(narrow, strict=False)
    except ValueError:
        return False
    return one.version == other.version and other.subnet_of(one)  # type: ignore[arg-type]  # of one version
