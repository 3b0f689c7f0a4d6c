"""Recognise a secret that was written where everybody can read it.

Patterns only: entropy rules flag ARNs, digests and identifiers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from generator.secret_text.commands import secrets_of_command
from generator.secret_text.words import SWITCH, says_secret, says_where

VALUES: Final = (
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "an AWS access key ID"),
    (r"\b(?i:aws_?secret_?access_?key)[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}\b", "an AWS secret access key"),
    (r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{22,}", "a GitHub token"),
    (r"\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-[A-Za-z0-9_-]{20,}", "a GitLab token"),
    (r"\bATATT3[A-Za-z0-9_=-]{50,}|\bATBB[A-Za-z0-9]{24,}", "an Atlassian token"),
    (r"\bxox[abeporsd]-[A-Za-z0-9-]{10,}|\bxapp-[0-9]-[A-Za-z0-9-]{20,}", "a Slack token"),
    (r"\bhooks\.slack\.com/(?:services|workflows)/T[A-Za-z0-9]+/[A-Za-z0-9]+/[A-Za-z0-9]+", "a Slack webhook"),
    (r"\bnpm_[A-Za-z0-9]{36}\b|:_authToken=(?!\$)[A-Za-z0-9_-]{16,}", "an npm token"),
    (r"\bpypi-[A-Za-z0-9_-]{50,}", "a PyPI token"),
    (r"\brubygems_[a-f0-9]{48}\b", "a RubyGems token"),
    (r"\bdckr_pat_[A-Za-z0-9_-]{20,}", "a Docker token"),
    (r"\bhv[sb]\.[A-Za-z0-9_-]{24,}|\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}", "a HashiCorp token"),
    (r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}", "a Stripe key"),
    (r"\bsk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{32,}", "an API key of a language model"),
    (r"\bhf_[A-Za-z0-9]{34}\b", "a Hugging Face token"),
    (r"\bAIza[A-Za-z0-9_-]{35}\b|\bGOCSPX-[A-Za-z0-9_-]{28}", "a Google API key"),
    (r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", "a SendGrid key"),
    (r"\bdop_v1_[a-f0-9]{64}\b", "a DigitalOcean token"),
    (r"\bdapi[a-f0-9]{32}\b", "a Databricks token"),
    (r"\bgl(?:sa|c)_[A-Za-z0-9_=+/-]{32,}", "a Grafana token"),
    (r"\bsntry[su]_[A-Za-z0-9_=+/-]{40,}", "a Sentry token"),
    (r"\bNRAK-[A-Z0-9]{27}\b", "a New Relic key"),
    (r"\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b", "an age key"),
    (r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+", "a JSON Web Token"),
    (r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----", "a private key"),
    (r"\b(?i:authorization:\s*(?:bearer|basic|token))\s+[A-Za-z0-9._~+/=-]{16,}", "a token in a header"),
    # A variable of the shell in the place of the password is no password.
    (r"://[^/\s:@\"']*:(?![$`<{%\"'])[^/\s:@]+@", "a password in an address"),
)
_DOT: Final = "•"
# A name and its value in YAML; a variable of a pipeline has its value one level deeper.
_PAIR: Final = re.compile(
    r"""(?P<name>[A-Za-z_][\w-]*)["']?\s*:\s*(?:\{\s*default\s*:\s*)?(?P<value>"[^"]*"|'[^']*'|[^\s"'{}\[\],#][^{}\[\],#]*)"""
)
_CONNECTION: Final = re.compile(
    r"(?i)(?:^|[;&?\s])(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature|sig)\s*=\s*(?!\$|\s*(?:;|$))\S"
)


def looks_secret(name: str, value: str) -> str:
    """Say why variable `name` seems to hold a secret, or return "".

    The reason never quotes the value.
    """
    if kind := secret_in(value):
        return f"the value looks like {kind}"
    if _CONNECTION.search(value):
        return "the value holds a password"
    if value and not SWITCH.fullmatch(value) and not says_where(value) and says_secret(name, value):
        return "the name says that it is a secret"
    return ""


def secret_in(text: str) -> str:
    """Return what kind of secret of a well-known vendor stands in a text, or ""."""
    if not _any_value().search(text):
        return ""
    return next(kind for pattern, kind in VALUES if re.search(pattern, text))


def hidden(line: str) -> str:
    """Return a line of YAML with a dot in place of each character of a secret, so that columns stay as they are."""
    line = _any_value().sub(lambda match: _DOT * len(match[0]), line)
    spans = [span for span, _ in secrets_of_command(line)]
    for pair in _PAIR.finditer(line):
        value = pair["value"]
        if not SWITCH.fullmatch(value) and not says_where(value) and says_secret(pair["name"], value.strip("\"' ")):
            spans.append(pair.span("value"))
    for start, end in spans:
        line = line[:start] + _DOT * (end - start) + line[end:]
    return line


@lru_cache(maxsize=1)
def _any_value() -> re.Pattern[str]:
    return re.compile("|".join(pattern for pattern, _ in VALUES))
