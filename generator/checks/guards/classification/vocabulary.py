"""The words in which tables say how an attribute is judged, each with what it asks for."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HOWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "on": "true protects",
        "off": "false protects",
        "best": "the first of {order} protects best",
        "set": "something protects, nothing does not",
        "key": "a key of this account protects",
        "longer": "a larger number keeps data for longer",
        "forever": "a larger number keeps data for longer, and nothing keeps it for ever",
        "atleast": "a larger number protects",
        "atmost": "a smaller number protects",
        "kept": "no member may leave the list",
        "only": "no member may join the list",
        "same": "what it names must stay",
        "place": "something of this stack, or what the spec names",
        "role": "none, the same, or a first one of this stack",
        "fixed": "every change is asked",
        "within": "no member may join the list, and it may not go",
        "closed": "one of {order}; anything else lets others in",
        "bound": "a condition must stay as narrow as it is",
        "unchanged": "every change is asked",
        "policy": "compared by what it lets whom do",
        "boundary": "no other boundary, and not none",
        "attached": "compared by what the policies let whom do",
        "principals": "nobody new may be let in",
        "rules": "what they delete, and when",
        "lock": "no shorter, and in no weaker mode",
        "start": "who starts it, and with what",
        "network": "who reaches whom",
        "pattern": "no event may be left out, and no new one may start a build",
        "terms": "no alarm may be left out",
        "alarm": "it must not go off later, or tell fewer",
        "image": "an image of the account's registry",
        "redrive": "a queue of this stack, or one that the spec names",
        "access": "every change is asked; a new one names something of this stack, or what the spec names",
        "identity": "names the thing: another name is another thing",
        "data": "content, of which the guards know nothing",
        "harmless": "speaks of no protection",
    }
)
# What is not judged.
QUIET: Final = frozenset({"identity", "data", "harmless"})
