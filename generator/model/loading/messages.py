"""Say in the spec's own words what pydantic found wrong.

pydantic reports a location, a type of error and its figures; a person wants the key, what is wrong with it and what to
write instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.aws.regions import REGIONS
from generator.model.documents.documentation import documentation, documentation_of, keys_below
from generator.model.loading import unsupported
from generator.model.notation import text_of
from generator.model.rules.finding import Finding
from generator.suggestion import alike, closest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from generator.model.rules.finding import Path

_LONGEST_VALUE: Final = 60
# More places that a key could belong to say nothing.
_FEW: Final = 3
_QUOTE: Final = "put it in quotes"
_TYPES: Final = {
    "string_type": ("a text", _QUOTE),
    "int_type": ("a whole number", "write it without quotes and without a unit"),
    "bool_type": ("true or false", "write one of the two, without quotes"),
    "dict_type": ("a mapping", "write key: value lines below it"),
    "list_type": ("a list", "write - item lines below it, or [a, b]"),
    "model_type": ("a mapping", "write key: value lines below it"),
    "model_attributes_type": ("a mapping", "write key: value lines below it"),
}
_DURATION_IN_WORDS: Final = re.compile(
    r"([0-9]{1,4}) ?(|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)", re.IGNORECASE
)
# How others spell what happens to an inherited value: key+append, key!replace.
_OPERATOR: Final = re.compile(r" ?[+=!]")
_REMEDIES: Final = {"duration_range": "", "string_too_long": "shorten it", "too_long": "take some out"}
_REASONS: Final = {
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_too_short": "must not be empty",
    "string_too_long": "must be {max_length} characters at most",
    "too_short": "must hold {min_length} or more",
    "too_long": "must hold {max_length} at most",
    "literal_error": "must be one of {expected}",
}


def findings(errors: Iterable[ErrorDetails], model: type[BaseModel]) -> list[Finding]:
    """Translate pydantic's errors about a model: of what a wrong key holds, nothing is said."""
    found = [_finding(error, model) for error in errors]
    keys = {finding.path for finding in found if finding.rule == "key-name"}
    return [each for each in found if each.rule == "key-name" or not any(each.path[: len(key)] == key for key in keys)]


def meant_keys(found: Iterable[Finding], model: type[BaseModel]) -> set[Path]:
    """Return the paths of the keys that misspelt ones were meant to be."""
    unknown = [finding.path for finding in found if finding.rule == "unknown-key"]
    return {(*path[:-1], key) for path in unknown if (key := _meant_key(path, model))}


def _finding(error: ErrorDetails, model: type[BaseModel]) -> Finding:
    path = tuple(part for part in error["loc"] if part != "[key]")
    kind = error["type"]
    if "[key]" in error["loc"]:
        hint = _close_choice(error) or ("choose one of them" if kind == "literal_error" else "rename it")
        return Finding(path, f"the key {path[-1]!r} {_reason(error)}", hint, "key-name")
    if kind == "missing":
        return Finding(path, "is missing", f"add {_example(path, model)}", "missing-key")
    if kind == "extra_forbidden":
        hint = unsupported.of_key(path) or _did_you_mean(path, model)
        return Finding(path, f"is not a key of {_whole(model)}", hint, "unknown-key")
    if kind in _TYPES:
        wanted, hint = _TYPES[kind]
        if hint == _QUOTE and isinstance(error["input"], dict | list):
            hint = _remedy(path, kind, "", model)
        return Finding(path, f"must be {wanted}, got {_shown(error['input'])}", hint, "wrong-type")
    if kind == "literal_error":
        hint = unsupported.of_word(error["input"]) or _close_choice(error) or "choose one of them"
        return Finding(path, f"{_reason(error)}, got {_shown(error['input'])}", hint, "unknown-choice")
    got = "" if kind in ("text_length", "too_short") else f", got {_shown(error['input'])}"
    message = f"{_reason(error)}{got}"
    meant = _meant_duration(error) or _meant_region(error)
    return Finding(path, message, meant or _remedy(path, kind, message, model), kind.replace("_", "-"))


def _whole(model: type[BaseModel]) -> str:
    """Return what a file of the model is called."""
    return getattr(model, "whole", "the spec")


def _reason(error: ErrorDetails) -> str:
    reason = _REASONS.get(error["type"])
    return reason.format_map(error.get("ctx", {})).replace("'", "") if reason else error["msg"]


def _close_choice(error: ErrorDetails) -> str:
    choices = str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
    words = {choice.lower(): choice for choice in choices}
    word = str(error["input"]).lower()
    # AWS writes BUILD_GENERAL1_SMALL, and BUILD_LAMBDA_1GB.
    close = next((each for each in words if word.replace("_", "-").endswith(f"-{each}")), "") or closest(word, words)
    return f"did you mean {words[close]}?" if close else ""


def _meant_duration(error: ErrorDetails) -> str:
    """Say what a duration without its unit, or with one in words, may mean."""
    found = _DURATION_IN_WORDS.fullmatch(str(error["input"])) if error["type"] == "duration" else None
    return f"did you mean {found[1]}{found[2][:1].lower() or 'm'}?" if found else ""


def _meant_region(error: ErrorDetails) -> str:
    # us-est-1 is as like us-east-1 as us-west-1: then both are named.
    if error["type"] != "region":
        return ""
    word = str(error["input"])
    swapped = [name for name in REGIONS if sorted(name) == sorted(word)]
    close = swapped or alike(word, REGIONS, most=2, cutoff=0.9)
    return f"did you mean {' or '.join(close)}?" if close else ""


def _remedy(path: tuple[str | int, ...], kind: str, message: str, model: type[BaseModel]) -> str:
    """Say what to write instead, in the words of the documentation, unless the message itself does."""
    if kind in _REMEDIES:
        return _REMEDIES[kind]
    known = documentation_of(path, model)
    if known is None or "such as" in message or "nearest" in message:
        return ""
    example = text_of(known.examples[0]) if known.examples else ""
    if example and len(example) <= _LONGEST_VALUE:
        return f"for example {example}"
    return f"it may be: {known.kind.removeprefix('text: ')}"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = str(value)
    if len(text) > _LONGEST_VALUE:
        text = text[: _LONGEST_VALUE - 1] + "…"
    return f'"{text}"' if isinstance(value, str) else text


def _did_you_mean(path: tuple[str | int, ...], model: type[BaseModel]) -> str:
    name, known = _OPERATOR.split(str(path[-1]))[0], sorted(keys_below(path[:-1], model))
    if name != path[-1] and name in known:
        return f"write {name}+ to append to a list, or {name}= to replace a mapping"
    close = _meant_key(path, model)
    if close:
        return f"did you mean {close}?"
    elsewhere = [entry.key for at, entry in documentation(model).items() if at[-1] == name and entry.is_named]
    if 0 < len(elsewhere) <= _FEW:
        return f"did you mean {' or '.join(sorted(elsewhere, key=len))}?"
    return f"known here: {', '.join(known)}"


def _meant_key(path: Path, model: type[BaseModel]) -> str:
    known, word = sorted(keys_below(path[:-1], model)), str(path[-1])
    name = _OPERATOR.split(word)[0]
    return name if name != word and name in known else closest(word, known)


def _example(path: tuple[str | int, ...], model: type[BaseModel]) -> str:
    known = documentation_of(path, model)
    value = known.examples[0] if known and known.examples else None
    return f"{path[-1]}: …" if value is None or isinstance(value, dict) else f"{path[-1]}: {text_of(value)}"
