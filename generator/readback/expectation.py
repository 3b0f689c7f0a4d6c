"""What the read-back of every service needs to know of one environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.model.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.model.environment import EnvironmentSpec
    from generator.model.loading.load import Environment
    from generator.readback.clients import Clients


@dataclass(frozen=True, slots=True)
class Expectation:
    """An environment, and where to look for it.

    Attributes:
        spec: what the user asked for.
        names: what AWS calls it.
        clients: where to look.
        key_arn: of the KMS key of artifacts and logs as it exists; "" where the spec wants none.
        key_exists: False where the spec wants a key and there is none; `key_arn` is its alias then, which no resource
            can refer to.
    """

    spec: EnvironmentSpec
    names: Names
    clients: Clients
    key_arn: str
    key_exists: bool

    @classmethod
    def of(cls, environment: Environment, clients: Clients) -> Expectation:
        """Look up the stack's key, which other resources refer to."""
        names = Names.of(environment.name, environment.spec)
        if environment.spec.encryption is None:
            return cls(environment.spec, names, clients, key_arn="", key_exists=False)
        wanted = environment.spec.encryption.arn or names.key_alias
        found = clients.ask("kms", "describe_key", KeyId=wanted)
        key_arn = found["KeyMetadata"]["Arn"] if found else wanted
        return cls(environment.spec, names, clients, key_arn, key_exists=found is not None)

    @property
    def tags(self) -> dict[str, str]:
        """Tags of every resource."""
        own = {"Environment": self.names.environment, "ManagedBy": "tfstencil", "Stack": self.spec.stack}
        return {**self.spec.tags, **own}

    def tags_of(self, build: str) -> dict[str, str]:
        """Return the tags of what one build has."""
        return {**self.tags, **self.spec.builds[build].tags}


def tag_map(tags: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    """Return AWS's list of keys and values as a mapping, whichever case the service writes them in."""
    lowered = ({name.lower().removeprefix("tag"): value for name, value in tag.items()} for tag in tags or [])
    return {tag["key"]: tag["value"] for tag in lowered}
