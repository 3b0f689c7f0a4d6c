"""Security groups: who would reach what is inside, and where from there."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.refusal import WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.checks.guards.owners.inventory import Owner
    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject
    from generator.plans.plan import ResourceChange
    from generator.refusal import Path

_GROUPS: Final = ("aws_security_group", "aws_default_security_group")
_RULES: Final = {
    "aws_security_group_rule": "",
    "aws_vpc_security_group_ingress_rule": "ingress",
    "aws_vpc_security_group_egress_rule": "egress",
}
_LIST: Final = "aws_ec2_managed_prefix_list"
_LIST_ENTRY: Final = "aws_ec2_managed_prefix_list_entry"
# More addresses of the internet than those of one organisation: by version of the protocol, the bits of a network.
_MANY: Final = {4: 16, 6: 96}
# Networks that are not of the internet.
_INSIDE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7")
# More ports than a service has.
_MANY_PORTS: Final = 100
_LATER: Final = "somebody who is known only after apply"
# The ports that a rule means which names none.
_ALL_PORTS: Final = (0, 65535)
_ALL_PROTOCOLS: Final = ("-1", "all", "")
_ALL_BITS: Final = 1000


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
        who = "everybody" if _bits(self.peer) == _ALL_BITS else self.peer
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
        if pair.type in {_LIST, _LIST_ENTRY} and pair.after is not None and not pair.is_unchanged:
            yield from _list(pair)
        if pair.after is None or pair.is_unchanged or not (pair.type in _GROUPS or pair.type in _RULES):
            continue
        before = _joined(ways[id(pair.owner)][0])
        for path, way in _ways(pair.after, AFTER, subject):
            if any(each.covers(way) for each in before):
                continue
            whole = _together(way, ways[id(pair.owner)][1])
            if _is_refused(way, whole, pair, path, subject):
                was = ", ".join(each.words for each in before if each.direction == way.direction) or "nobody"
                reason = f"{'lets in' if way.direction == 'ingress' else 'lets out to'} {way.words}"
                yield Refusal(WIDEN, pair.address, reason, path, before=was, after=way.words)


def _is_refused(way: Way, bits: float, pair: Pair, path: Path, subject: Subject) -> bool:
    owner: Owner | None = pair.owner
    is_there = owner is not None and owner.is_there
    is_known = way.peer != _LATER or subject.stands_for(pair.resource, path, (), None)
    if way.direction == "egress":
        is_all = bits > 0 and (way.protocol == "-1" or way.ports[1] - way.ports[0] > _MANY_PORTS)
        return is_there and (is_all or not is_known)
    if bits > 0:
        return True
    is_own = way.peer == "self" or _is_of_plan(way.peer, subject) or (way.peer == _LATER and is_known)
    is_strange_list = way.peer.startswith("pl-") and not is_own and not subject.is_named_in_spec(way.peer)
    return (is_there and not is_own) or is_strange_list


def _list(pair: Pair) -> Iterator[Refusal]:
    """Refuse one more network in a list that groups name, and in a new list those of everybody."""
    before, after = (
        set(_networks(values_of(change, side) or {})) if change else set()
        for change, side in ((pair.before, BEFORE), (pair.after, AFTER))
    )
    is_there = pair.before is not None or (pair.owner is not None and pair.owner.is_there)
    for each in sorted(after - before):
        if is_there or _bits(each):
            way = Way("ingress", each, "-1", _ALL_PORTS)
            was = ", ".join(sorted(before)) or "nobody"
            reason = f"lists {way.words} for all groups that name it"
            yield Refusal(WIDEN, pair.address, reason, ("cidr",), before=was, after=each)


def _networks(values: Mapping[str, Any]) -> Iterator[str]:
    for each in (values, *(values.get("entry") or ())):
        if isinstance(each.get("cidr"), str):
            yield each["cidr"]


def _together(way: Way, ways: Sequence[Way]) -> float:
    """Return by how many bits the networks that a group lets through with a way are too many of the internet."""
    networks = [each.peer for each in ways if each.direction == way.direction and (each is way or _is_like(each, way))]
    return max((_bits(each) for each in _collapsed([*networks, way.peer]) if _includes(each, way.peer)), default=0)


def _is_like(one: Way, other: Way) -> bool:
    return one.protocol in {"-1", other.protocol} and one.ports[0] <= other.ports[1] and other.ports[0] <= one.ports[1]


def _bits(peer: str) -> float:
    """Return by how many bits a network holds more of the internet than one organisation has; 0 for another peer."""
    try:
        found = ipaddress.ip_network(peer, strict=False)
    except ValueError:
        return 0
    if found.prefixlen == 0:
        return _ALL_BITS
    is_inside = any(_includes(each, peer) for each in _INSIDE)
    return 0 if is_inside else max(0, found.max_prefixlen - found.prefixlen - _MANY[found.version])


def _joined(ways: Sequence[Way]) -> list[Way]:
    """Return ways with those of neighbouring networks put together."""
    kinds = dict.fromkeys((each.direction, each.protocol, each.ports) for each in ways)
    return [
        Way(direction, peer, protocol, ports)
        for direction, protocol, ports in kinds
        for peer in _collapsed(
            [each.peer for each in ways if (each.direction, each.protocol, each.ports) == (direction, protocol, ports)]
        )
    ]


def _collapsed(peers: Sequence[str]) -> list[str]:
    networks: dict[int, list[Any]] = {4: [], 6: []}
    others = []
    for peer in peers:
        try:
            network_of = ipaddress.ip_network(peer, strict=False)
            networks[network_of.version].append(network_of)
        except ValueError:
            others.append(peer)
    return [
        *dict.fromkeys(others),
        *(str(each) for found in networks.values() for each in ipaddress.collapse_addresses(found)),
    ]


def _is_of_plan(peer: str, subject: Subject) -> bool:
    return any(peer in owner.known[AFTER] for owner in subject.inventory.owners())


def _listed(peer: str, side: str, subject: Subject) -> Iterator[str]:
    """Yield a peer, or the networks of a list that the plan holds."""
    yield peer
    if not peer.startswith("pl-"):
        return
    for change in subject.inventory.resources:
        values = values_of(change, side) or {}
        name = {_LIST: "id", _LIST_ENTRY: "prefix_list_id"}.get(change.type)
        if name and values.get(name) == peer:
            yield from _networks(values)


def _ways(change: ResourceChange, side: str, subject: Subject) -> Iterator[tuple[Path, Way]]:
    values, unknown = values_of(change, side) or {}, unknown_of(change, side)
    if change.type in _RULES:
        direction = _RULES[change.type] or str(values.get("type") or "ingress")
        yield from _of(values, unknown, direction, (), side, subject)
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
            yield from _of(block, of_block, direction, (direction, index), side, subject)


def _of(  # noqa: PLR0913, PLR0917  # what a rule says, and where it stands
    values: Any,  # noqa: ANN401  # any JSON value
    unknown: Any,  # noqa: ANN401  # likewise
    direction: str,
    path: Path,
    side: str,
    subject: Subject,
) -> Iterator[tuple[Path, Way]]:
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
                for each in _listed(peer, side, subject):
                    yield (*path, name), Way(direction, each, protocol, ports)
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
