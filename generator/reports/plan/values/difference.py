"""One value that changes: its two sides, its members, its lines or its statements, and where the spec says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ValueKind = Literal["absent", "known", "unknown", "sensitive"]


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of a spec.

    Attributes:
        place: `environments/dev.yaml:12:5`.
        key: the dotted key that stands there.
    """

    place: str
    key: str


@dataclass(frozen=True, slots=True)
class Value:
    """One side of a difference.

    Attributes:
        kind: whether there is one, and whether it can be told.
        data: JSON data of a known one, without what is sensitive.
        source: what an unknown one will be: `ARN of module.encryption.aws_kms_key.this`; "" where nobody can say.
    """

    kind: ValueKind
    data: object = None
    source: str = ""


ABSENT = Value("absent")
SENSITIVE = Value("sensitive")


@dataclass(frozen=True, slots=True)
class Statement:
    """What becomes of one statement of a policy.

    Attributes:
        action: `added`, `removed` or `changed`.
        sid: its name, "" for none.
        words: what it says, or said, in English.
        details: of a changed one, element by element, in words.
        is_wider: whether more is let through than before, or may be.
    """

    action: str
    sid: str
    words: str
    details: tuple[str, ...] = ()
    is_wider: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that changes.

    Attributes:
        path: for a reader: `environment.environment_variable[LOG_LEVEL].value`.
        before: as it is.
        after: as it will be.
        added: members that join a list, whose sides are then left out.
        removed: members that leave it.
        lines: of a text of several lines: those that change with `+` and `-` in front, and their neighbours.
        statements: of a policy.
        replaces: whether it forces the replacement.
        origins: where the spec says it.
        at: the path for a program, with positions in lists.
    """

    path: str
    before: Value = ABSENT
    after: Value = ABSENT
    added: tuple[object, ...] = ()
    removed: tuple[object, ...] = ()
    lines: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    replaces: bool = False
    origins: tuple[Origin, ...] = ()
    at: tuple[str | int, ...] = ()
