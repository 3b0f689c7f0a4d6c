"""Which part of the context an expression of a template reads, told from its syntax tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LoopKey:
    """The key of a loop's current item; known when the template runs.

    Attributes:
        variable: template variable that holds the key.
    """

    variable: str


ContextPath: TypeAlias = "tuple[str | LoopKey, ...]"
TemplateScope: TypeAlias = "Mapping[str, tuple[ContextPath, ...]]"

_MAPPING_READERS = frozenset({"get", "items", "keys", "values"})


def context_paths(expression: nodes.Node, scope: TemplateScope) -> tuple[ContextPath, ...]:
    """Return the context paths that `expression` reads, each once, in its order.

    Args:
        expression: any expression.
        scope: what the names stand for that the template itself defines; all others are keys of the context.
    """
    return tuple(dict.fromkeys(_paths(expression, scope)))


def is_chain(expression: nodes.Node) -> bool:
    """Say whether `expression` is one value of the context, as it is: `project.variables`."""
    while isinstance(expression, nodes.Getattr | nodes.Getitem):
        expression = expression.node
    return isinstance(expression, nodes.Name)


def bind(target: nodes.Node, values: tuple[ContextPath, ...]) -> dict[str, tuple[ContextPath, ...]]:
    """Return what the names of an assignment's or loop's target stand for."""
    return {name.name: values for name in (target, *target.find_all(nodes.Name)) if isinstance(name, nodes.Name)}


def pattern(path: ContextPath) -> str:
    """Write a path with `*` for what only a running template knows: `builds.projects.*.name`."""
    return ".".join("*" if isinstance(part, LoopKey) else part for part in path)


def _paths(node: nodes.Node, scope: TemplateScope) -> list[ContextPath]:
    match node:
        case nodes.Name():
            return list(scope[node.name]) if node.name in scope else [(node.name,)]
        case nodes.Getattr():
            return [(*path, node.attr) for path in _paths(node.node, scope)]
        case nodes.Getitem(arg=nodes.Const(value=key)):
            return [(*path, str(key)) for path in _paths(node.node, scope)]
        case nodes.Getitem():
            return [*((*path, "*") for path in _paths(node.node, scope)), *_paths(node.arg, scope)]
        case nodes.Call(node=nodes.Getattr(node=mapping, attr=attr)) if attr in _MAPPING_READERS:
            return _paths(mapping, scope)
    return [path for child in node.iter_child_nodes() for path in _paths(child, scope)]
