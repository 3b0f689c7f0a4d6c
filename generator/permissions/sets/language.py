"""Sets of texts: unions of patterns and their complements, and whether there is a text that is in all of several.

The question is answered exactly. The patterns of each set are one automaton, whose states are the bits of a number; all
automata read the same text together, a symbol at a time, until one text is in all sets or no text is left. Symbols that
no pattern names are one symbol: patterns cannot tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from generator.permissions.sets.pattern import EVERYTHING, Variable, Wild

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.permissions.sets.pattern import Pattern

# Stands for every character that no pattern names; Unicode assigns it to none.
_OTHER: Final = "\uffff"
_ANY: Final = frozenset({Wild.ANY, Wild.ANY_IN_FIELD})

# States of a search after which it is given up.
_MOST_STATES: Final = 20_000

Symbol = str | Variable
_States = tuple[int, ...]


class UndecidedError(Exception):
    """Two sets are too intricate to be compared."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A set of texts.

    Attributes:
        patterns: what is in it.
        is_negated: all but that.
    """

    patterns: frozenset[Pattern]
    is_negated: bool = False

    @property
    def complement(self) -> Texts:
        """All other texts."""
        return Texts(self.patterns, not self.is_negated)


ALL_TEXTS: Final = Texts(frozenset({EVERYTHING}))


@lru_cache(maxsize=16384)
def is_possible(sets: frozenset[Texts]) -> bool:
    """Whether there is a text that is in all sets.

    Raises:
        UndecidedError: the sets are too intricate.
    """
    banned = frozenset(pattern for each in sets if each.is_negated for pattern in each.patterns)
    if EVERYTHING in banned:
        return False
    positive = [each.patterns for each in sets if not each.is_negated] or [ALL_TEXTS.patterns]
    # One pattern after the other of the set that has the fewest: most others end before they begin.
    first, *others = sorted(positive, key=len)
    return any(_is_possible(pattern, others, banned) for pattern in first)


def _is_possible(pattern: Pattern, others: Sequence[frozenset[Pattern]], banned: frozenset[Pattern]) -> bool:
    """Whether a pattern matches a text that each of the others matches, and nothing that is banned."""
    if pattern in banned:
        return False
    required: list[frozenset[Pattern]] = []
    for other in others:
        if pattern in other or EVERYTHING in other:
            continue
        required.append(frozenset(each for each in other if _may_meet(pattern, each)))
        if not required[-1]:
            return False
    near = frozenset(each for each in banned if _may_meet(pattern, each))
    if not required and not near and Wild.VARIABLE not in pattern:
        return True
    found = _search(pattern, frozenset(required), near)
    if found is None:
        raise UndecidedError
    return found


def _may_meet(one: Pattern, other: Pattern) -> bool:
    """Whether the fixed beginnings and ends of two patterns agree, as they must where one text matches both."""
    (head, tail), (other_head, other_tail) = _ends(one), _ends(other)
    return (head.startswith(other_head) or other_head.startswith(head)) and (
        tail.endswith(other_tail) or other_tail.endswith(tail)
    )


@lru_cache(maxsize=16384)
def _ends(pattern: Pattern) -> tuple[str, str]:
    return "".join(takewhile(_is_char, pattern)), "".join(takewhile(_is_char, reversed(pattern)))[::-1]  # type: ignore[arg-type]


def _is_char(token: object) -> bool:
    return isinstance(token, str) and len(token) == 1


class _Automaton:
    """The patterns of one set; state n of a pattern means that its first n tokens are read."""

    __slots__ = ("_any", "_by_symbol", "_one", "accepting", "start")

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._any = dict.fromkeys(_ANY, 0)
        self._one = dict.fromkeys((Wild.ONE, Wild.ONE_IN_FIELD, Wild.VARIABLE), 0)
        self._by_symbol: dict[Symbol, int] = {}
        self.accepting = start = offset = 0
        for pattern in patterns:
            start |= 1 << offset
            for bit, token in enumerate(pattern, offset):
                self._add(token, 1 << bit)
            offset += len(pattern) + 1
            self.accepting |= 1 << (offset - 1)
        self.start = self._closed(start)

    def _add(self, token: object, bit: int) -> None:
        if isinstance(token, Variable):
            self._by_symbol[token] = self._by_symbol.get(token, 0) | bit
        elif isinstance(token, Wild):
            table = self._any if token in _ANY else self._one
            table[token] |= bit
        else:
            for char in str(token):
                self._by_symbol[char] = self._by_symbol.get(char, 0) | bit

    def _closed(self, states: int) -> int:
        """Add the states behind a `*`, which may stand for nothing."""
        while added := ((states & (self._any[Wild.ANY] | self._any[Wild.ANY_IN_FIELD])) << 1) & ~states:
            states |= added
        return states

    def step(self, states: int, symbol: Symbol) -> int:
        """Return the states after one more symbol."""
        moved = self._by_symbol.get(symbol, 0)
        stays = self._any[Wild.ANY]
        if isinstance(symbol, Variable):
            # A variable is text of any length: `?` cannot stand for it, and `*` without colons cannot be sure.
            moved |= self._one[Wild.VARIABLE]
        else:
            moved |= self._one[Wild.ONE]
            if symbol != ":":
                moved |= self._one[Wild.ONE_IN_FIELD]
                stays |= self._any[Wild.ANY_IN_FIELD]
        return self._closed(((states & moved) << 1) | (states & stays))

    def symbols(self, states: int) -> Iterator[Symbol]:
        """Yield the symbols that lead from these states elsewhere than others would."""
        for symbol, bits in self._by_symbol.items():
            if bits & states:
                yield symbol
        if states & (self._any[Wild.ANY_IN_FIELD] | self._one[Wild.ONE_IN_FIELD]):
            yield ":"

    def takes_others(self, states: int) -> bool:
        """Whether a symbol leads on that none of the patterns names."""
        wild = self._any[Wild.ANY] | self._any[Wild.ANY_IN_FIELD] | self._one[Wild.ONE] | self._one[Wild.ONE_IN_FIELD]
        return bool(states & (wild | self._one[Wild.VARIABLE]))


@lru_cache(maxsize=8192)
def _automaton(patterns: frozenset[Pattern]) -> _Automaton:
    return _Automaton(patterns)


@lru_cache(maxsize=16384)
def _search(pattern: Pattern, required: frozenset[frozenset[Pattern]], banned: frozenset[Pattern]) -> bool | None:
    """Look for a text that a pattern and one of each set match, and nothing banned does; None if it takes too long."""
    positive = [_automaton(frozenset({pattern})), *map(_automaton, required)]
    negative = _automaton(banned)
    start = tuple(each.start for each in positive)
    pending = [(start, negative.start)]
    # What is banned from fewer states is banned from more: of two searches that differ in that alone, one is enough.
    seen: dict[_States, list[int]] = {start: [negative.start]}
    for _ in range(_MOST_STATES):
        if not pending:
            return False
        states, barred = pending.pop()
        if not barred & negative.accepting and all(
            each.accepting & state for each, state in zip(positive, states, strict=True)
        ):
            return True
        for symbol in _symbols(positive, states, negative, barred):
            following = tuple(each.step(state, symbol) for each, state in zip(positive, states, strict=True))
            if not all(following):
                continue
            then = negative.step(barred, symbol)
            known = seen.setdefault(following, [])
            if not any(other & ~then == 0 for other in known):
                known[:] = [*(other for other in known if then & ~other), then]
                pending.append((following, then))
    return None


def _symbols(positive: Sequence[_Automaton], states: _States, negative: _Automaton, barred: int) -> Iterable[Symbol]:
    for automaton, state in zip(positive, states, strict=True):
        if not automaton.takes_others(state):
            return set(automaton.symbols(state))
    named = {symbol for automaton, state in zip(positive, states, strict=True) for symbol in automaton.symbols(state)}
    # The last is looked at first: the symbol that nothing banned names.
    return [*named, *(symbol for symbol in negative.symbols(barred) if symbol not in named), _OTHER]
