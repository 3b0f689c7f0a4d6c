"""CodeBuild projects in a Terraform state, in the form in which CodeBuild describes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Values = dict[str, Any]

# Where a project's words in Terraform are others than CodeBuild's.
_WORDS: Final = {
    "build_timeout": "timeoutInMinutes",
    "queued_timeout": "queuedTimeoutInMinutes",
    "environment_variable": "environmentVariables",
    "image_pull_credentials_type": "imagePullCredentialsType",
    "git_submodules_config": "gitSubmodulesConfig",
    "badge_enabled": "badgeEnabled",
    "file_system_locations": "fileSystemLocations",
    "build_batch_config": "buildBatchConfig",
    "security_group_ids": "securityGroupIds",
    "s3_logs": "s3Logs",
}
# What stands in lists in a state, and is many.
_LISTS: Final = frozenset(
    {
        *("environmentVariables", "secondarySources", "secondaryArtifacts", "secondarySourceVersion"),
        *("fileSystemLocations", "subnets", "securityGroupIds", "modes", "filterGroups"),
    }
)


def projects_in(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the projects of a state: of a state file, or of what `terraform show -json` prints."""
    every = list(_resources(document))
    hooks = {values.get("project_name"): values for kind, values in every if kind == "aws_codebuild_webhook"}
    for kind, values in every:
        if kind == "aws_codebuild_project":
            yield _project(values, hooks.get(values.get("name")))


def _resources(document: Mapping[str, Any]) -> Iterator[tuple[str, Values]]:
    modules = [((document.get("values") or {}).get("root_module")) or {}]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules") or []
        for resource in module.get("resources") or ():
            yield str(resource.get("type")), resource.get("values") or {}
    for resource in document.get("resources") or ():
        for instance in resource.get("instances") or ():
            yield str(resource.get("type")), instance.get("attributes") or {}


def _project(values: Values, hook: Values | None) -> dict[str, Any]:
    own = {name: value for name, value in values.items() if name not in {"tags_all", "id", "public_project_alias"}}
    project: dict[str, Any] = _said(own)
    project["tags"] = [{"key": key, "value": value} for key, value in (values.get("tags") or {}).items()]
    project["badge"] = {"badgeEnabled": bool(values.get("badge_enabled"))}
    for name in ("badgeEnabled", "badgeUrl", "resourceAccessRole"):
        project.pop(name, None)
    if hook is not None:
        groups = [[_said(one) for one in group.get("filter") or ()] for group in hook.get("filter_group") or ()]
        project["webhook"] = {"filterGroups": groups, "buildType": hook.get("build_type") or "BUILD"}
    return project


def _said(values: Values) -> dict[str, Any]:
    """Return what a state says of something, without what is empty, in CodeBuild's words."""
    said: dict[str, Any] = {}
    for name, value in values.items():
        word = _WORDS.get(name) or re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
        if value in (None, "", [], {}) or word == "tags":
            continue
        if isinstance(value, list) and word not in _LISTS:
            value = value[0]  # noqa: PLW2901  # a block that there is once stands in a list
        if isinstance(value, list):
            value = [_said(each) if isinstance(each, dict) else each for each in value]  # noqa: PLW2901  # as above
        elif isinstance(value, dict):
            value = _said(value)  # noqa: PLW2901  # as above
        said[word] = value
    return said
