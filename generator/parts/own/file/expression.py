"""Expressions of a part: Jinja's syntax for what settles a branch, and nothing that runs, loops or builds text.

Each is read once, when its part is, and judged then: what it may name is known. To evaluate one is to walk its tree:
only what stands in this file can happen, so that neither time nor memory can grow beyond what is written.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONGEST: Final = 1000
_JINJA: Final = Environment(autoescape=False)  # noqa: S701  # its parser alone is used: nothing is rendered
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "in": lambda one, many: one in (many or ()),
    "notin": lambda one, many: one not in (many or ()),
}
_FILTERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "count": len,
    "length": len,
    "first": lambda items: next(iter(items), None),
    "last": lambda items: next(reversed(list(items)), None),
    "list": list,
    "lower": lambda text: str(text).lower(),
    "sort": sorted,
    "unique": lambda items: list(dict.fromkeys(items)),
    "upper": lambda text: str(text).upper(),
}
_TESTS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "none": lambda value: value is None,
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "mapping": lambda value: isinstance(value, Mapping),
}
_ORDERED: Final = frozenset({"gt", "gteq", "lt", "lteq"})
_KNOWN: Final = (
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.CondExpr, nodes.Const),
    *(nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.List, nodes.Tuple),
)

# What an expression can name: of a mapping, the keys below; `None` is a value, `ANY` holds names that nobody knows yet.
Vocabulary = Mapping[str, Any]
ANY: Final = object()


class ExpressionError(ValueError):
    """An expression that cannot be read, or says what it may not; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Expression:
    """An expression that has been judged.

    Attributes:
        text: as it is written.
        tree: what it says.
    """

    text: str
    tree: nodes.Expr

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary) -> Expression:
        """Read an expression.

        Args:
            text: such as `inputs.topic is not none and environment.class == 'prod'`.
            vocabulary: what it may name.

        Raises:
            ExpressionError: it is no expression, does what an expression may not, or names what is not there.
        """
        if len(text) > _LONGEST:
            raise ExpressionError(f"is longer than {_LONGEST} characters", "split it into two")
        try:
            parser = Parser(_JINJA, text, state="variable")
            tree = parser.parse_expression()
            if not parser.stream.eos:
                raise ExpressionError(f"is not an expression beyond {str(parser.stream.current)!r}")
        except TemplateSyntaxError as error:
            raise ExpressionError(f"is not an expression: {error.message}") from None
        except RecursionError:
            raise ExpressionError("nests too deeply", "split it into two") from None
        for node in _every(tree):
            _judge(node)
        found = cls(text, tree)
        for path in found.paths:
            _look_up(path, vocabulary)
        return found

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """What it names, as paths: `("inputs", "topic")`."""
        inside = {id(node.node) for node in _every(self.tree) if isinstance(node, nodes.Getattr | nodes.Getitem)}
        found = (_path(node) for node in _every(self.tree) if id(node) not in inside)
        return tuple(dict.fromkeys(path for path in found if path))

    def value(self, context: Mapping[str, object]) -> Any:  # noqa: ANN401  # of any type that a spec can say
        """Return what it comes to.

        Raises:
            ExpressionError: a text is compared with a number, or a thing is asked for what it has not.
        """
        try:
            return _value(self.tree, context)
        except (TypeError, AttributeError) as error:
            raise ExpressionError(f"cannot be evaluated here: {error}") from None


def _every(tree: nodes.Expr) -> Iterator[nodes.Node]:
    yield tree
    yield from tree.find_all(nodes.Node)


def _judge(node: nodes.Node) -> None:
    """Refuse what no expression may do."""
    if not isinstance(node, _KNOWN):
        what = type(node).__name__.lower()
        hint = "compare, combine and choose values; texts are put together in names and arguments, as in @{prefix}-x"
        raise ExpressionError(f"does what an expression may not: {what}", hint)
    if isinstance(node, nodes.Filter | nodes.Test):
        known = _FILTERS if isinstance(node, nodes.Filter) else _TESTS
        if node.name not in known or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            close = closest(node.name, known)
            hint = f"did you mean {close}?" if close and close != node.name else f"there are: {', '.join(known)}"
            raise ExpressionError(f"uses {node.name}, which is not for expressions like this", hint)
    if isinstance(node, nodes.Getitem) and not _is_key(node.arg):
        raise ExpressionError("looks up by a slice", "look up one key or index")


def _is_key(node: nodes.Expr) -> bool:
    return not isinstance(node, nodes.Slice)


def _path(node: nodes.Node) -> tuple[str, ...]:
    """Return the dotted path that a node names; up to a key that is not written out."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        above = _path(node.node)
        return (*above, node.attr) if above else ()
    if isinstance(node, nodes.Getitem):
        above = _path(node.node)
        if above and isinstance(node.arg, nodes.Const):
            return (*above, str(node.arg.value))
        return above
    return ()


def _look_up(path: Sequence[str], vocabulary: Vocabulary) -> None:
    at: Any = vocabulary
    for depth, name in enumerate(path):
        if at is ANY or not isinstance(at, Mapping):
            return
        if name not in at:
            around = ".".join(path[:depth])
            close = closest(name, at)
            hint = f"did you mean {'.'.join((*path[:depth], close))}?" if close else f"there are: {', '.join(at)}"
            raise ExpressionError(f"names {name}, which {around or 'an expression'} does not have", hint)
        at = at[name]


def _value(node: nodes.Node, context: Mapping[str, object]) -> Any:  # noqa: ANN401, C901, PLR0911  # one line per kind of node
    if isinstance(node, nodes.Const):
        return node.value
    if isinstance(node, nodes.Name):
        return context.get(node.name)
    if isinstance(node, nodes.Getattr):
        return _item(_value(node.node, context), node.attr)
    if isinstance(node, nodes.Getitem):
        return _item(_value(node.node, context), _value(node.arg, context))
    if isinstance(node, nodes.And):
        return _value(node.left, context) and _value(node.right, context)
    if isinstance(node, nodes.Or):
        return _value(node.left, context) or _value(node.right, context)
    if isinstance(node, nodes.Not):
        return not _value(node.node, context)
    if isinstance(node, nodes.CondExpr):
        chosen = node.expr1 if _value(node.test, context) else node.expr2
        return _value(chosen, context) if chosen is not None else None
    if isinstance(node, nodes.List | nodes.Tuple):
        return [_value(item, context) for item in node.items]
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _FILTERS[node.name](_value(node.node, context))
    if isinstance(node, nodes.Test):
        return _TESTS[node.name](_value(node.node, context))
    if isinstance(node, nodes.Compare):
        return _compared(node, context)
    raise TypeError(f"{type(node).__name__} has no value")


def _item(holder: object, key: object) -> object:
    """Return what a value holds under a key: nothing where it holds nothing."""
    if isinstance(holder, Mapping):
        return holder.get(key)
    if isinstance(holder, list | tuple) and isinstance(key, int):
        return holder[key] if -len(holder) <= key < len(holder) else None
    if holder is None:
        return None
    raise TypeError(f"{holder!r:.40} holds nothing under {key!r}")


def _compared(node: nodes.Compare, context: Mapping[str, object]) -> bool:
    left = _value(node.expr, context)
    for operand in node.ops:
        right = _value(operand.expr, context)
        # What is not said is neither more nor less than anything.
        absent = operand.op in _ORDERED and (left is None or right is None)
        if absent or not _COMPARE[operand.op](left, right):
            return False
        left = right
    return True
