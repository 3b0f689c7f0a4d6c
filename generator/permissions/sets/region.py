"""Sets of requests: products of tests, one test a dimension, and what is left of one without others.

A dimension is the principal, the action, the resource, or one condition key. A request has no value, one or many in it.
A test says that some value is in a set, or that none is; the opposite of one is the other, and so a region without
another is again a union of regions. Whether a region is empty is decided dimension by dimension.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from generator.permissions.sets import interval, language, pattern
from generator.permissions.sets.interval import ALL_NUMBERS, Ranges
from generator.permissions.sets.language import ALL_TEXTS, Texts, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Regions that are looked at before the comparison of a statement is given up, and counts as wider.
_MOST_STEPS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that a request has.

    Attributes:
        name: `action`, or a condition key in lower case.
        is_number: its values are numbers, moments or addresses; else texts.
        is_single: a request has one value at most.
        is_present: a request has one value at least.
        domain: what its values can be; None for anything.
    """

    name: str
    is_number: bool = False
    is_single: bool = True
    is_present: bool = False
    domain: Texts | Ranges | None = None

    @property
    def everything(self) -> Texts | Ranges:
        """All its values."""
        return ALL_NUMBERS if self.is_number else ALL_TEXTS


@dataclass(frozen=True, slots=True)
class Test:
    """What the values of one dimension must be.

    Attributes:
        values: a set of them.
        is_some: some value must be in it; else none may be.
    """

    values: Texts | Ranges
    is_some: bool = True

    @property
    def opposite(self) -> Test:
        """What holds wherever this does not.

        Where values are left out that a variable names, any value may be one of them.
        """
        return _opposite(self)


@lru_cache(maxsize=16384)
def _opposite(test: Test) -> Test:
    values = test.values
    if isinstance(values, Texts) and test.is_some is values.is_negated:
        values = Texts(frozenset(map(pattern.loosened, values.patterns)), values.is_negated)
    return Test(values, not test.is_some)


PRINCIPAL: Final = Dimension("principal", is_present=True)
ACTION: Final = Dimension("action", is_present=True)
RESOURCE: Final = Dimension("resource", is_present=True)

Tests = frozenset[Test]
_NO_TESTS: Final[Tests] = frozenset()


@dataclass(frozen=True, slots=True)
class Region:
    """A product of tests.

    Attributes:
        tests: by dimension; a dimension without tests may be anything.
    """

    tests: Mapping[Dimension, Tests]

    def of(self, dimension: Dimension) -> Tests:
        """Return the tests of a dimension."""
        return self.tests.get(dimension, _NO_TESTS)

    def also(self, dimension: Dimension, tests: Tests) -> Region:
        """Return the part of this region that passes further tests."""
        return Region({**self.tests, dimension: self.of(dimension) | tests})

    @property
    def is_empty(self) -> bool:
        """Whether no request is in it."""
        return not all(is_possible(dimension, tests) for dimension, tests in self.tests.items())

    def meets(self, other: Region) -> bool:
        """Whether a request is in both."""
        return all(is_possible(dimension, self.of(dimension) | tests) for dimension, tests in other.tests.items())

    def without(self, other: Region) -> list[Region]:
        """Return what is left of it without another; the parts may overlap."""
        if not self.meets(other):
            return [self]
        return [
            self.also(dimension, opposite)
            for dimension, tests in other.tests.items()
            for opposite in (frozenset({test.opposite}) for test in tests - self.of(dimension))
            if is_possible(dimension, self.of(dimension) | opposite)
        ]


@dataclass(slots=True)
class Effort:
    """How much the comparison of one statement may cost."""

    steps: int = field(default_factory=lambda: _MOST_STEPS)

    def spend(self) -> None:
        """Count one step.

        Raises:
            UndecidedError: there were too many.
        """
        self.steps -= 1
        if self.steps < 0:
            raise UndecidedError


def remainder(region: Region, others: Sequence[Region], effort: Effort) -> Iterator[Region]:
    """Yield what is left of a region without all others, part by part: nothing where they cover it.

    Raises:
        UndecidedError: the parts are too many.
    """
    if any(not region.without(other) for other in others):
        return
    yield from _remainder(region, [other for other in others if region.meets(other)], effort)


def _remainder(region: Region, others: Sequence[Region], effort: Effort) -> Iterator[Region]:
    effort.spend()
    if not others:
        yield region
        return
    for part in region.without(others[0]):
        yield from _remainder(part, others[1:], effort)


@lru_cache(maxsize=16384)
def is_possible(dimension: Dimension, tests: Tests) -> bool:
    """Whether a request can have values in a dimension that pass all tests."""
    some = [test.values for test in tests if test.is_some]
    if not some and not dimension.is_present:
        return True
    each = [test.values.complement for test in tests if not test.is_some]
    if dimension.domain is not None:
        each.append(dimension.domain)
    if dimension.is_single or not some:
        return _is_possible([*some, *each])
    return all(_is_possible([one, *each]) for one in some)


def _is_possible(sets: Sequence[Texts | Ranges]) -> bool:
    numbers = [each for each in sets if isinstance(each, Ranges)]
    if numbers:
        return interval.is_possible(numbers)
    return language.is_possible(frozenset(each for each in sets if isinstance(each, Texts)))
