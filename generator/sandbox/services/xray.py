"""X-Ray's settings: groups, sampling rules and encryption. moto knows traces only.

https://docs.aws.amazon.com/xray/latest/api/Welcome.html
"""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time
from moto.utilities.tagging_service import TaggingService
from moto.xray import urls
from moto.xray.models import XRayBackend, xray_backends
from moto.xray.responses import XRayResponse

from generator.sandbox.service import sent
from generator.sandbox.services.kms import exists
from generator.sandbox.tag_calls import TagCalls

if TYPE_CHECKING:
    from collections.abc import Collection

_PATHS: Final = (
    *("CreateGroup", "UpdateGroup", "GetGroup", "Groups", "DeleteGroup"),
    *("CreateSamplingRule", "UpdateSamplingRule", "GetSamplingRules", "DeleteSamplingRule"),
    *("PutEncryptionConfig", "EncryptionConfig", "TagResource", "UntagResource", "ListTagsForResource"),
)
# The two calls whose path is not their name.
_NAMES: Final = {"Groups": "GetGroups", "EncryptionConfig": "GetEncryptionConfig"}
_DEFAULT: Final = "Default"
_MATCHES_ALL: Final = dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"), "*")


class Store(XRayBackend):
    """X-Ray of one account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.encryption: dict[str, Any] = {"Type": "NONE", "Status": "ACTIVE"}
        self.groups: dict[str, dict[str, Any]] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        self.tags = TaggingService()
        # Both are there from the beginning.
        self.groups[_DEFAULT] = {"GroupName": _DEFAULT, "GroupARN": self.arn(f"group/{_DEFAULT}")}
        rule = {"Priority": 10000, "FixedRate": 0.05, "ReservoirSize": 1, "Version": 1, "Attributes": {}}
        self.keep({"RuleName": _DEFAULT, **rule, **_MATCHES_ALL})

    @property
    def _url_module(self) -> Any:  # noqa: ANN401  # moto finds a backend's addresses by the name of its module
        return urls

    def arn(self, resource: str) -> str:
        """Return the ARN of a resource such as `group/x`."""
        return f"arn:{self.partition}:xray:{self.region_name}:{self.account_id}:{resource}"

    def keep(self, rule: dict[str, Any]) -> dict[str, Any]:
        """Store a sampling rule, and return its record."""
        name = rule["RuleName"]
        now, known = unix_time(), self.rules.get(name)
        rule = rule | {"RuleARN": self.arn(f"sampling-rule/{name}")}
        self.rules[name] = {
            "SamplingRule": rule,
            "CreatedAt": known["CreatedAt"] if known else now,
            "ModifiedAt": now,
        }
        return self.rules[name]


class Responses(TagCalls, XRayResponse):
    """Every X-Ray call: ours, and moto's own for traces."""

    ARN_KEY = "ResourceARN"

    def _get_action(self) -> str:
        path = urlsplit(self.uri).path.lstrip("/")
        return _NAMES.get(path, path)

    @property
    def store(self) -> Store:
        """The store of the caller's account and region."""
        return cast("Store", self.xray_backend)

    def create_group(self) -> ActionResult:
        """Answer CreateGroup."""
        asked = sent(self)
        name, tags = asked["GroupName"], asked.pop("Tags", [])
        if name in self.store.groups:
            raise _invalid(f"Group already exists: {name}")
        unique = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
        group = asked | {"GroupARN": self.store.arn(f"group/{name}/{unique}")}
        group["InsightsConfiguration"] = _insights(asked.get("InsightsConfiguration", {}))
        self.store.groups[name] = group
        self.store.tags.tag_resource(group["GroupARN"], tags)
        return ActionResult({"Group": group})

    def update_group(self) -> ActionResult:
        """Answer UpdateGroup: the fields that are sent replace, the others stay."""
        asked = sent(self)
        group = self._group(asked)
        group |= {key: asked[key] for key in ("FilterExpression",) if key in asked}
        if "InsightsConfiguration" in asked:
            group["InsightsConfiguration"] = _insights(asked["InsightsConfiguration"])
        return ActionResult({"Group": group})

    def get_group(self) -> ActionResult:
        """Answer GetGroup."""
        return ActionResult({"Group": self._group(sent(self))})

    def get_groups(self) -> ActionResult:
        """Answer GetGroups."""
        return ActionResult({"Groups": list(self.store.groups.values())})

    def delete_group(self) -> EmptyResult:
        """Answer DeleteGroup."""
        group = self._group(sent(self))
        if group["GroupName"] == _DEFAULT:
            raise _invalid("The default group cannot be deleted")
        del self.store.groups[group["GroupName"]]
        self.store.tags.delete_all_tags_for_resource(group["GroupARN"])
        return EmptyResult()

    def create_sampling_rule(self) -> ActionResult:
        """Answer CreateSamplingRule."""
        asked = sent(self)
        rule = {"Attributes": {}} | asked["SamplingRule"]
        if "RuleName" not in rule:
            raise _invalid("RuleName is required")
        if rule["RuleName"] in self.store.rules:
            raise _invalid(f"Sampling rule already exists: {rule['RuleName']}")
        record = self.store.keep(rule)
        self.store.tags.tag_resource(record["SamplingRule"]["RuleARN"], asked.get("Tags", []))
        return ActionResult({"SamplingRuleRecord": record})

    def update_sampling_rule(self) -> ActionResult:
        """Answer UpdateSamplingRule: the fields that are sent replace, the others stay."""
        update = sent(self)["SamplingRuleUpdate"]
        rule = self._rule(update)
        if rule["RuleName"] == _DEFAULT and update.keys() - {"RuleName", "RuleARN", "FixedRate", "ReservoirSize"}:
            raise _invalid("Of the default rule only the rate and the reservoir can be changed")
        return ActionResult({"SamplingRuleRecord": self.store.keep(rule | update | {"RuleName": rule["RuleName"]})})

    def get_sampling_rules(self) -> ActionResult:
        """Answer GetSamplingRules."""
        return ActionResult({"SamplingRuleRecords": list(self.store.rules.values())})

    def delete_sampling_rule(self) -> ActionResult:
        """Answer DeleteSamplingRule."""
        rule = self._rule(sent(self))
        if rule["RuleName"] == _DEFAULT:
            raise _invalid("The default sampling rule cannot be deleted")
        self.store.tags.delete_all_tags_for_resource(rule["RuleARN"])
        return ActionResult({"SamplingRuleRecord": self.store.rules.pop(rule["RuleName"])})

    def put_encryption_config(self) -> ActionResult:
        """Answer PutEncryptionConfig."""
        asked = sent(self)
        key = asked.get("KeyId")
        if (asked["Type"] == "KMS") != (key is not None):
            raise _invalid("A key is required for type KMS, and for no other")
        if key is not None and not exists(key, self.current_account, self.region):
            raise _invalid(f"The key {key} does not exist or cannot be used")
        self.store.encryption = asked | {"Status": "ACTIVE"}
        return self.get_encryption_config()

    def get_encryption_config(self) -> ActionResult:
        """Answer GetEncryptionConfig."""
        return ActionResult({"EncryptionConfig": self.store.encryption})

    def tagged(self) -> tuple[TaggingService, Collection[str]]:
        """Groups and sampling rules have tags."""
        groups = {group["GroupARN"] for group in self.store.groups.values()}
        return self.store.tags, groups | {record["SamplingRule"]["RuleARN"] for record in self.store.rules.values()}

    def _group(self, asked: dict[str, Any]) -> dict[str, Any]:
        wanted = asked.get("GroupName"), asked.get("GroupARN")
        for group in self.store.groups.values():
            if group["GroupName"] == wanted[0] or group["GroupARN"] == wanted[1]:
                return group
        raise _invalid("Group not found")

    def _rule(self, asked: dict[str, Any]) -> dict[str, Any]:
        wanted = asked.get("RuleName"), asked.get("RuleARN")
        for record in self.store.rules.values():
            rule: dict[str, Any] = record["SamplingRule"]
            if rule["RuleName"] == wanted[0] or rule["RuleARN"] == wanted[1]:
                return rule
        raise _invalid("Sampling rule does not exist")


def install() -> None:
    """Answer these calls from here on."""
    xray_backends.backend = Store
    urls.url_paths.update(dict.fromkeys(urls.url_paths, Responses.dispatch))
    urls.url_paths.update({f"{{0}}/{path}$": Responses.dispatch for path in _PATHS})


def _insights(configuration: dict[str, Any]) -> dict[str, Any]:
    enabled = configuration.get("InsightsEnabled", False)
    # Notifications are of insights: without these there are none.
    return {
        "InsightsEnabled": enabled,
        "NotificationsEnabled": enabled and configuration.get("NotificationsEnabled", False),
    }


def _invalid(message: str) -> JsonRESTError:
    return JsonRESTError("InvalidRequestException", message)
