"""Takes secrets out of everything that is printed: text from terraform or from a traceback may carry them."""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from generator.secret_text.values import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MASK: Final = "«redacted»"
_SECRET_NAME: Final = re.compile(r"SECRET|TOKEN|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY", re.IGNORECASE)
# Shorter values ("1", "true", "eu") would tear holes into ordinary words.
_SHORTEST: Final = 8
# A private key as a whole, not its first line alone; a JSON document has \n for the ends of lines.
_PRIVATE_KEY: Final = r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----.*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|\Z)"


class Redactor:
    """Replaces what is secret by a word.

    Known are: values of environment variables with a secret-looking name (`AWS_SESSION_TOKEN`), what Terraform marks
    as sensitive and `add` was told of, and what looks like the tokens of well-known vendors.

    Args:
        environment: the variables.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._values: set[str] = set()
        self._spared: set[str] = set()
        self._known: re.Pattern[str] | None = None
        self.add(
            value
            for name, value in environment.items()
            # A variable that names a file holds no secret, and its path is wanted in messages.
            if _SECRET_NAME.search(name) and not name.endswith(("_FILE", "_URI"))
        )

    def add(self, values: Iterable[str]) -> None:
        """Learn of more secrets; those too short to be told from ordinary words are left out."""
        new = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)} - self._values
        if new:
            self._values |= new
            self._compile()

    def spare(self, texts: Iterable[str]) -> None:
        """Learn of texts that hold no secret, whatever stands in them: addresses of resources."""
        new = {form for text in texts for form in _forms(text)} - self._spared
        if new:
            self._spared |= new
            self._compile()

    def _compile(self) -> None:
        # The longest first, so that a secret that contains another is masked as a whole.
        values = sorted(self._values, key=len, reverse=True)
        spared = [text for text in self._spared if any(value in text for value in values)]
        ordered = [*sorted(spared, key=len, reverse=True), *values]
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def _mask(self, found: re.Match[str]) -> str:
        return found[0] if found[0] in self._spared else MASK

    def clean(self, text: str) -> str:
        """Return `text` with every secret replaced."""
        known = self._known.sub(self._mask, text) if self._known else text
        return _tokens().sub(MASK, known)


def _forms(value: str) -> set[str]:
    """Return a value as it is, and as it stands in a JSON document."""
    return {value, *(json.dumps(value, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))}


@lru_cache(maxsize=1)
def _tokens() -> re.Pattern[str]:
    patterns = [pattern for pattern, kind in VALUES if kind != "a private key"]
    return re.compile("|".join([_PRIVATE_KEY, *patterns]), re.DOTALL)
