"""A CodeBuild project, as CodeBuild describes it, as keys of a spec."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, get_args

from generator.aws.compute import Architecture, ComputeName, compute
from generator.likeness.buildspec import carry_buildspec, secret_of
from generator.likeness.notes import Carried
from generator.parts.framework.facts import SOURCE_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Project = Mapping[str, Any]

BUILD: Final = "main"
_ARN: Final = re.compile(r"arn:[a-z-]+:[a-z]+:([a-z0-9-]*):(\d{12}):")
_BRANCH: Final = re.compile(r"\^?refs/heads/([\w./-]+)\$?")
_TYPES: Final = {word: kind for kind, word in SOURCE_TYPES.items()}
# What says when, and by whom, and what we do not need.
_OF_ITSELF: Final = ("arn", "created", "lastModified", "name", "projectVisibility", "autoRetryLimit", "tags")


@dataclass(slots=True)
class Likeness:
    """What a spec says after a project.

    Attributes:
        keys: top-level keys of the spec, but for builds.
        build: its one build.
        notes: what could not be carried.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    build: Carried = field(default_factory=Carried)

    @property
    def notes(self) -> list[str]:
        """What could not be carried, a line each."""
        return self.build.notes

    def put(self, path: str, value: object) -> None:
        """Give a top-level key, or one below it, a value."""
        frame = Carried(self.keys)
        frame.put(path, value)


def likeness(project: Project) -> Likeness:
    """Say in keys of a spec what a project is; a field of which nothing is known is noted."""
    found = Likeness()
    _identity(project, found)
    for name, value in project.items():
        carry = _FIELDS.get(name)
        if carry is not None and value not in (None, "", [], {}):
            carry(value, found)
        elif carry is None and name not in _OF_ITSELF:
            found.build.note(name, "nothing is known of this field", value)
    if "webhook" not in project and "name" in project:
        found.build.put("trigger", {"manual": True})
    if project.get("projectVisibility") == "PUBLIC_READ":
        found.build.note("projectVisibility", "builds that anybody can read are not offered")
    if project.get("autoRetryLimit"):
        found.build.note("autoRetryLimit", "no key says it", project["autoRetryLimit"])
    return found


def _identity(project: Project, found: Likeness) -> None:
    name = str(project.get("name", ""))
    words = re.findall(r"[a-z0-9]+", name.lower())
    if words:
        found.put("stack", "-".join(words if words[0][0].isalpha() else ["stack", *words])[:30].strip("-"))
        found.build.put("names.project", name)
    for arn in (str(project.get("arn", "")), str(project.get("serviceRole", ""))):
        if place := _ARN.match(arn):
            found.put("account", place[2])
            found.put("region", place[1])
    tags = {each["key"]: each["value"] for each in project.get("tags") or () if "key" in each and "value" in each}
    own = {key: value for key, value in tags.items() if key not in {"Environment", "Stack", "ManagedBy"}}
    found.put("tags", {key: value for key, value in own.items() if not key.startswith("aws:")})


def _source(source: Project, found: Likeness) -> None:
    build = found.build
    kind = str(source.get("type", ""))
    if kind:
        found.put("source.type", _TYPES.get(kind, kind.lower()))
        found.put("source.repository", source.get("location"))
        if "gitCloneDepth" in source:
            found.keys.setdefault("source", {})["clone_depth"] = source["gitCloneDepth"]
    if (source.get("gitSubmodulesConfig") or {}).get("fetchSubmodules"):
        Carried(found.keys).turn_on("source.submodules")
    if source.get("reportBuildStatus"):
        build.keys["commit_status"] = {}
    auth = source.get("auth") or {}
    if auth.get("type") in {"CODECONNECTIONS", "CODESTAR_CONNECTIONS"}:
        found.put("source.connection.arn", auth.get("resource"))
    elif auth:
        build.note(
            "source.auth", "say how CodeBuild signs in: source.connection or source.credential", auth.get("type")
        )
    if source.get("insecureSsl"):
        build.note("source.insecureSsl", "the certificate of the server is always checked")
    _buildspec(str(source.get("buildspec") or ""), found)
    known = {
        "type",
        "location",
        "gitCloneDepth",
        "gitSubmodulesConfig",
        "reportBuildStatus",
        "auth",
        "insecureSsl",
        "buildspec",
    }
    for name in source.keys() - known:
        build.note(f"source.{name}", "no key says it", source[name])


