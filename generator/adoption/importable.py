"""How a type of resource is found in AWS, and what Terraform's `import` block calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.readback.clients import Clients

    Values = Mapping[str, Any]
    Holds = Callable[[Mapping[str, Any], Values], object]
    # By type of resource; a text says why none is looked for.
    Imports = Mapping[str, "Importable | str"]

ARN: Final = "arn:{partition}:"
OF_PLACE: Final = ":{region}:{account}:"
IN_THE_STATE_ALONE: Final = "it is in the state alone"
UNKNOWN: Final = "nobody has said how it is looked for"
_FIELD: Final = re.compile(r"\{(\w+)\}")


def always(_answer: Mapping[str, Any], _values: Values) -> object:
    """Take any answer for a yes."""
    return True


@dataclass(frozen=True)
class Importable:
    """A type of resource that can be taken over.

    Attributes:
        identifier: what Terraform calls it, from its attributes: `{role}:{name}`; `{account}`, `{region}` and
            `{partition}` are those of the environment.
        service: boto3's name.
        operation: boto3's name of the call that answers whether there is one.
        arguments: of the call; texts, and lists of such, with attributes filled in.
        holds: whether the answer says that there is one; AWS answering at all says so by default.
        find: for an identifier that AWS makes up: returns it, or None.
        compared: an attribute that `holds` asks for.
    """

    identifier: str
    service: str
    operation: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    holds: Callable[[Mapping[str, Any], Values], object] = always
    find: Callable[[Clients, Values], str | None] | None = None
    compared: str = ""

    @cached_property
    def needs(self) -> frozenset[str]:
        """The attributes that must be known to look for one."""
        texts = [self.identifier, *(str(each) for each in self.arguments.values())]
        return frozenset(name for text in texts for name in _FIELD.findall(text)) | {self.compared} - {""}

    def look(self, clients: Clients, values: Values) -> str | None:
        """Return the identifier of the one that exists; None where there is none.

        Args:
            clients: of the environment's account and region.
            values: its attributes, as they are planned.
        """
        if self.find is not None:
            return self.find(clients, values)
        return self.identifier.format_map(values) if self._exists(clients, values) else None

    def exists(self, clients: Clients, identifier: str, place: Values) -> bool:
        """Tell whether there is one of an identifier.

        Args:
            clients: as above.
            identifier: as Terraform calls it.
            place: account, region and partition.
        """
        # The last field takes what is left: an ARN at the end has the sign in it that stands between the fields.
        pattern = _FIELD.sub(
            lambda found: f"(?P<{found[1]}>.+?)", re.escape(self.identifier).replace(r"\{", "{").replace(r"\}", "}")
        )
        found = re.fullmatch(pattern, identifier)
        return found is not None and self._exists(clients, {**place, **found.groupdict()})

    def _exists(self, clients: Clients, values: Values) -> bool:
        arguments = {name: _filled(each, values) for name, each in self.arguments.items()}
        answer = clients.ask(self.service, self.operation, **arguments)
        return answer is not None and bool(self.holds(answer, values))


def _filled(argument: object, values: Values) -> object:
    if isinstance(argument, list):
        return [_filled(each, values) for each in argument]
    return argument.format_map(values) if isinstance(argument, str) else argument


def has(key: str) -> Holds:
    """Return a check of an answer: something stands at `key`, which has dots where it is nested."""

    def holds(answer: Mapping[str, Any], _: Values) -> object:
        return _at(answer, key)

    return holds


def named(items: str, field: str, attribute: str) -> Holds:
    """Return a check of an answer: one of its items bears the name that is looked for."""

    def holds(answer: Mapping[str, Any], values: Values) -> object:
        return any(_at(item, field) == values[attribute] for item in _at(answer, items) or ())

    return holds


def _at(answer: Any, path: str) -> Any:  # noqa: ANN401  # what an API answers
    found = answer
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def of_bucket(operation: str, holds: Holds = always) -> Importable:
    """Return a row of something that a bucket has one of: Terraform calls it as it calls the bucket."""
    arguments = {"Bucket": "{bucket}"}
    return Importable("{bucket}", "s3", operation, arguments, holds)
