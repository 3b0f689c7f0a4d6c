"""The base of every part of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, model_validator

if TYPE_CHECKING:
    from typing import Self


class Section(BaseModel):
    """Base of every part of a spec: immutable, nothing coerced, nothing unknown."""

    # One validator for the whole spec, when the first is read, takes less time than one for each section at the import.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True, defer_build=True)


class Replaceable(Section):
    """Something that the stack makes, unless a key names one that exists.

    Attributes:
        names_existing: that key.
        of_made: the keys about what the stack makes, which say nothing of what exists; None for all others.
        unread: values of those among them that a spec must have otherwise: nothing reads them.
    """

    names_existing: ClassVar[str]
    of_made: ClassVar[frozenset[str] | None] = None
    unread: ClassVar[Mapping[str, object]] = {}

    @property
    def exists(self) -> bool:
        """Whether it is there already, and nothing of it is made or changed."""
        return getattr(self, self.names_existing) is not None

    @classmethod
    def says_of_made(cls, key: str) -> bool:
        """Tell whether a key, as a spec writes it, is about what the stack makes."""
        return key != cls.names_existing if cls.of_made is None else key in cls.of_made

    @model_validator(mode="wrap")
    @classmethod
    def _without_what_nobody_reads(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401  # whatever a spec holds
        if not isinstance(value, dict) or value.get(cls.names_existing) is None:
            return handler(value)
        found = handler({**cls.unread, **value})
        found.model_fields_set.difference_update(cls.unread.keys() - value.keys())
        return found
