"""An initialised folder: made so once, and again only when something that it depends on has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.errors import TerraformError
from generator.terraform import lockfile, scratch
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from generator.terraform.adapter import Terraform
    from generator.terraform.layout import Layout
    from generator.terraform.tools.programs import Tools


class Initialisation:
    """The init of one environment's folder.

    Args:
        layout: its places.
        tools: terraform and provider.
        terraform: in that folder.
    """

    def __init__(self, layout: Layout, tools: Tools, terraform: Terraform) -> None:
        self._layout = layout
        self._tools = tools
        self._terraform = terraform

    def ensure(self, *, force: bool = False) -> bool:
        """Initialise the folder, unless it is initialised for just these files and programs.

        Args:
            force: do it in any case.

        Returns:
            Whether terraform had to run.

        Raises:
            ToolError: the provider cannot be had.
            TerraformError: it failed otherwise.
        """
        layout, stamp = self._layout, self._layout.run_folder / "initialised"
        if not force and layout.data.is_dir() and stamp.is_file() and stamp.read_text() == self._digest():
            return False
        stamp.unlink(missing_ok=True)
        if layout.mode.is_mocked:
            scratch.write_lock(layout.root, self._scratch_lock())
        elif layout.is_copy:
            scratch.write_lock(layout.root, self._locked())
        readonly = not layout.mode.is_mocked and (layout.root / lockfile.NAME).is_file()
        with self._tools.initialising():
            try:
                self._terraform.init(readonly_lock=readonly, reconfigure=layout.is_copy)
            except TerraformError as error:
                raise self._tools.explain(error) from error
        # Taken afterwards, because the first init writes the lock file.
        with writing(stamp, "the stamp of the init"):
            stamp.write_text(self._digest())
        return True

    def forget(self) -> None:
        """Have the next run initialise the folder, whatever it knows."""
        (self._layout.run_folder / "initialised").unlink(missing_ok=True)

    def migrate(self) -> None:
        """Copy the state from its file to where the rendered backend says, over whatever is there.

        Raises:
            ToolError: the provider cannot be had.
            TerraformError: it failed otherwise; the file is as it was.
        """
        # Terraform copies from the backend that it was last initialised for.
        self.ensure(force=True)
        self.forget()
        replace(self._layout, state=None).update()
        with self._tools.initialising():
            self._terraform.init(migrate=True)

    def _locked(self) -> str:
        lock = self._layout.source / lockfile.NAME
        return lock.read_text(encoding="utf-8") if lock.is_file() else ""

    def _scratch_lock(self) -> str:
        return lockfile.scratch_lock(self._layout.source / lockfile.NAME, self._tools.provider, self._tools.binary)

    def _digest(self) -> str:
        layout = self._layout
        where = str(layout.state or layout.endpoint)
        # A folder that has lost what the init left in it (the backend, the modules, the providers) is not initialised.
        left = ",".join(sorted(path.name for path in layout.data.glob("*")))
        return scratch.init_digest(layout.root, self._tools.identity, self._locked(), f"{where} {left}")
