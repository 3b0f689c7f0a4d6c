"""An explanation for a person: the environment as YAML on the left, where it comes from on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.display import visible
from generator.model.notation import text_of
from generator.reports.columns import Line, aligned, terminal_width
from generator.reports.report import Report, shown
from generator.reports.specs.explanation_data import as_data
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.explain.explain import Explanation
    from generator.operations.specs.explain import ExplainResult
    from generator.provenance.values import Origin

_INDENT: Final = "  "
_LONGEST_INLINE: Final = 40


def explain_report(result: ExplainResult) -> Report:
    """Show an environment, or a key of it with what is known of it."""
    document = {"ok": True, "environment": result.environment, "explanation": as_data(result.found)}
    return Report(document, shown(_shown(result)))


def _shown(result: ExplainResult) -> Iterator[str]:
    yield from aligned(list(tree(result.found)), terminal_width())
    if result.key is None:
        return
    yield ""
    if result.found.origin.place:
        yield styled(_layer_text(result.found.origin), bold=True)
    yield from _about(result.found)


def tree(explanation: Explanation) -> Iterator[Line]:
    """Show an explanation and all below it.

    Args:
        explanation: of an environment, a section or a single key.

    Yields:
        Lines: key and value as YAML, and where they come from.
    """
    for part in [explanation] if explanation.path else explanation.children:
        yield from _lines(part, "", f"{part.key}:")


def _about(explanation: Explanation) -> Iterator[str]:
    """Write the documentation of a key: what it means, what may be written, its default, an example."""
    known = explanation.documentation
    if known is None:
        return
    yield known.description
    yield f"May be: {known.kind}."
    if known.default not in (None, "", {}, []):
        yield f"Default: {text_of(known.default)}."
    if known.examples:
        yield f"Example: {text_of(known.examples[0])}"


def origin_text(origin: Origin) -> str:
    """Name an origin: its place in a file of the workspace, else its layer."""
    # The defaults of a class lie in tfstencil itself: nobody opens that file.
    return visible(str(origin.place)) if origin.place and origin.kind != "class" else origin.layer


def _layer_text(origin: Origin) -> str:
    """Name an origin by its layer and its place."""
    return f"{origin.layer}, {visible(str(origin.place))}" if origin.place else origin.layer


def _lines(explanation: Explanation, indent: str, name: str) -> Iterator[Line]:
    inline = _is_inline(explanation)
    # What nobody wrote stays in the background.
    dim = explanation.origin.place is None
    if inline:
        yield Line(indent + name, text_of(explanation.value), origin_text(explanation.origin), dim=dim)
    else:
        yield Line(indent + name, dim=dim)
    yield from _remarks(explanation, indent + _INDENT)
    if not inline:
        for child in explanation.children:
            is_item = isinstance(child.path[-1], int)
            yield from _lines(child, indent + _INDENT, "-" if is_item else f"{text_of(child.path[-1])}:")


def _is_inline(explanation: Explanation) -> bool:
    if not explanation.children:
        return True
    if not isinstance(explanation.value, list):
        return False
    origins = {origin_text(child.origin).partition(":")[0] for child in explanation.children}
    plain = not any(child.children or child.overrides for child in explanation.children)
    return plain and len(origins) == 1 and len(text_of(explanation.value)) <= _LONGEST_INLINE


def _remarks(explanation: Explanation, indent: str) -> Iterator[Line]:
    """Write below a value what was written for it, what it replaced and what removed another."""
    said = explanation.said
    if said is not None and not explanation.children and said.value != explanation.value:
        yield _remark(indent, "written", text_of(said.value))
    for saying in explanation.overrides:
        yield _remark(indent, "overrides", text_of(saying.value), origin_text(saying.origin))
    if explanation.removal is not None:
        yield _remark(indent, "removed by", "null", origin_text(explanation.removal.origin))
    for gone in explanation.removed:
        if gone.removal is not None:
            yield _remark(indent, "without", text_of(gone.path[-1]), origin_text(gone.removal.origin))


def _remark(indent: str, verb: str, value: str, origin: str = "") -> Line:
    return Line(f"{indent}# {verb}", value, origin, color="yellow")
