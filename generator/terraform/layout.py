"""Where everything of a run lies, and what the run folder must hold before terraform starts."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.credentials.identity import usable_environment
from generator.terraform import imports, overrides, scratch
from generator.terraform.mode import Mode, StateAt
from generator.terraform.process import ignored_environment
from generator.terraform.state import backends
from generator.terraform.state.bucket_object import StateObject
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.credentials.identity import Credentials
    from generator.terraform.tools.programs import Tools
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of one environment's runs in one mode.

    Attributes:
        workspace: whose environment it is.
        mode: where effects go.
        source: the rendered root.
        root: where terraform runs: a copy of the rendered root, or itself in real mode (but for a bootstrap).
        run_folder: everything else that belongs to these runs (0700).
        data: terraform's own working data (TF_DATA_DIR).
        state: the local state file of a mocked run, or of a bootstrap; None where the rendered backend says where state
            lies.
        account: twelve digits.
        region: of the stack.
        endpoint: where AWS's APIs are for a mocked run.
    """

    workspace: Workspace
    mode: Mode
    source: Path
    root: Path
    run_folder: Path
    data: Path
    state: Path | None
    account: str
    region: str
    endpoint: str

    @property
    def is_copy(self) -> bool:
        """Whether terraform runs in a copy of the rendered root."""
        return self.root != self.source

    @property
    def local_state(self) -> Path | None:
        """The file that holds the state, of a real run without a backend as well; None where a backend keeps it."""
        own = self.root / "terraform.tfstate"
        return self.state or (own if own.is_file() else None)

    @property
    def state_object(self) -> StateObject | None:
        """The object in S3 that holds the state; None where a file does."""
        if self.state is not None:
            return None
        endpoint = self.endpoint if self.mode is Mode.SANDBOX else ""
        return StateObject.of(
            backends.bucket_of(self.source),
            endpoint=endpoint,
            account=self.state_account,
            credentials=backends.credentials_of(self.source),
        )

    @property
    def state_account(self) -> str:
        """In the sandbox: whose credentials there are before a role is assumed for the state."""
        own = backends.credentials_of(self.source)
        return self.account if own.account else backends.account_of(self.source) or self.account

    def update(self) -> None:
        """Bring the scratch copy up to date, where there is one.

        Raises:
            OutputError: it cannot be written.
        """
        if not self.is_copy:
            return
        if self.state:
            with writing(self.state, "the state"):
                self.state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if self.mode is Mode.OFFLINE:
                    # An offline plan is one from nothing.
                    self.state.unlink(missing_ok=True)
        override = self._override()
        generated = {overrides.FILE_NAME: override} if override else {}
        if self.mode is Mode.OFFLINE:
            generated |= overrides.offline_provider(self.source)
        if self.mode.is_mocked and (text := imports.read(self.source)):
            present = imports.present(text, self) if self.mode is Mode.SANDBOX else ""
            generated[imports.NAME] = present.encode()
        scratch.update_copy(self.source, self.root, generated)

    def _credentials_of_state(self) -> Credentials:
        """Return as whom the state is reached; a file needs nobody."""
        if backends.bucket_of(self.source):
            return backends.credentials_of(self.source)
        return overrides.provider_credentials(self.source)

    def _override(self) -> bytes | None:
        if self.mode is Mode.SANDBOX:
            return overrides.sandbox_override(self.source, self.account, self.state, self.endpoint)
        if self.state is None:
            return None
        if self.mode is Mode.OFFLINE:
            return overrides.offline_override(self.source, self.account, self.state)
        return overrides.state_override(self.state)

    def environment(self, environ: Mapping[str, str], tools: Tools, *, verbose: bool = False) -> dict[str, str]:
        """Write the whole environment of terraform for these runs, and the configuration file that it names.

        Raises:
            OutputError: the run folder cannot be written.
        """
        child = ignored_environment.child_environment(environ, self.mode, verbose=verbose)
        if not self.mode.is_mocked:
            child = usable_environment(child, overrides.provider_credentials(self.source), self._credentials_of_state())
        with writing(self.run_folder, "the run folder"):
            self.run_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            child |= tools.variables(self.run_folder, throwaway_lock=self.mode.is_mocked)
        if self.mode.is_mocked:
            child |= ignored_environment.mock_credentials(self.account, self.region, self.endpoint)
        return ignored_environment.with_run_folders(child, self.data)


def lay_out(  # noqa: PLR0913, PLR0917  # the facts of a stack
    workspace: Workspace,
    environment: str,
    mode: Mode,
    account: str,
    region: str,
    endpoint: str | None,
    state_at: StateAt = StateAt.USUAL,
) -> Layout:
    """Say where everything of an environment's runs lies; nothing is created yet."""
    source = workspace.modules_out / environment
    run_folder = workspace.scratch / "run" / mode / environment
    state = _state(workspace, environment, mode, account, state_at)
    if state_at is StateAt.FILE:
        # Its own folder: terraform remembers there, and nowhere else, that the state lay in a file.
        run_folder /= "bootstrap"
    return Layout(
        workspace=workspace,
        mode=mode,
        source=source,
        root=run_folder / "root" if mode.is_mocked or state_at is StateAt.FILE else source,
        run_folder=run_folder,
        data=run_folder / "data",
        state=state,
        account=account,
        region=region,
        endpoint=endpoint or overrides.NOWHERE,
    )


def sandbox_bucket(workspace: Workspace, environment: str, account: str) -> Path:
    """Return the file that says, where it exists, that the sandbox has the bucket of an environment's backend."""
    root = workspace.modules_out / environment
    bucket, its_account = backends.bucket_of(root).get("bucket", ""), backends.account_of(root) or account
    return workspace.scratch / "sandbox" / "state" / "buckets" / its_account / (bucket or "none")


def sandbox_state(workspace: Workspace, environment: str) -> Path:
    """Return the file that keeps the state of an environment in the sandbox, until a bucket does."""
    return workspace.scratch / "sandbox" / "state" / f"{environment}.tfstate"


def sandbox_buckets(workspace: Workspace, bucket: str) -> list[str]:
    """List the accounts in which the sandbox has a bucket of states."""
    marks = (workspace.scratch / "sandbox" / "state" / "buckets").glob(f"*/{glob.escape(bucket)}")
    return sorted(mark.parent.name for mark in marks)


def version_folder(workspace: Workspace, environment: str, mode: Mode) -> Path:
    """Return where the versions of an environment's state are noted; those of the sandbox end with it."""
    if mode is Mode.SANDBOX:
        return workspace.scratch / "sandbox" / "state" / "versions" / environment
    return workspace.scratch / "versions" / environment


def _state(workspace: Workspace, environment: str, mode: Mode, account: str, at: StateAt) -> Path | None:
    if mode is Mode.OFFLINE:
        return workspace.scratch / "run" / mode / environment / "offline.tfstate"
    if mode is Mode.REAL:
        return workspace.scratch / "bootstrap" / f"{environment}.tfstate" if at is StateAt.FILE else None
    file = sandbox_state(workspace, environment)
    has_bucket = not file.is_file() and sandbox_bucket(workspace, environment, account).is_file()
    return None if at is StateAt.BUCKET or (at is StateAt.USUAL and has_bucket) else file
