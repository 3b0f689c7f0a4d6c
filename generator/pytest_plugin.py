"""The pytest plugin: `plan("prod")` is the offline plan of an environment, as tftest's `TerraformPlanOutput`.

All environments of the workspace are planned together when the first test asks for one; under xdist one worker plans,
and the others read what it left in the plan cache.

    def test_artifacts_are_versioned(plan):
        versioning = plan("prod").modules["module.artifacts"].resources["aws_s3_bucket_versioning.this"]
        assert versioning["values"]["versioning_configuration"][0]["status"] == "Enabled"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_WORKSPACE = "tfstencil_workspace"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the setting for a workspace that is not pytest's root folder."""
    parser.addini(_WORKSPACE, "workspace of tfstencil, relative to the root folder of pytest", default=".")


@pytest.fixture(scope="session")
def plan(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """Return a function that returns the offline plan of an environment, as tftest's `TerraformPlanOutput`."""
    return _Plans(request.config.rootpath / str(request.config.getini(_WORKSPACE))).of


class _Plans:
    """The plans of a workspace, made when the first is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._plans: dict[str, Any] | None = None
        self._failures: dict[str, str] = {}

    def of(self, environment: str) -> Any:  # noqa: ANN401  # tftest carries no types
        if self._plans is None:
            self._plans = self._made()
        if environment in self._failures:
            pytest.fail(self._failures[environment], pytrace=False)
        if environment not in self._plans:
            pytest.fail(f"no environment {environment!r}; there are: {', '.join(self._plans)}", pytrace=False)
        return self._plans[environment]

    def _made(self) -> dict[str, Any]:
        # Every pytest run of everybody who has tfstencil installed imports this module: it must cost nothing.
        from generator.operations.plans.fleet_members import prepare  # noqa: PLC0415  # see above
        from generator.operations.plans.offline import fleet_of  # noqa: PLC0415  # see above
        from generator.operations.run import Run  # noqa: PLC0415  # see above
        from generator.plans.tftest_plan import as_tftest  # noqa: PLC0415  # see above
        from generator.workspace import Workspace  # noqa: PLC0415  # see above

        workspace = Workspace.find(self._folder)
        # What the specs say now, whatever has been rendered: `generator.plan` looks at modules_out.
        planned = fleet_of(Run(workspace), prepare(workspace, workspace.environment_names()).members)
        self._failures = {name: str(error) for name, error in planned.failures.items()}
        return {name: as_tftest(made) for name, made in planned.plans.items()}
