"""StartBuildBatch and what reads batches: as nothing runs, a batch has succeeded once it is started."""

from __future__ import annotations

import uuid
from typing import Any

from moto.codebuild.exceptions import InvalidInputException
from moto.core.responses import ActionResult
from moto.core.utils import unix_time

from generator.sandbox.services.codebuild.calls import Calls


class BatchCalls(Calls):
    """The calls on batches of builds."""

    def start_build_batch(self) -> ActionResult:
        """Answer StartBuildBatch: a project runs batches only where its configuration, or the call's, says so."""
        sent = self.sent()
        project = self.store.project(sent["projectName"])
        config = project.get("buildBatchConfig", {}) | sent.get("buildBatchConfigOverride", {})
        if not config.get("serviceRole"):
            raise InvalidInputException(f"Project {project['name']} has no batch configuration with a service role")
        batch = _started(self.store.arn("build-batch", f"{project['name']}:{uuid.uuid4()}"), project, config, sent)
        self.store.extra.batches.setdefault(project["name"], []).insert(0, batch)
        return ActionResult({"buildBatch": batch})

    def batch_get_build_batches(self) -> ActionResult:
        """Answer BatchGetBuildBatches, for ids and ARNs."""
        known = {key: batch for batch in self._all() for key in (batch["id"], batch["arn"])}
        asked = self.sent()["ids"]
        missing = [each for each in asked if each not in known]
        return ActionResult(
            {"buildBatches": [known[each] for each in asked if each in known], "buildBatchesNotFound": missing}
        )

    def list_build_batches(self) -> ActionResult:
        """Answer ListBuildBatches."""
        return ActionResult({"ids": [batch["id"] for batch in self._all()]})

    def list_build_batches_for_project(self) -> ActionResult:
        """Answer ListBuildBatchesForProject, the last one first."""
        name = self.store.project(self.sent()["projectName"])["name"]
        return ActionResult({"ids": [batch["id"] for batch in self.store.extra.batches.get(name, [])]})

    def _all(self) -> list[dict[str, Any]]:
        return [batch for batches in self.store.extra.batches.values() for batch in batches]


def _started(arn: str, project: dict[str, Any], config: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    now = unix_time()
    return {
        "id": arn.rpartition("/")[2],
        "arn": arn,
        "projectName": project["name"],
        "buildBatchStatus": "SUCCEEDED",
        "currentPhase": "SUCCEEDED",
        "complete": True,
        "startTime": now,
        "endTime": now,
        "sourceVersion": sent.get("sourceVersion", project.get("sourceVersion", "")),
        "source": project["source"],
        "environment": project["environment"],
        "serviceRole": project["serviceRole"],
        "buildTimeoutInMinutes": project["timeoutInMinutes"],
        "queuedTimeoutInMinutes": project["queuedTimeoutInMinutes"],
        "encryptionKey": project["encryptionKey"],
        "buildBatchConfig": config,
        "buildGroups": [],
    }
