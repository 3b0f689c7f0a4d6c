"""A plan as rules see it: typed, frozen, without secrets; docs/policies.md describes every field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

Action = Literal["create", "update", "delete", "replace", "forget", "read", "no-op"]
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a spec says a value.

    Attributes:
        key: dotted key of the spec.
        file: of the spec, relative to the workspace.
        line: 1-based.
        column: 1-based.
    """

    key: str
    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} ({self.key})"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule finds wrong.

    Attributes:
        message: what is wrong, without a full stop.
        address: of the resource; "" for the environment as a whole.
        path: dotted path of the attribute, "" for the resource as a whole.
    """

    message: str
    address: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One resource of a plan, also one that stays as it is.

    Attributes:
        address: absolute (`module.logs.aws_cloudwatch_log_group.this`).
        type: of the resource.
        action: what happens to it, in one word.
        actions: Terraform's own list, in its order.
        module: address of its module, "" for the root.
        name: of the resource.
        index: key under `for_each`, number under `count`, else None.
        before: values now; None where it does not exist yet. Sensitive values read `(sensitive)`.
        after: values afterwards; None where it is deleted. What is known only after apply is not in it.
        unknown: the same shape as `after`, True where a value is known only after apply.
        replace_paths: the attributes that force a replacement.
        previous_address: where a `moved` block took it from, or "".
        origins: by attribute of the first level, where the spec says it.
    """

    address: str
    type: str
    action: Action
    actions: tuple[str, ...] = ()
    module: str = ""
    name: str = ""
    index: str | int | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    unknown: Mapping[str, Any] = field(default_factory=_nothing)
    replace_paths: tuple[tuple[str | int, ...], ...] = ()
    previous_address: str = ""
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=_nothing, compare=False, repr=False)

    def get(self, path: str, default: Any = None) -> Any:  # noqa: ANN401  # any JSON value
        """Return the value afterwards at a dotted path (`environment.0.image`); `default` where there is none."""
        return _at(self.after, path, default)

    def was(self, path: str, default: Any = None) -> Any:  # noqa: ANN401  # any JSON value
        """Return the value now at a dotted path; `default` where there is none."""
        return _at(self.before, path, default)

    def is_unknown(self, path: str) -> bool:
        """Whether the value at a dotted path, or one around it, is known only after apply."""
        node: Any = self.unknown
        for part in path.split("."):
            if node is True:
                return True
            node = _below(node, part)
        return node is True

    def problem(self, message: str, path: str = "") -> Problem:
        """Return a problem of this resource."""
        return Problem(message, self.address, path)


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one environment.

    Attributes:
        environment: its name.
        environment_class: dev, staging or prod.
        account: twelve digits.
        region: of its resources.
        mode: `real`, `sandbox` or `offline`.
        is_destroy: whether it destroys the whole environment.
        resources: every managed resource, also those that stay as they are.
        outputs: values of outputs afterwards, as far as they are known and not sensitive.
    """

    environment: str
    environment_class: str = ""
    account: str = ""
    region: str = ""
    mode: str = "real"
    is_destroy: bool = False
    resources: tuple[Change, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=_nothing)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The resources to which something happens."""
        return tuple(each for each in self.resources if each.action != "no-op" or each.previous_address)

    def of_type(self, *types: str) -> Iterator[Change]:
        """Yield the resources of these types that exist after the plan."""
        return (each for each in self.resources if each.type in types and each.after is not None)


def frozen(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return a JSON value in a form that nobody can change."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    return value


def _at(values: Mapping[str, Any] | None, path: str, default: Any) -> Any:  # noqa: ANN401  # any JSON value
    node: Any = values
    for part in path.split("."):
        node = _below(node, part)
    return default if node is None else node


def _below(node: Any, part: str) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(node, Mapping):
        return node.get(part)
    if isinstance(node, tuple) and part.isdigit() and int(part) < len(node):
        return node[int(part)]
    return None
