"""Where everything of a run lies, and what the run folder must hold before terraform starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.terraform import ambient, overrides, scratch
from generator.terraform.mode import Mode
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.terraform.tools import Tools
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of one environment's runs in one mode.

    Attributes:
        mode: where effects go.
        source: the rendered root.
        root: where terraform runs: a copy of the rendered root, or itself in real mode.
        run_folder: everything else that belongs to these runs (0700).
        data: terraform's own working data (TF_DATA_DIR).
        state: the local state file of a mocked run; None where the rendered backend says where state lies.
        account: twelve digits.
        region: of the stack.
        endpoint: where AWS's APIs are for a mocked run.
    """

    mode: Mode
    source: Path
    root: Path
    run_folder: Path
    data: Path
    state: Path | None
    account: str
    region: str
    endpoint: str

    def update(self) -> None:
        """Bring the scratch copy up to date; in real mode there is none.

        Raises:
            OutputError: it cannot be written.
        """
        if self.state is None:
            return
        with writing(self.state, "the state"):
            self.state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.mode is Mode.OFFLINE:
                # An offline plan is one from nothing.
                self.state.unlink(missing_ok=True)
        if self.mode is Mode.OFFLINE:
            override = overrides.offline_override(self.source, self.account, self.state)
        else:
            override = overrides.sandbox_override(self.source, self.account, self.state, self.endpoint)
        scratch.update_copy(self.source, self.root, {overrides.FILE_NAME: override})

    def environment(self, environ: Mapping[str, str], tools: Tools, *, verbose: bool = False) -> dict[str, str]:
        """Write the whole environment of terraform for these runs, and the configuration file that it names.

        Raises:
            OutputError: the run folder cannot be written.
        """
        child = ambient.child_environment(environ, self.mode, verbose=verbose)
        with writing(self.run_folder, "the run folder"):
            self.run_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            child |= tools.variables(self.run_folder, throwaway_lock=self.mode.is_mocked)
        if self.mode.is_mocked:
            child |= ambient.mock_credentials(self.account, self.region, self.endpoint)
        return ambient.with_run_folders(child, self.data)


def lay_out(  # noqa: PLR0913, PLR0917  # the facts of a stack
    workspace: Workspace, environment: str, mode: Mode, account: str, region: str, endpoint: str | None
) -> Layout:
    """Say where everything of an environment's runs lies; nothing is created yet."""
    run_folder = workspace.scratch / "run" / mode / environment
    source = workspace.modules_out / environment
    states = {
        Mode.OFFLINE: run_folder / "offline.tfstate",
        Mode.SANDBOX: workspace.scratch / "sandbox" / "state" / f"{environment}.tfstate",
    }
    return Layout(
        mode=mode,
        source=source,
        root=run_folder / "root" if mode.is_mocked else source,
        run_folder=run_folder,
        data=run_folder / "data",
        state=states.get(mode),
        account=account,
        region=region,
        endpoint=endpoint or overrides.NOWHERE,
    )
