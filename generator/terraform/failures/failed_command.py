"""A terraform command that failed, as an error with what is known and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.diagnostics import errors_in
from generator.errors import TerraformError
from generator.failure_explanation import FailedRun
from generator.terraform.failures.symptoms import explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.diagnostics import Diagnostic
    from generator.terraform.process.runner import CommandResult

_SHOWN: Final = 10
_NOTHING: Final = FailedRun()


def failure(result: CommandResult, diagnostics: Sequence[Diagnostic], subject: FailedRun = _NOTHING) -> TerraformError:
    """Turn a failed command into an error.

    Args:
        result: the command.
        diagnostics: what it complained about in JSON; empty for a command that complains in plain text.
        subject: what it worked on, for the explanation.
    """
    errors = errors_in(diagnostics)
    said = "\n".join(str(error) for error in errors[:_SHOWN]) or _plain(result)
    if len(errors) > _SHOWN:
        said += f"\n… and {len(errors) - _SHOWN} more errors"
    verb = result.command[1] if len(result.command) > 1 else ""
    how = f"was ended by signal {-result.code}" if result.code < 0 else f"failed with exit code {result.code}"
    texts = [(f"{error.summary} {error.detail}", error.address) for error in errors] or [(said, "")]
    explanations = explain(texts, subject)
    return TerraformError(
        f"terraform {verb} {how} in {result.folder}\n{said}".rstrip(),
        command=result.command,
        folder=result.folder,
        code=result.code,
        stderr=result.err,
        hint=explanations[0].remedy if explanations else _hint(result, subject),
        diagnostics=diagnostics,
        explanations=explanations,
    )


def _hint(result: CommandResult, subject: FailedRun) -> str:
    if result.code < 0:
        target = subject.words["target"]
        return f"tfstencil state rescue {target} tells what it had made that no state knows; then plan again"
    return f"the whole output is in {result.stdout}"


def _plain(result: CommandResult) -> str:
    # Where terraform talks in events, those of its progress tell nobody why it failed.
    lines = [line for line in result.out.splitlines() if not line.startswith('{"@level":"info"')]
    return result.err.strip() or "\n".join(lines).strip()[-2000:]
