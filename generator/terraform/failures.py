"""A terraform command that failed, as an error with what is known and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.errors import TerraformError
from generator.terraform.diagnostics import errors_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.terraform.diagnostics import Diagnostic
    from generator.terraform.process import RunResult

_SHOWN: Final = 10
# First match wins; the patterns are terraform's and the provider's own words.
_ADVICE: Final = (
    (r"Error acquiring the state lock", "someone else works on this state; wait until they are done"),
    (r"Saved plan is stale", "the state has changed since the plan was made; plan again"),
    (r"ExpiredToken|expired token|token.*expired", "your AWS credentials have expired; sign in again"),
    (r"No valid credential sources|failed to refresh cached credentials", "sign in to AWS, or plan with --offline"),
    (r"AWS account ID not allowed", "these credentials belong to another account than the spec names"),
    (
        r"doesn't match any of the checksums",
        "the lock file has no checksum for this platform; run terraform providers lock",
    ),
    (
        r"Backend configuration changed",
        "nothing was touched; see what changed in backend.tf, and move the state on purpose",
    ),
    (r"AccessDenied|UnauthorizedOperation|is not authorized to perform", "ask for the permission that is named"),
    (r"Throttling|Rate exceeded|TooManyRequests", "AWS refused so many calls; try again with a lower --parallelism"),
)


def failure(result: RunResult, diagnostics: Sequence[Diagnostic]) -> TerraformError:
    """Turn a failed command into an error.

    Args:
        result: the command.
        diagnostics: what it complained about in JSON; empty for a command that complains in plain text.
    """
    errors = errors_in(diagnostics)
    said = "\n".join(str(error) for error in errors[:_SHOWN]) or _plain(result)
    if len(errors) > _SHOWN:
        said += f"\n… and {len(errors) - _SHOWN} more errors"
    verb = result.command[1] if len(result.command) > 1 else ""
    how = f"was ended by signal {-result.code}" if result.code < 0 else f"failed with exit code {result.code}"
    return TerraformError(
        f"terraform {verb} {how} in {result.folder}\n{said}".rstrip(),
        command=result.command,
        folder=result.folder,
        code=result.code,
        stderr=result.err,
        hint=_advice(said) or f"the whole output is in {result.stdout}",
        diagnostics=diagnostics,
    )


def _plain(result: RunResult) -> str:
    return result.err.strip() or result.out.strip()[-2000:]


def _advice(said: str) -> str:
    # Plain-text errors are wrapped at 78 columns, in the middle of what we look for.
    flat = " ".join(said.split())
    return next((advice for pattern, advice in _ADVICE if re.search(pattern, flat)), "")
