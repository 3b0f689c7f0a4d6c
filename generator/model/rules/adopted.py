"""Rules of what exists and is taken over: a resource that there can be, each under one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.adoption.table import NOT_LOOKED_FOR, TABLE
from generator.model.rules.finding import Finding
from generator.parts.catalog import OURS, catalog_of
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec


def adopted(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What is taken over has a module and a type that we know, and is taken over once."""
    modules = catalog_of(spec).modules
    seen: dict[tuple[str, str], str] = {}
    for address, identifier in spec.adopted.items():
        module, kind = address.split(".")[:2]
        at = ("adopted", address)
        if module not in modules:
            close = closest(module, modules)
            hint = f"did you mean {close}?" if close else f"modules: {', '.join(modules)}"
            yield Finding(at, f"there is no module {module}", hint, "adopted-module")
        elif kind == "terraform_data":
            yield Finding(at, "it is in the state alone, and nothing to take over", "remove it", "adopted-type")
        elif kind not in TABLE and kind not in NOT_LOOKED_FOR and module in OURS.modules:
            close = closest(kind, [*TABLE, *NOT_LOOKED_FOR])
            hint = f"did you mean {close}?" if close else "let tfstencil adopt write this key"
            yield Finding(at, f"no module of ours has a {kind}", hint, "adopted-type")
        other = seen.setdefault((kind, identifier), address)
        if other != address:
            message = f"{identifier} is taken over as {other} already"
            yield Finding(at, message, "keep one of them", "adopted-twice")
