"""The Jinja environment: a sandbox that denies by default, and stops what takes too long."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from jinja2 import TemplateSyntaxError, Undefined, nodes, pass_environment
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.rendering.encoded import EncodedText
from generator.rendering.library import LARGEST
from generator.rendering.unknown import MissingName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jinja2 import BaseLoader
    from jinja2.runtime import Context

    from generator.rendering.language import Language

PATIENCE: Final = 10.0
# What picks and orders values. Whatever builds text or lists (join, replace, format, center, batch, range …) is left
# to the derivation: nothing in a template can grow without bounds then.
FILTERS: Final = frozenset(
    {"count", "d", "default", "dictsort", "first", "items", "last", "length", "list", "lower", "map", "reject"}
    | {"rejectattr", "select", "selectattr", "sort", "unique", "upper"}
)
_REFUSED: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Concat: "the operator ~ is not for templates; compute the value in the derivation",
    nodes.CallBlock: "call blocks are not for templates: their output would pass no encoder; use {{ macro(…) }}",
    nodes.FilterBlock: "filter blocks are not for templates; a filter belongs to a value",
    nodes.ScopedEvalContextModifier: "autoescape is not for templates; every value is encoded already",
}
_READERS: Final = frozenset({"get", "items", "keys", "values"})


class RenderingLimitError(Exception):
    """A template takes too long, or writes too much."""


class Jail(ImmutableSandboxedEnvironment):
    """Jinja for one language, without anything that a template has no need of."""

    intercepted_binops: ClassVar[frozenset[str]] = frozenset({"+", "*", "**", "%"})  # type: ignore[misc]  # a constant

    def __init__(self, language: Language, loader: BaseLoader) -> None:
        super().__init__(
            undefined=MissingName,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=language.finalize,
            loader=loader,
            auto_reload=False,
            cache_size=-1,
        )
        self.language = language
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS} | {"paced": _paced} | dict(language.filters)
        self.concat = joined  # type: ignore[method-assign]  # macros and set blocks join their output with this
        self.deadline = 0.0
        self._fields: dict[type, frozenset[str]] = {}

    def start(self) -> None:
        """Start the clock of one file."""
        self.deadline = time.monotonic() + PATIENCE

    def check_time(self) -> None:
        """Stop a rendering whose time is up."""
        if time.monotonic() > self.deadline:
            raise RenderingLimitError(f"takes more than {PATIENCE:g} s to render; is there a loop in a loop?")

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401  # Jinja's signature
        """Allow macros, loops and blocks, and the reading of mappings; nothing else can be called."""
        if isinstance(obj, Macro | LoopContext | BlockReference):
            return True
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, LoopContext):
            return True
        return isinstance(owner, Mapping) and getattr(obj, "__name__", "") in _READERS

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  # Jinja's signature
        """Read the field of a context, which is most of what templates do, without asking all the sandbox asks."""
        kind = type(obj)
        if kind not in self._fields:
            names = {field.name for field in fields(kind)} if is_dataclass(kind) else set()
            self._fields[kind] = frozenset(name for name in names if not name.startswith("_"))
        if attribute in self._fields[kind]:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:  # noqa: ANN401  # Jinja's signature
        """Return what fails where a hidden attribute is used."""
        hint = f"{attribute!r} is not for templates; compute the value in the derivation"
        return self.undefined(hint, obj=obj, name=attribute, exc=SecurityError)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # Jinja's signature
        """Call `obj` if it may be called and there is time left: recursive macros can run for ever, too."""
        self.check_time()
        if isinstance(obj, Undefined):
            str(obj)  # which says what is undefined
        if not self.is_safe_callable(obj):
            raise SecurityError("a template can call macros, loop, and the get, items, keys and values of a mapping")
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  # Jinja's signature
        """Allow the addition of whole numbers; the other operators build text and numbers of any size."""
        if operator == "+" and isinstance(left, int) and isinstance(right, int):
            return super().call_binop(context, operator, left, right)
        raise SecurityError(f"the operator {operator} is not for templates; compute the value in the derivation")

    def prepare(self, tree: nodes.Template, name: str, display: str) -> None:
        """Change the syntax tree of a template before it is compiled; nothing to do here."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(tuple(_REFUSED)):
            raise TemplateSyntaxError(_REFUSED[type(node)], node.lineno, name, filename)
        for line, reason in self.language.misplaced(tree):
            raise TemplateSyntaxError(reason, line, name, filename)
        self.prepare(tree, str(name), str(filename))
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "paced", [], [], None, None, lineno=loop.iter.lineno)
        return tree


def joined(chunks: Iterable[str]) -> EncodedText:
    """Join chunks of template text and encoded values.

    Raises:
        RenderingLimitError: they are more than a file may hold; a text that is doubled often enough comes to that.
    """
    parts = list(chunks)
    require_size(sum(map(len, parts)))
    return EncodedText("".join(parts))


def require_size(size: int) -> None:
    """Refuse more text than a file may hold."""
    if size > LARGEST:
        raise RenderingLimitError(f"renders to more than {LARGEST // 1024**2} MiB")


@pass_environment
def _paced(jail: Jail, iterable: Iterable[object]) -> Iterator[object]:
    for item in iterable:
        jail.check_time()
        yield item
