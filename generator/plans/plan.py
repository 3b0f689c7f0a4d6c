"""A plan as data: what terraform would do, read from `terraform show -json`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Of a value in a resource: names, and positions in lists.
AttributePath = tuple[str | int, ...]
Action = Literal["create", "update", "delete", "replace", "read", "forget", "no-op"]

_REPLACEMENT = frozenset({"create", "delete"})
_UNCHANGED: tuple[Action, ...] = ("no-op", "read")


# Guards ask each resource of a plan again and again.
@cache
def _action(actions: tuple[str, ...]) -> Action:
    names = frozenset(actions)
    if names >= _REPLACEMENT:
        return "replace"
    # `create` with `forget` is a replacement whose old object stays behind.
    for name in ("create", "update", "delete", "forget", "read"):
        if name in names:
            return name
    return "no-op"


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What would happen to one resource.

    Attributes:
        address: absolute (`module.logs.aws_cloudwatch_log_group.this`).
        module: address of its module, "" for the root.
        mode: `managed`, or `data` for what is only read.
        type: of the resource.
        name: of the resource.
        index: key under `for_each`, number under `count`, else None.
        provider: full address of the provider.
        actions: terraform's own list, in its order (`("delete", "create")`).
        before: values now; None where it does not exist.
        after: values afterwards, without those that are known only after apply; None where it is deleted.
        after_unknown: the same shape, True where a value is known only after apply.
        before_sensitive: the same shape as `before`, True where a value is to be hidden.
        after_sensitive: the same shape as `after`, True where a value is to be hidden.
        replace_paths: the attributes that force a replacement.
        reason: terraform's word for why (`replace_because_cannot_update` …), "" where it gives none.
        previous_address: where a `moved` block took it from, or "".
        deposed: key of a deposed object, or "".
        import_id: what an `import` block takes it over by, or "".
    """

    address: str
    type: str
    name: str
    actions: tuple[str, ...]
    module: str = ""
    mode: Literal["managed", "data"] = "managed"
    index: str | int | None = None
    provider: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    after_unknown: Mapping[str, Any] = field(default_factory=dict)
    before_sensitive: Any = False
    after_sensitive: Any = False
    replace_paths: tuple[AttributePath, ...] = ()
    reason: str = ""
    previous_address: str = ""
    deposed: str = ""
    import_id: str = ""

    @property
    def action(self) -> Action:
        """The actions in one word."""
        return _action(self.actions)

    @property
    def is_change(self) -> bool:
        """Whether anything happens to it, to its address, or to whether it is managed."""
        return self.action not in _UNCHANGED or bool(self.previous_address or self.import_id)

    @property
    def destroys(self) -> bool:
        """Whether the object that exists now is gone afterwards."""
        return "delete" in self.actions


@dataclass(frozen=True, slots=True)
class OutputChange:
    """What would happen to one output of the root; values of sensitive outputs are here too: do not print them."""

    name: str
    action: Action
    before: Any
    after: Any
    is_known: bool
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class StateResource:
    """What the state held of one resource when the plan was made.

    Attributes:
        address: absolute.
        type: of the resource.
        mode: `managed`, or `data` for what was read.
        values: all of them.
        sensitive: the same shape, True where a value is to be hidden.
    """

    address: str
    type: str
    mode: Literal["managed", "data"]
    values: Mapping[str, Any]
    sensitive: Any = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan.

    Attributes:
        resources: every resource in the plan, also those that do not change, in terraform's order.
        drift: what changed outside since the last apply.
        outputs: by name.
        is_complete: False where terraform deferred something to a later plan.
        errored: planning stopped half way; such a plan is never applied.
        terraform_version: that made it.
        raw: the whole plan JSON, for what is not modelled here (`configuration`, `checks`, `relevant_attributes`).
    """

    resources: tuple[ResourceChange, ...]
    drift: tuple[ResourceChange, ...]
    outputs: Mapping[str, OutputChange]
    is_complete: bool
    errored: bool
    terraform_version: str
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def changes(self) -> tuple[ResourceChange, ...]:
        """The resources to which something happens."""
        return tuple(resource for resource in self.resources if resource.is_change)

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing, outputs included."""
        return not self.changes and all(output.action == "no-op" for output in self.outputs.values())

    def state(self) -> Iterator[StateResource]:
        """Yield what the state held when the plan was made: what is managed, and the data sources that were read."""
        modules = [((self.raw.get("prior_state") or {}).get("values") or {}).get("root_module") or {}]
        while modules:
            module = modules.pop()
            modules += module.get("child_modules") or []
            for entry in module.get("resources") or []:
                yield StateResource(
                    address=entry["address"],
                    type=entry["type"],
                    mode=entry.get("mode", "managed"),
                    values=entry.get("values") or {},
                    sensitive=entry.get("sensitive_values", False),
                )

    def counts(self) -> dict[Action, int]:
        """Count the changing resources by action; actions that do not occur are absent."""
        return dict(Counter(change.action for change in self.changes))

    def resource(self, address: str) -> ResourceChange:
        """Return the resource at `address`.

        Raises:
            KeyError: the plan has no such resource.
        """
        for resource in self.resources:
            if resource.address == address and not resource.deposed:
                return resource
        raise KeyError(address)


def parse_plan(raw: Mapping[str, Any]) -> Plan:
    """Read the document that `terraform show -json PLANFILE` prints."""
    changes = raw.get("output_changes") or {}
    return Plan(
        resources=tuple(_resource(entry) for entry in raw.get("resource_changes") or ()),
        drift=tuple(_resource(entry) for entry in raw.get("resource_drift") or ()),
        outputs={name: _output(name, change) for name, change in sorted(changes.items())},
        is_complete=bool(raw.get("complete", True)),
        errored=bool(raw.get("errored", False)),
        terraform_version=str(raw.get("terraform_version") or ""),
        raw=raw,
    )


def _resource(entry: Mapping[str, Any]) -> ResourceChange:
    change = entry["change"]
    return ResourceChange(
        address=entry["address"],
        type=entry["type"],
        name=entry["name"],
        actions=tuple(change["actions"]),
        module=entry.get("module_address", ""),
        mode=entry.get("mode", "managed"),
        index=entry.get("index"),
        provider=entry.get("provider_name", ""),
        before=change.get("before"),
        after=change.get("after"),
        # Terraform writes a bare false where there is nothing to say.
        after_unknown=change.get("after_unknown") or {},
        before_sensitive=change.get("before_sensitive", False),
        after_sensitive=change.get("after_sensitive", False),
        replace_paths=tuple(tuple(path) for path in change.get("replace_paths") or ()),
        reason=entry.get("action_reason", ""),
        previous_address=entry.get("previous_address", ""),
        deposed=entry.get("deposed", ""),
        import_id=str((change.get("importing") or {}).get("id") or ""),
    )


def _output(name: str, change: Mapping[str, Any]) -> OutputChange:
    return OutputChange(
        name=name,
        action=_action(tuple(change["actions"])),
        before=change.get("before"),
        after=change.get("after"),
        is_known=not change.get("after_unknown", False),
        is_sensitive=bool(change.get("before_sensitive")) or bool(change.get("after_sensitive")),
    )
