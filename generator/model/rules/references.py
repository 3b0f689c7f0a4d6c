"""Findings about lists: what they name, and how often."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path


def unknown_builds(at: Path, names: Sequence[str] | None, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Find names of builds that the spec does not have."""
    for index, name in enumerate(names or ()):
        if name not in spec.builds:
            close = difflib.get_close_matches(name, spec.builds, n=1)
            hint = f"did you mean {close[0]}?" if close else f"builds: {', '.join(spec.builds)}"
            yield Finding((*at, index), f"there is no build {name}", hint, "unknown-build")


def twice(at: Path, items: Sequence[object]) -> Iterator[Finding]:
    """Find what a list holds more than once."""
    for index, item in enumerate(items):
        if item in items[:index]:
            yield Finding((*at, index), "is listed twice", "remove one of the two", "listed-twice")
