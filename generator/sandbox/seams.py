"""Where the sandbox hooks into moto's own methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


class UnknownServiceError(NotImplementedError):
    """Neither moto nor the extension has the service of a call."""


def wrap(owner: type | ModuleType, method: str, wrapper: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace a method of a moto class, or a function of a moto module, by what `wrapper` makes of it.

    Raises:
        SandboxError: this release of moto has no such method, so the extension would silently do nothing.
    """
    original = getattr(owner, method, None)
    if original is None:
        raise SandboxError(
            f"moto's {owner.__name__} has no {method}: this release of moto does not fit",
            hint="install the release that tfstencil asks for: pip install 'tfstencil[sandbox]'",
        )
    setattr(owner, method, wrapper(original))


def extend(owner: type, **members: Callable[..., Any] | property) -> None:
    """Give a moto class methods or properties that it lacks, or better ones."""
    for name, member in members.items():
        setattr(owner, name, member)
