"""The base of every part of a spec."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Base of every part of a spec: immutable, nothing coerced, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)
