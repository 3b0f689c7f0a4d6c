"""Explanations and origins as data, for `--json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.explain.explain import Explanation
    from generator.provenance.values import Origin, Saying


def as_data(explanation: Explanation) -> dict[str, object]:
    """Return an explanation and all below it."""
    known = explanation.documentation
    return {
        "key": explanation.key,
        "value": explanation.value,
        "typed": explanation.typed,
        "written": explanation.said.value if explanation.said else None,
        "origin": origin_as_data(explanation.origin),
        "overrides": [saying_as_data(saying) for saying in explanation.overrides],
        "removed_by": saying_as_data(explanation.removal) if explanation.removal else None,
        "removed": [{"key": gone.key, **saying_as_data(gone.removal)} for gone in explanation.removed if gone.removal],
        "description": known.description if known else "",
        "kind": known.kind if known else "mapping",
        "default": known.default if known else None,
        "examples": list(known.examples) if known else [],
        "children": [as_data(child) for child in explanation.children],
    }


def origin_as_data(origin: Origin) -> dict[str, object]:
    """Return where a value comes from."""
    place = origin.place
    where = {"file": place.file, "line": place.line, "column": place.column} if place else {}
    return {"layer": origin.layer, "kind": origin.kind, **where}


def saying_as_data(saying: Saying) -> dict[str, object]:
    """Return what a layer says."""
    return {"value": saying.value, "origin": origin_as_data(saying.origin)}
