"""What is wrong with what a part's file says, each mistake with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from generator.parts.framework.claim_kinds import KINDS
from generator.parts.framework.classification import DATA, HOLDS
from generator.parts.own import context
from generator.parts.own.compiled import TAGS
from generator.parts.own.file.expression import ANY, Expression, ExpressionError
from generator.parts.own.file.input_types import faults, misfit, reserved, targets
from generator.parts.own.file.text_pattern import TextPattern
from generator.parts.own.waiting import taken, waits_for, way_to_roles
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.model.rules.finding import Path
    from generator.parts.catalog import Catalog
    from generator.parts.own.file.description import Input, PartFile, PartStatement
    from generator.parts.own.file.expression import Vocabulary
    from generator.parts.own.file.reading import PartSource

_T = TypeVar("_T", Expression, TextPattern)
# What a module call has beside its arguments.
_OF_CALLS: Final = frozenset(
    {"source", "version", "providers", "count", "for_each", "depends_on", "lifecycle", "locals"}
)
_CLASSES: Final = frozenset({"dev", "staging", "prod"})


class Judgement:
    """Judges what a part's file says; mistakes go to its source.

    Args:
        source: the file.
        says: what it says.
        known: the parts that come before it.
        outputs: returns the outputs of a module, by its name; None where there is no such module.
    """

    def __init__(
        self, source: PartSource, says: PartFile, known: Catalog, outputs: Callable[[str], frozenset[str] | None]
    ) -> None:
        self._source = source
        self._says = says
        self._known = known
        self._outputs = outputs
        self._words: Vocabulary = context.vocabulary(says, known)
        self.expressions: dict[Path, Expression] = {}
        self.texts: dict[Path, TextPattern] = {}

    def judge(self) -> None:
        """Judge all of it."""
        self._requirements()
        self._inputs()
        self._names()
        for name, text in self._says.shape.items():
            self._expression(("shape", name), text)
        self._rules()
        self._arguments()
        self._contributions()
        self._questions()
        self._guards()

    def _requirements(self) -> None:
        names = [part.name for part in self._known.parts]
        for index, name in enumerate(self._says.requires.parts):
            if name not in names:
                close = closest(name, names)
                hint = f"did you mean {close}?" if close else f"there are: {', '.join(names)}"
                self._source.fault(("requires", "parts", index), f"there is no part {name}", hint)

    def _inputs(self) -> None:
        for name, each in self._says.inputs.items():
            at: Path = ("inputs", name)
            if reason := reserved(name) or self._clash(name):
                self._source.fault(at, reason, "rename it", at_key=True)
            wrong = list(faults(each))
            for fault in wrong:
                self._source.fault((*at, *fault.path), str(fault), fault.hint)
            for index, target in enumerate(targets(each)):
                self._reference((*at, "to") if isinstance(each.to, str) else (*at, "to", index), target)
            if not wrong:
                self._default(at, each)

    def _clash(self, name: str) -> str:
        if name in _OF_CALLS:
            return f"{name} cannot be the name of an input: Terraform keeps it for calls of modules"
        if name == TAGS:
            return f"{name} cannot be the name of an input: every module gets the stack's tags by that name"
        if name in self._says.names or name in self._says.arguments:
            return f"{name} is the name of an input, and of a name or an argument as well"
        return ""

    def _default(self, at: Path, given: Input) -> None:
        default = given.default
        if default is None:
            return
        if given.required:
            self._source.fault((*at, "default"), "counts never: the input is required", "remove one of the two")
            return
        by_class = isinstance(default, dict) and given.type not in {"map", "mapping"}
        values = default if by_class else {"": default}
        for name, value in values.items():
            path = (*at, "default", name) if by_class else (*at, "default")
            if by_class and name not in _CLASSES:
                close = closest(str(name), _CLASSES)
                hint = f"did you mean {close}?" if close else "there are: dev, staging, prod"
                self._source.fault(path, f"{name} is not a class of environments", hint, at_key=True)
            elif reason := misfit(given, value):
                self._source.fault(path, reason, "write a value that a spec may say")

    def _names(self) -> None:
        words = {name: below for name, below in self._words.items() if name != "names"}
        for name, each in self._says.names.items():
            if each.kind not in KINDS or each.kind.startswith("@environment"):
                kinds = [kind.removeprefix("@") for kind in KINDS if kind != "@environment"]
                if each.kind not in kinds:
                    close = closest(each.kind, kinds)
                    hint = f"did you mean {close}?" if close else f"there are: {', '.join(sorted(kinds))}"
                    self._source.fault(("names", name, "kind"), f"{each.kind} is not a kind of names", hint)
            self._text(("names", name, "pattern"), each.pattern, words)

    def _rules(self) -> None:
        for index, rule in enumerate(self._says.rules):
            at: Path = ("rules", index)
            words = dict(self._words)
            if rule.each is not None:
                self._expression((*at, "each"), rule.each)
                words["item"] = ANY
            self._expression((*at, "if"), rule.condition, words)
            self._text((*at, "message"), rule.message, words)
            if rule.hint is not None:
                self._text((*at, "hint"), rule.hint, words)
            if rule.at is not None and rule.at not in self._says.inputs:
                close = closest(rule.at, self._says.inputs)
                hint = f"did you mean {close}?" if close else f"there are: {', '.join(self._says.inputs)}"
                self._source.fault((*at, "at"), f"there is no input {rule.at}", hint)

    def _arguments(self) -> None:
        for name, each in self._says.arguments.items():
            at: Path = ("arguments", name)
            if name in self._says.names or name in _OF_CALLS or name == TAGS:
                self._source.fault(at, f"{name} cannot be the name of an argument", "rename it", at_key=True)
            said = [word for word in ("value", "text", "reference") if getattr(each, word) is not None]
            if len(said) != 1:
                self._source.fault(at, "says none, or several, of value, text and reference", "say one of them")
            self._condition(at, each.condition)
            if each.value is not None:
                self._expression((*at, "value"), each.value)
            if each.text is not None:
                self._text((*at, "text"), each.text)
            if each.reference is not None:
                self._reference((*at, "reference"), each.reference)

    def _contributions(self) -> None:
        asked, at = self._says.contributes, ("contributes",)
        for index, permission in enumerate(asked.permissions):
            here: Path = (*at, "permissions", index)
            self._builds(here, permission.builds, permission.condition)
            for number, statement in enumerate(permission.statements):
                self._statement((*here, "statements", number), statement)
        for index, variable in enumerate(asked.variables):
            here = (*at, "variables", index)
            self._builds(here, variable.builds, variable.condition)
            self._text((*here, "value"), variable.value)
        for index, commands in enumerate(asked.commands):
            here = (*at, "commands", index)
            self._builds(here, commands.builds, commands.condition)
            for number, line in enumerate(commands.commands):
                self._text((*here, "commands", number), line)
        for index, user in enumerate(asked.key_users):
            kind = self._says.names[user.log_group].kind if user.log_group in self._says.names else ""
            if kind != "log-group":
                message = f"{user.log_group} is not a name of kind log-group"
                self._source.fault((*at, "key_users", index, "log_group"), message, "name one under names:")

    def _statement(self, at: Path, statement: PartStatement) -> None:
        for place, resource in enumerate(statement.resources):
            if isinstance(resource, str):
                self._text((*at, "resources", place), resource)
            else:
                self._permitted((*at, "resources", place, "output"), resource.output)
        for test, values in statement.conditions.items():
            for variable, texts in values.items():
                for place, text in enumerate(texts):
                    self._text((*at, "conditions", test, variable, place), text)

    def _permitted(self, at: Path, output: str) -> None:
        """Judge an output that a role may use: of the part itself, or of another module, and never after the roles."""
        module, _, name = output.rpartition(".")
        if module:
            self._reference(at, output)
        elif name not in self._says.outputs:
            close = closest(name, self._says.outputs)
            hint = f"did you mean {close}?" if close else "name it under outputs:, or write MODULE.OUTPUT"
            self._source.fault(at, f"the part has no output {name}", hint)
        if way := self._way_to_roles(module):
            message = f"goes round in a circle: the roles of builds would wait for {', which waits for '.join(way)}"
            self._source.fault(at, message, "write the ARN as text, from names that are known before")

    def _way_to_roles(self, module: str) -> tuple[str, ...]:
        """Return the modules by which one waits for the roles of builds; none where it does not."""
        section = self._says.section or self._says.part.replace("-", "_")
        own = [each.reference for each in self._says.arguments.values() if each.reference]
        own += [target for each in self._says.inputs.values() for target in targets(each)]
        first = {each.partition(".")[0] for each in own} | taken(self._source.folder)
        return way_to_roles(module or section, lambda name: first if name == section else waits_for(self._known, name))

    def _builds(self, at: Path, builds: str, condition: str | None) -> None:
        self._expression((*at, "builds"), builds)
        self._condition(at, condition)

    def _questions(self) -> None:
        for index, question in enumerate(self._says.read_back):
            at: Path = ("read_back", index)
            self._text((*at, "subject"), question.subject)
            self._condition(at, question.condition)
            for name, text in question.arguments.items():
                self._text((*at, "arguments", name), text)
            for name, expression in question.expect.items():
                self._expression((*at, "expect", name), expression)

    def _guards(self) -> None:
        for kind, words in self._says.guards.items():
            if words.get(HOLDS, DATA) != DATA:
                message = f"must be {DATA}: of the resource itself no more can be said"
                self._source.fault(("guards", kind, HOLDS), message, f"write {HOLDS}: {DATA}, or name attributes")

    def _condition(self, at: Path, text: str | None) -> None:
        if text is not None:
            self._expression((*at, "if"), text)

    def _reference(self, at: Path, reference: str) -> None:
        module, _, output = reference.partition(".")
        outputs = self._outputs(module)
        if outputs is None:
            close = closest(module, self._known.modules)
            hint = f"did you mean {close}?" if close else f"there are: {', '.join(self._known.modules)}"
            self._source.fault(at, f"there is no module {module}", hint)
        elif output not in outputs:
            close = closest(output, outputs)
            hint = f"did you mean {module}.{close}?" if close else f"it has: {', '.join(sorted(outputs))}"
            self._source.fault(at, f"module {module} has no output {output}", hint)

    def _expression(self, at: Path, text: str, words: Vocabulary | None = None) -> None:
        self._read(at, text, Expression.read, self.expressions, words)

    def _text(self, at: Path, text: str, words: Vocabulary | None = None) -> None:
        self._read(at, text, TextPattern.read, self.texts, words)

    def _read(
        self,
        at: Path,
        text: str,
        read: Callable[[str, Vocabulary], _T],
        found: dict[Path, _T],
        words: Vocabulary | None,
    ) -> None:
        try:
            found[at] = read(text, self._words if words is None else words)
        except ExpressionError as error:
            self._source.fault(at, str(error), error.hint)
