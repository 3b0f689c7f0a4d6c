"""Rules of the network: which one, what it may reach, and whether the builds can work in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from generator.aws.compute import compute
from generator.model.builds.starts import source_types
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path

# What a build reaches without internet: through endpoints, or because it has nothing to fetch.
_REACHED: Final = {"codecommit", "none", "s3"}
# Rules that the security group has of its own.
OWN_EGRESS: Final = ("endpoints", "https", "s3")


def choice(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The network is either there already, or made by the stack; and some build runs in it."""
    network = spec.network
    if network is None:
        return
    if network.existing and network.managed:
        message, hint = "has both existing and managed", "keep one of the two (null removes an inherited one)"
        yield Finding(("network",), message, hint, "network-choice")
    elif not network.existing and not network.managed:
        message, hint = "says neither which VPC there is, nor which one to make", "add existing or managed"
        yield Finding(("network",), message, hint, "network-choice")
    elif not builds_inside(spec):
        yield Finding(
            ("network",),
            "no build runs in it",
            "remove it, or remove network: false from a build",
            "network-unused",
            "warning",
        )


def egress(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What the builds may reach besides HTTPS can be said in a security group of the stack's own."""
    if spec.network is None:
        return
    for name, rule in spec.network.egress.items():
        at = ("network", "egress", name)
        if name in OWN_EGRESS:
            yield Finding(at, "is the name of a rule that the stack has itself", "choose another name", "egress-name")
        if rule.to_port is not None and rule.to_port < rule.port:
            yield Finding((*at, "to_port"), f"is below port, {rule.port}", "swap the two", "egress-ports")
    if spec.network.egress and spec.network.existing and spec.network.existing.security_group_ids:
        yield Finding(
            ("network", "egress"),
            "changes nothing: the security groups of the builds are not the stack's own",
            "put the rules into those groups, or remove existing.security_group_ids",
            "egress-of-others",
        )


def existing(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each subnet and each security group is named once."""
    if spec.network and spec.network.existing:
        found = spec.network.existing
        yield from repeated(("network", "existing", "subnet_ids"), found.subnet_ids)
        yield from repeated(("network", "existing", "security_group_ids"), found.security_group_ids or [])


def source(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A build without internet can still fetch its source."""
    managed = spec.network.managed if spec.network else None
    if managed is None or managed.internet != "none":
        return
    cut_off = {name: servers for name in builds_inside(spec) if (servers := source_types(spec, name) - _REACHED)}
    if cut_off:
        kinds = ", ".join(sorted(set().union(*cut_off.values())))
        yield Finding(
            ("network", "managed", "internet"),
            f"without internet, {', '.join(cut_off)} cannot fetch the source from {kinds}",
            "use internet: nat, or a repository in CodeCommit, which is reached through an endpoint",
            "no-way-to-source",
        )


def machines(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The machine of a build can be put into the network, and what a build wants of a network is there."""
    for name, build in spec.builds.items():
        at, inside = ("builds", name), spec.network is not None and build.network
        if inside and compute(build.compute).family == "lambda":
            message = f"a build on Lambda (compute: {build.compute}) cannot run in a VPC"
            yield Finding((*at, "network"), message, "set network: false, or choose a size on EC2", "lambda-in-network")
        if inside and build.fleet:
            message = "a machine of a fleet has the network of its fleet, and not this one"
            yield Finding((*at, "network"), message, "set network: false", "fleet-in-network", "warning")
        if build.file_systems and not inside:
            message = "lie in a VPC, and the build does not run in one"
            hint = "add network, and leave out network: false"
            yield Finding((*at, "file_systems"), message, hint, "file-systems-outside")


def file_systems(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The group of a file system is named where the stack makes the builds' own group."""
    found = spec.network.existing if spec.network else None
    if found is None or not found.security_group_ids:
        return
    for name, build in spec.builds.items():
        for label, system in build.file_systems.items():
            if system.security_group_id:
                at: Path = ("builds", name, "file_systems", label, "security_group_id")
                message = "changes nothing: the security groups of the builds are not the stack's own"
                hint = "let TCP 2049 out in those groups, or remove existing.security_group_ids"
                yield Finding(at, message, hint, "file-system-group")


def builds_inside(spec: EnvironmentSpec) -> list[str]:
    """Return the builds that run in the network."""
    return sorted(name for name, build in spec.builds.items() if build.network) if spec.network else []


def repeated(at: Path, items: Sequence[str]) -> Iterator[Finding]:
    """Find what a list holds twice."""
    for item, count in Counter(items).items():
        if count > 1:
            yield Finding(at, f"names {item} {count} times", "name it once", "named-twice")
