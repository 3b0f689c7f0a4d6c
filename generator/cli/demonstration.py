"""The whole way once, explained: a spec becomes Terraform, is applied in a sandbox, and is read back."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generator import apply, load, plan, render
from generator.cli.progress import board
from generator.cli.reporter import ConsoleReporter
from generator.display import plural
from generator.errors import UsageError
from generator.operations.run import Run
from generator.operations.state.outputs import outputs
from generator.readback.read_back import read_back
from generator.reports.checks.read_back import checks_view
from generator.reports.plan.formats.terminal import Terminal
from generator.reports.plan.results import PlanDocuments
from generator.reports.style import styled
from generator.sandbox.control import running, start, stop
from generator.terraform import Mode
from generator.workspace import Workspace, bundled_environments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from rich.console import RenderableType

    from generator.cli.progress import Board
    from generator.cli.session import Session
    from generator.model.loading.load import Environment
    from generator.operations.changes.review import Reviewed
    from generator.operations.changes.run_result import Outcome
    from generator.terraform import Planned

PREFERRED = "dev"
_STEPS = 7


class _Reporter(ConsoleReporter):
    """Shows progress and what is applied, and leaves the explaining to the demonstration."""

    def note(self, text: str) -> None:
        """Leave out what speaks of what to do next."""

    def board(self, *, counted: bool = False) -> AbstractContextManager[Board]:
        """Show pieces of work while the block runs, each line of them below its step."""
        return board(self._console, counted=counted, show=lambda line: self._console.show(f"   {line}"))

    def reviewed(self, reviewed: Reviewed) -> None:
        """Show no plan twice."""

    def finished(self, lines: Sequence[str], outcome: Outcome | None = None, done: str = "") -> None:  # noqa: ARG002  # no other is at work
        """Say what it came to."""
        if outcome is not None:
            self._console.show(f"     {done} in {outcome.seconds:.0f} s")


@contextmanager
def copied_workspace(session: Session) -> Iterator[Workspace]:
    """Copy the specs and templates of the workspace, else the shipped examples, into a folder of our own.

    The folder goes afterwards, and so does its sandbox; after a failure the folder stays, for its logs.
    """
    source = session.folder.absolute()
    folder = Path(tempfile.mkdtemp(prefix="tfstencil-demo-"))
    specs = source / "environments" if (source / "environments").is_dir() else bundled_environments()
    shutil.copytree(specs, folder / "environments")
    if (source / "templates").is_dir() and specs.parent == source:
        shutil.copytree(source / "templates", folder / "templates")
    workspace = Workspace.find(folder)
    finished = False
    try:
        yield workspace
        finished = True
    finally:
        stop(workspace)
        if finished:
            shutil.rmtree(folder)
        else:
            session.console.note(f"The demo's folder is kept for a look at what went wrong: {folder}")


@dataclass(slots=True)
class Demonstration:
    """Goes the way, step by step, and keeps what it found.

    Attributes:
        session: where to explain.
        workspace: the copy.
        facts: for `--json`, by name.
        holds: whether everything was as the spec says.
    """

    session: Session
    workspace: Workspace
    facts: dict[str, object] = field(default_factory=dict)
    holds: bool = True
    _step: int = 0
    _begin: float = field(default_factory=time.monotonic)

    @property
    def _reporter(self) -> _Reporter:
        return _Reporter(self.session.console)

    def run(self) -> None:
        """Go all the way.

        Raises:
            TfstencilError: a step failed.
        """
        names = self.workspace.environment_names()
        if not names:
            raise UsageError("there is no environment to demonstrate", hint="run tfstencil init")
        name = PREFERRED if PREFERRED in names else names[0]
        environment = self._spec(name)
        self._render(environment)
        self._plan(name)
        self._apply(name)
        self._read_back(environment)
        self._outputs(name)
        self._nothing_left(name)
        self._conclude(environment)

    def _show(self, content: RenderableType) -> None:
        self.session.console.show(content)

    def _say(self, title: str, *explanation: str) -> None:
        self._step += 1
        self._show(styled(f"\n{self._step}/{_STEPS}  {title}", color="cyan", bold=True))
        for line in explanation:
            self._show(f"     {line}".rstrip(" "))

    def _spec(self, name: str) -> Environment:
        self._say("The spec", f"A person writes this: environments/{name}.yaml, over what all environments share.", "")
        (environment,) = load(name, workspace=self.workspace.root)
        own = [source for source in environment.sources if source.is_relative_to(self.workspace.root)]
        for source in own:
            lines = [line for line in source.read_text("utf-8").splitlines() if not line.startswith("#")]
            self._show(styled(f"     {self.workspace.relative(source)}", bold=True))
            for line in lines:
                self._show(f"       {line}")
        self._show(
            f"\n     Read strictly, merged and checked: no error, {plural(len(environment.warnings), 'warning')}."
        )
        self.facts["environment"] = name
        return environment

    def _render(self, environment: Environment) -> None:
        self._say("The Terraform", "tfstencil renders it into plain Terraform that runs without tfstencil.")
        result = render(environment.name, workspace=self.workspace.root, reporter=self._reporter)
        folder = result.folder / environment.name
        (written,) = result.report.environments
        paths = [path for path in written.created if not path.startswith(".")]
        lines = sum((folder / path).read_text("utf-8").count("\n") for path in paths)
        modules = sorted({path.split("/")[1] for path in paths if path.startswith("modules/")})
        size = f"{plural(len(paths), 'file')}, {lines} lines"
        self._show(f"     modules_out/{environment.name}: {size}; modules: {', '.join(modules)}")
        self.facts |= {"files": len(paths), "lines": lines, "modules": modules}

    def _plan(self, name: str) -> None:
        self._say(
            "The plan",
            f"A stand-in for AWS answers at {start(self.workspace).endpoint}; the real terraform and the real",
            "AWS provider plan against it. No account, no credentials, no network.\n",
        )
        planned = self._planned(name, save=True)
        self.facts["planned"] = planned.plan.counts()

    def _planned(self, name: str, *, save: bool = False) -> Planned:
        """Plan it and show the plan."""
        result = plan(name, workspace=self.workspace.root, mode="sandbox", save=save, reporter=self._reporter)
        for error in result.plans.failures.values():
            raise error
        planned = result.plans.made[name]
        document = PlanDocuments(self.workspace, redactor=self.session.options.redactor).of_result(result)
        for line in Terminal(self.session.console.columns).lines(document):
            self._show(line)
        return planned

    def _apply(self, name: str) -> None:
        wait = "About a minute: after each change of a bucket's lifecycle the AWS provider waits until S3 has settled."
        self._say("The apply", wait)
        result = apply(name, workspace=self.workspace.root, mode="sandbox", reporter=self._reporter)
        (outcome,) = result.outcomes
        if outcome.error:
            raise outcome.error
        self.facts |= {"applied": dict(outcome.done), "apply_seconds": round(outcome.seconds, 1)}

    def _read_back(self, environment: Environment) -> None:
        self._say(
            "The read-back", "What exists now is asked through boto3, and compared with the spec, not with the plan.\n"
        )
        checks = read_back(running(self.workspace).endpoint, environment)
        for part in checks_view(checks):
            self._show(part)
        wrong = [check for check in checks if not check.ok]
        self.holds = self.holds and not wrong
        verdict = f"{len(wrong)} differ" if wrong else "all as the spec says"
        self._show(f"\n     {plural(len(checks), 'comparison')}: {verdict}")
        self.facts["checks"] = [check.as_dict() for check in checks]

    def _outputs(self, name: str) -> None:
        self._say("The outputs", "What other stacks and people can use.\n")
        every = outputs(Run(self.workspace, self._reporter), name, Mode.SANDBOX)
        shown = {key: output.value for key, output in every.items() if not output.is_sensitive}
        for key, value in shown.items():
            self._show(f"     {key} = {value if isinstance(value, str) else json.dumps(value)}")
        self.facts["outputs"] = shown

    def _nothing_left(self, name: str) -> None:
        self._say("The next plan", "If all was applied as written, Terraform now has nothing to do.")
        planned = self._planned(name)
        self.holds = self.holds and not planned.has_changes
        self.facts["next_plan_is_empty"] = not planned.has_changes

    def _conclude(self, environment: Environment) -> None:
        seconds = time.monotonic() - self._begin
        self.facts["seconds"] = round(seconds, 1)
        checks = self.facts["checks"]
        number = len(checks) if isinstance(checks, list) else 0
        if self.holds:
            verified = f"Verified: {environment.name} was applied, {number} facts read back are as the spec says"
            text = f"\n{verified}, and the next plan is empty. {seconds:.0f} s."
            self._show(styled(text, color="green", bold=True))
        else:
            self.session.console.error("what exists is not what the spec says; see above")
