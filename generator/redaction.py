"""Takes secrets out of everything that is printed: text from terraform or from a traceback may carry them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MASK: Final = "«redacted»"
_SECRET_NAME: Final = re.compile(r"SECRET|TOKEN|PASSW|CREDENTIAL|PRIVATE|API_?KEY", re.IGNORECASE)
# Shorter values ("1", "true", "eu") would tear holes into ordinary words.
_SHORTEST: Final = 8


class Redactor:
    """Replaces the values of secret-looking environment variables.

    Args:
        environment: the variables; a name such as `AWS_SESSION_TOKEN` makes its value a secret.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        values = {
            value
            for name, value in environment.items()
            # A variable that names a file holds no secret, and its path is wanted in messages.
            if _SECRET_NAME.search(name) and len(value) >= _SHORTEST and not name.endswith(("_FILE", "_URI"))
        }
        # The longest first, so that a secret that contains another is masked as a whole.
        ordered = sorted(values, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def clean(self, text: str) -> str:
        """Return `text` with every secret replaced."""
        return self._pattern.sub(MASK, text) if self._pattern else text
