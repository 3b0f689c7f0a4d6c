"""python-terraform, with its defects corrected: it writes the command lines, and `process.run` runs them.

What version 0.10.1 does, and what happens here instead:

- its constructor reads a state file and dies of an empty or corrupt one: no state file is read;
- any misspelt method becomes a terraform command: an AttributeError;
- output is held in pipes until the end, and the child dies with us: `process.run`;
- an empty mapping of variables leaves a `.tfvars.json` behind in the temporary folder: no variables are passed;
- `destroy()` passes `-force`, which terraform no longer knows: `-auto-approve`;
- its own keywords (`synchronous`, `capture_output`, `raise_on_error`) leak into the command line: refused;
- exit code 2 of `plan -detailed-exitcode` is logged as an error: the caller judges exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import python_terraform

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.terraform.process.runner import CommandResult

FLAG: Final = python_terraform.IsFlagged
_OWN_KEYWORDS: Final = frozenset({"synchronous", "capture_output", "raise_on_error"})


class CommandLine(python_terraform.Terraform):  # type: ignore[misc]  # the library carries no types
    """python-terraform's methods; each runs through `execute` and returns what that returns.

    Attributes:
        working_dir: the folder that commands run in.
    """

    def __init__(self, program: Path, folder: Path, execute: Callable[[list[str]], CommandResult]) -> None:
        self._execute = execute
        super().__init__(working_dir=str(folder), terraform_bin_path=str(program), is_env_vars_included=False)
        self.variables = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # the protocol of __getattr__
        raise AttributeError(f"python-terraform has no method {name!r}")

    def read_state_file(self, file_path: str | None = None) -> None:
        """Read nothing: state is terraform's own, and may lie in a backend."""

    def cmd(self, cmd: str, *args: str, **options: Any) -> CommandResult:  # noqa: ANN401  # the library's own signature
        """Run `terraform CMD` with options as python-terraform spells them.

        Raises:
            TypeError: an option is one of the library's own keywords, which has no meaning here.
        """
        leaked = _OWN_KEYWORDS & options.keys()
        if leaked:
            raise TypeError(f"{', '.join(sorted(leaked))}: not an option of terraform {cmd}")
        return self._execute(self.generate_cmd_string(cmd, *args, **options))

    def destroy(
        self,
        dir_or_plan: str | None = None,
        force: None = None,
        **options: Any,  # noqa: ANN401  # the library's own signature
    ) -> CommandResult:
        """Destroy without asking, in the words of today's terraform."""
        result: CommandResult = super().destroy(dir_or_plan, force, auto_approve=FLAG, **options)
        return result
