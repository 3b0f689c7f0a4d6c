"""The commit that a change is measured from, as each engine of CI tells it, or as the clone itself does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.affected.repository import Repository

# What engines say where there was no commit before: a new branch.
_NONE: Final = frozenset({"", "0" * 40, "0" * 64})
_BRANCHES: Final = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_FETCH: Final = (
    "fetch the whole history (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0), or name another with --since"
)


@dataclass(frozen=True, slots=True)
class Base:
    """Where a change begins.

    Attributes:
        commit: full name of the commit.
        reason: who says so, in words.
    """

    commit: str
    reason: str


def base_of(repository: Repository, variables: Mapping[str, str], since: str | None = None) -> Base:
    """Find the commit that a change is measured from.

    Args:
        repository: the clone.
        variables: of the process, by which engines tell what they run for.
        since: what the user named; the rest is not asked then.

    Returns:
        A commit of the history of HEAD: of one that is not, the commit at which it parted from HEAD.

    Raises:
        UsageError: there is none, or this clone does not hold it.
    """
    if repository.commit("HEAD") is None:
        raise UsageError("the repository has no commit yet", hint="commit what you have")
    if since is not None:
        return Base(_parting(repository, since, f"--since {since}"), f"--since {since}")
    for told in (_github, _gitlab, _codebuild, _atlantis):
        found = told(variables)
        if found is not None:
            revision, reason = found
            if revision not in _NONE:
                return Base(_parting(repository, revision, reason), reason)
            base = _default_branch(repository, f"{reason}, which names no commit before; ")
            if base.commit == repository.commit("HEAD"):
                hint = "name the base with --since, or leave --affected out to work on all environments"
                raise UsageError(f"{reason} names no commit to compare with", hint=hint)
            return base
    return _default_branch(repository, "")


def _parting(repository: Repository, revision: str, reason: str) -> str:
    commit = repository.commit(revision)
    if commit is None:
        hint = _FETCH if repository.is_shallow else "name a commit, a branch or a tag of this repository"
        raise UsageError(f"{reason}: this clone has no commit {revision!r}", hint=hint)
    base = repository.merge_base(commit)
    if base is None:
        hint = _FETCH if repository.is_shallow else "name a commit that HEAD descends from, with --since"
        raise UsageError(f"{reason}: {revision} and HEAD share no history in this clone", hint=hint)
    return base


def _default_branch(repository: Repository, told: str) -> Base:
    # On the branch itself this is HEAD: what is not committed yet is the change.
    for branch in _BRANCHES:
        if repository.commit(branch) is not None:
            return Base(_parting(repository, branch, branch), f"{told}where HEAD left {branch}")
    return Base(str(repository.commit("HEAD")), f"{told}HEAD: there is no branch main or master")


def _github(variables: Mapping[str, str]) -> tuple[str, str] | None:
    if variables.get("GITHUB_ACTIONS") != "true":
        return None
    event = _event(variables.get("GITHUB_EVENT_PATH", ""))
    kind = variables.get("GITHUB_EVENT_NAME", "")
    if kind in {"pull_request", "pull_request_target"}:
        return _text(event, "pull_request", "base", "sha"), f"GitHub's event {kind}"
    if kind == "merge_group":
        return _text(event, "merge_group", "base_sha"), f"GitHub's event {kind}"
    return (_text(event, "before") if kind == "push" else ""), f"GitHub's event {kind or 'of no name'}"


def _event(path: str) -> Mapping[str, Any]:
    try:
        found = json.loads(Path(path).read_bytes()) if path else {}
    except (OSError, ValueError) as error:
        raise UsageError(
            f"GitHub's event in {path} cannot be read: {error}", hint="name the base with --since"
        ) from None
    return found if isinstance(found, dict) else {}


def _text(event: Mapping[str, Any], *path: str) -> str:
    found: Any = event
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _gitlab(variables: Mapping[str, str]) -> tuple[str, str] | None:
    if variables.get("GITLAB_CI") != "true":
        return None
    if base := variables.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        return base, "GitLab's merge request"
    return variables.get("CI_COMMIT_BEFORE_SHA", ""), "GitLab's commit before"


def _codebuild(variables: Mapping[str, str]) -> tuple[str, str] | None:
    if not variables.get("CODEBUILD_BUILD_ID"):
        return None
    if base := variables.get("CODEBUILD_WEBHOOK_BASE_REF", "").removeprefix("refs/heads/"):
        return f"origin/{base}", "CodeBuild's pull request"
    return variables.get("CODEBUILD_WEBHOOK_PREV_COMMIT", ""), "CodeBuild's commit before"


def _atlantis(variables: Mapping[str, str]) -> tuple[str, str] | None:
    branch = variables.get("BASE_BRANCH_NAME")
    return (
        (f"origin/{branch}", "Atlantis's pull request")
        if branch and "ATLANTIS_TERRAFORM_VERSION" in variables
        else None
    )
