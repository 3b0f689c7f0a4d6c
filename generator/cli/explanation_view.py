"""An explanation for a person: the environment as YAML on the left, where it comes from on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from generator.cli.excerpt import visible
from generator.spec.notation import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from generator.spec.explain import Explanation
    from generator.spec.origins import Origin

_INDENT: Final = "  "
_LONGEST_INLINE: Final = 40
_QUIET: Final = "dim"


def tree(explanation: Explanation) -> Table:
    """Show an explanation and all below it.

    Args:
        explanation: of an environment, a section or a single key.
    """
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    parts = [explanation] if explanation.path else explanation.children
    for part in parts:
        for left, right in _rows(part, "", f"{part.key}:"):
            table.add_row(left, Text(right, style=_QUIET))
    return table


def about(explanation: Explanation) -> Text:
    """Write the documentation of a key: what it means, what may be written, its default, an example."""
    known = explanation.documentation
    if known is None:
        return Text()
    lines = [known.description, f"May be: {known.kind}."]
    if known.default not in (None, "", {}, []):
        lines.append(f"Default: {text_of(known.default)}.")
    if known.examples:
        lines.append(f"Example: {text_of(known.examples[0])}")
    return Text("\n".join(lines), style="italic")


def origin_text(origin: Origin) -> str:
    """Name an origin: its place in a file of the workspace, else its layer."""
    # The defaults of a class lie in tfstencil itself: nobody opens that file.
    return visible(str(origin.place)) if origin.place and origin.kind != "class" else origin.layer


def layer_text(origin: Origin) -> str:
    """Name an origin by its layer and its place."""
    return f"{origin.layer}, {visible(str(origin.place))}" if origin.place else origin.layer


def _rows(explanation: Explanation, indent: str, name: str) -> Iterator[tuple[RenderableType, str]]:
    inline = _is_inline(explanation)
    value = visible(text_of(explanation.value)) if inline else ""
    # What nobody wrote stays in the background.
    written = explanation.origin.place is not None
    key = Text(indent + visible(name), style="cyan" if written else _QUIET)
    yield _line(key, Text(value, style="" if written else _QUIET)), origin_text(explanation.origin) if inline else ""
    yield from _remarks(explanation, indent + _INDENT)
    if not inline:
        for child in explanation.children:
            is_item = isinstance(child.path[-1], int)
            yield from _rows(child, indent + _INDENT, "-" if is_item else f"{text_of(child.path[-1])}:")


def _line(key: Text, value: Text) -> RenderableType:
    """Put a value behind its key; where it does not fit, it goes on below itself."""
    line = Table.grid(padding=(0, 1))
    line.add_column(no_wrap=True)
    line.add_column(overflow="fold")
    line.add_row(key, value)
    return line


def _is_inline(explanation: Explanation) -> bool:
    if not explanation.children:
        return True
    if not isinstance(explanation.value, list):
        return False
    origins = {origin_text(child.origin).partition(":")[0] for child in explanation.children}
    plain = not any(child.children or child.overrides for child in explanation.children)
    return plain and len(origins) == 1 and len(text_of(explanation.value)) <= _LONGEST_INLINE


def _remarks(explanation: Explanation, indent: str) -> Iterator[tuple[RenderableType, str]]:
    """Write below a value what was written for it, what it replaced and what removed another."""
    said = explanation.said
    if said is not None and not explanation.children and said.value != explanation.value:
        yield _remark(indent, "written", text_of(said.value)), ""
    for saying in explanation.overrides:
        yield _remark(indent, "overrides", text_of(saying.value)), origin_text(saying.origin)
    if explanation.removal is not None:
        yield _remark(indent, "an inherited value was removed", ""), origin_text(explanation.removal.origin)


def _remark(indent: str, verb: str, value: str) -> RenderableType:
    return _line(Text(f"{indent}# {verb}", style="yellow"), Text(visible(value), style="yellow"))
