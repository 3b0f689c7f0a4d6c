"""What a guard looks at: a plan with its owners, and what is known of the environment that it is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from generator.guards.owners.inventory import Inventory
from generator.guards.owners.pairs import pairs
from generator.guards.rendered.expressions import Expressions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.guards.owners.pairs import Pair
    from generator.guards.refusal import Path as AttributePath
    from generator.plans.plan import Plan, ResourceChange


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of an environment besides its plan.

    Attributes:
        account: twelve digits.
        partition: of its region: `aws`, `aws-cn` …
        environment_class: dev, staging or prod.
        configuration: the rendered root module; None where it is not at hand.
        spec_texts: returns all texts of its spec; called where something is named that the plan does not make.
        half_made: addresses that an apply of ours began to make and did not finish.
    """

    account: str
    partition: str = "aws"
    environment_class: str = "prod"
    configuration: Path | None = None
    spec_texts: Callable[[], frozenset[str]] = frozenset
    half_made: frozenset[str] = frozenset()


class Subject:
    """One plan under judgement.

    Args:
        plan: the plan.
        surroundings: of its environment.
    """

    def __init__(self, plan: Plan, surroundings: Surroundings) -> None:
        self.plan = plan
        self.surroundings = surroundings
        self.expressions = Expressions(plan, surroundings.configuration)
        self.inventory = Inventory(plan, self.expressions, surroundings.half_made)

    @property
    def account(self) -> str:
        """The environment's own account."""
        return self.surroundings.account

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """All resources, each with what takes its place."""
        return tuple(pairs(self.inventory))

    def stands_for(self, change: ResourceChange, path: AttributePath, types: tuple[str, ...], before: object) -> bool:
        """Whether an unknown value is certain to be that of resources of this plan.

        Args:
            change: the resource.
            path: of the value.
            types: which the resources must be of; empty for any.
            before: names that must have been theirs before; None for any.
        """
        targets = self.expressions.targets(change, path)
        if not targets:
            return False
        named = [target for target in targets if target.type]
        fitting = all(target.type in (types or (target.type,)) and self.inventory.makes(target) for target in named)
        wanted = before if isinstance(before, list) else [] if before is None else [before]
        names = {name for target in named for name in self.inventory.names_before(target)}
        names |= {target.text for target in targets if not target.type}
        return fitting and bool(named) and all(isinstance(name, str) and _is_among(name, names) for name in wanted)

    def is_same(self, before: object, after: object) -> bool:
        """Whether two values name the same thing, which goes by another name from now on."""
        if before == after:
            return True
        if isinstance(before, list) and isinstance(after, list):
            return len(before) == len(after) and all(any(self.is_same(one, other) for other in after) for one in before)
        if not (isinstance(before, str) and isinstance(after, str)):
            return False
        return any(
            old in before and before.replace(old, new) == after
            for _, olds, news in self.inventory.replaced()
            for old in olds
            for new in news
        )

    def is_of_stack(self, name: str) -> bool:
        """Whether a name, or what it begins with, is that of something of this stack, or that the spec names."""
        parts = {name, name.partition("/")[0], name.removesuffix(":*"), name.removesuffix(".git")}
        own = {known for owner in self.inventory.owners() for known in owner.known["after"]}
        return not parts.isdisjoint(own) or any(self.is_named_in_spec(part) for part in parts)

    @cached_property
    def spec_texts(self) -> frozenset[str]:
        """All texts of the spec."""
        return self.surroundings.spec_texts()

    def is_named_in_spec(self, name: str) -> bool:
        """Whether the spec names a thing that no resource of the plan makes."""
        texts = self.spec_texts
        return name in texts or any(text.rpartition(":")[2].rpartition("/")[2] == name for text in texts if ":" in text)


def _is_among(name: str, names: set[str]) -> bool:
    # `bucket/path` begins with the name of the bucket.
    return name in names or name.partition("/")[0] in names
