"""Which modules wait for which: a role of a build that may use an output must not be what that output waits for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from generator.parts.own.module_text import ROOT_TEMPLATE, TEMPLATES
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from generator.parts.catalog import Catalog

# The module with the roles of builds.
ROLES: Final = "access"
# What a root template takes from a module: its outputs, or a piece of a template of that module's part.
_TAKEN: Final = re.compile(r"\bmodule\.([a-z][a-z0-9_]*)\.|\"modules/([a-z][a-z0-9_]*)/root/")


def way_to_roles(module: str, waits_for: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Return the modules by which one waits for the roles of builds, both ends included; none where it does not.

    Args:
        module: the module.
        waits_for: returns the modules that one takes something from.
    """
    ways: list[tuple[str, ...]] = [(module,)]
    seen = {module}
    while ways:
        way = ways.pop(0)
        if way[-1] == ROLES:
            return way
        found = sorted(set(waits_for(way[-1])) - seen)
        seen.update(found)
        ways += [(*way, name) for name in found]
    return ()


def waits_for(catalog: Catalog, module: str) -> frozenset[str]:
    """Return the modules that one takes something from in some environment."""
    for part in catalog.parts:
        if part.templates is not None and part.templates.module == module:
            return taken(part.templates.folder) | _named(part.templates.made.values())
    owner = next((each for each in catalog.derivations.values() if module in each.modules), None)
    folders = (module, *list(owner.modules)[:1]) if owner else ()
    return frozenset(name for folder in folders for name in _of_ours(folder)) - {module}


def taken(folder: Path) -> frozenset[str]:
    """Return the modules that the call of a part's module takes something from, where the part writes it itself."""
    return _named(_texts([folder / TEMPLATES / ROOT_TEMPLATE]))


@lru_cache(maxsize=64)
def _of_ours(module: str) -> frozenset[str]:
    root = bundled_templates() / "modules" / module / "root"
    return _named(_texts(path for path in sorted(root.glob("*.tf.j2")) if not path.name.startswith("_output_")))


def _texts(files: Iterable[Path]) -> list[str]:
    return [file.read_text("utf-8", "replace") for file in files if file.is_file()]


def _named(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(found[1] or found[2] for text in texts for found in _TAKEN.finditer(text))
