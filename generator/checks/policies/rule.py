"""How a function becomes a rule."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, overload

from generator.checks.policies.model import Plan, Problem
from generator.refusal import KINDS

Level = Literal["advisory", "soft-mandatory", "hard-mandatory"]
Check: TypeAlias = Callable[[Plan], Iterable[Problem | str]]
LEVELS: Final[tuple[Level, ...]] = ("advisory", "soft-mandatory", "hard-mandatory")
MARK: Final = "__tfstencil_rule__"
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: what `--allow` calls it.
        check: yields what is wrong with a plan.
        level: `advisory` is only shown; `soft-mandatory` refuses, and `--allow` lets it through; `hard-mandatory`
            refuses whatever is allowed.
        description: what it asks for.
        place: file and line where it stands.
    """

    name: str
    check: Check
    level: Level = "soft-mandatory"
    description: str = ""
    place: str = ""


@overload
def rule(check: Check, /) -> Check: ...
@overload
def rule(*, name: str = "", level: Level = "soft-mandatory") -> Callable[[Check], Check]: ...
def rule(
    check: Check | None = None, /, *, name: str = "", level: Level = "soft-mandatory"
) -> Check | Callable[[Check], Check]:
    """Make a function that takes a plan and yields problems a rule: `@rule`, or `@rule(level="advisory")`.

    Args:
        check: the function.
        name: of the rule; by default the function's, with hyphens.
        level: how much it weighs.

    Raises:
        ValueError: name or level cannot be.
        TypeError: the function does not take exactly a plan.
    """
    if level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(LEVELS)}, not {level!r}")

    def mark(function: Check) -> Check:
        require_one_argument(function)
        own = getattr(function, "__name__", "rule")
        made = Rule(
            require_name(name or own.strip("_").replace("_", "-").lower()),
            function,
            level,
            (inspect.getdoc(function) or "").split("\n", 1)[0],
        )
        setattr(function, MARK, made)
        return function

    return mark if check is None else mark(check)


def require_name(name: str) -> str:
    """Return the name of a rule.

    Raises:
        ValueError: it cannot be one.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a rule: lower-case words with hyphens between them")
    if name in KINDS:
        raise ValueError(f"{name!r} is what tfstencil calls a guard of its own; choose another name")
    return name


def require_one_argument(function: Check) -> None:
    """Refuse a function that cannot be called with a plan alone.

    Raises:
        TypeError: it cannot.
    """
    try:
        inspect.signature(function).bind(object())
    except TypeError:
        raise TypeError("a rule is a function that takes one argument, the plan") from None
