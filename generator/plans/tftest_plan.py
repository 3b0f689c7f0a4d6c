"""Our plans for tests that are written on tftest.

tftest's own way of running terraform reads only stdout of two pipes, and hangs once stderr is full. Its plan object
is what tests are written on, and that needs only the JSON.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from generator.errors import ToolError

if TYPE_CHECKING:
    from generator.plans.plan import Plan


def as_tftest(plan: Plan) -> Any:  # noqa: ANN401  # tftest carries no types
    """Return `plan` as tftest's `TerraformPlanOutput` (`.resources`, `.modules`, `.outputs` …).

    Raises:
        ToolError: tftest is not installed; it is needed by tests alone.
    """
    try:
        tftest = importlib.import_module("tftest")
    except ModuleNotFoundError as error:
        raise ToolError("tftest is not installed", hint="pip install tftest==1.8.8") from error
    return tftest.TerraformPlanOutput(dict(plan.raw))
