"""Load the rules that a workspace has in Rego, evaluated by regopy (rego-cpp)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.policies.as_data import plan_data
from generator.policies.model import Plan
from generator.policies.model import Problem as Found
from generator.policies.python_rules import display
from generator.policies.rule import Level, Rule, require_name
from generator.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_PACKAGE: Final = re.compile(r"^package\s+([A-Za-z_][\w.]*)\s*(?:#.*)?$", re.MULTILINE)
_COMMENT: Final = re.compile(r"^#\s*(.+)$", re.MULTILINE)
_PLACE: Final = re.compile(r"-- ([^\n]*):(\d+):(\d+)")
# Conftest's words, which people know.
_LEVELS: Final[dict[str, Level]] = {"deny": "soft-mandatory", "warn": "advisory"}


class RegoFailure(Exception):  # noqa: N818  # told as a problem, or as a refusal, by who catches it
    """Rego could not be evaluated."""


@dataclass(frozen=True, slots=True)
class Module:
    """One Rego file.

    Attributes:
        file: as a person types it.
        text: what it says.
    """

    file: str
    text: str

    @property
    def package(self) -> str:
        """The package that it belongs to, "" where it says none."""
        found = _PACKAGE.search(self.text)
        return found[1] if found else ""


def load_rego(folder: Path) -> tuple[list[Rule], list[Problem]]:
    """Read every Rego file of a folder; `_*.rego` are only imported, `*_test.rego` are left to `opa test`.

    Args:
        folder: the workspace's `policies/`.

    Returns:
        The rules `deny` and `warn` of each package, and what is wrong.
    """
    files = sorted(file for file in folder.glob("*.rego") if not file.name.endswith("_test.rego"))
    if not files:
        return [], []
    try:
        import regopy  # noqa: F401, PLC0415  # an extra that may be missing
    except ImportError:
        hint = "run pip install 'tfstencil[rego]', or write the rule in Python"
        return [], [Problem(Place(display(files[0])), "", "needs the Python package regopy", hint, rule="policy")]
    problems: list[Problem] = []
    modules: list[Module] = []
    for file in files:
        try:
            modules.append(Module(display(file), file.read_text("utf-8")))
        except UnicodeDecodeError:
            problems.append(Problem(Place(display(file)), "", "is not UTF-8", "save it as UTF-8", rule="policy"))
    problems += [problem for module in modules if (problem := _compiled(module))]
    if problems:
        return [], problems
    rules: list[Rule] = []
    for module in modules:
        if not module.file.startswith("policies/_"):
            found = list(_rules(module, modules))
            rules += [each for each in found if isinstance(each, Rule)]
            problems += [each for each in found if isinstance(each, Problem)]
    return rules, problems


def _compiled(module: Module) -> Problem | None:
    if not module.package:
        return Problem(Place(module.file), "", "names no package", "begin it with package NAME", rule="policy")
    try:
        _query([module], {}, f"data.{module.package}")
    except RegoFailure as error:
        found = _PLACE.search(str(error))
        place = Place(module.file, int(found[2]), int(found[3])) if found else Place(module.file)
        return Problem(place, "", f"cannot be loaded: {_first_line(str(error))}", rule="policy")
    return None


def _rules(module: Module, modules: Sequence[Module]) -> Iterator[Rule | Problem]:
    defined = [word for word in _LEVELS if re.search(rf"^(?:default\s+)?{word}\b", module.text, re.MULTILINE)]
    if not defined:
        hint = "define deny or warn, or begin the file's name with _"
        yield Problem(Place(module.file), "", "holds no rule", hint, rule="policy")
    for word in defined:
        name = module.package.rpartition(".")[2].replace("_", "-").lower()
        try:
            require_name(name)
        except ValueError as error:
            yield Problem(Place(module.file), "", str(error), rule="policy")
            return
        line = module.text[: re.search(rf"^(?:default\s+)?{word}\b", module.text, re.MULTILINE).start()].count("\n") + 1  # type: ignore[union-attr]  # it was found above
        comment = _COMMENT.search(module.text)
        yield Rule(
            f"{name}-warning" if word == "warn" and len(defined) > 1 else name,
            _check(modules, f"data.{module.package}.{word}"),
            _LEVELS[word],
            comment[1] if comment else "",
            f"{module.file}:{line}",
        )


def _check(modules: Sequence[Module], query: str) -> Any:  # noqa: ANN401  # a Check; mypy cannot name it here
    def check(plan: Plan) -> list[Found]:
        value = _query(modules, plan_data(plan), query)
        return [_found(each) for each in value] if isinstance(value, list) else []

    return check


def _found(value: Any) -> Found:  # noqa: ANN401  # any JSON value
    if isinstance(value, dict):
        text = value.get("message") or value.get("msg") or json.dumps(value, sort_keys=True)
        return Found(str(text), str(value.get("address", "")), str(value.get("path", "")))
    return Found(value if isinstance(value, str) else json.dumps(value))


def _query(modules: Sequence[Module], document: dict[str, Any], query: str) -> Any:  # noqa: ANN401  # any JSON value
    import regopy  # noqa: PLC0415  # an extra that may be missing

    interpreter = regopy.Interpreter()
    try:
        for module in modules:
            interpreter.add_module(module.file, module.text)
        interpreter.set_input(document)
        output = interpreter.query(query)
        if not output.ok():
            raise RegoFailure(str(output))
        results = json.loads(str(output))
    except regopy.RegoError as error:
        raise RegoFailure(str(error)) from error
    expressions = results.get("expressions") or [] if isinstance(results, dict) else []
    return expressions[0] if expressions else None


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    return next((line for line in lines if line and line != "Errors:" and not line.startswith("--")), "it is no Rego")
