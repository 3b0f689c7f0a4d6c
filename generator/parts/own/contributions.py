"""What a part asks of its neighbours, from what its file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import TfstencilError
from generator.hcl.reference import Reference
from generator.parts.framework.contribution import NOTHING, BuildCommands, BuildVariable, Contribution, Permission
from generator.parts.own.arguments import is_there
from generator.parts.own.file.input_types import camel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.model.rules.finding import Path
    from generator.parts.framework.scope import Scope
    from generator.parts.own.compiled import Compiled
    from generator.parts.own.file.description import PartPermission, PartStatement

    Words = Mapping[str, object]


def contributing(part: Compiled) -> Callable[[Scope], Contribution]:
    """Return what a part asks of its neighbours, where it is on."""

    def contributes(scope: Scope) -> Contribution:
        """Ask for what the part's file names."""
        if getattr(scope.spec, part.section) is None:
            return NOTHING
        words = part.words(scope)
        asked = part.says.contributes
        groups: Mapping[str, str] = words["names"]  # type: ignore[assignment]  # a mapping of names
        return Contribution(
            log_groups=tuple(
                scope.names.arn("logs", f"log-group:{groups[user.log_group]}") for user in asked.key_users
            ),
            services=tuple(asked.services),
            publishers=tuple(asked.publishers),
            endpoints=tuple(asked.endpoints),
            variables=tuple(_variables(part, words, scope)),
            commands=tuple(_commands(part, words, scope)),
            permissions=tuple(_permissions(part, words, scope)),
        )

    return contributes


def _builds(part: Compiled, at: Path, words: Words, scope: Scope) -> list[str]:
    """Return the builds that an item is about; none where it does not count.

    Raises:
        TfstencilError: the part's expression comes to no list of builds.
    """
    if not part.is_on(at, words):
        return []
    said = part.expressions[*at, "builds"].value(words)
    found = list(said) if isinstance(said, list | tuple | dict) else None
    if found is None or any(name not in scope.spec.builds for name in found):
        text = part.expressions[*at, "builds"].text
        raise TfstencilError(
            f"part {part.says.part}: {text} comes to {said!r}, which is not a list of builds",
            hint="name an input of type list, of builds; or builds itself, for all of them",
        )
    return found


def _variables(part: Compiled, words: Words, scope: Scope) -> Iterator[BuildVariable]:
    for index, each in enumerate(part.says.contributes.variables):
        at: Path = ("contributes", "variables", index)
        for build in _builds(part, at, words, scope):
            yield BuildVariable(build, each.name, part.texts[*at, "value"].value(words))


def _commands(part: Compiled, words: Words, scope: Scope) -> Iterator[BuildCommands]:
    for index, each in enumerate(part.says.contributes.commands):
        at: Path = ("contributes", "commands", index)
        for build in _builds(part, at, words, scope):
            lines = tuple(part.texts[*at, "commands", number].value(words) for number in range(len(each.commands)))
            yield BuildCommands(build, each.phase, lines, each.at_end)


def _permissions(part: Compiled, words: Words, scope: Scope) -> Iterator[Permission]:
    for index, each in enumerate(part.says.contributes.permissions):
        for build in _builds(part, ("contributes", "permissions", index), words, scope):
            yield from _statements(part, index, each, build, words, scope)


def _statements(  # noqa: PLR0913, PLR0917  # what a statement is, for whom, and where
    part: Compiled, index: int, each: PartPermission, build: str, words: Words, scope: Scope
) -> Iterator[Permission]:
    for number, statement in enumerate(each.statements):
        at: Path = ("contributes", "permissions", index, "statements", number)
        sid = f"{camel(part.section)}{index + 1}{chr(ord('A') + number)}"
        resources = tuple(_resources(part, at, statement, words, scope))
        conditions = _conditions(part, at, statement, words)
        if resources:
            yield Permission(build, sid, tuple(statement.actions), resources, (part.section,), conditions or None)


def _resources(
    part: Compiled, at: Path, statement: PartStatement, words: Words, scope: Scope
) -> Iterator[str | Reference]:
    """Yield what a statement is about; of another part that is off, there is nothing."""
    for place, resource in enumerate(statement.resources):
        if isinstance(resource, str):
            yield part.texts[*at, "resources", place].value(words)
            continue
        module, _, name = resource.output.rpartition(".")
        if not module or is_there(scope, resource.output):
            yield Reference(f"module.{module or part.section}.{name}")


def _conditions(
    part: Compiled, at: Path, statement: PartStatement, words: Words
) -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        test: {
            variable: tuple(
                part.texts[*at, "conditions", test, variable, place].value(words) for place in range(len(texts))
            )
            for variable, texts in values.items()
        }
        for test, values in statement.conditions.items()
    }
