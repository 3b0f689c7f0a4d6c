"""Verify: what was applied is asked from AWS, and compared with the spec; and whether it is ready to build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generator.errors import TfstencilError
from generator.operations.inputs.assembly import Assembly
from generator.operations.targets.targets import target_of
from generator.parts.credentials.derivation import credentials_of
from generator.readback.clients import Clients
from generator.readback.read_back import read_back
from generator.readback.readiness import readiness
from generator.sandbox.control import running
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.credentials.identity import Credentials
    from generator.operations.run import Run
    from generator.operations.targets.targets import Target
    from generator.readback.check import Check
    from generator.readback.need import Need


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What exists, beside what the spec says.

    Attributes:
        target: the environment.
        mode: the sandbox or AWS.
        checks: every fact, expected and found.
        needs: what its builds wait for and Terraform does not make.
    """

    target: Target
    mode: Mode
    checks: Sequence[Check]
    needs: Sequence[Need]

    @property
    def wrong(self) -> list[Check]:
        """Facts that are not as the spec says."""
        return [check for check in self.checks if not check.ok]

    @property
    def ready(self) -> Literal["yes", "no", "unknown"]:
        """Whether a build can work now; `unknown` where something could not be found out."""
        states = {need.state for need in self.needs}
        if self.wrong or "missing" in states:
            return "no"
        return "unknown" if "unknown" in states else "yes"


def verify(run: Run, name: str, mode: Mode) -> VerifyResult:
    """Read an applied environment back; nothing is changed.

    Args:
        run: the call.
        name: the environment.
        mode: the sandbox, which must run, or AWS, with the credentials that boto3 finds.

    Raises:
        SandboxError: boto3 is missing, nothing answers, or a call is refused.
        TfstencilError: the credentials are of another account.
    """
    (environment,) = Assembly(run.workspace).load([name], alone=True)
    endpoint = running(run.workspace).endpoint if mode is Mode.SANDBOX else None
    target = target_of(environment)
    with run.reporter.progress(f"{name}: reading it back"):
        if endpoint is None:
            require_account(target, credentials_of(name, environment.spec))
        return VerifyResult(target, mode, read_back(endpoint, environment), readiness(endpoint, environment))


def require_account(target: Target, credentials: Credentials) -> None:
    """Refuse credentials of another account, in which every resource would seem to be missing."""
    answer = Clients(target.region, target.account, credentials=credentials).ask("sts", "get_caller_identity") or {}
    account = answer.get("Account", "none")
    if account != target.account:
        whose = f"the profile {credentials.profile} is" if credentials.profile else "your credentials are"
        raise TfstencilError(
            f"{whose} of account {account}, and {target.name} lies in {target.account}",
            hint="sign in to that account, choose its profile with AWS_PROFILE, or name it: credentials.profile",
        )
