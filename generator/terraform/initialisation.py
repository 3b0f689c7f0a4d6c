"""An initialised folder: made so once, and again only when something that it depends on has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import TerraformError
from generator.terraform import lockfile, scratch
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from generator.terraform.adapter import Terraform
    from generator.terraform.layout import Layout
    from generator.terraform.tools import Tools


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
        readonly = False
        if layout.mode.is_mocked:
            scratch.write_lock(layout.root, self._scratch_lock())
        else:
            readonly = (layout.root / lockfile.NAME).is_file()
        with self._tools.initialising():
            try:
                self._terraform.init(readonly_lock=readonly, reconfigure=layout.mode.is_mocked)
            except TerraformError as error:
                raise self._tools.explain(error) from error
        # Taken afterwards, because the first init writes the lock file.
        with writing(stamp, "the stamp of the init"):
            stamp.write_text(self._digest())
        return True

    def _scratch_lock(self) -> str:
        return lockfile.scratch_lock(self._layout.source / lockfile.NAME, self._tools.provider, self._tools.binary)

    def _digest(self) -> str:
        lock = self._layout.source / lockfile.NAME
        locked = lock.read_text(encoding="utf-8") if lock.is_file() else ""
        return scratch.init_digest(self._layout.root, self._tools.identity, locked, str(self._layout.state))
