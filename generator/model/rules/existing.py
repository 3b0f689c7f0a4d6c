"""Rules of what exists: nothing is said of it that only what the stack makes can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.rules.finding import Finding
from generator.model.section import Replaceable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def existing(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Of what exists a spec says which it is, and nothing that would have to change it."""
    for name, section in spec:
        if isinstance(section, Replaceable) and section.exists:
            fields = type(section).model_fields
            for key in sorted(fields[field].alias or field for field in section.model_fields_set):
                if section.says_of_made(key):
                    yield Finding(
                        (name, key),
                        f"is about what the stack makes, and {name}.{section.names_existing} names one that exists:"
                        " nothing of that is changed",
                        f"remove {key}, or {section.names_existing}",
                        "key-of-existing",
                    )
