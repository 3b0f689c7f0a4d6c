"""Webhooks: they need a way to sign in at the server, and are read back as part of their project."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

from moto.codebuild.exceptions import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time

from generator.sandbox.codebuild.calls import Calls
from generator.sandbox.codebuild.credentials import has_access

_SERVERS: Final = ("BITBUCKET", "GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED")
_SETTINGS: Final = ("branchFilter", "filterGroups", "buildType", "pullRequestBuildPolicy")


class WebhookCalls(Calls):
    """The calls on webhooks."""

    def create_webhook(self) -> ActionResult:
        """Answer CreateWebhook."""
        sent = self.sent()
        project = self.store.project(sent["projectName"])
        source = project["source"]
        if source["type"] not in _SERVERS:
            raise InvalidInputException(f"Webhooks are not supported for source type {source['type']}")
        if "webhook" in project:
            raise ResourceAlreadyExistsException(f"Webhook already exists for project: {project['arn']}")
        by_hand = sent.get("manualCreation", False)
        if not by_hand and not has_access(self.store, source):
            server = source["type"].lower()
            raise ResourceNotFoundException(f"Could not find access token for server type {server}")
        _check_filters(sent.get("filterGroups", []))
        project["webhook"] = self._address(project, by_hand=by_hand) | _settings({"buildType": "BUILD"} | sent)
        if "scopeConfiguration" in sent:
            project["webhook"]["scopeConfiguration"] = sent["scopeConfiguration"]
        return ActionResult({"webhook": project["webhook"]})

    def update_webhook(self) -> ActionResult:
        """Answer UpdateWebhook: the fields that are sent replace, the others stay."""
        sent = self.sent()
        project = self.store.project(sent["projectName"])
        if "webhook" not in project:
            raise ResourceNotFoundException(f"Webhook not found for project: {project['arn']}")
        _check_filters(sent.get("filterGroups", []))
        changed = project["webhook"] | _settings(sent)
        if sent.get("rotateSecret") and "secret" in changed:
            changed |= {"secret": uuid.uuid4().hex, "lastModifiedSecret": unix_time()}
        project["webhook"] = {key: value for key, value in changed.items() if value not in ("", [])}
        return ActionResult({"webhook": project["webhook"]})

    def delete_webhook(self) -> EmptyResult:
        """Answer DeleteWebhook."""
        project = self.store.project(self.sent()["projectName"])
        if project.pop("webhook", None) is None:
            raise ResourceNotFoundException(f"Webhook not found for project: {project['arn']}")
        return EmptyResult()

    def _address(self, project: dict[str, Any], *, by_hand: bool) -> dict[str, Any]:
        token = uuid.uuid4().hex
        payload = f"https://codebuild.{self.region}.amazonaws.com/webhooks?t={token}"
        made: dict[str, Any] = {"payloadUrl": payload, "status": "ACTIVE"}
        if by_hand:
            # Nobody but the user can enter the secret at the server, so AWS shows it.
            return made | {"secret": uuid.uuid4().hex, "manualCreation": True, "lastModifiedSecret": unix_time()}
        path = re.sub(r"^https?://[^/]+/|\.git$", "", project["source"].get("location", ""))
        return made | {"url": f"https://api.github.com/repos/{path}/hooks/{int(token[:7], 16)}"}


def _settings(sent: dict[str, Any]) -> dict[str, Any]:
    return {key: sent[key] for key in _SETTINGS if key in sent}


def _check_filters(groups: list[list[dict[str, Any]]]) -> None:
    for entry in (entry for group in groups for entry in group):
        if entry["type"] == "EVENT":
            continue
        try:
            re.compile(entry["pattern"])
        except re.error as error:
            raise InvalidInputException(f"Invalid regex pattern {entry['pattern']!r} in filter: {error}") from error
    for group in groups:
        if not any(entry["type"] == "EVENT" for entry in group):
            raise InvalidInputException("Each filter group must have at least one EVENT filter")
