"""Rename something of a spec: what exists keeps its name and its state, unless the names in AWS shall change too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from generator.claims.catalog import claims
from generator.errors import UsageError
from generator.operations.changes.consent import Consent, consents, require_way_to_consent
from generator.operations.targets.targets import target_of
from generator.parts.framework.claim_kinds import Parts
from generator.renaming.entries import rename_build, rename_entry
from generator.renaming.identities import rename_environment, rename_stack
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.model.loading.load import Environment
    from generator.operations.run import Run
    from generator.renaming.request import Renamed, Renaming
    from generator.workspace import Workspace

_WAYS: Final = {
    "build": rename_build,
    "entry": rename_entry,
    "environment": rename_environment,
    "stack": rename_stack,
}
# What an environment is, and where its state lies: neither is made again.
_UNMADE: Final = ("@environment", "state", "@bucket:state")
# Files of a workspace beside its specs that may name what is renamed.
_OTHERS: Final = ("guards.yaml", "drift.yaml", "parity.yaml", "tests/plans/*.yaml", ".github/workflows/*.yml")
_UNASKED: Final = Consent(given=False)


@dataclass(frozen=True, slots=True)
class Replacement:
    """What AWS would know by another name, and so has to make again; "" where nothing takes its place."""

    environment: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RenameResult:
    """What a renaming came to.

    Attributes:
        asked: what was to be renamed.
        status: `renamed` or `declined`.
        environments: those concerned, by their present names.
        files: the specs that were changed.
        replaced: what is made again under another name.
        follows: by environment, values that change along: path, before and after.
        mentions: lines of other files that name it, as `file:line`.
        moves_state: whether the state of an environment lies elsewhere from now on.
    """

    asked: Renaming
    status: str
    environments: Sequence[str]
    files: Sequence[str]
    replaced: Sequence[Replacement] = ()
    follows: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)
    mentions: Sequence[str] = ()
    moves_state: bool = False


def rename(run: Run, asked: Renaming, consent: Consent = _UNASKED) -> RenameResult:
    """Rename a build, an entry, an environment or a stack in the specs; nothing else is touched.

    Args:
        run: the call.
        asked: what, and how.
        consent: what was agreed to beforehand; asked where something would be made again.

    Raises:
        SpecError: a spec is wrong as it is.
        UsageError: there is no such thing, the name is taken, or a spec would not be valid.
    """
    _check_names(run.workspace, asked)
    found = _WAYS[asked.kind](run.workspace, asked)
    pairs = list(zip(found.before, found.after, strict=True))
    replaced = [each for old, new in pairs for each in _replaced(old, new)]
    result = _result(run.workspace, asked, found, replaced)
    if replaced:
        targets = [target_of(each) for each in found.before]
        command = f"tfstencil rename {asked.kind} {_arguments(asked)}"
        require_way_to_consent(run, targets, Mode.REAL, consent, command=command)
        for each in replaced:
            becomes = f"is replaced by {each.after}" if each.after else "is destroyed"
            run.reporter.warn(f"{each.environment}: {each.kind} {each.before} {becomes}")
        if not all(consents(run, target, Mode.REAL, consent, verb="rename") for target in targets):
            return RenameResult(asked, "declined", result.environments, (), replaced)
    found.draft.write()
    return result


def _check_names(workspace: Workspace, asked: Renaming) -> None:
    if asked.before == asked.after:
        raise UsageError(f"{asked.after} is its name already", hint="choose another name")
    if asked.environment and asked.environment not in workspace.environment_names():
        known = ", ".join(workspace.environment_names())
        raise UsageError(f"there is no environment {asked.environment}", hint=f"there are: {known}")


def _result(workspace: Workspace, asked: Renaming, found: Renamed, replaced: Sequence[Replacement]) -> RenameResult:
    pairs = zip(found.before, found.after, strict=True)
    return RenameResult(
        asked,
        "renamed",
        [each.name for each in found.after],
        found.draft.changed,
        replaced,
        {name: values for name, values in found.follows.items() if values},
        list(_mentions(workspace, asked.before.rpartition(".")[2])),
        asked.kind == "environment" or any(_states(old) != _states(new) for old, new in pairs),
    )


def _arguments(asked: Renaming) -> str:
    words = [asked.environment if asked.kind in {"build", "entry"} else "", asked.before, asked.after]
    return " ".join(filter(None, [*words, "--physical" if asked.physical else ""]))


def _made(environment: Environment) -> dict[str, list[str]]:
    """Return the names that AWS knows what an environment makes by, by kind."""
    made: dict[str, list[str]] = {}
    for text, _ in claims(environment.name, environment.spec):
        if not text.startswith(_UNMADE):
            parts = Parts.of(text)
            made.setdefault(parts.noun, []).append(parts.name)
    return made


def _states(environment: Environment) -> set[str]:
    return {text for text, _ in claims(environment.name, environment.spec) if text.startswith("state ")}


def _replaced(old: Environment, new: Environment) -> Iterator[Replacement]:
    before, after = _made(old), _made(new)
    for kind, names in before.items():
        others = after.get(kind, [])
        gone = [name for name in names if name not in others]
        come = [name for name in others if name not in names]
        for was, becomes in zip_longest(gone, come[: len(gone)], fillvalue=""):
            yield Replacement(old.name, kind, was, becomes)


def _mentions(workspace: Workspace, name: str) -> Iterator[str]:
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    for path in sorted(path for pattern in _OTHERS for path in workspace.root.glob(pattern)):
        yield from _lines(workspace, path, word)
    contract = workspace.root / "tests" / "plans" / f"{name}.yaml"
    if contract.is_file():
        yield f"{workspace.relative(contract)} (its name)"


def _lines(workspace: Workspace, path: Path, word: re.Pattern[str]) -> Iterator[str]:
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        if word.search(line):
            yield f"{workspace.relative(path)}:{number}"
