"""Rules of what exists and is taken over: a resource that there can be, each under one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.adoption.importable import IN_THE_STATE_ALONE
from generator.model.rules.finding import Finding
from generator.parts.catalog import OURS, catalog_of
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def adopted(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What is taken over has a module and a type that we know, and is taken over once."""
    if not spec.adopted:
        # To know the modules, all that derives them is imported.
        return
    modules, rows = catalog_of(spec).modules, catalog_of(spec).imports
    seen: dict[tuple[str, str], str] = {}
    for address, identifier in spec.adopted.items():
        module, kind = address.split(".")[:2]
        at = ("adopted", address)
        if module not in modules:
            close = closest(module, modules)
            hint = f"did you mean {close}?" if close else f"modules: {', '.join(modules)}"
            yield Finding(at, f"there is no module {module}", hint, "adopted-module")
        elif rows.get(kind) == IN_THE_STATE_ALONE:
            yield Finding(at, f"{IN_THE_STATE_ALONE}, and nothing to take over", "remove it", "adopted-type")
        elif kind not in rows and module in OURS.modules:
            close = closest(kind, rows)
            hint = f"did you mean {close}?" if close else "let tfstencil adopt write this key"
            yield Finding(at, f"no module of ours has a {kind}", hint, "adopted-type")
        other = seen.setdefault((kind, identifier), address)
        if other != address:
            message = f"{identifier} is taken over as {other} already"
            yield Finding(at, message, "keep one of them", "adopted-twice")
