"""What a template names and does not exist, told with what there is instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from jinja2 import StrictUndefined
from jinja2.utils import missing

from generator.suggestion import closest

_MOST_LISTED: Final = 40


class MissingName(StrictUndefined):
    """Fails wherever it is used; of a field that does not exist it tells the fields that do."""

    @property
    def _undefined_message(self) -> str:
        holder, name = self._undefined_obj, self._undefined_name
        if self._undefined_hint or holder is missing:
            return super()._undefined_message
        return f"{_kind(holder)} has no {name!r}; {remedy(str(name), _names(holder))}"


def remedy(name: str, known: list[str]) -> str:
    """Say what may be meant by `name` where only `known` names exist."""
    close = closest(name, known)
    if close:
        return f"did you mean {close}?"
    return f"there are: {', '.join(known[:_MOST_LISTED])}" if known else "there is nothing to choose from"


def _kind(holder: object) -> str:
    if isinstance(holder, Mapping):
        return "the mapping"
    if isinstance(holder, list | tuple):
        return f"the list of {len(holder)}"
    return "null" if holder is None else type(holder).__name__


def _names(holder: object) -> list[str]:
    if isinstance(holder, Mapping):
        return sorted(map(str, holder))
    if isinstance(holder, list | tuple):
        return [str(index) for index in range(len(holder))]
    names = [field.name for field in fields(holder)] if is_dataclass(holder) and not isinstance(holder, type) else []
    return sorted(name for name in names if not name.startswith("_"))
