"""Load the rules that a workspace has in Rego, evaluated by regopy (rego-cpp)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.checks.policies.as_data import plan_data
from generator.checks.policies.model import Plan
from generator.checks.policies.model import Problem as Found
from generator.checks.policies.python_rules import display
from generator.checks.policies.rule import Check, Level, Rule, require_name
from generator.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_PACKAGE: Final = re.compile(r"^package\s+([A-Za-z_][\w.]*)\s*(?:#.*)?$", re.MULTILINE)
_COMMENT: Final = re.compile(r"^#\s*(.+)$", re.MULTILINE)
# What rego-cpp says of an error, and at which byte of which module.
_SAID: Final = re.compile(r"\(errormsg \d+:(.*?)\)\s*$", re.MULTILINE)
_OFFSET: Final = re.compile(r"\(error \d+:[^|]*\|(\d+)\|")
# Conftest's words, which people know.
_LEVELS: Final[dict[str, Level]] = {"deny": "soft-mandatory", "warn": "advisory"}


class RegoFailure(Exception):  # noqa: N818  # told as a problem, or as a refusal, by who catches it
    """Rego could not be evaluated.

    Attributes:
        offset: the byte of the module concerned.
    """

    def __init__(self, said: str) -> None:
        words, place = _SAID.search(said), _OFFSET.search(said)
        unsaid = "Rego failed, and regopy does not say of what; opa eval does"
        super().__init__(words[1] if words else unsaid)
        self.offset = int(place[1]) if place else 0


@dataclass(frozen=True, slots=True)
class RegoFile:
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
    modules: list[RegoFile] = []
    for file in files:
        try:
            modules.append(RegoFile(display(file), file.read_text("utf-8")))
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


def _compiled(module: RegoFile) -> Problem | None:
    if not module.package:
        return Problem(Place(module.file), "", "names no package", "begin it with package NAME", rule="policy")
    try:
        _query([module], {}, f"data.{module.package}")
    except RegoFailure as error:
        before = module.text.encode()[: error.offset].decode(errors="replace")
        place = Place(module.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return Problem(place, "", f"cannot be loaded: {error}", rule="policy")
    return None


def _rules(module: RegoFile, modules: Sequence[RegoFile]) -> Iterator[Rule | Problem]:
    defined = [word for word in _LEVELS if _defines(word).search(module.text)]
    if not defined:
        hint = "define deny or warn, or begin the file's name with _"
        yield Problem(Place(module.file), "", "holds no rule", hint, rule="policy")
    name = module.package.rpartition(".")[2].replace("_", "-").lower()
    try:
        require_name(name)
    except ValueError as error:
        yield Problem(Place(module.file), "", str(error), rule="policy")
        return
    comment = _COMMENT.search(module.text)
    for word in defined:
        found = _defines(word).search(module.text)
        line = module.text[: found.start() if found else 0].count("\n") + 1
        yield Rule(
            f"{name}-warning" if word == "warn" and len(defined) > 1 else name,
            _check(modules, f"data.{module.package}.{word}"),
            _LEVELS[word],
            comment[1] if comment else "",
            f"{module.file}:{line}",
        )


def _defines(word: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:default\s+)?{word}\b", re.MULTILINE)


def _check(modules: Sequence[RegoFile], query: str) -> Check:
    def check(plan: Plan) -> list[Found | str]:
        value = _query(modules, plan_data(plan), query)
        if value is None or value is False:
            return []
        if isinstance(value, dict) and value and all(each is True for each in value.values()):
            # How Rego's first version wrote a set: deny[message].
            return list(value)
        return [_found(each) for each in (value if isinstance(value, list) else [value])]

    return check


def _found(value: Any) -> Found | str:  # noqa: ANN401  # any JSON value
    if isinstance(value, str):
        return value
    if value is True:
        return "it is denied"
    text = (value.get("message") or value.get("msg")) if isinstance(value, dict) else None
    if not isinstance(text, str):
        raise TypeError(f"a rule gives texts, or objects with a message; not {json.dumps(value)[:80]}")
    return Found(text, str(value.get("address", "")), str(value.get("path", "")))


def _query(modules: Sequence[RegoFile], document: dict[str, Any], query: str) -> Any:  # noqa: ANN401  # any JSON value
    import regopy  # noqa: PLC0415  # an extra that may be missing

    interpreter = regopy.Interpreter()
    # It would print what it raises as well.
    interpreter.log_level = regopy.LogLevel.NONE
    try:
        for module in modules:
            interpreter.add_module(module.file, module.text)
        interpreter.set_input(document)
        output = interpreter.query(query)
    except regopy.RegoError as error:
        raise RegoFailure(str(error)) from None
    except json.JSONDecodeError as error:
        # It takes every answer for JSON, also one that is an error.
        raise RegoFailure(error.doc) from None
    if not output.ok():
        raise RegoFailure(str(output))
    expressions = output[0].expressions
    return expressions[0] if expressions else None
