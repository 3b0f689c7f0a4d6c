"""Where the spec of an environment says what its plan holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import TfstencilError
from generator.parts.framework.stack import derive
from generator.provenance.plan_attributes import AttributeOrigins

if TYPE_CHECKING:
    from generator.checks.policies.build import Locate
    from generator.operations.inputs.assembly import Assembly
    from generator.plans.plan import Plan


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
    return AttributeOrigins(assembly.engine, stack, environment.merged, files, configuration).of
