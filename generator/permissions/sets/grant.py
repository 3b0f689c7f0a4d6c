"""Statements as regions of requests, read at their widest (what may be let through) or narrowest (what surely is)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.permissions.policy import ALLOW, UNKNOWN, Element
from generator.permissions.sets import condition, pattern, principal
from generator.permissions.sets.language import Texts
from generator.permissions.sets.pattern import EVERYTHING, WITH_VARIABLE
from generator.permissions.sets.region import ACTION, PRINCIPAL, RESOURCE, Dimension, Region, Test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from generator.permissions.policy import Statement
    from generator.permissions.sets.condition import Vocabulary
    from generator.permissions.sets.pattern import Pattern

# What a statement speaks of, conditions aside.
SUBJECT: Final = frozenset({PRINCIPAL, ACTION, RESOURCE})


def region(statement: Statement, vocabulary: Vocabulary, *, is_widest: bool, own: str = "") -> Region | None:
    """Return the requests that a statement speaks of.

    Args:
        statement: one.
        vocabulary: of all statements that are compared.
        is_widest: whether what is unknown, or cannot be understood, is taken for everything; else for nothing.
        own: number of the account whose own policies decide whom a leave to all of it reaches; "" for everybody in it.

    Returns:
        Them; None for none.
    """
    if statement.unreadable:
        return Region({}) if is_widest else None
    found: dict[Dimension, frozenset[Test]] = {}
    for dimension, element in (
        (PRINCIPAL, statement.principals),
        (ACTION, statement.actions),
        (RESOURCE, statement.resources),
    ):
        if element is not None:
            read = _reader(dimension, statement, element, own)
            found[dimension] = frozenset({Test(_texts(element, read, vocabulary, is_widest=is_widest))})
    for each in statement.conditions:
        asked = condition.tests(each, vocabulary, is_widest=is_widest, has_variables=statement.has_variables)
        if asked is None:
            if not is_widest:
                return None
            continue
        dimension, tests = asked
        found[dimension] = found.get(dimension, frozenset()) | frozenset(tests)
    whole = Region({key: _wider(tests) if is_widest else tests for key, tests in found.items()})
    return None if whole.is_empty else whole


def _wider(tests: frozenset[Test]) -> frozenset[Test]:
    """Leave out what tests exclude where one of them names a variable: whether that is excluded, nobody can say."""
    named = [test for test in tests if isinstance(test.values, Texts) and test.is_some is not test.values.is_negated]
    has_variable = any(pattern.has_variable(each) for test in named for each in test.values.patterns)  # type: ignore[union-attr]
    return frozenset(named) if has_variable else tests


def is_understood(statement: Statement) -> bool:
    """Whether a statement means something, as far as it is known."""
    return not statement.unreadable and all(
        condition.is_understood(each, has_variables=statement.has_variables) for each in statement.conditions
    )


def singles(statement: Statement) -> Iterator[Statement]:
    """Yield a statement for each principal, action and resource that a statement names; negated lists stay whole."""
    for who in _apart(statement.principals):
        for action in _apart(statement.actions):
            for resource in _apart(statement.resources):
                yield replace(statement, principals=who, actions=action, resources=resource)


def joined(singles: Iterable[Statement]) -> list[Statement]:
    """Put statements together again that differ in the actions, resources or principals alone."""
    found = _joined(singles, lambda each: each.actions, lambda each, actions: replace(each, actions=actions))
    found = _joined(found, lambda each: each.resources, lambda each, resources: replace(each, resources=resources))
    return _joined(found, lambda each: each.principals, lambda each, who: replace(each, principals=who))


def _joined(
    statements: Iterable[Statement],
    element: Callable[[Statement], Element | None],
    put: Callable[[Statement, Element | None], Statement],
) -> list[Statement]:
    groups: dict[Statement, list[Element | None]] = {}
    for each in statements:
        groups.setdefault(put(each, None), []).append(element(each))
    return [put(rest, _together(elements)) for rest, elements in groups.items()]


def loosened(region: Region) -> Region:
    """Return a region with any text in place of each variable."""
    return Region({dimension: frozenset(_loosened(tests)) for dimension, tests in region.tests.items()})


def _loosened(tests: Iterable[Test]) -> Iterator[Test]:
    for test in tests:
        if not isinstance(test.values, Texts) or not any(map(pattern.has_variable, test.values.patterns)):
            yield test
        elif test.is_some and not test.values.is_negated:
            yield Test(Texts(frozenset(map(pattern.loosened, test.values.patterns))))


def _together(elements: list[Element | None]) -> Element | None:
    if len(elements) == 1:
        return elements[0]
    return Element(frozenset(text for element in elements if element for text in element.texts))


def _apart(element: Element | None) -> list[Element | None]:
    if element is None or element.is_negated:
        return [element]
    return [Element(frozenset({text})) for text in sorted(element.texts, key=str)]


def _reader(
    dimension: Dimension, statement: Statement, element: Element, own: str
) -> Callable[[str], frozenset[Pattern]]:
    if dimension == PRINCIPAL and own and statement.effect == ALLOW and not element.is_negated:
        return lambda text: principal.grantees(text, own)
    if dimension == PRINCIPAL:
        return principal.exempted if element.is_negated else principal.callers
    if dimension == ACTION:
        return _action
    return lambda text: frozenset({pattern.glob(text, has_variables=statement.has_variables)})


def _action(text: str) -> frozenset[Pattern]:
    return frozenset({pattern.glob(text.lower(), has_variables=False)})


def _texts(
    element: Element, read: Callable[[str], frozenset[Pattern]], vocabulary: Vocabulary, *, is_widest: bool
) -> Texts:
    patterns = {each for text in element.texts if text is not UNKNOWN for each in read(text)}
    if UNKNOWN in element.texts and is_widest is not element.is_negated:
        patterns.add(EVERYTHING)
    if element.is_negated and vocabulary.has_variables:
        # What a variable will be is not known: it may be one of the texts that are left out.
        patterns.add(WITH_VARIABLE)
    return Texts(frozenset(patterns), element.is_negated)
