"""What nobody is to see: a value that is sensitive anywhere is masked everywhere, but never in an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.plans.planned import SENSITIVE
from generator.plans.sensitive import sensitive_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.plans.plan import Plan

# Shorter ones would tear holes into ordinary words; as a value of their own they are masked all the same.
_SHORTEST: Final = 6
# Two texts that say nothing, and stand in every plan.
_WORDS: Final = frozenset({"", "true", "false", SENSITIVE})


class Masks:
    """The sensitive texts of a document.

    Args:
        texts: each of them.
        addresses: of resources; they are shown as they are.
        redact: takes what else is secret out of a text: what stands in the variables of the process, and what looks
            like a token. Later, in Markdown or HTML, a text has other characters and is not known any more.
    """

    def __init__(
        self,
        texts: Iterable[str] = (),
        addresses: Iterable[str] = (),
        redact: Callable[[str], str] = lambda text: text,
    ) -> None:
        self._redact = redact
        self._cleaned: dict[str, str] = {}
        self._whole = frozenset(texts) - _WORDS
        lines = {line.strip() for text in self._whole if "\n" in text for line in text.split("\n")}
        parts = sorted((part for part in {*self._whole, *lines} if len(part) >= _SHORTEST), key=len, reverse=True)
        # An address holds no secret: Terraform refuses keys that are sensitive. The longest comes first.
        kept = sorted({each for each in addresses if any(part in each for part in parts)}, key=len, reverse=True)
        self._kept = frozenset(kept)
        self._parts = re.compile("|".join(map(re.escape, [*kept, *parts]))) if parts else None

    @classmethod
    def of(cls, plans: Iterable[Plan], redact: Callable[[str], str]) -> Masks:
        """Collect what is sensitive in any of the plans."""
        every = list(plans)
        texts = (text for plan in every for text in sensitive_values(plan))
        return cls(texts, (change.address for plan in every for change in (*plan.resources, *plan.drift)), redact)

    def is_secret(self, value: object) -> bool:
        """Whether a value as a whole is sensitive."""
        return isinstance(value, str) and value in self._whole

    def clean(self, text: str) -> str:
        """Return a text with a word in place of each sensitive part."""
        if text in self._whole:
            return SENSITIVE
        # Most texts stand in many environments.
        if text not in self._cleaned:
            self._cleaned[text] = self._redact(self._parts.sub(self._mask, text) if self._parts else text)
        return self._cleaned[text]

    def _mask(self, found: re.Match[str]) -> str:
        return found[0] if found[0] in self._kept else SENSITIVE

    def cleaned(self, value: object) -> object:
        """Return JSON data with a word in place of each sensitive text."""
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, dict):
            return {self.clean(str(key)): self.cleaned(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.cleaned(item) for item in value]
        return value
