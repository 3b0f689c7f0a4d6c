"""Read a contract: strictly, with the place of each expectation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.errors import SpecError
from generator.language.nodes import Node, mapping
from generator.language.reader import read_spec

if TYPE_CHECKING:
    from pathlib import Path

    from generator.problems import Problem
    from generator.workspace import Workspace

FOLDER: Final = "tests/plans"
SECTIONS: Final = ("values", "counts", "outputs", "absent", "policies")


@dataclass(frozen=True, slots=True)
class Contract:
    """What must hold of one environment's plan.

    Attributes:
        environment: its name.
        file: as a person would type it.
        root: the document; only known sections, each of the right shape.
    """

    environment: str
    file: str
    root: Node

    def section(self, name: str) -> dict[str, Node]:
        """Return the expectations of a section by their key; empty for `absent`, which is a list."""
        node = mapping(self.root).get(name)
        return mapping(node) if node else {}

    @property
    def absent(self) -> list[Node]:
        """What must not be there."""
        node = mapping(self.root).get("absent")
        return node.value if node and isinstance(node.value, list) else []


def contract_path(workspace: Workspace, environment: str) -> Path:
    """Return where the contract of an environment lies, whether or not there is one."""
    return workspace.root / FOLDER / f"{environment}.yaml"


def read_contract(workspace: Workspace, environment: str) -> Contract | None:
    """Read the contract of an environment, None where it has none.

    Raises:
        SpecError: it is no contract; holds every problem with its place.
    """
    path = contract_path(workspace, environment)
    if not path.is_file():
        return None
    file = workspace.relative(path)
    root = read_spec(path, file)
    problems = _problems(root)
    if problems:
        raise SpecError(problems)
    return Contract(environment, file, root)


def _problems(root: Node) -> list[Problem]:
    problems: list[Problem] = []
    for key, node in mapping(root).items():
        if key not in SECTIONS:
            hint = f"there are {', '.join(SECTIONS)}"
            problems.append(node.problem(key, "no section of a contract", hint=hint, rule="unknown-key", at_key=True))
        elif key == "absent":
            problems += _absent_problems(node)
        elif not isinstance(node.value, dict):
            problems.append(node.problem(key, "must be a mapping", rule="contract"))
        else:
            problems += _entry_problems(key, node)
    return problems


def _absent_problems(node: Node) -> list[Problem]:
    if not isinstance(node.value, list) or not all(isinstance(item.value, str) for item in node.value):
        hint = "list addresses (module.logs.aws_cloudwatch_log_group.this), types (aws_codebuild_webhook) or modules"
        return [node.problem("absent", "must be a list of text", hint=hint, rule="contract")]
    return []


def _entry_problems(section: str, node: Node) -> list[Problem]:
    shapes: dict[str, tuple[type, str]] = {
        "values": (dict, "a mapping of attributes"),
        "counts": (int, "a number"),
        "policies": (list, "a list of statements"),
    }
    if section not in shapes:
        return []
    shape, words = shapes[section]
    return [
        entry.problem(f"{section}.{key}", f"must be {words}", rule="contract")
        for key, entry in mapping(node).items()
        if not isinstance(entry.value, shape) or isinstance(entry.value, bool)
    ]
