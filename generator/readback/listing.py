"""How one kind of resource is listed, to prove that a destroy left nothing of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Stands for the account among the arguments of a listing.
ACCOUNT: Final = "the account"


def _everything(_thing: Mapping[str, Any]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Listing:
    """How one kind of resource is listed.

    Attributes:
        kind: what people call it.
        service: boto3's name.
        operation: boto3's name.
        items: field of the answer.
        name: field of an item that names it, with dots where it is nested; "" where the item is the name.
        arguments: of the operation; `ACCOUNT` stands for the account.
        counts: whether an item is somebody's, rather than there from the beginning.
    """

    kind: str
    service: str
    operation: str
    items: str
    name: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)
    counts: Callable[[Mapping[str, Any]], bool] = _everything
