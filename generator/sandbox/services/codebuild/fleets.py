"""Fleets of reserved machines. Their capacity is there at once, and goes at once."""

from __future__ import annotations

import uuid
from typing import Any, Final

from moto.codebuild.exceptions import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time

from generator.sandbox.services.codebuild.calls import Calls

_UNSET: Final[tuple[Any, ...]] = ({}, [], "")


class FleetCalls(Calls):
    """The calls on fleets."""

    def create_fleet(self) -> ActionResult:
        """Answer CreateFleet."""
        sent = self.sent()
        if any(fleet["name"] == sent["name"] for fleet in self.store.extra.fleets.values()):
            raise ResourceAlreadyExistsException(f"Fleet already exists: {self.store.arn('fleet', sent['name'])}")
        number = str(uuid.uuid4())
        fleet = {
            "id": number,
            "arn": self.store.arn("fleet", f"{sent['name']}:{number}"),
            "created": unix_time(),
            "overflowBehavior": "QUEUE",
            "status": {"statusCode": "ACTIVE"},
        }
        return ActionResult({"fleet": self._kept(fleet | sent)})

    def update_fleet(self) -> ActionResult:
        """Answer UpdateFleet: the fields that are sent replace, the others stay, and empty ones go."""
        sent = self.replacement()
        return ActionResult({"fleet": self._kept(self._fleet(sent["arn"]) | sent)})

    def batch_get_fleets(self) -> ActionResult:
        """Answer BatchGetFleets, for names and ARNs."""
        known = self.store.extra.fleets.values()
        by_any = {fleet[key]: fleet for fleet in known for key in ("name", "arn")}
        asked = self.sent()["names"]
        found = [by_any[name] for name in asked if name in by_any]
        return ActionResult({"fleets": found, "fleetsNotFound": [name for name in asked if name not in by_any]})

    def list_fleets(self) -> ActionResult:
        """Answer ListFleets."""
        return ActionResult({"fleets": sorted(self.store.extra.fleets)})

    def delete_fleet(self) -> EmptyResult:
        """Answer DeleteFleet; one that is gone is no error, as in AWS."""
        self.store.extra.fleets.pop(self.sent()["arn"], None)
        return EmptyResult()

    def _fleet(self, arn: str) -> dict[str, Any]:
        if arn not in self.store.extra.fleets:
            raise ResourceNotFoundException(f"Fleet cannot be found: {arn}")
        return self.store.extra.fleets[arn]

    def _kept(self, fleet: dict[str, Any]) -> dict[str, Any]:
        _check(fleet)
        made = {key: value for key, value in fleet.items() if value not in _UNSET}
        if "scalingConfiguration" in made:
            made["scalingConfiguration"] |= {"desiredCapacity": made["baseCapacity"]}
        made["lastModified"] = unix_time()
        self.store.extra.fleets[made["arn"]] = made
        return made


def _check(fleet: dict[str, Any]) -> None:
    kind, compute = fleet["environmentType"], fleet["computeType"]
    if kind.endswith("_LAMBDA_CONTAINER") or compute.startswith("BUILD_LAMBDA_"):
        raise InvalidInputException(f"Fleets are not available for environment type {kind} and compute type {compute}")
    if fleet["baseCapacity"] < 1:
        raise InvalidInputException("Base capacity must be at least 1")
    scaling = fleet.get("scalingConfiguration") or {}
    if scaling and scaling.get("maxCapacity", 0) <= fleet["baseCapacity"]:
        raise InvalidInputException("Maximum capacity must be greater than the base capacity")
    if (compute == "ATTRIBUTE_BASED_COMPUTE") and not fleet.get("computeConfiguration"):
        raise InvalidInputException(f"A compute configuration is required for compute type {compute}")
