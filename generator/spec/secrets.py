"""Recognise a secret that was written where everybody can read it.

Patterns only: entropy rules flag ARNs, digests and identifiers.
"""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?|AUTH)(?:$|_)",
    re.IGNORECASE,
)
# Names that say where a secret is, or how long it lives, do not hold one.
_HARMLESS: Final = re.compile(r"_(?:ARN|NAME|ID|PATH|FILE|URL|TTL|EXPIRY|LENGTH|TYPE|MODE|ENABLED)$", re.IGNORECASE)

VALUES: Final = (
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "an AWS access key ID"),
    (r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{22,}", "a GitHub token"),
    (r"\bglpat-[A-Za-z0-9_-]{20,}", "a GitLab token"),
    (r"\bxox[abpors]-[A-Za-z0-9-]{10,}", "a Slack token"),
    (r"\bnpm_[A-Za-z0-9]{36}\b", "an npm token"),
    (r"\bpypi-[A-Za-z0-9_-]{50,}", "a PyPI token"),
    (r"\bsk_live_[A-Za-z0-9]{16,}", "a Stripe key"),
    (r"\bAIza[A-Za-z0-9_-]{35}\b", "a Google API key"),
    (r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+", "a JSON Web Token"),
    (r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----", "a private key"),
    (r"://[^/\s:@]+:[^/\s:@]+@", "a password in an address"),
)


def looks_secret(name: str, value: str) -> str:
    """Say why variable `name` seems to hold a secret, or return "".

    The reason never quotes the value.
    """
    for pattern, kind in VALUES:
        if re.search(pattern, value):
            return f"the value looks like {kind}"
    if value and _NAME.search(name) and not _HARMLESS.search(name):
        return "the name says that it is a secret"
    return ""
