"""Where the spec of an environment says what its plan holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.contracts.origin import Origins
from generator.errors import TfstencilError
from generator.parts.stack import derive

if TYPE_CHECKING:
    from generator.operations.assembly import Assembly
    from generator.plans.plan import Plan
    from generator.policies.build import Locate


def locator(assembly: Assembly, name: str, plan: Plan) -> Locate | None:
    """Return what finds the lines of the spec; None where the spec is gone.

    Args:
        assembly: of the workspace.
        name: the environment.
        plan: of the environment: its configuration says which variable an attribute comes from.
    """
    try:
        (environment,) = assembly.load([name], alone=True)
        stack = derive(environment)
    except TfstencilError:
        return None
    folder = assembly.workspace.modules_out / name
    files = {file.name: file.read_text("utf-8") for file in folder.glob("*.tf")}
    configuration = plan.raw.get("configuration") or {}
    return Origins(assembly.engine, stack, environment.merged, files, configuration).of
