"""A template engine whose output knows where each piece of it comes from. Slower, so it is used on demand only."""

from __future__ import annotations

from collections.abc import Mapping, ValuesView
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

from jinja2 import pass_context

from generator.rendering import hcl
from generator.rendering.encoded import EncodedText
from generator.rendering.engine import TemplateEngine, TemplateLoader
from generator.rendering.jail import Jail, require_size
from generator.rendering.language import hcl_filter
from generator.rendering.trace.instrument import BRANCH, KEY, SITE, Instrumenter, Survey, split_lines
from generator.rendering.trace.paths import LoopKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Template, nodes
    from jinja2.runtime import Context

    from generator.problems import Place
    from generator.rendering.language import Language
    from generator.rendering.trace.paths import ContextPath

Keys: TypeAlias = "tuple[str, ...]"


@dataclass(frozen=True, slots=True)
class TracedPiece:
    """Where a piece of output comes from.

    Attributes:
        template: template file and line; None until the piece has passed an output.
        values: context paths of what it prints.
        conditions: context paths of what decided that it is printed.
    """

    template: Place | None = None
    values: tuple[Keys, ...] = ()
    conditions: tuple[Keys, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the output, at most a line long.

    Attributes:
        text: never empty.
        origin: where it comes from.
        part: keys that lead from a printed value to the part of it on this line.
    """

    text: str
    origin: TracedPiece = TracedPiece()
    part: Keys = ()


class Traced(EncodedText):
    """Encoded text together with its pieces."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        # Jinja calls str() on every output; the pieces must survive that.
        return self

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> Traced:
        """Join pieces."""
        kept = tuple(pieces)
        traced = cls("".join([piece.text for piece in kept]))
        traced.pieces = kept
        return traced


class TracingEngine(TemplateEngine):
    """Renders the same text as the engine that it is made from, as `Traced`.

    Attributes:
        survey: what is known of the templates compiled so far.
        branches_run: numbers of the branches that ran so far.
    """

    def __init__(self, engine: TemplateEngine) -> None:
        self.survey = Survey()
        self.branches_run: set[int] = set()
        self._plain = engine
        super().__init__(engine.library, confined=False)

    def template(self, name: str) -> Template:
        """Return a compiled template, see `TemplateEngine`."""
        self._plain.compile(name)
        return super().template(name)

    def make_jail(self, language: Language) -> Jail:
        """Return a Jinja environment that instruments its templates."""
        return _TracingJail(language, TemplateLoader(self, language), self)

    def trace(self, name: str, context: Mapping[str, object]) -> Traced:
        """Render one template, see `render`."""
        # What is rendered under observation stays in this process: nothing goes there that exceeds the limits.
        self._plain.render(name, context)
        text = self.render(name, context)
        return text if isinstance(text, Traced) else Traced.of([])


class _TracingJail(Jail):
    def __init__(self, language: Language, loader: TemplateLoader, engine: TracingEngine) -> None:
        super().__init__(language, loader)
        self.engine = engine
        own = {SITE: _site, BRANCH: _branch, KEY: _key}
        self.filters |= own | ({"hcl": _traced_hcl} if "hcl" in language.filters else {})
        self.concat = _joined  # type: ignore[method-assign]  # as in the class above

    def prepare(self, tree: nodes.Template, name: str, display: str) -> None:
        Instrumenter(self.engine.survey, name, display).template(tree)


def parts(value: object, indent: int | None) -> list[Keys]:
    """Return for each line of the encoded `value` the keys that lead to what stands on it."""
    if "\n" not in hcl.encode(value, indent=indent):
        return [()]
    lines: list[Keys] = [()]
    for key, item in children(value):
        lines += [(key, *part) for part in parts(item, (indent or 0) + 2)]
    return [*lines, ()]


def children(value: object) -> list[tuple[str, object]]:
    """List the items of a mapping, dataclass, list or tuple by their keys; nothing for a scalar."""
    if isinstance(value, Mapping):
        return [(str(key), item) for key, item in value.items()]
    if is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name)) for field in fields(value)]
    items = value if isinstance(value, list | tuple) else ()
    return [(item_key(item, index), item) for index, item in enumerate(items)]


def item_key(item: object, index: int) -> str:
    """Name an item of a list as the spec does: by its own attribute `key` or `name`, else by its index."""
    own = getattr(item, "key", getattr(item, "name", None))
    return own if isinstance(own, str) else str(index)


def _joined(chunks: Iterable[str]) -> Traced:
    texts = (chunk.pieces if isinstance(chunk, Traced) else (Piece(chunk),) for chunk in chunks if chunk)
    traced = Traced.of(piece for pieces in texts for piece in pieces)
    require_size(len(traced))
    return traced


def _traced_hcl(value: object, indent: int | None = None) -> Traced:
    lines = split_lines(hcl_filter(value, indent))
    return Traced.of(Piece(line, part=part) for line, part in zip(lines, parts(value, indent), strict=True))


# With the context as an argument, Jinja cannot fold these into constants when it compiles.
@pass_context
def _site(context: Context, value: object, number: int, *keys: str) -> Traced:
    jail = cast("_TracingJail", context.environment)
    site = jail.engine.survey.sites[number]
    names = dict(zip(site.slots, keys, strict=True))
    here = TracedPiece(site.place, _named(site.values, names), _named(site.conditions, names))
    text = EncodedText(value) if site.constant else jail.language.finalize(value)
    pieces = text.pieces if isinstance(text, Traced) else (Piece(text),)
    return Traced.of(_attributed(piece, here, whole=site.whole) for piece in pieces if piece.text)


@pass_context
def _branch(context: Context, _: str, number: int) -> EncodedText:
    cast("_TracingJail", context.environment).engine.branches_run.add(number)
    return EncodedText()


@pass_context
def _key(_: Context, index: int, item: object, iterated: object) -> str:
    """Name the current item of a loop: by its key in a mapping, by its own key or its index in a list."""
    if isinstance(iterated, list | tuple):
        # A filtered loop counts only what passes; a list of pairs (dictsort) does not hold the key itself.
        at = next((at for at, each in enumerate(iterated) if each is item and at >= index), None)
        if at is not None:
            return item_key(item, at)
    if isinstance(iterated, ValuesView):
        return str(list(iterated.mapping)[index])  # type: ignore[attr-defined]  # dict.values() has it
    return item if isinstance(item, str) else item_key(item, index)


def _named(paths: tuple[ContextPath, ...], names: Mapping[LoopKey, str]) -> tuple[Keys, ...]:
    return tuple(tuple(names[part] if isinstance(part, LoopKey) else part for part in path) for path in paths)


def _attributed(piece: Piece, here: TracedPiece, *, whole: bool) -> Piece:
    inner = piece.origin
    if inner.template is None:
        values = tuple((*value, *piece.part) for value in here.values) if whole else here.values
        return Piece(piece.text, replace(here, values=values))
    # Printed by a macro: the line of the macro, with what it was called for.
    values = tuple(dict.fromkeys((*inner.values, *here.values)))
    conditions = tuple(dict.fromkeys((*here.conditions, *inner.conditions)))
    return Piece(piece.text, TracedPiece(inner.template, values, conditions))
