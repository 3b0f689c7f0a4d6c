"""Every error a user can meet, as one tree.

    TfstencilError                 exit code 1: it failed, or a check did not hold
    ├── UsageError                 exit code 2: wrong usage (unknown environment, no workspace)
    ├── SpecError                  a spec is wrong: a list of problems with their places
    ├── TemplateError              a template is wrong: template file and line
    ├── OutputError                modules_out cannot be written, or holds what we did not write
    ├── ToolError                  terraform or the provider is missing, or too old
    ├── CredentialsError           AWS cannot be called as the spec says: no such profile, a role that refuses
    ├── TerraformError             a terraform command failed: command, folder, exit code, output
    │   └── InterruptedRunError    … because a signal asked it to stop
    ├── StatePlaceError            a state describes resources elsewhere, or lies elsewhere itself
    ├── SavedPlanError             a kept plan cannot be applied, sealed or opened
    ├── ForeignStateError          a state holds resources of another environment
    ├── RefusedError               a guard or a rule of policies/ refuses what a plan would do
    └── SandboxError               the local AWS stand-in could not start, stop or answer

The messages are complete: the command line prints them as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Self

    from generator.diagnostics import Diagnostic
    from generator.failure_explanation import Diagnosis
    from generator.problems import Place, Problem
    from generator.refusal import Refusal


class TfstencilError(Exception):
    """Base of all errors that are meant for the user.

    Attributes:
        exit_code: what the process ends with.
        hint: what to do about it; "" where the message says it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(TfstencilError):
    """The command line asks for what does not exist."""

    exit_code = 2


class SpecError(TfstencilError):
    """One or more specs are wrong; `problems` is never empty and ordered by position."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        super().__init__("\n".join(map(str, self.problems)))


class TemplateError(TfstencilError):
    """A template cannot be compiled or rendered; `place` is the template's file and line.

    Attributes:
        place: the template line.
        origins: the places in the spec of the values that the line uses.
        others: what else is wrong with the templates.
    """

    def __init__(self, message: str, place: Place, *, origins: Sequence[Place] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.place = place
        self.origins = tuple(origins)
        self.others: tuple[TemplateError, ...] = ()

    @classmethod
    def joined(cls, errors: Iterable[TemplateError]) -> TemplateError:
        """Return the first of some errors, with all the others beside it, each once."""
        found = {error.line: error for each in errors for error in (each, *each.others)}
        first, *others = found.values()
        first.others = tuple(others)
        return first

    @property
    def is_limit(self) -> bool:
        """Whether it takes too long, or too much memory: to look for more would take as long again."""
        return str(self.args[0]).startswith(("takes more than", "needs more than", "ends the process"))

    @property
    def line(self) -> str:
        """The error alone, in one line."""
        used = ", ".join(map(str, self.origins))
        return f"{self.place}: {super().__str__()}" + (f" (from {used})" if used else "")

    def __str__(self) -> str:
        return "\n".join(error.line for error in (self, *self.others))


class OutputError(TfstencilError):
    """The output folder cannot be written, or holds files that we did not write."""


class ToolError(TfstencilError):
    """A program that we need is missing, unusable or too old."""


class CredentialsError(TfstencilError):
    """AWS cannot be called as the spec says."""


class TerraformError(TfstencilError):
    """A terraform command failed.

    Attributes:
        command: the argument list that ran.
        folder: the folder it ran in.
        code: its exit code; negative for a signal.
        stderr: its error output, decoded with replacement characters.
        diagnostics: what terraform said in JSON, with files and lines; empty where it said nothing in that form.
        explanations: what is known of such failures: cause, remedy, and where more stands; empty for unknown ones.
    """

    def __init__(  # noqa: PLR0913  # an error says everything it knows
        self,
        message: str,
        *,
        command: Sequence[str],
        folder: Path,
        code: int,
        stderr: str = "",
        hint: str = "",
        diagnostics: Sequence[Diagnostic] = (),
        explanations: Sequence[Diagnosis] = (),
    ) -> None:
        super().__init__(message, hint=hint)
        self.command = tuple(command)
        self.folder = folder
        self.code = code
        self.stderr = stderr
        self.diagnostics = tuple(diagnostics)
        self.explanations = tuple(explanations)

    def retold(self, message: str, diagnostics: Sequence[Diagnostic]) -> Self:
        """Return the same failure in other words."""
        return type(self)(
            message,
            command=self.command,
            folder=self.folder,
            code=self.code,
            stderr=self.stderr,
            hint=self.hint,
            diagnostics=diagnostics,
            explanations=self.explanations,
        )


class InterruptedRunError(TerraformError):
    """A terraform command was interrupted and ended in good order."""


class StatePlaceError(TfstencilError):
    """What is applied lies in another region or account than the spec says, or its state lies elsewhere.

    Attributes:
        key: of the spec, which says so: `region`, `account`, `state` or `stack`.
    """

    def __init__(self, message: str, *, key: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.key = key


class SavedPlanError(TfstencilError):
    """A kept plan is not what it was, does not fit what there is now, or cannot be sealed or opened."""


class ForeignStateError(TfstencilError):
    """A state holds resources of another environment, so that nothing may be planned or changed on it."""


class RefusedError(TfstencilError):
    """A plan must not be applied as it is.

    Attributes:
        environment: whose plan.
        refusals: every reason, none of which was allowed.
    """

    def __init__(self, message: str, *, environment: str, refusals: Sequence[Refusal], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.environment = environment
        self.refusals = tuple(refusals)


class SandboxError(TfstencilError):
    """The sandbox could not be started, reached or stopped."""
