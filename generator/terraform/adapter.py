"""Terraform's commands in one folder, each with a typed answer or a TerraformError."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Diagnostic, parse_validation
from generator.errors import InterruptedRunError, TerraformError
from generator.failure_explanation import FailedRun
from generator.plans.plan import Plan, parse_plan
from generator.terraform.failures.failed_command import failure
from generator.terraform.plan_options import PATIENCE, PlanOptions
from generator.terraform.process import runner
from generator.terraform.process.command_line import FLAG, CommandLine
from generator.terraform.process.disk_reserve import ROOM
from generator.terraform.process.events import ProgressEvent, diagnostics_in, parse_event
from generator.terraform.process.safe_stop import Calm
from generator.terraform.provider_schema.cache import few_types, schema_in_use
from generator.terraform.results import ApplyRun, OutputValue, PlanRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from generator.terraform.process.logs import Clean
    from generator.terraform.process.runner import CommandResult

    OnEvent = Callable[[ProgressEvent], None]

_CHANGES = 2


class Terraform:
    """Terraform in one folder.

    Args:
        program: the terraform to run.
        folder: the root module.
        environment: the whole environment of the child.
        logs: folder for the output of each command.
        subject: what it works on, for explanations of failures.
        clean: takes secrets out of a text; logs are kept without them.
    """

    def __init__(  # noqa: PLR0913  # the facts of all runs in a folder; each has a name at the call
        self,
        program: Path,
        *,
        folder: Path,
        environment: Mapping[str, str],
        logs: Path,
        subject: FailedRun | None = None,
        clean: Clean | None = None,
    ) -> None:
        self.program = program
        self.folder = folder
        self.logs = logs
        self._environment = dict(environment)
        self._subject = subject or FailedRun()
        self._clean = clean

    def init(self, *, readonly_lock: bool = False, reconfigure: bool = False, migrate: bool = False) -> None:
        """Install providers and modules, and set up the backend.

        Args:
            readonly_lock: fail where the lock file would have to change.
            reconfigure: forget an earlier backend configuration; only where no state can be lost by it.
            migrate: copy the state from the backend of the last init, over whatever the new one holds.

        Raises:
            TerraformError: it failed.
        """
        # Not private: `.terraform.lock.hcl` lands beside the rendered modules and is for everyone to read.
        line = self._line("init", private=False)
        result = line.init(
            reconfigure=FLAG if reconfigure else None,
            lockfile="readonly" if readonly_lock else None,
            get=True,
            migrate_state=FLAG if migrate else None,
            # The answer to terraform's question; without a terminal it cannot ask.
            force_copy=FLAG if migrate else None,
        )
        self._expect(result, 0)

    def lock_providers(self, platforms: Sequence[str], *, mirror: Path | None = None) -> None:
        """Write the lock file: a version of each provider that the configuration admits, and checksums.

        Args:
            platforms: whose checksums.
            mirror: folder that providers are read from; None asks their registries.

        Raises:
            TerraformError: it failed.
        """
        self._expect(self._line("get").cmd("get", no_color=FLAG), 0)
        named = {"fs_mirror": str(mirror)} if mirror else {}
        line = self._line("lock", private=False)
        self._expect(line.cmd("providers lock", no_color=FLAG, platform=list(platforms), **named), 0)

    def validate(self) -> tuple[Diagnostic, ...]:
        """Check the configuration; what is wrong with it is in the answer, not an error.

        Raises:
            TerraformError: terraform could not even check it.
        """
        result = self._line("validate").cmd("validate", json=FLAG, no_color=FLAG)
        diagnostics = parse_validation(result.out)
        if diagnostics is None:
            raise failure(result, (), self._subject)
        return diagnostics

    def plan(self, out: Path, options: PlanOptions | None = None, *, on_event: OnEvent | None = None) -> PlanRun:
        """Write a plan file (0600: it holds every value in plain text).

        Args:
            out: the file to write.
            options: what kind of plan.
            on_event: called with terraform's progress while it works.

        Raises:
            TerraformError: it failed.
        """
        # It is read while terraform plans, for the plan to be printed with.
        schema_in_use(self.folder, self._environment)
        line = self._line("plan", on_event)
        result = line.plan(out=str(out), json=FLAG, **(options or PlanOptions()).flags())
        diagnostics = self._expect_events(result, 0, _CHANGES)
        return PlanRun(result.code == _CHANGES, diagnostics, result.seconds, result)

    def show(self, plan: Path) -> Plan:
        """Read a plan file.

        Raises:
            TerraformError: it is no plan file that this terraform reads.
        """
        return parse_plan(self.show_raw(plan))

    def show_raw(self, plan: Path) -> dict[str, Any]:
        """Read a plan file as the document that terraform prints of it.

        Raises:
            TerraformError: it is no plan file that this terraform reads.
        """
        with few_types(plan, schema_in_use(self.folder, self._environment)) as variables:
            try:
                return self._json("show", "show", str(plan), variables=variables)
            except InterruptedRunError:
                raise
            except TerraformError:
                if not variables:
                    raise
        # What stands in for the provider did not do: it is asked itself.
        return self._json("show", "show", str(plan))

    def apply(self, plan: Path, *, parallelism: int | None = None, on_event: OnEvent | None = None) -> ApplyRun:
        """Do what a plan file says. Never tried again: what failed half way needs a new plan.

        Raises:
            TerraformError: it failed, perhaps after some of its changes.
        """
        line = self._line("apply", on_event, changing=True)
        result = line.apply(str(plan), skip_plan=True, json=FLAG, parallelism=parallelism, lock_timeout=PATIENCE)
        return ApplyRun(self._expect_events(result, 0), result.seconds, result.stdout)

    def destroy(self, *, lock_timeout: str = PATIENCE, on_event: OnEvent | None = None) -> ApplyRun:
        """Destroy everything in the state.

        Raises:
            TerraformError: it failed, perhaps after some of its changes.
        """
        line = self._line("destroy", on_event, changing=True)
        result = line.destroy(json=FLAG, lock_timeout=lock_timeout)
        return ApplyRun(self._expect_events(result, 0), result.seconds, result.stdout)

    def outputs(self) -> dict[str, OutputValue]:
        """Read the outputs from the state; empty before the first apply.

        Raises:
            TerraformError: it failed.
        """
        document = self._json("output", "output")
        return {name: OutputValue(raw["value"], bool(raw["sensitive"])) for name, raw in sorted(document.items())}

    def state(self) -> dict[str, Any]:
        """Read the whole state (`lineage`, `serial`, `resources` …); empty where there is none.

        Raises:
            TerraformError: it failed.
        """
        result = self._line("state", exact=True).cmd("state pull", no_color=FLAG)
        self._expect(result, 0)
        text = result.out.strip()
        result.discard()
        return dict(json.loads(text)) if text else {}

    def push(self, state: Path) -> None:
        """Write a state to where the backend keeps it; terraform refuses an older one and that of another stack.

        Raises:
            TerraformError: it failed.
        """
        line = self._line("push")
        self._expect(line.cmd("state push", str(state), no_color=FLAG, lock_timeout=PATIENCE), 0)

    def unlock(self, lock: str) -> None:
        """Take away a lock that somebody holds or has left behind.

        Args:
            lock: its ID; terraform refuses any other.

        Raises:
            TerraformError: it failed.
        """
        self._expect(self._line("unlock").cmd("force-unlock", lock, force=FLAG, no_color=FLAG), 0)

    def unformatted(self) -> list[str]:
        """List the files below the folder that `terraform fmt` would change.

        Raises:
            TerraformError: a file cannot be parsed.
        """
        result = self._line("fmt").cmd("fmt", check=FLAG, recursive=FLAG, list=True, write=False, no_color=FLAG)
        files = result.out.split("\n")
        self._expect(result, 0, 3)
        return sorted(file for file in files if file)

    def test(self) -> tuple[int, str]:
        """Run the module's own tests.

        Returns:
            How many passed, -1 where some failed; and what terraform said.
        """
        result = self._line("test").cmd("test", no_color=FLAG)
        said = f"{result.out}\n{result.err}".strip()
        passed = re.search(r"(\d+) passed, 0 failed", said)
        return (int(passed[1]) if passed and result.code == 0 else -1), said

    def _json(
        self, name: str, command: str, *arguments: str, variables: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        result = self._line(name, exact=True, variables=variables).cmd(command, *arguments, json=FLAG, no_color=FLAG)
        self._expect(result, 0)
        document = json.loads(result.stdout.read_bytes())
        result.discard()
        return dict(document)

    def _line(  # noqa: PLR0913  # each has a name at the call
        self,
        name: str,
        on_event: OnEvent | None = None,
        *,
        private: bool = True,
        exact: bool = False,
        changing: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> CommandLine:
        """Return the commands of python-terraform, each of which runs here.

        Args:
            name: what to call the logs.
            on_event: called with terraform's progress.
            private: create files for the owner alone.
            exact: the output is read by us and not kept, so no secret is taken out of it.
            changing: something is changed: there is room for the state in the output, and it is not stopped in the
                middle of a call that creates something.
            variables: more of them for its environment.
        """

        def hand_on(line: bytes) -> None:
            event = parse_event(line)
            if event and on_event:
                on_event(event)

        def execute(command: list[str]) -> CommandResult:
            return runner.run(
                command,
                folder=self.folder,
                environment={**self._environment, **(variables or {})},
                logs=self.logs,
                name=name,
                private=private,
                on_line=hand_on if on_event else None,
                clean=None if exact else self._clean,
                room=ROOM if changing else 0,
                calm=Calm() if changing else None,
                in_memory=exact,
            )

        return CommandLine(self.program, self.folder, execute)

    def _expect(self, result: CommandResult, *codes: int) -> None:
        self._expect_events(result, *codes, diagnostics=())

    def _expect_events(
        self, result: CommandResult, *codes: int, diagnostics: Sequence[Diagnostic] | None = None
    ) -> tuple[Diagnostic, ...]:
        found = diagnostics_in(result.stdout) if diagnostics is None else tuple(diagnostics)
        if result.code in codes:
            return found
        if self._clean:
            # What was to be read exactly has failed, and is kept for a look.
            result = result.for_a_look(self._clean)
        raise failure(result, found, self._subject)
