"""Check: a part is proved before anybody uses it.

Its file and its examples are judged; every branch of its templates is rendered; each shape of its module is formatted,
validated and tested by terraform; each example is planned offline and compared with its contract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.checks.contracts.contract import contract_path, read_contract
from generator.checks.contracts.judge import judge
from generator.checks.contracts.write import rewritten
from generator.checks.guards.classification.of_parts import table_with_parts
from generator.errors import SpecError, TemplateError, UsageError
from generator.operations.inputs.assembly import Assembly
from generator.operations.parts.module_proof import prove_module
from generator.operations.parts.proving_workspace import CONTRACTS, EXAMPLES, prove_in, retold
from generator.operations.parts.shapes import every_shape
from generator.operations.plans.fleet_members import prepare
from generator.operations.plans.offline import fleet_of
from generator.operations.run import Run
from generator.parts.own.catalog import judge_parts
from generator.parts.own.sources.files import digest_of
from generator.parts.own.sources.folders import PARTS, part_folders
from generator.plans.planned import PlannedStack, planned_stack
from generator.problems import Place, Problem
from generator.suggestion import closest
from generator.text_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.parts.framework.part import Part
    from generator.plans.plan import Plan
    from generator.workspace import Workspace


_COUNTS: Final = re.compile(r"^counts:\n(?:  .*\n)+", re.MULTILINE)


@dataclass(slots=True)
class PartProof:
    """What became of one part.

    Attributes:
        name: of its folder.
        digest: of its text.
        problems: what is wrong.
        shapes: in how many shapes its module was rendered.
        tests: how many tests of it passed.
        examples: that were planned.
        contracts: that were kept.
        written: contracts that were written.
        runs_programs: whether it is refused for what only an allowed part may do.
    """

    name: str
    digest: str
    problems: list[Problem] = field(default_factory=list)
    shapes: int = 0
    tests: int = 0
    examples: int = 0
    contracts: int = 0
    written: list[str] = field(default_factory=list)
    runs_programs: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it."""
        return not any(problem.severity == "error" for problem in self.problems)


def check(run: Run, names: Sequence[str] = (), *, update: bool = False) -> list[PartProof]:
    """Prove parts.

    Args:
        run: the call.
        names: of parts; none for all that lie in the workspace.
        update: write the contracts of examples that have none, and what does not hold in the others.

    Raises:
        UsageError: there is no such part, or none at all.
    """
    folders = selected(run.workspace, names)
    _, problems = judge_parts(run.workspace)
    found: list[PartProof] = []
    for folder in folders:
        proof = PartProof(folder.name, digest_of(folder))
        shown = run.workspace.relative(folder)
        proof.problems += [each for each in problems if each.place and f"{each.place.file}/".startswith(f"{shown}/")]
        if not problems:
            _prove(run, folder, proof, update=update)
        elif proof.ok:
            hint = "mend that one first: tfstencil part check"
            proof.problems.append(Problem(Place(shown), "", "cannot be proved beside a part that is wrong", hint))
        found.append(proof)
    return found


def selected(workspace: Workspace, names: Sequence[str]) -> list[Path]:
    """Return the folders of parts.

    Raises:
        UsageError: there is no such part, or none at all.
    """
    known = {folder.name: folder for folder in part_folders(workspace)}
    if not known:
        raise UsageError(f"there is no part in {PARTS}/", hint="tfstencil part new NAME makes one")
    for name in names:
        if name not in known:
            close = closest(name, known)
            hint = f"did you mean {close}?" if close else f"there are: {', '.join(known)}"
            raise UsageError(f"there is no part {name!r} in {PARTS}/", hint=hint)
    return [known[name] for name in names or known]


