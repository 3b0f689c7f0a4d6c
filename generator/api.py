"""The Python API: what the command line does, as functions with typed results.

    from generator import plan

    result = plan("prod-*", workspace="stacks")
    for name, planned in result.plans.made.items():
        print(name, planned.plan.counts())

Each takes names and globs of environments, none meaning all, and the folder of a workspace. What is wrong is raised as
`generator.errors.TfstencilError`; what one environment of several came to stands in the result. Nothing is printed: who
wants to hear of progress hands in a `generator.operations.reporter.Reporter`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from generator.operations.reporter import Silent
from generator.operations.requests import ChangeRequest, PlanRequest
from generator.operations.run import Run
from generator.terraform.mode import Mode
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from generator.model.loading.load import Environment
    from generator.operations.changes.run_result import RunResult
    from generator.operations.checks.drift import DriftResult
    from generator.operations.checks.test import ContractResult
    from generator.operations.plans.plan import PlanResult
    from generator.operations.rendered.render import RenderResult
    from generator.operations.reporter import Reporter
    from generator.operations.specs.adopt import AdoptResult
    from generator.operations.specs.rename import RenameResult
    from generator.renaming.request import Kind

Where = Literal["sandbox", "real"]


def load(*environments: str, workspace: str | PathLike[str] = ".") -> list[Environment]:
    """Load and check specs.

    Args:
        environments: names and globs; none for all.
        workspace: its folder.

    Raises:
        SpecError: with every problem of all of them.
        UsageError: the folder is no workspace, or a name fits nothing.
    """
    from generator.operations.inputs.assembly import Assembly  # noqa: PLC0415  # each function imports what it alone needs

    found = Workspace.find(Path(workspace))
    return Assembly(found).load(found.select(environments))


def render(
    *environments: str,
    workspace: str | PathLike[str] = ".",
    out: str | PathLike[str] | None = None,
    force: bool = False,
    reporter: Reporter | None = None,
) -> RenderResult:
    """Render environments into `modules_out/`; all of them are rendered before the first is replaced.

    Args:
        environments: names and globs; none for all.
        workspace: its folder.
        out: another folder than `modules_out/`.
        force: overwrite files that were edited by hand or are not ours.
        reporter: hears of warnings and of progress.

    Raises:
        TfstencilError: with all that is wrong; nothing was written.
    """
    from generator.operations.rendered.render import RenderRequest  # noqa: PLC0415  # see load
    from generator.operations.rendered.render import render as operation  # noqa: PLC0415  # see load

    request = RenderRequest(environments, Path(out) if out is not None else None, force=force)
    return operation(_run(workspace, reporter), request)


def plan(
    *environments: str,
    workspace: str | PathLike[str] = ".",
    mode: Literal["offline", "sandbox", "real"] = "offline",
    save: bool = False,
    cache: bool = True,
    reporter: Reporter | None = None,
) -> PlanResult:
    """Plan environments, whose modules must be rendered.

    Args:
        environments: names and globs; none for all.
        workspace: its folder.
        mode: from nothing, without network and credentials; against the sandbox, which is started; or against AWS.
        save: against a state: keep each plan for an apply.
        cache: offline: answer from plans that were made before.
        reporter: hears of warnings and of progress.

    Returns:
        A plan of each environment, or why it has none.

    Raises:
        TfstencilError: a spec is wrong, modules are stale, or terraform cannot be used at all.
    """
    from generator.operations.plans.plan import plan as operation  # noqa: PLC0415  # see load

    return operation(_run(workspace, reporter), PlanRequest(environments, Mode(mode), save=save, cache=cache))


def apply(
    *environments: str,
    workspace: str | PathLike[str] = ".",
    mode: Where,
    agree: Sequence[str] = (),
    allow: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> RunResult:
    """Apply environments: the plan that was kept of each, else a fresh one, through the guards.

    Args:
        environments: names and globs; none for all.
        workspace: its folder.
        mode: in the sandbox, which is started and where nothing is asked, or in AWS.
        agree: environments, in full, that may be changed in AWS; any other is declined.
        allow: refusals to let through: `delete:ADDRESS`, or with `=REASON`.
        reporter: hears of plans and of progress, and answers in place of `agree`.

    Returns:
        What became of each environment.

    Raises:
        TfstencilError: nothing was begun.
    """
    from generator.operations.changes.apply import apply as operation  # noqa: PLC0415  # see load

    request = ChangeRequest("apply", Mode(mode), environments, allowed=tuple(allow))
    return operation(_run(workspace, reporter or Silent(agree)), request)


def destroy(
    *environments: str,
    workspace: str | PathLike[str] = ".",
    mode: Where,
    agree: Sequence[str] = (),
    allow: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> RunResult:
    """Destroy what was applied for environments.

    Args:
        environments: names and globs; none for all that have a spec.
        workspace: its folder.
        mode: in the sandbox, where nothing is asked, or in AWS.
        agree: environments, in full, that may be destroyed in AWS; any other is declined.
        allow: refusals to let through: `delete:ADDRESS`, or with `=REASON`.
        reporter: hears of plans and of progress, and answers in place of `agree`.

    Returns:
        What became of each environment.

    Raises:
        TfstencilError: nothing was begun.
    """
    from generator.operations.changes.destroy import destroy as operation  # noqa: PLC0415  # see load

    request = ChangeRequest("destroy", Mode(mode), environments, allowed=tuple(allow))
    return operation(_run(workspace, reporter or Silent(agree)), request)


def drift(
    *environments: str,
    workspace: str | PathLike[str] = ".",
    mode: Where,
    outside_only: bool = False,
    reporter: Reporter | None = None,
) -> DriftResult:
    """Compare environments with what was applied: changed outside, unapplied code, or known.

    Args:
        environments: names and globs; none for all.
        workspace: its folder.
        mode: where they were applied.
        outside_only: code that is not applied yet does not count.
        reporter: hears of warnings and of progress.
    """
    from generator.operations.checks.drift import DriftRequest  # noqa: PLC0415  # see load
    from generator.operations.checks.drift import drift as operation  # noqa: PLC0415  # see load

    return operation(_run(workspace, reporter), DriftRequest(environments, Mode(mode), outside_only=outside_only))


def test(
    *environments: str,
    workspace: str | PathLike[str] = ".",  # noqa: PT028  # not one of pytest's
    cache: bool = True,  # noqa: PT028  # as above
    reporter: Reporter | None = None,  # noqa: PT028  # as above
) -> ContractResult:
    """Plan environments offline, as their specs are now, and check each plan against its contract.

    Args:
        environments: names and globs; none for all.
        workspace: its folder.
        cache: answer from plans that were made before.
        reporter: hears of progress.

    Raises:
        UsageError: none of them has a contract.
    """
    from generator.operations.checks.test import test as operation  # noqa: PLC0415  # see load

    return operation(_run(workspace, reporter), environments, cache=cache)


def adopt(  # noqa: PLR0913  # one parameter an option
    environment: str,
    *,
    workspace: str | PathLike[str] = ".",
    mode: Where,
    answer: str | PathLike[str] | None = None,
    done: bool = False,
    reporter: Reporter | None = None,
) -> AdoptResult:
    """Find what exists of an environment, and write it into its spec; nothing else is changed.

    Args:
        environment: its name.
        workspace: its folder.
        mode: where it is looked for.
        answer: a file with the answer of `batch-get-projects`, which is believed instead.
        done: take out of the spec what the state has by now.
        reporter: hears of progress.
    """
    from generator.operations.specs.adopt import AdoptRequest  # noqa: PLC0415  # see load
    from generator.operations.specs.adopt import adopt as operation  # noqa: PLC0415  # see load

    request = AdoptRequest(environment, Mode(mode), Path(answer) if answer is not None else None, done)
    return operation(_run(workspace, reporter), request)


def rename(  # noqa: PLR0913  # one parameter an option
    kind: Kind,
    before: str,
    after: str,
    *,
    environment: str = "",
    workspace: str | PathLike[str] = ".",
    physical: bool = False,
    agree: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> RenameResult:
    """Give a build, an entry, an environment or a stack another name in the specs.

    Args:
        kind: `build`, `entry`, `environment` or `stack`.
        before: what it is called; of an entry its path, `registry.repositories.api`.
        after: what it is to be called.
        environment: in whose spec a build or an entry stands.
        workspace: its folder.
        physical: change the names in AWS too.
        agree: environments, in full, in which something may be made again under another name.
        reporter: hears of what is made again, and answers in place of `agree`.
    """
    from generator.operations.specs.rename import rename as operation  # noqa: PLC0415  # see load
    from generator.renaming.request import Renaming  # noqa: PLC0415  # see load

    asked = Renaming(kind, environment, before, after, physical=physical)
    return operation(_run(workspace, reporter or Silent(agree)), asked)


# Where a test module imports it, pytest must not take it for a test.
test.__test__ = False  # type: ignore[attr-defined]  # pytest's way to say so


def _run(workspace: str | PathLike[str], reporter: Reporter | None) -> Run:
    return Run(Workspace.find(Path(workspace)), reporter or Silent())
