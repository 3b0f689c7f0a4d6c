"""Sets of texts: unions of patterns and their complements, and whether there is a text that is in all of several.

The question is answered exactly. The patterns of each set are one automaton, whose states are the bits of a number; all
automata read the same text together, a symbol at a time, until one text is in all sets or no text is left. Symbols that
no pattern names are one symbol: patterns cannot tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from generator.permissions.pattern import EVERYTHING, Variable, Wild, is_exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.permissions.pattern import Pattern

# Stands for every character that no pattern names; Unicode assigns it to none.
_OTHER: Final = "\uffff"
_ANY: Final = frozenset({Wild.ANY, Wild.ANY_IN_FIELD})

Symbol = str | Variable
_States = tuple[int, ...]


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

    @property
    def is_list(self) -> bool:
        """Whether it is so many texts that could be listed."""
        return not self.is_negated and all(is_exact(pattern) for pattern in self.patterns)


ALL_TEXTS: Final = Texts(frozenset({EVERYTHING}))


@lru_cache(maxsize=65536)
def is_possible(sets: frozenset[Texts]) -> bool:
    """Whether there is a text that is in all sets."""
    positive = sorted((each for each in sets if not each.is_negated), key=lambda each: not each.is_list)
    negative = [each for each in sets if each.is_negated]
    if positive and positive[0].is_list:
        # The usual case: a list of names, each of which can be tried.
        others = [*positive[1:], *negative]
        return any(all(_has(each, pattern) for each in others) for pattern in positive[0].patterns)
    if any(EVERYTHING in each.patterns for each in negative):
        return False
    return _search([_automaton(each.patterns) for each in positive], [_automaton(each.patterns) for each in negative])


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


def _search(positive: list[_Automaton], negative: list[_Automaton]) -> bool:
    automata = [*positive, *negative]
    count = len(positive)
    pending: list[_States] = [tuple(each.start for each in automata)]
    seen = set(pending)
    while pending:
        states = pending.pop()
        is_in = all(states[index] & each.accepting for index, each in enumerate(positive))
        if is_in and not any(states[count + index] & each.accepting for index, each in enumerate(negative)):
            return True
        for symbol in _next_symbols(automata, states, count):
            following = tuple(each.step(state, symbol) for each, state in zip(automata, states, strict=True))
            if following not in seen and all(following[:count]):
                seen.add(following)
                pending.append(following)
    return False


def _next_symbols(automata: list[_Automaton], states: _States, count: int) -> set[Symbol]:
    for automaton, state in zip(automata[:count], states, strict=False):
        if not automaton.takes_others(state):
            return set(automaton.symbols(state))
    named = {symbol for automaton, state in zip(automata, states, strict=True) for symbol in automaton.symbols(state)}
    return {*named, _OTHER}


@lru_cache(maxsize=65536)
def _has(texts: Texts, text: Pattern) -> bool:
    automaton = _automaton(texts.patterns)
    states = automaton.start
    for char in text:
        states = automaton.step(states, char)  # type: ignore[arg-type]  # an exact pattern has characters alone
        if not states:
            return texts.is_negated
    return bool(states & automaton.accepting) is not texts.is_negated
