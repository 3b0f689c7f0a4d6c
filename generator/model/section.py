"""The base of every part of a spec."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Base of every part of a spec: immutable, nothing coerced, nothing unknown."""

    # One validator for the whole spec, when the first is read, takes less time than one for each section at the import.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True, defer_build=True)