def _buildspec(text: str, found: Likeness) -> None:
    if "\n" in text or text.lstrip().startswith("{"):
        carry_buildspec(text, found.build)
    elif text.startswith(("arn:", "s3://")):
        found.build.note("source.buildspec", "a buildspec in a bucket is not offered; put it into the repository", text)
    elif text:
        found.build.put("buildspec", text)


def _artifacts(artifacts: Project, found: Likeness) -> None:
    kind = artifacts.get("type")
    if kind == "S3":
        found.put("artifacts.bucket", artifacts.get("location"))
        found.build.put("artifact.name", artifacts.get("name"))
        found.build.put("artifact.packaging", "none" if artifacts.get("packaging", "NONE") == "NONE" else None)
        found.build.put("names.label", artifacts.get("path"))
        if artifacts.get("namespaceType") != "BUILD_ID":
            found.build.keys.setdefault("artifact", {})["per_build"] = False
        if artifacts.get("overrideArtifactName"):
            found.build.turn_on("artifact.name_from_buildspec")
        if artifacts.get("encryptionDisabled"):
            found.build.note("artifacts.encryptionDisabled", "artifacts are always encrypted")
    else:
        found.build.put("artifact.type", "none")


def _environment(environment: Project, found: Likeness) -> None:
    build = found.build
    machine = (environment.get("type"), environment.get("computeType"))
    for name in get_args(ComputeName):
        for architecture in get_args(Architecture):
            if (compute(name).environment_type(architecture), compute(name).type) == machine:
                build.put("compute", name)
                build.put("architecture", None if architecture == "x86_64" else architecture)
    if "compute" not in build.keys and any(machine):
        build.note("environment", "no machine of this kind is offered", f"{machine[0]} {machine[1]}")
    build.put("image", environment.get("image"))
    build.put("privileged", environment.get("privilegedMode") or None)
    build.put("certificate", str(environment.get("certificate") or "").removeprefix("arn:aws:s3:::"))
    build.put("registry_credential", (environment.get("registryCredential") or {}).get("credential"))
    build.put("fleet.arn", (environment.get("fleet") or {}).get("fleetArn"))
    for each in environment.get("environmentVariables") or ():
        _variable(each, build)
    known = {"type", "computeType", "image", "privilegedMode", "certificate", "registryCredential", "fleet"}
    for name in environment.keys() - known - {"environmentVariables", "imagePullCredentialsType"}:
        build.note(f"environment.{name}", "no key says it", environment[name])


def _variable(variable: Project, build: Carried) -> None:
    name, value = variable.get("name"), str(variable.get("value", ""))
    kind = variable.get("type", "PLAINTEXT")
    if kind == "PARAMETER_STORE":
        build.put(f"secrets.{name}", {"parameter": value})
    elif kind == "SECRETS_MANAGER":
        build.put(f"secrets.{name}", dict(secret_of(value)))
    else:
        build.keys.setdefault("variables", {})[name] = value


def _network(network: Project, found: Likeness) -> None:
    found.put("network.existing.vpc_id", network.get("vpcId"))
    found.put("network.existing.subnet_ids", network.get("subnets"))
    found.put("network.existing.security_group_ids", network.get("securityGroupIds"))


def _logs(logs: Project, found: Likeness) -> None:
    group = logs.get("cloudWatchLogs") or {}
    if group.get("status") == "DISABLED":
        found.build.note("logsConfig.cloudWatchLogs", "logs are always kept in CloudWatch, too")
    elif not group.get("groupName"):
        found.put("logs.group", "project")
    found.put("names.log_group", group.get("groupName"))
    if group.get("streamName"):
        found.build.put("names.label", group["streamName"])
    kept = logs.get("s3Logs") or {}
    if kept.get("status") == "ENABLED":
        found.build.turn_on("s3_logs")
        found.build.note(
            "logsConfig.s3Logs", "logs lie below the build's own name in the artifact bucket", kept.get("location")
        )


