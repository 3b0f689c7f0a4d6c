"""Outputs of an applied environment, as the last apply left them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.operations.targets.stacks import open_stacks
from generator.operations.targets.targets import targets_of
from generator.sandbox.control import runs
from generator.terraform import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.operations.run import Run
    from generator.terraform.results import OutputValue


def outputs(run: Run, name: str, mode: Mode) -> Mapping[str, OutputValue]:
    """Read the outputs of an environment.

    Args:
        run: the call.
        name: the environment.
        mode: where it was applied.

    Returns:
        Each by its name; none where nothing is applied.
    """
    targets = targets_of(run.workspace, [name], fresh=False)
    # What was applied in a sandbox goes with it: to say that there is nothing, none needs to be started.
    if mode is Mode.SANDBOX and not runs(run.workspace):
        return {}
    (stack,) = open_stacks(run, targets, mode)
    with run.reporter.progress(f"{name}: reading the state"):
        return stack.runner.outputs()
