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

import click

from generator.cli.progress import Progress, progress
from generator.cli.starter import bundled_environments
from generator.display import plural
from generator.errors import UsageError
from generator.operations.apply_events import Applied, following
from generator.operations.assembly import Assembly
from generator.operations.targets import open_targets, targets_of
from generator.output.writer import write_all
from generator.reports.checks import checks_view
from generator.reports.plan.view import plan_view
from generator.sandbox.control import running, start, stop
from generator.terraform import Mode, Planned
from generator.verification.read_back import read_back
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from generator.cli.session import Session
    from generator.operations.targets import OpenStack
    from generator.spec.environment import Environment

PREFERRED = "dev"
_STEPS = 7


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
        stack, planned = self._plan(name)
        self._apply(stack, planned)
        self._read_back(environment)
        self._outputs(stack)
        self._nothing_left(stack)
        self._conclude(environment)

    def _show(self, content: RenderableType) -> None:
        self.session.console.show(content)

    def _say(self, title: str, *explanation: str) -> None:
        self._step += 1
        self._show(click.style(f"\n{self._step}/{_STEPS}  {title}", fg="cyan", bold=True))
        for line in explanation:
            self._show(f"     {line}".rstrip(" "))

    def _spec(self, name: str) -> Environment:
        self._say("The spec", f"A person writes this: environments/{name}.yaml, over what all environments share.", "")
        (environment,) = Assembly(self.workspace).load([name])
        own = [source for source in environment.sources if source.is_relative_to(self.workspace.root)]
        for source in own:
            lines = [line for line in source.read_text("utf-8").splitlines() if not line.startswith("#")]
            self._show(click.style(f"     {self.workspace.relative(source)}", bold=True))
            for line in lines:
                self._show(f"       {line}")
        self._show(
            f"\n     Read strictly, merged and checked: no error, {plural(len(environment.warnings), 'warning')}."
        )
        self.facts["environment"] = name
        return environment

    def _render(self, environment: Environment) -> None:
        self._say("The Terraform", "tfstencil renders it into plain Terraform that runs without tfstencil.")
        (rendered,) = Assembly(self.workspace).render([environment], Progress())
        write_all(self.workspace, [rendered])
        lines = sum(text.count("\n") for text in rendered.files.values())
        modules = sorted({path.split("/")[1] for path in rendered.files if path.startswith("modules/")})
        size = f"{plural(len(rendered.files), 'file')}, {lines} lines"
        self._show(f"     modules_out/{environment.name}: {size}; modules: {', '.join(modules)}")
        self.facts |= {"files": len(rendered.files), "lines": lines, "modules": modules}

    def _plan(self, name: str) -> tuple[OpenStack, Planned]:
        self._say(
            "The plan",
            f"A stand-in for AWS answers at {start(self.workspace).endpoint}; the real terraform and the real",
            "AWS provider plan against it. No account, no credentials, no network.\n",
        )
        (stack,) = open_targets(self.session, self.workspace, targets_of(self.workspace, [name]), Mode.SANDBOX)
        with progress(self.session.options, "planning") as shown:
            planned = stack.runner.plan(on_event=following(shown, name))
        for part in plan_view(stack.title, planned):
            self._show(part)
        self.facts["planned"] = planned.plan.counts()
        return stack, planned

    def _apply(self, stack: OpenStack, planned: Planned) -> None:
        wait = "About a minute: after each change of a bucket's lifecycle the AWS provider waits until S3 has settled."
        self._say("The apply", wait)
        total = sum(planned.plan.counts().values())
        with progress(self.session.options, "applying", total=total) as shown:
            say = shown.line if shown.bar else self._show
            applied = Applied(shown, stack.name, lambda line: say(f"   {line}"))
            run = stack.runner.apply(planned, on_event=applied.on_event)
        self._show(f"     {applied.words} in {run.seconds:.0f} s")
        self.facts |= {"applied": dict(applied.done), "apply_seconds": round(run.seconds, 1)}

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

    def _outputs(self, stack: OpenStack) -> None:
        self._say("The outputs", "What other stacks and people can use.\n")
        outputs = {key: output.value for key, output in stack.runner.outputs().items() if not output.is_sensitive}
        for key, value in outputs.items():
            self._show(f"     {key} = {value if isinstance(value, str) else json.dumps(value)}")
        self.facts["outputs"] = outputs

    def _nothing_left(self, stack: OpenStack) -> None:
        self._say("The next plan", "If all was applied as written, Terraform now has nothing to do.")
        with progress(self.session.options, "planning again") as shown:
            planned = stack.runner.plan(on_event=following(shown, stack.name))
        self.holds = self.holds and not planned.has_changes
        self.facts["next_plan_is_empty"] = not planned.has_changes
        for part in plan_view(stack.title, planned):
            self._show(part)

    def _conclude(self, environment: Environment) -> None:
        seconds = time.monotonic() - self._begin
        self.facts["seconds"] = round(seconds, 1)
        checks = self.facts["checks"]
        number = len(checks) if isinstance(checks, list) else 0
        if self.holds:
            verified = f"Verified: {environment.name} was applied, {number} facts read back are as the spec says"
            text = f"\n{verified}, and the next plan is empty. {seconds:.0f} s."
            self._show(click.style(text, fg="green", bold=True))
        else:
            self.session.console.error("what exists is not what the spec says; see above")
