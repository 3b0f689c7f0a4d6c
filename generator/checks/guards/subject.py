"""What a guard looks at: a plan with its owners, and what is known of the environment that it is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generator.checks.guards.owners.inventory import AFTER, Inventory, values_of
from generator.checks.guards.owners.pairs import pairs
from generator.checks.guards.owners.renaming import Renaming
from generator.checks.guards.rendered.expressions import Expressions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from generator.checks.guards.classification.table import Table
    from generator.checks.guards.owners.pairs import Pair
    from generator.plans.plan import Plan, ResourceChange
    from generator.refusal import Path as AttributePath

_ARN_FIELDS: Final = 6
# By service of an ARN: how the types of its resources begin, where that is not the service's own name.
_TYPES: Final = {
    "codebuild": "aws_codebuild",
    "codepipeline": "aws_codepipeline",
    "ec2": "aws_",
    "elasticfilesystem": "aws_efs",
    "events": "aws_cloudwatch_event",
    "firehose": "aws_kinesis_firehose",
    "logs": "aws_cloudwatch_log",
    "states": "aws_sfn",
}


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
        known: what is classified.
    """

    def __init__(self, plan: Plan, surroundings: Surroundings, known: Table) -> None:
        self.plan = plan
        self.surroundings = surroundings
        self.expressions = Expressions(plan, surroundings.configuration)
        self.table = known
        self.inventory = Inventory(plan, self.expressions, known, surroundings.half_made)
        self._renaming = Renaming(self.inventory)

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

    def is_same(self, before: object, after: object, attribute: str) -> bool:
        """Whether two values of an attribute name the same thing, which goes by another name from now on."""
        return self._renaming.is_same(before, after, attribute)

    @cached_property
    def exists(self) -> bool:
        """Whether the environment holds anything: a first apply has nothing to lose."""
        return any(change.before is not None for change in self.inventory.resources)

    def is_of_stack(self, name: str) -> bool:
        """Whether a name, or what it begins with, is that of something of this stack, or that the spec names."""
        fields = name.split(":", _ARN_FIELDS - 1) if name.startswith("arn:") else []
        if len(fields) == _ARN_FIELDS:
            return self._is_arn_of_stack(name, fields)
        parts = {name, name.removesuffix(":*"), name.removesuffix(".git"), f"{name}.git"}
        if "://" not in name:
            parts.add(name.partition("/")[0])
        return name == self.account or any(part in self._made or self.is_named_in_spec(part) for part in parts)

    def _is_arn_of_stack(self, arn: str, fields: Sequence[str]) -> bool:
        """Whether an ARN is that of a resource of the plan, by its service and its name, or stands in the spec."""
        wholes = {arn, arn.removesuffix(":*"), arn.removesuffix("/*")}
        if any(whole in self._made or whole in self.spec_texts for whole in wholes):
            return True
        service, account, rest = fields[2], fields[4], fields[5].removesuffix(":*")
        if service == "s3":
            bucket = rest.partition("/")[0]
            return "aws_s3_bucket" in self._made.get(bucket, ()) or bucket in self.spec_texts
        names = {rest, rest.partition("/")[2], rest.partition(":")[2], rest.rpartition("/")[2]} - {""}
        prefix = _TYPES.get(service, f"aws_{service}_")
        types = {kind for each in names for kind in self._made.get(each, ())}
        return account == self.account and any(kind.startswith(prefix) for kind in types)

    @cached_property
    def _made(self) -> Mapping[str, set[str]]:
        """The names of what the plan makes or keeps, each with the types of the resources that go by it."""
        found: dict[str, set[str]] = {}
        for change in self.inventory.resources:
            its, values = self.table.row(change.type), values_of(change, AFTER) or {}
            # What belongs to another often has the name of that as its own ID.
            own = its.names or (() if its.owners else ("id", "arn"))
            for name in own:
                if isinstance(values.get(name), str) and values[name]:
                    found.setdefault(values[name], set()).add(change.type)
        return found

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
