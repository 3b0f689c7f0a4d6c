"""Terraform's commands in one folder, each with a typed answer or a TerraformError."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.terraform import process
from generator.terraform.command_line import FLAG, CommandLine
from generator.terraform.diagnostics import Diagnostic, parse_validation
from generator.terraform.events import Event, diagnostics_in, parse_event
from generator.terraform.failures import failure
from generator.terraform.plan import Plan, parse_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.terraform.process import RunResult

    OnEvent = Callable[[Event], None]

_CHANGES = 2


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What kind of plan.

    Attributes:
        destroy: plan the destruction of everything.
        refresh_only: plan only what changed outside.
        refresh: read the real resources first.
        targets: addresses to restrict the plan to.
        replace: addresses to replace.
        lock: take the state lock.
        lock_timeout: how long to wait for it (`30s`).
        parallelism: concurrent operations; None for terraform's own default.
    """

    destroy: bool = False
    refresh_only: bool = False
    refresh: bool = True
    targets: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    lock: bool = True
    lock_timeout: str = "30s"
    parallelism: int | None = None

    def flags(self) -> dict[str, Any]:
        """Return them as python-terraform takes them."""
        return {
            "destroy": FLAG if self.destroy else None,
            "refresh_only": FLAG if self.refresh_only else None,
            "refresh": None if self.refresh else False,
            "target": list(self.targets),
            "replace": list(self.replace),
            "lock": None if self.lock else False,
            "lock_timeout": self.lock_timeout if self.lock else None,
            "parallelism": self.parallelism,
        }


@dataclass(frozen=True, slots=True)
class PlanRun:
    """How `terraform plan` ended: whether there are changes, and what it warned of."""

    has_changes: bool
    diagnostics: tuple[Diagnostic, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class ApplyRun:
    """How `terraform apply` or `destroy` ended: what it warned of, and the file that keeps its whole output."""

    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    log: Path


class Terraform:
    """Terraform in one folder.

    Args:
        program: the terraform to run.
        folder: the root module.
        environment: the whole environment of the child.
        logs: folder for the output of each command.
    """

    def __init__(self, program: Path, *, folder: Path, environment: Mapping[str, str], logs: Path) -> None:
        self.program = program
        self.folder = folder
        self._environment = dict(environment)
        self._logs = logs

    def init(self, *, readonly_lock: bool = False, reconfigure: bool = False) -> None:
        """Install providers and modules, and set up the backend.

        Args:
            readonly_lock: fail where the lock file would have to change.
            reconfigure: forget an earlier backend configuration; only where no state can be lost by it.

        Raises:
            TerraformError: it failed.
        """
        # Not private: `.terraform.lock.hcl` lands beside the rendered modules and is for everyone to read.
        line = self._line("init", private=False)
        result = line.init(
            reconfigure=FLAG if reconfigure else None, lockfile="readonly" if readonly_lock else None, get=True
        )
        self._expect(result, 0)

    def validate(self) -> tuple[Diagnostic, ...]:
        """Check the configuration; what is wrong with it is in the answer, not an error.

        Raises:
            TerraformError: terraform could not even check it.
        """
        result = self._line("validate").cmd("validate", json=FLAG, no_color=FLAG)
        diagnostics = parse_validation(result.out)
        if diagnostics is None:
            raise failure(result, ())
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
        line = self._line("plan", on_event)
        result = line.plan(out=str(out), json=FLAG, **(options or PlanOptions()).flags())
        diagnostics = self._expect_events(result, 0, _CHANGES)
        return PlanRun(result.code == _CHANGES, diagnostics, result.seconds)

    def show(self, plan: Path) -> Plan:
        """Read a plan file.

        Raises:
            TerraformError: it is no plan file that this terraform reads.
        """
        return parse_plan(self._json("show", "show", str(plan)))

    def apply(self, plan: Path, *, parallelism: int | None = None, on_event: OnEvent | None = None) -> ApplyRun:
        """Do what a plan file says. Never tried again: what failed half way needs a new plan.

        Raises:
            TerraformError: it failed, perhaps after some of its changes.
        """
        line = self._line("apply", on_event)
        result = line.apply(str(plan), skip_plan=True, json=FLAG, parallelism=parallelism)
        return ApplyRun(self._expect_events(result, 0), result.seconds, result.stdout)

    def destroy(self, *, lock_timeout: str = "30s", on_event: OnEvent | None = None) -> ApplyRun:
        """Destroy everything in the state.

        Raises:
            TerraformError: it failed, perhaps after some of its changes.
        """
        line = self._line("destroy", on_event)
        result = line.destroy(json=FLAG, lock_timeout=lock_timeout)
        return ApplyRun(self._expect_events(result, 0), result.seconds, result.stdout)

    def outputs(self) -> dict[str, Output]:
        """Read the outputs from the state; empty before the first apply.

        Raises:
            TerraformError: it failed.
        """
        document = self._json("output", "output")
        return {name: Output(raw["value"], bool(raw["sensitive"])) for name, raw in sorted(document.items())}

    def state(self) -> dict[str, Any]:
        """Read the whole state (`lineage`, `serial`, `resources` …); empty where there is none.

        Raises:
            TerraformError: it failed.
        """
        result = self._line("state").cmd("state pull")
        self._expect(result, 0)
        text = result.out.strip()
        result.discard()
        return dict(json.loads(text)) if text else {}

    def unformatted(self) -> list[str]:
        """List the files below the folder that `terraform fmt` would change.

        Raises:
            TerraformError: a file cannot be parsed.
        """
        result = self._line("fmt").cmd("fmt", check=FLAG, recursive=FLAG, list=True, write=False, no_color=FLAG)
        files = result.out.split("\n")
        self._expect(result, 0, 3)
        return sorted(file for file in files if file)

    def _json(self, name: str, command: str, *arguments: str) -> dict[str, Any]:
        result = self._line(name).cmd(command, *arguments, json=FLAG, no_color=FLAG)
        self._expect(result, 0)
        document = json.loads(result.stdout.read_bytes())
        result.discard()
        return dict(document)

    def _line(self, name: str, on_event: OnEvent | None = None, *, private: bool = True) -> CommandLine:
        def hand_on(line: bytes) -> None:
            event = parse_event(line)
            if event and on_event:
                on_event(event)

        def execute(command: list[str]) -> RunResult:
            return process.run(
                command,
                folder=self.folder,
                environment=self._environment,
                logs=self._logs,
                name=name,
                private=private,
                on_line=hand_on if on_event else None,
            )

        return CommandLine(self.program, self.folder, execute)

    def _expect(self, result: RunResult, *codes: int) -> None:
        if result.code not in codes:
            raise failure(result, ())

    def _expect_events(self, result: RunResult, *codes: int) -> tuple[Diagnostic, ...]:
        diagnostics = diagnostics_in(result.stdout)
        if result.code not in codes:
            raise failure(result, diagnostics)
        return diagnostics


@dataclass(frozen=True, slots=True)
class Output:
    """One output of an applied stack; do not print the value of a sensitive one."""

    value: Any
    is_sensitive: bool