def _cache(cache: Project, found: Likeness) -> None:
    kind = {"LOCAL": "local", "S3": "s3"}.get(str(cache.get("type")), "none")
    found.build.put("cache", kind)
    if kind == "s3":
        found.build.note(
            "cache.location", "the cache lies in the artifact bucket, and begins empty", cache.get("location")
        )


def _webhook(webhook: Project, found: Likeness) -> None:
    branches: list[str] = []
    for group in webhook.get("filterGroups") or ():
        filters = {each.get("type"): each for each in group}
        event, ref = filters.get("EVENT", {}), filters.get("HEAD_REF", {})
        branch = _BRANCH.fullmatch(str(ref.get("pattern", "")))
        if event.get("pattern") == "PUSH" and branch and len(filters) == 2 and not ref.get("excludeMatchedPattern"):  # noqa: PLR2004  # the two of them
            branches.append(branch[1])
        else:
            said = " and ".join(f"{each.get('type')} {each.get('pattern')}" for each in group)
            found.build.note("webhook.filterGroups", "say it as builds.main.trigger", said)
    found.build.put("trigger.push.branches", branches)
    if webhook.get("buildType") == "BUILD_BATCH":
        found.build.put("trigger.build_type", "batch")
    if not branches:
        found.build.put("trigger", {"manual": True})


def _batch(batch: Project, found: Likeness) -> None:
    limits = batch.get("restrictions") or {}
    found.build.keys["batch"] = {}
    found.build.put("batch.timeout", _minutes(batch.get("timeoutInMins")))
    found.build.put("batch.max_builds", limits.get("maximumBuildsAllowed"))
    found.build.put("batch.combine_artifacts", batch.get("combineArtifacts") or None)
    found.build.put("names.batch_role", str(batch.get("serviceRole", "")).rpartition("/")[2])


def _minutes(value: object) -> str | None:
    return f"{value}m" if value else None


def _note(name: str, reason: str) -> Callable[[Any, Likeness], None]:
    return lambda value, found: found.build.note(name, reason, value)


def _key(value: str, found: Likeness) -> None:
    if ":key/" in value:
        found.put("encryption.arn", value)
    elif not value.endswith("alias/aws/s3"):
        found.build.note("encryptionKey", "say its ARN as encryption.arn", value)


def _role(value: str, found: Likeness) -> None:
    folder, _, name = value.partition(":role/")[2].rpartition("/")
    if folder:
        # Taken over, it would be made again outside of its folder: it is used as it is.
        found.build.put("role_arn", value)
        found.build.note("serviceRole", "lies in a folder, and so is used as it is, not managed", f"/{folder}/{name}")
        return
    found.build.put("names.role", name)
    found.build.note(
        "serviceRole", "what it may do is compared at tfstencil adopt; say more as builds.main.permissions"
    )


_FIELDS: Final[Mapping[str, Callable[[Any, Likeness], None]]] = {
    "description": lambda value, found: found.build.put("description", value),
    "source": _source,
    "sourceVersion": lambda value, found: found.put("source.branch", str(value).removeprefix("refs/heads/")),
    "secondarySources": _note("secondarySources", "say them as builds.main.secondary_sources"),
    "secondarySourceVersions": _note("secondarySourceVersions", "say them in builds.main.secondary_sources"),
    "artifacts": _artifacts,
    "secondaryArtifacts": _note("secondaryArtifacts", "say them as builds.main.secondary_artifacts"),
    "cache": _cache,
    "environment": _environment,
    "serviceRole": _role,
    "timeoutInMinutes": lambda value, found: found.build.put("timeout", _minutes(value)),
    "queuedTimeoutInMinutes": lambda value, found: found.build.put("queued_timeout", _minutes(value)),
    "concurrentBuildLimit": lambda value, found: found.build.put("concurrent_builds", value if value > 0 else None),
    "encryptionKey": _key,
    "vpcConfig": _network,
    "badge": lambda value, found: found.build.put("badge", value.get("badgeEnabled") or None),
    "logsConfig": _logs,
    "fileSystemLocations": _note("fileSystemLocations", "say them as builds.main.file_systems"),
    "buildBatchConfig": _batch,
    "webhook": _webhook,
}
