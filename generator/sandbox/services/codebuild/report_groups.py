"""Report groups of test results and code coverage."""

from __future__ import annotations

from typing import Any

from moto.codebuild.exceptions import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time

from generator.sandbox.services.codebuild.calls import Calls


class ReportGroupCalls(Calls):
    """The calls on report groups."""

    def create_report_group(self) -> ActionResult:
        """Answer CreateReportGroup."""
        sent = self.sent()
        arn = self.store.arn("report-group", sent["name"])
        if arn in self.store.extra.report_groups:
            raise ResourceAlreadyExistsException(f"Report group already exists: {arn}")
        _check_export(sent["exportConfig"])
        now = unix_time()
        group = {"tags": [], **sent, "arn": arn, "created": now, "lastModified": now, "status": "ACTIVE"}
        self.store.extra.report_groups[arn] = group
        return ActionResult({"reportGroup": group})

    def update_report_group(self) -> ActionResult:
        """Answer UpdateReportGroup: the fields that are sent replace, the others stay."""
        sent = self.replacement()
        group = self._group(sent["arn"])
        _check_export(sent.get("exportConfig", {"exportConfigType": "NO_EXPORT"}))
        group |= sent | {"lastModified": unix_time()}
        return ActionResult({"reportGroup": group})

    def batch_get_report_groups(self) -> ActionResult:
        """Answer BatchGetReportGroups."""
        known, asked = self.store.extra.report_groups, self.sent()["reportGroupArns"]
        found = [known[arn] for arn in asked if arn in known]
        return ActionResult({"reportGroups": found, "reportGroupsNotFound": [arn for arn in asked if arn not in known]})

    def list_report_groups(self) -> ActionResult:
        """Answer ListReportGroups."""
        return ActionResult({"reportGroups": sorted(self.store.extra.report_groups)})

    def list_reports_for_report_group(self) -> ActionResult:
        """Answer ListReportsForReportGroup: builds do not run here, so there are no reports."""
        self._group(self.sent()["reportGroupArn"])
        return ActionResult({"reports": []})

    def delete_report_group(self) -> EmptyResult:
        """Answer DeleteReportGroup; one that is gone is no error, as in AWS."""
        arn = self.sent()["arn"]
        self.store.extra.report_groups.pop(arn, None)
        self.store.extra.policies.pop(arn, None)
        return EmptyResult()

    def _group(self, arn: str) -> dict[str, Any]:
        if arn not in self.store.extra.report_groups:
            raise ResourceNotFoundException(f"Report group not found: {arn}")
        return self.store.extra.report_groups[arn]


def _check_export(config: dict[str, Any]) -> None:
    destination = config.get("s3Destination") or {}
    if config.get("exportConfigType") == "S3" and not destination.get("bucket"):
        raise InvalidInputException("Invalid export configuration: a bucket is required for exportConfigType S3")
