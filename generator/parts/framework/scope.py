"""What a part can see of one environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from generator.model.names import Names
from generator.model.section import Section

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec

S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True)
class Scope:
    """One environment: its spec, and what AWS calls its resources.

    Attributes:
        spec: the whole of the spec.
        names: names and ARNs.
    """

    spec: EnvironmentSpec
    names: Names

    @classmethod
    def of(cls, environment: str, spec: EnvironmentSpec) -> Scope:
        """Look at the spec of `environment`."""
        return cls(spec, Names.of(environment, spec))

    def get(self, section: type[S]) -> S | None:
        """Return what the spec says in a part's section; None where the part is off.

        The import of `section` declares that one part depends on another.
        """
        found = (value for _, value in self.spec if isinstance(value, section))
        return next(found, None)

    def build(self, name: str, keys: type[S]) -> S:
        """Return what a build says in a part's own keys."""
        build = self.spec.builds[name]
        return cast("S", keys.model_construct(**{key: getattr(build, key) for key in keys.model_fields}))

    @property
    def builds_inside(self) -> list[str]:
        """The builds that run in the environment's network, sorted; none where there is no network."""
        return sorted(key for key, build in self.spec.builds.items() if build.network) if self.spec.network else []
