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
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time

from generator.sandbox.services.codebuild.calls import Calls
from generator.sandbox.services.codebuild.credentials import has_access

# Where each server keeps its webhooks; self-managed ones have a name of their own in place of `{host}`.
_ADDRESSES: Final = {
    "BITBUCKET": "https://api.bitbucket.org/2.0/repositories/{path}/hooks/{number}",
    "GITHUB": "https://api.github.com/repos/{path}/hooks/{number}",
    "GITHUB_ENTERPRISE": "https://{host}/api/v3/repos/{path}/hooks/{number}",
    "GITLAB": "https://gitlab.com/api/v4/projects/{path}/hooks/{number}",
    "GITLAB_SELF_MANAGED": "https://{host}/api/v4/projects/{path}/hooks/{number}",
}
_LOCATION: Final = re.compile(r"(?:https?://)?(?P<host>[^/]+)/(?P<path>.*?)(?:\.git)?/?")
_RUNNER: Final = "RUNNER_BUILDKITE_BUILD"
_SETTINGS: Final = ("branchFilter", "filterGroups", "buildType", "pullRequestBuildPolicy")
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html
_EVENTS: Final = frozenset(
    {
        *("PUSH", "RELEASED", "PRERELEASED", "WORKFLOW_JOB_QUEUED"),
        *(f"PULL_REQUEST_{what}" for what in ("CREATED", "UPDATED", "REOPENED", "MERGED", "CLOSED")),
    }
)


class WebhookCalls(Calls):
    """The calls on webhooks."""

    def create_webhook(self) -> ActionResult:
        """Answer CreateWebhook."""
        sent = self.sent()
        project = self.store.project(sent["projectName"])
        _check_source(project["source"], sent.get("buildType", "BUILD"))
        if "webhook" in project:
            raise ResourceAlreadyExistsException(f"Webhook already exists for project: {project['arn']}")
        # AWS does not reach Buildkite, nor GitHub where it was told so: the user enters the address there.
        by_hand = sent.get("manualCreation", False) or project["source"]["type"] == "NO_SOURCE"
        if not by_hand and not has_access(self.store, project["source"]):
            server = project["source"]["type"].lower()
            raise ResourceNotFoundException(f"Could not find access token for server type {server}")
        _check_filters(sent.get("filterGroups", []))
        project["webhook"] = self._address(project, by_hand=by_hand) | _settings(sent)
        for key in ("manualCreation", "scopeConfiguration"):
            project["webhook"] |= {key: sent[key]} if key in sent else {}
        return ActionResult({"webhook": project["webhook"]})

    def update_webhook(self) -> ActionResult:
        """Answer UpdateWebhook: the fields that are sent replace, the others stay."""
        sent = self.sent()
        project = self.store.project(sent["projectName"])
        if "webhook" not in project:
            raise ResourceNotFoundException(f"Webhook not found for project: {project['arn']}")
        self._require_its_repository(project)
        changed = project["webhook"] | _settings(sent)
        _check_source(project["source"], changed.get("buildType", "BUILD"))
        _check_filters(sent.get("filterGroups", []))
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

    def _require_its_repository(self, project: dict[str, Any]) -> None:
        """Refuse to change a webhook that its project has left behind: the new repository does not have it."""
        address = project["webhook"].get("url")
        if address and address.rpartition("/")[0] != self._address(project, by_hand=False)["url"].rpartition("/")[0]:
            place = project["source"].get("location", "")
            raise JsonRESTError("OAuthProviderException", f"The webhook is not one of {place}: it is at {address}")

    def _address(self, project: dict[str, Any], *, by_hand: bool) -> dict[str, Any]:
        token = uuid.uuid4().hex
        payload = f"https://codebuild.{self.region}.amazonaws.com/webhooks?t={token}"
        made: dict[str, Any] = {"payloadUrl": payload, "status": "ACTIVE"}
        kind, location = project["source"]["type"], project["source"].get("location", "")
        if by_hand or kind == "GITHUB_ENTERPRISE":
            # Nobody but the user can enter the secret at the server, so AWS shows it.
            return made | {"secret": uuid.uuid4().hex, "lastModifiedSecret": unix_time()}
        place = _LOCATION.fullmatch(location)
        parts = place.groupdict() if place else {"host": "", "path": location}
        return made | {"url": _ADDRESSES[kind].format(number=int(token[:7], 16), **parts)}


def _settings(sent: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {key: sent[key] for key in _SETTINGS if key in sent}
    if "filterGroups" in told:
        told["filterGroups"] = [
            [{"excludeMatchedPattern": False} | entry for entry in group] for group in told["filterGroups"]
        ]
    return told


def _check_source(source: dict[str, Any], build_type: str) -> None:
    kind = source["type"]
    if (kind == "NO_SOURCE") != (build_type == _RUNNER) or (kind != "NO_SOURCE" and kind not in _ADDRESSES):
        raise InvalidInputException(f"Webhooks of build type {build_type} are not supported for source type {kind}")


def _check_filters(groups: list[list[dict[str, Any]]]) -> None:
    for entry in (entry for group in groups for entry in group):
        if entry["type"] == "EVENT":
            _check_events(entry["pattern"])
            continue
        try:
            re.compile(entry["pattern"])
        except re.error as error:
            raise InvalidInputException(f"Invalid regex pattern {entry['pattern']!r} in filter: {error}") from error
    for group in groups:
        if not any(entry["type"] == "EVENT" for entry in group):
            raise InvalidInputException("Each filter group must have at least one EVENT filter")


def _check_events(pattern: str) -> None:
    for event in pattern.split(","):
        if event.strip() not in _EVENTS:
            raise InvalidInputException(f"Invalid event in filter: {event.strip()!r} is not an event of a webhook")
