"""The rules of a part: those that its file writes, and those that follow from its types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.rules.finding import Finding
from generator.parts.framework.part import Rule
from generator.parts.framework.scope import Scope
from generator.parts.own.arguments import is_there
from generator.parts.own.file.expression import ExpressionError
from generator.parts.own.names import name_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.own.compiled import Compiled
    from generator.parts.own.file.description import PartRule, Value

    Check = Callable[[str, EnvironmentSpec], Iterator[Finding]]


def rules_of(part: Compiled) -> tuple[Rule, ...]:
    """Return the rules of a part."""
    written = [Rule(_written(part, index, rule)) for index, rule in enumerate(part.says.rules)]
    return (*written, Rule(_references(part)), Rule(_builds(part)), Rule(name_rule(part)))


def _written(part: Compiled, index: int, rule: PartRule) -> Check:
    at: Path = ("rules", index)

    def check(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
        if getattr(spec, part.section) is None:
            return
        words = part.words(Scope.of(environment, spec))
        path: Path = (part.section, rule.at) if rule.at else (part.section,)
        try:
            items = part.expressions[*at, "each"].value(words) if rule.each is not None else [None]
            for item in items or ():
                inside = {**words, "item": item}
                if part.expressions[*at, "if"].value(inside):
                    yield Finding(path, *_said(part, at, inside), f"{part.says.part}-{index + 1}", rule.severity)
        except ExpressionError as error:
            yield Finding(path, f"rule {index + 1} of part {part.says.part}: {error}", error.hint, "part-rule")

    check.__doc__ = f"Part {part.says.part}: not where {rule.condition}."
    return check


def _said(part: Compiled, at: Path, words: Mapping[str, object]) -> tuple[str, str]:
    hint = part.texts.get((*at, "hint"))
    return part.texts[*at, "message"].value(words), hint.value(words) if hint else ""


def _references(part: Compiled) -> Check:
    def check(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
        """What an input refers to is there."""
        section = getattr(spec, part.section)
        scope = Scope.of(environment, spec)
        for name, each in part.says.inputs.items():
            said = getattr(section, name) if section is not None and each.type == "reference" else None
            if said is not None and not is_there(scope, said):
                owner = said.partition(".")[0]
                message = f"{said} is not there: this environment has no {owner}"
                yield Finding((part.section, name), message, f"write {owner}:, or leave {name} out", "part-reference")

    return check


def _builds(part: Compiled) -> Check:
    def check(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
        """Inputs that name builds name those of the spec."""
        section = getattr(spec, part.section)
        for name, each in part.says.inputs.items() if section is not None else ():
            for path, build in _named_builds(each, getattr(section, name), (part.section, name)):
                if build not in spec.builds:
                    hint = f"there are: {', '.join(sorted(spec.builds))}"
                    yield Finding(path, f"there is no build {build}", hint, "unknown-build")

    return check


def _named_builds(each: Value, said: object, path: Path) -> Iterator[tuple[Path, str]]:
    if each.type == "build" and isinstance(said, str):
        yield path, said
    inner = getattr(each, "of", None)
    if inner is not None and inner.type == "build":
        items = enumerate(said) if isinstance(said, list) else said.items() if isinstance(said, dict) else ()
        for key, item in items:
            yield (*path, key), item