def _prove(run: Run, folder: Path, proof: PartProof, *, update: bool) -> None:
    display = run.workspace.relative(folder)
    workspace, examples = prove_in(run.workspace, folder)
    if not examples:
        message = "has no examples, so that nobody knows whether a spec can use it"
        proof.problems.append(Problem(Place(f"{display}/{EXAMPLES}"), "", message, f"write {EXAMPLES}/minimal.yaml"))
    assembly = Assembly(workspace)
    try:
        part = _part(workspace, folder)
        shapes = every_shape(assembly.engine, part)
        proof.shapes = len(shapes.texts)
        proof.problems += [*shapes.missed, *_classification(workspace, display)]
        found, proof.tests = prove_module(workspace.scratch / "proof", shapes, display)
        proof.problems += found
        if not proof.problems:
            _plan(run, workspace, examples, part, folder, proof, update=update)
    except SpecError as error:
        proof.problems += retold(error.problems, display)
    except TemplateError as error:
        proof.runs_programs = "of what it renders to" in str(error)
        proof.problems += [
            Problem(each.place, "", str(each.args[0]), each.hint, rule="template") for each in (error, *error.others)
        ]


def _part(workspace: Workspace, folder: Path) -> Part:
    catalog, _ = judge_parts(workspace)
    return next(part for part in catalog.parts if part.templates and part.templates.folder.name == folder.name)


def _classification(workspace: Workspace, display: str) -> list[Problem]:
    """Return what is wrong with what a part says of types to the guards."""
    _, problems = table_with_parts(workspace)
    return [each for each in problems if each.place is not None and each.place.file.startswith(f"{display}/")]


def _plan(  # noqa: PLR0913, PLR0917  # what is proved, and where
    run: Run, workspace: Workspace, examples: list[str], part: Part, folder: Path, proof: PartProof, *, update: bool
) -> None:
    """Plan the examples offline, and compare the plans with the contracts."""
    fleet = prepare(workspace, examples)
    planned = fleet_of(Run(workspace, run.reporter, run.redactor, run.verbose), fleet.members)
    proof.examples = len(planned.plans)
    display = run.workspace.relative(folder)
    for name, error in planned.failures.items():
        proof.problems.append(Problem(Place(f"{display}/{EXAMPLES}/{name}.yaml"), "", str(error), error.hint))
    for prepared in fleet.environments:
        plan = planned.plans.get(prepared.name)
        if plan is None:
            continue
        if update:
            _update(workspace, prepared.name, plan, part, folder, proof)
        contract = read_contract(workspace, prepared.name)
        if contract is None:
            hint = "tfstencil part check --update writes it"
            place = Place(f"{display}/{CONTRACTS}/{prepared.name}.yaml")
            proof.problems.append(Problem(place, "", "is missing", hint, rule="part-contract", severity="warning"))
            continue
        verdict = judge(contract, prepared, fleet.engine, plan)
        proof.contracts += not verdict.mismatches
        for mismatch, _ in verdict.mismatches:
            place = Place(f"{display}/{CONTRACTS}/{prepared.name}.yaml", mismatch.node.line, mismatch.node.column)
            message = f"expected {mismatch.expected!r}, got {mismatch.got!r}"
            key = f"{mismatch.address} {mismatch.where}".strip()
            hint = "mend the part, or take the new value over: tfstencil part check --update"
            proof.problems.append(Problem(place, key, message, hint, rule="part-contract"))


def _update(  # noqa: PLR0913, PLR0917  # as above
    workspace: Workspace, name: str, plan: Plan, part: Part, folder: Path, proof: PartProof
) -> None:
    """Write what a contract of a part says: of its own module, since the rest is not the part's."""
    path = contract_path(workspace, name)
    before = path.read_text("utf-8") if path.is_file() else ""
    drafted = rewritten(read_contract(workspace, name), before, name, _own(planned_stack(plan), part))
    # How many of a type there are is for the whole plan to say, and most of that is not the part's.
    after = drafted if before else _COUNTS.sub("", drafted)
    if after != before:
        replace_file(path, after)
        replace_file(folder / CONTRACTS / f"{name}.yaml", after)
        proof.written.append(f"{CONTRACTS}/{name}.yaml")


def _own(stack: PlannedStack, part: Part) -> PlannedStack:
    """Return what a plan has of one module."""
    start = f"module.{part.name}."
    outputs = {name: value for name, value in stack.outputs.items() if name.startswith(f"{part.name}_")}
    resources = {address: each for address, each in stack.resources.items() if address.startswith(start)}
    return PlannedStack(resources, outputs)
