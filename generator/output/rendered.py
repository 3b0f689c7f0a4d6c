"""What the stages before this one hand over: the text of an environment, and what it was made from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that an environment was rendered from.

    Attributes:
        file: path relative to the workspace, with `/`.
        sha256: hexadecimal digest of its bytes.
    """

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that the text of an environment depends on.

    Attributes:
        sources: the specs, in the order in which they are layered.
        templates: digest over the templates.
        generator: version of tfstencil.
    """

    sources: tuple[SourceFile, ...]
    templates: str
    generator: str


@dataclass(frozen=True, slots=True)
class RenderedEnvironment:
    """An environment in memory, ready to be written or compared.

    Attributes:
        name: the environment's name, which is its folder's.
        files: text by path; paths are relative to the environment's folder, with `/`.
        inputs: what it was rendered from.
        claims: what the environment claims for itself in AWS, sorted.
    """

    name: str
    files: Mapping[str, str]
    inputs: Inputs
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as it lies on the disk, with its digest."""

    data: bytes
    sha256: str

    @classmethod
    def of(cls, text: str) -> Encoded:
        """Encode `text` in UTF-8."""
        data = text.encode()
        return cls(data, digest(data))


@dataclass(slots=True)
class Encoder:
    """Encodes texts, each different one once: most modules of a fleet share their text."""

    _known: dict[str, Encoded] = field(default_factory=dict)

    def encode(self, text: str) -> Encoded:
        """Return `text` in UTF-8, with its digest; remembers it."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = Encoded.of(text)
        return known


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
