"""Reads a part back: asks AWS what its file asks, and compares the answers with the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.parts.framework.part import ReadBack
from generator.parts.framework.scope import Scope
from generator.parts.own import context
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.parts.own.compiled import Compiled
    from generator.parts.own.file.questions import PartReadBack
    from generator.readback.check import Check
    from generator.readback.expectation import Expectation


def read_back(part: Compiled) -> ReadBack:
    """Return how a part is read back, and what a destroy must not leave of it."""
    listings = tuple(
        Listing(each.kind, each.service, each.operation, each.items, each.name or "") for each in part.says.left_over
    )
    return ReadBack(checks=(reading_back(part),) if part.says.read_back else (), listings=listings)


def reading_back(part: Compiled) -> Callable[[Expectation], Iterator[Check]]:
    """Return what compares a part with what exists."""

    def checks(expected: Expectation) -> Iterator[Check]:
        """Compare what the part made with the spec."""
        if getattr(expected.spec, part.section) is None:
            return
        words = part.words(Scope(expected.spec, expected.names))
        for index, question in enumerate(part.says.read_back):
            if part.is_on(("read_back", index), words):
                yield from _answers(part, index, question, expected, words)

    return checks


def _answers(
    part: Compiled, index: int, question: PartReadBack, expected: Expectation, words: Mapping[str, object]
) -> Iterator[Check]:
    from generator.readback.check import Check  # noqa: PLC0415  # only where something is read back

    at = ("read_back", index)
    subject = part.texts[*at, "subject"].value(words)
    arguments = {name: part.texts[*at, "arguments", name].value(words) for name in question.arguments}
    answer = expected.clients.ask(question.service, question.operation, **arguments)
    yield Check(subject, "exists", expected=True, found=answer is not None, spec_key=part.section)
    for path in question.expect if answer is not None else ():
        expression = part.expressions[*at, "expect", path]
        keys = context.spec_keys(expression.paths, part.section)
        found = value_at(answer, path)
        yield Check(subject, path, expression.value(words), found, keys[0] if keys else part.section)


def value_at(answer: Any, path: str) -> Any:  # noqa: ANN401  # what an API answers
    """Return the value at a dotted path of an answer; None where there is none. Numbers are places in lists."""
    at = answer
    for key in path.split("."):
        if isinstance(at, dict):
            at = at.get(key)
        elif isinstance(at, list) and key.isdigit() and int(key) < len(at):
            at = at[int(key)]
        else:
            return None
    return at
