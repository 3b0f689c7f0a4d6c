"""The document of a plan or of a fleet of plans: everything that a reviewer may read, and nothing that is secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.plans.comparable import Divergence
    from generator.plans.plan import Action
    from generator.reports.plan.values.difference import Difference, Origin

RemarkKind = Literal["refused", "allowed", "advice"]


class Verdict(Enum):
    """What an apply would need; the gravest first.

    Attributes:
        FAILED: there is no plan.
        REFUSED: a guard or a rule speaks against it.
        CONSENT: somebody should look: something goes, is replaced, opened or less protected.
        DRIFTED: of a look for drift: it is not as it was applied, or not as the code says.
        SAFE: things are only added or updated.
        NOTHING: nothing is to be done.
    """

    FAILED = "failed"
    REFUSED = "refused"
    CONSENT = "consent"
    DRIFTED = "drifted"
    SAFE = "safe"
    NOTHING = "nothing"


class Risk(Enum):
    """What kind of change it is; the gravest first. The last three are counted and not listed."""

    DESTROYED = "destroyed"
    REPLACED = "replaced"
    WIDER = "wider"
    UNPROTECTED = "unprotected"
    UPDATED = "updated"
    IMPORTED = "imported"
    CREATED = "created"
    MOVED = "moved"
    TAGS = "tags"
    READ = "read"


COUNTED = (Risk.MOVED, Risk.TAGS, Risk.READ)
GRAVE = (Risk.DESTROYED, Risk.REPLACED, Risk.WIDER, Risk.UNPROTECTED)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a guard or a rule says.

    Attributes:
        kind: whether it refuses, was allowed, or only advises.
        about: the kind of refusal, or the name of the rule.
        address: of the resource.
        reason: the rest of a sentence that begins with the address.
        before: how it is now; "" where the reason says it.
        after: how it would be.
        flag: the option that allows it; "" where nothing does.
        origins: where the spec says it.
        path: of the attribute concerned; empty for the resource as a whole.
        consent: what `--allow` has to say; "" where nothing allows it.
    """

    kind: RemarkKind
    about: str
    address: str
    reason: str
    before: str = ""
    after: str = ""
    flag: str = ""
    origins: tuple[str, ...] = ()
    path: tuple[str | int, ...] = ()
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource.

    Attributes:
        address: absolute, never masked or cut.
        type: of the resource.
        module: address of its module, "" for the root.
        action: in one word.
        actions: Terraform's own list.
        risk: what kind of change it is.
        differences: the values that change; of a new resource those that it will have.
        replaced_because_of: the attributes that force a replacement, as Terraform names them.
        reason: Terraform's word for why, "" where it gives none.
        previous_address: where a `moved` block took it from, or "".
        import_id: what an `import` block takes it over by, or "".
        deposed: the key of an object that an interrupted replacement left behind, or "".
        computed: how many values AWS alone decides and Terraform cannot tell yet.
        origins: where the spec asks for the resource.
        template: file and line of the template that writes it, "" where that is not known.
        rendered: file and line in `modules_out/`.
        remarks: what guards and rules say of it.
        seconds: how long the same took the last time; None where nobody has measured.
    """

    address: str
    type: str
    module: str
    action: Action
    actions: tuple[str, ...]
    risk: Risk
    differences: tuple[Difference, ...] = ()
    replaced_because_of: tuple[tuple[str | int, ...], ...] = ()
    reason: str = ""
    previous_address: str = ""
    import_id: str = ""
    deposed: str = ""
    computed: int = 0
    origins: tuple[Origin, ...] = ()
    template: str = ""
    rendered: str = ""
    remarks: tuple[Remark, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Excused:
    """A change of which an entry of `drift.yaml` speaks.

    Attributes:
        kind: whether somebody made it past Terraform, or nobody has applied it yet.
        change: with the values that the entry speaks of.
        reason: why it was allowed.
        until: the last day on which it is, `2026-12-31`.
        place: of the entry.
        is_expired: that day is over.
    """

    kind: Literal["outside", "unapplied"]
    change: Change
    reason: str
    until: str
    place: str
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Billed:
    """A resource that AWS bills, and that joins or leaves.

    Attributes:
        address: of the resource.
        service: AWS's name of the service.
        units: what AWS counts, by the public names of its price list.
        sign: `+` where it joins, `-` where it leaves.
    """

    address: str
    service: str
    units: tuple[str, ...]
    sign: Literal["+", "-"]


@dataclass(frozen=True, slots=True)
class Environment:
    """The plan of one environment.

    Attributes:
        name: of the environment.
        stack: of which it is one environment.
        environment_class: dev, staging or prod.
        account: twelve digits.
        region: of its resources.
        verdict: what an apply would need.
        has_changes: Terraform's own verdict.
        is_first: nothing of it exists yet.
        counts: resources by action.
        changes: what happens, the gravest first.
        outside: what changed past Terraform since the last apply.
        remarks: everything that guards and rules say.
        outputs: action by output that changes.
        output_count: how many outputs there are.
        billed: resources with a bill of their own that join or leave.
        seconds: how long an apply may take, by what took how long the last time; None where nobody knows.
        files: its specs and its folder, from the workspace.
        warnings: what Terraform warned of.
        refreshed_at: when a plan that is shown again was made, "" for a new one.
        note: what else stands beside its name.
        terraform: version.
        planned_seconds: how long the plan took.
        error: why there is no plan.
        excused: of a look for drift: what the list of the workspace allows, or allowed once.
        outcome: after an apply: what became of it.
    """

    name: str
    stack: str
    environment_class: str
    account: str
    region: str
    verdict: Verdict
    has_changes: bool = False
    is_first: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    outside: tuple[Change, ...] = ()
    remarks: tuple[Remark, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    output_count: int = 0
    billed: tuple[Billed, ...] = ()
    seconds: float | None = None
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refreshed_at: str = ""
    note: str = ""
    terraform: str = ""
    planned_seconds: float = 0.0
    error: str = ""
    excused: tuple[Excused, ...] = ()
    outcome: str = ""

    @property
    def refusals(self) -> tuple[Remark, ...]:
        """What speaks against applying it."""
        return tuple(each for each in self.remarks if each.kind == "refused")

    def of_risk(self, risk: Risk) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.risk is risk)


@dataclass(frozen=True, slots=True)
class Group:
    """Environments of one stack in which the same would happen.

    Attributes:
        stack: their stack.
        names: of the environments; what is said of the first holds for all.
        compared_with: the first of the largest group of the stack; "" for that one.
        differs: in what it is not like that one.
        because: keys of the spec in which it is not.
    """

    stack: str
    names: tuple[str, ...]
    compared_with: str = ""
    differs: tuple[Divergence, ...] = ()
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Everything.

    Attributes:
        mode: `offline`, `sandbox` or `real`.
        verb: `plan`, `apply`, `destroy` or `drift`.
        environments: in the order in which they were asked for, those without a plan at the end. Of a look for drift,
            changes are what is not applied yet.
        groups: by stack; in each the largest first.
    """

    mode: str
    verb: str
    environments: tuple[Environment, ...]
    groups: tuple[Group, ...]

    def environment(self, name: str) -> Environment:
        """Return an environment by its name."""
        return next(each for each in self.environments if each.name == name)

    @property
    def verdict(self) -> Verdict:
        """The gravest of all."""
        order = list(Verdict)
        return min((each.verdict for each in self.environments), key=order.index, default=Verdict.NOTHING)
