"""Values of attributes: what two of them mean, whose an ARN is, and how a person reads them."""

from __future__ import annotations

import json
import re
from typing import Any, Final

KNOWN_LATER: Final = "(known after apply)"
_ARN: Final = re.compile(r"arn:[\w-]+:[^:]*:[^:]*:([^:]*):")
_ALARM: Final = re.compile(r'\s*ALARM\(\s*"?([^")]+)"?\s*\)\s*')
_LONGEST: Final = 120


def meaning(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return a value without what means nothing: the layout of JSON, the order of a list, an empty text."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return _sorted(json.loads(value))
        except (ValueError, RecursionError):
            return value
    if isinstance(value, list):
        return sorted((item for item in value if item is not None), key=repr) or None
    return value or None if isinstance(value, str | dict) else value


def shown(value: object) -> str:
    """Write a value for a person."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        text = ", ".join(value)
    else:
        text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def members(value: Any) -> list[str]:  # noqa: ANN401  # any JSON value
    """Return the members of a list as texts; a single value is a list of one, and nothing one of none."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return [each if isinstance(each, str) else json.dumps(each) for each in listed]


def is_foreign(value: object, account: str) -> bool:
    """Whether a value is the ARN of something that belongs to another account."""
    found = _ARN.match(value) if isinstance(value, str) else None
    return bool(found) and found[1] not in {"", "aws", account}  # type: ignore[index]  # it matched


def is_own(value: str, account: str) -> bool:
    """Whether a value is the ARN of something that belongs to this account."""
    found = _ARN.match(value)
    return bool(found) and found[1] in {"", account}  # type: ignore[index]  # it matched


def alarms_of(rule: Any) -> list[str] | None:  # noqa: ANN401  # any JSON value
    """Return the alarms of a rule that goes off with any of them; None for another rule."""
    found = [_ALARM.fullmatch(part) for part in str(rule or "").split(" OR ")]
    return None if not all(found) else [each[1] for each in found if each]


def _sorted(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        listed = [_sorted(item) for item in value]
        # A list in which words and numbers mix is a sentence: `["numeric", ">", 5]`.
        is_set = all(isinstance(item, str | dict) for item in listed) and any(isinstance(i, str) for i in listed)
        return sorted(listed, key=repr) if is_set else listed
    return value
