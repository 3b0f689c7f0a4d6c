"""Source credentials: one a server type in an account and region; the secret itself is never kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.codebuild.exceptions import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from moto.core.responses import ActionResult

from generator.sandbox.services.codebuild.calls import Calls

if TYPE_CHECKING:
    from generator.sandbox.services.codebuild.calls import Store


class CredentialCalls(Calls):
    """The calls on source credentials and on resource policies."""

    def import_source_credentials(self) -> ActionResult:
        """Answer ImportSourceCredentials."""
        sent = self.sent()
        server, auth = sent["serverType"], sent["authType"]
        if auth == "BASIC_AUTH" and not sent.get("username"):
            raise InvalidInputException("Username is required for authType BASIC_AUTH")
        arn = self.store.arn("token", server.lower().replace("_", "-"))
        if arn in self.store.extra.credentials and not sent.get("shouldOverwrite", True):
            raise ResourceAlreadyExistsException(f"Source credentials for {server} already exist: {arn}")
        held = {"arn": arn, "serverType": server, "authType": auth}
        if auth in {"CODECONNECTIONS", "SECRETS_MANAGER"}:
            # For these the "token" is an ARN, which AWS shows.
            held["resource"] = sent["token"]
        self.store.extra.credentials[arn] = held
        return ActionResult({"arn": arn})

    def list_source_credentials(self) -> ActionResult:
        """Answer ListSourceCredentials."""
        return ActionResult({"sourceCredentialsInfos": list(self.store.extra.credentials.values())})

    def delete_source_credentials(self) -> ActionResult:
        """Answer DeleteSourceCredentials."""
        arn = self.sent()["arn"]
        if self.store.extra.credentials.pop(arn, None) is None:
            raise ResourceNotFoundException(f"Source credentials not found: {arn}")
        return ActionResult({"arn": arn})

    def put_resource_policy(self) -> ActionResult:
        """Answer PutResourcePolicy."""
        sent = self.sent()
        arn = sent["resourceArn"]
        if arn not in self.store.extra.report_groups:
            self.store.project(arn)
        try:
            json.loads(sent["policy"])
        except ValueError as error:
            raise InvalidInputException(f"Resource policy is not valid JSON: {error}") from error
        self.store.extra.policies[arn] = sent["policy"]
        return ActionResult({"resourceArn": sent["resourceArn"]})

    def get_resource_policy(self) -> ActionResult:
        """Answer GetResourcePolicy."""
        arn = self.sent()["resourceArn"]
        if arn not in self.store.extra.policies:
            raise ResourceNotFoundException(f"Resource policy not found: {arn}")
        return ActionResult({"policy": self.store.extra.policies[arn]})

    def delete_resource_policy(self) -> ActionResult:
        """Answer DeleteResourcePolicy."""
        self.store.extra.policies.pop(self.sent()["resourceArn"], None)
        return ActionResult({})


def has_access(store: Store, source: dict[str, Any]) -> bool:
    """Tell whether CodeBuild could sign in at the server of a project's source."""
    auth = source.get("auth") or {}
    if auth.get("type") in {"CODECONNECTIONS", "SECRETS_MANAGER"} and auth.get("resource"):
        return True
    return any(held["serverType"] == source["type"] for held in store.extra.credentials.values())
