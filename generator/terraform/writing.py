"""Failures to write into the run folder, as errors that say where and what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def writing(place: Path, what: str) -> Iterator[None]:
    """Say that `what` is being written to `place`, for the error if it fails.

    Raises:
        OutputError: the disk is full, read-only or not ours.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{what} cannot be written to {place}: {error.strerror or error}",
            hint="free the disk, or see who owns that folder",
        ) from error
