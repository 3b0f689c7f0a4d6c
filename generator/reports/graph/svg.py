"""A drawing as SVG: every box has its place here, so that a page needs no layout of its own."""

from __future__ import annotations

import zlib
from html import escape
from typing import TYPE_CHECKING, Final

from generator.display import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.reports.graph.drawing import Column, Drawing

_WIDTH: Final = 200
_HEIGHT: Final = 46
_GAP: Final = 14
_LANE: Final = 56
_MARGIN: Final = 18
_HEAD: Final = 58
_FOOT: Final = 34
_LETTERS: Final = 27
_STYLE: Final = """\
.g{--card:#fff;--edge:#8792a2;--ink:#1d2430;--dim:#5a6474;font-family:system-ui,"Segoe UI",Roboto,sans-serif}
@media (prefers-color-scheme:dark){.g{--card:#1a2029;--edge:#66758a;--ink:#e6eaf0;--dim:#9aa6b6}}
:root[data-theme=dark] .g{--card:#1a2029;--edge:#66758a;--ink:#e6eaf0;--dim:#9aa6b6}
:root[data-theme=light] .g{--card:#fff;--edge:#8792a2;--ink:#1d2430;--dim:#5a6474}
.g rect{fill:var(--card);stroke:var(--edge);stroke-width:1.2}.g path{fill:none;stroke:var(--edge);stroke-width:1.3}
.g .t{font-size:13px;font-weight:600;fill:var(--ink)}.g .d,.g .h,.g .f{font-size:11.5px;fill:var(--dim)}
.g .h{font-weight:600;letter-spacing:.04em}.g .n{font-size:15px;font-weight:600;fill:var(--ink)}
.g marker path{fill:var(--edge);stroke:none}.g .create rect{stroke:#2da44e;stroke-width:2.2}
.g .update rect{stroke:#d29922;stroke-width:2.2}.g .replace rect{stroke:#8250df;stroke-width:2.2}
.g .delete rect{stroke:#cf222e;stroke-width:2.2;stroke-dasharray:5 3}
.g .prod rect{stroke:#8250df}.g .staging rect{stroke:#bf8700}.g .dev rect{stroke:#2da44e}"""


def svg(drawing: Drawing, changed: Mapping[str, str] | None = None) -> str:
    """Write a drawing as SVG; all texts in it are escaped.

    Args:
        drawing: to be written.
        changed: what happens to a box, by its kind: `create`, `update`, `replace` or `delete`.
    """
    tallest = max((_rows(column) for column in drawing.columns), default=0)
    width = max(_MARGIN * 2 + len(drawing.columns) * (_WIDTH + _LANE) - _LANE, 420)
    height = _HEAD + 20 + tallest * (_HEIGHT + _GAP) + (_FOOT if drawing.around else _GAP)
    # Several drawings may stand in one page, where ids are shared.
    tip = f"tip{zlib.crc32(repr(drawing).encode()):x}"
    title = _text(drawing.title, None)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    marker = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"'
    lines = [
        f'<svg class="g" xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">',
        f"<style>{_STYLE}</style>",
        f'<defs><marker id="{tip}" {marker}><path d="M0 0 8 4 0 8z"/></marker></defs>',
        f'<text class="n" x="{_MARGIN}" y="26">{title}</text>',
        *_parts(drawing, height, tallest, changed or {}, tip),
        "</svg>",
    ]
    return "\n".join(lines)


def _rows(column: Column) -> int:
    return max((len(column.boxes), *(box.row + 1 for box in column.boxes if box.row is not None)))


def _parts(drawing: Drawing, height: int, tallest: int, changed: Mapping[str, str], tip: str) -> Iterator[str]:
    places: dict[str, tuple[int, int, int]] = {}
    boxes: list[str] = []
    for number, column in enumerate(drawing.columns):
        x = _MARGIN + number * (_WIDTH + _LANE)
        yield f'<text class="h" x="{x}" y="{_HEAD}">{_text(column.title, None)}</text>'
        top = _HEAD + 12 + (tallest - len(column.boxes)) * (_HEIGHT + _GAP) // 2
        for row, box in enumerate(column.boxes):
            y = _HEAD + 12 + box.row * (_HEIGHT + _GAP) if box.row is not None else top + row * (_HEIGHT + _GAP)
            places[box.id] = (number, x, y)
            look = f"{box.kind} {changed.get(box.kind, '')}".strip()
            detail = f'<text class="d" x="{x + 12}" y="{y + 36}">{_text(box.detail)}</text>' if box.detail else ""
            hover = _text(f"{box.title} {box.detail}", None)
            title_y = y + (20 if box.detail else 28)
            boxes.append(
                f'<g class="{escape(look)}"><title>{hover}</title>'
                f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>'
                f'<text class="t" x="{x + 12}" y="{title_y}">{_text(box.title)}</text>{detail}</g>'
            )
    # Boxes lie over the arrows that pass below them.
    yield from _arrows(drawing, places, tip)
    yield from boxes
    if drawing.around:
        yield f'<text class="f" x="{_MARGIN}" y="{height - 12}">{_text(" · ".join(drawing.around), None)}</text>'


def _arrows(drawing: Drawing, places: Mapping[str, tuple[int, int, int]], tip: str) -> Iterator[str]:
    middle = _HEIGHT // 2
    for arrow in drawing.arrows:
        start, x1, y1 = places[arrow.start]
        end, x2, y2 = places[arrow.end]
        if start == end:
            # Within a column the arrow goes around the right side.
            right = x1 + _WIDTH
            path = f"M{right} {y1 + middle} c28 0 28 {y2 - y1} 2 {y2 - y1}"
        else:
            left, right = x1 + _WIDTH, x2 - 2
            bend = max((right - left) // 2, 24)
            path = (
                f"M{left} {y1 + middle} C{left + bend} {y1 + middle} {right - bend} {y2 + middle} {right} {y2 + middle}"
            )
        yield f'<path d="{path}" marker-end="url(#{tip})"/>'


def _text(text: str, most: int | None = _LETTERS) -> str:
    shown = one_line(text)
    if most is not None and len(shown) > most:
        shown = f"{shown[: most - 1]}…"
    return escape(shown)
