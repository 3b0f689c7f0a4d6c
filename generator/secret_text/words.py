"""What the words of a name say: whether a secret follows, or where one is, and what stands in its place."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_WORDS: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_KEY_OWNERS: Final = (
    "API|ACCESS|AUTH|PRIVATE|SECRET|SIGNING|ENCRYPTION|DECRYPTION|MASTER|DEPLOY|SSH|TLS|SSL|GPG|PGP|HMAC|JWT|LICENSE"
)
# A word of a name that says that a secret follows, and one that does where it stands last.
_SECRET: Final = re.compile(
    r"\w*(?:PASSWORDS?|PASSWD|PASSWRD|PASSPHRASE|SECRETS?|TOKEN|CREDENTIALS?)|PASSWORD\w*|PWD|AUTH|AUTHTOKENS?|CREDS|TOKENS"
    rf"|PAT|PASSCODE|MNEMONIC|PSK|\w*(?:{_KEY_OWNERS})KEYS?"
)
_SECRET_AT_THE_END: Final = re.compile(r"\w*(?:PASS|PWD)|PW|BEARER|JWT|T?OTP")
# A number that somebody types, where its name says so; anything else that is pinned is a version.
_PIN, _PIN_CODE = re.compile(r"(?:.*_)?PIN(?:CODE)?", re.IGNORECASE), re.compile(r"\d{4,12}")
_ORDINARY: Final = re.compile(r"(?:COM|BY|TRES|UNDER|OVER|SUR|ENCOM|FIRST|SECOND|MULTI|SINGLE|TWO)PASS")
_KEY: Final = re.compile(rf"(?:{_KEY_OWNERS}) KEYS?|(?:T?OTP|WALLET) SEED")
# The shell's own names for the folder that one stands in, and quantities of what a language model reads.
_HARMLESS: Final = re.compile(r"(?:OLD)?PWD|(?:.* )?(?:MAX|MIN|NUM|TOTAL) (?:.* )?TOKENS")
# A name that ends like this says where a secret is, how long it lives or what it may do; it does not hold one.
_HARMLESS_END: Final = re.compile(
    "ALGORITHM|ALIAS|ARN|AUDIENCE|BUCKET|COUNT|DIR|DIRECTORY|DOMAIN|ENABLED|ENDPOINT|EXPIRY|FILE|FOLDER|FORMAT|HEADER|HOST"
    "|IDS?|ISSUER|LENGTH|LIFETIME|LIMIT|LOCATION|METHOD|MODE|NAMES?|PATH|PORT|PREFIX|PROVIDER|REALM|REGION|REQUIRED|SCOPES?"
    "|STRATEGY|SUFFIX|TIMEOUT|TTL|TYPE|URI|URL|USER|USERNAME|VERSION|STDIN|FD|ENV|HELPER|PROMPT|POLICY"
)
_FILE: Final = re.compile(
    r"[\w.-]+\.(?:json|ya?ml|txt|env|pem|key|crt|cer|p12|pfx|jks|gpg|asc|toml|ini|conf|cfg|xml|sh|py|js)"
)
# References of the shell, of this product and of templates; what shows a reader where a value belongs; expressions.
_FILLED_IN: Final = re.compile(
    r"^[$.\[(^\\*-]|(?<!\$)\$[\w{(@*#?!]|`|@\{|\{\{|%\w+%|^<.*>$|^\{.*\}$|^(?:x{3,}|\.{2,})$|^(?:env|file|fd|stdin)(?::|$)",
    re.IGNORECASE,
)
SWITCH: Final = re.compile("0|1|true|false|yes|no|on|off|none|null|enabled|disabled|always|never", re.IGNORECASE)


def is_literal(value: str) -> bool:
    """Tell whether a word of a command is itself a value: nothing that the shell fills in, no switch, no place."""
    bare = value.strip("\"'")
    return bool(bare) and not (_FILLED_IN.search(bare) or SWITCH.fullmatch(bare) or says_where(bare))


def says_where(value: str) -> bool:
    """Tell whether a value is an ARN, a path or a file."""
    begins = value.startswith(("arn:", "/", "./", "../", "~/", "file://")) or bool(_FILE.fullmatch(value))
    return begins and not any(char.isspace() for char in value)


def says_secret(name: str, value: str = "") -> bool:
    """Tell whether a name says that its value is a secret; of a PIN the value must agree."""
    words = [word.upper() for word in _WORDS.findall(name)]
    if not words or _HARMLESS_END.fullmatch(words[-1]) or _HARMLESS.fullmatch(" ".join(words)):
        return False
    return (
        any(map(_SECRET.fullmatch, words))
        or any(_KEY.fullmatch(" ".join(pair)) for pair in pairwise(words))
        or _ends_in_secret(words)
        or bool(_PIN.fullmatch(name) and _PIN_CODE.fullmatch(value))
    )


def _ends_in_secret(words: list[str]) -> bool:
    ends = (words[-1], "".join(words[-2:]))
    return bool(_SECRET_AT_THE_END.fullmatch(words[-1])) and not any(map(_ORDINARY.fullmatch, ends))
