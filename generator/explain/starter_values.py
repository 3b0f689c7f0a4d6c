"""Values for the keys that a new environment must have and inherits from nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.aws.limits import BUCKET_NAME
from generator.errors import UsageError
from generator.explain.starter_text import Entry
from generator.language.nodes import mapping, plain
from generator.model.builds.images import IMAGES
from generator.model.rules.tags import OWN_TAGS
from generator.parts.connection.source_rules import HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.language.nodes import Node

NO_ACCOUNT: Final = "000000000000"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says about a new environment; None and () leave it open.

    Attributes:
        bases: names of the specs to extend.
        environment_class: `dev`, `staging` or `prod`.
        account: twelve digits.
        region: an AWS region.
        repository: https address.
    """

    bases: tuple[str, ...] = ()
    environment_class: str | None = None
    account: str | None = None
    region: str | None = None
    repository: str | None = None


def stack_name(folder: str, environment: str) -> str:
    """Name a stack after the workspace's folder, short enough for the longest name that AWS will see."""
    words = re.findall(r"[a-z0-9]+", folder.lower())
    name = "-".join(words if words and words[0][0].isalpha() else ["stack", *words])
    return name[: BUCKET_NAME.most - len(f"-{environment}-artifacts-{NO_ACCOUNT}")].strip("-")


def newest_runtime(language: str) -> int | str:
    """Return the newest version of a language that AWS's newest image carries, as people write it."""
    version = next(iter(IMAGES.values())).runtimes[language][0]
    return int(version) if version.isdigit() else version


def starter_values(given: Mapping[str, Node], wishes: Wishes, environment_class: str, stack: str) -> Iterator[Entry]:
    """Choose values for what is wished and for what is missing.

    Args:
        given: what the environment inherits, by top-level key.
        wishes: what the user says.
        environment_class: that the environment comes to.
        stack: name for the stack where none is inherited.

    Yields:
        Entries in the order of the model.

    Raises:
        UsageError: something is missing that cannot be made up.
    """
    if "stack" not in given:
        yield Entry("stack", stack, "part of every name")
    if wishes.region is not None:
        yield Entry("region", wishes.region)
    elif "region" not in given:
        yield Entry("region", "us-east-1", change="where it should run")
    if wishes.account is not None:
        yield Entry("account", wishes.account)
    elif "account" not in given:
        yield Entry("account", NO_ACCOUNT, change="the AWS account; Terraform refuses to touch any other")
    yield from _tags(given)
    yield from _source(given, wishes, environment_class, stack)
    if "builds" not in given:
        yield Entry("builds", {"main": {"runtime": {"nodejs": newest_runtime("nodejs")}}}, "one CodeBuild project each")
    logs = mapping(given["logs"]) if "logs" in given else {}
    names = mapping(given["names"]) if "names" in given else {}
    if "backend" not in given and not {"group", "existing"} & logs.keys() and "log_group" not in names:
        yield Entry("logs", {"group": "project"}, "a log group for each project, as CodeBuild itself names it")


def _tags(given: Mapping[str, Node]) -> Iterator[Entry]:
    required = plain(given["required_tags"]) if "required_tags" in given else []
    tags = plain(given["tags"]) if "tags" in given else {}
    if not isinstance(required, list) or not isinstance(tags, dict):
        return  # the model says what is wrong with them
    missing = [key for key in required if not str(tags.get(key, "")).strip() and key not in OWN_TAGS]
    if missing:
        yield Entry("tags", dict.fromkeys(missing, "unknown"), change="the values that your organisation uses")
    elif "tags" not in given:
        yield Entry("tags", {})


def _source(given: Mapping[str, Node], wishes: Wishes, environment_class: str, stack: str) -> Iterator[Entry]:
    source = mapping(given["source"]) if "source" in given else {}
    repository, change = wishes.repository, ""
    if repository is None and "repository" in source:
        if "type" not in source:
            yield Entry("source", {"type": _host_type(str(source["repository"].value))})
        return
    if repository is None:
        if environment_class != "dev":
            message = f"a {environment_class} environment needs the address of a real repository, and no base has one"
            raise UsageError(message, hint="give --repository URL, or a base that has one with --from BASE")
        repository, change = f"https://github.com/example/{stack}", "the address of your repository"
    yield Entry("source", {"type": _host_type(repository), "repository": repository}, change=change)


def _host_type(repository: str) -> str:
    """Guess what kind of server an address belongs to."""
    try:
        host = urlsplit(repository).hostname or ""
    except ValueError:
        host = ""
    known = next((kind for kind, name in HOSTS.items() if name == host), "")
    return known or ("codecommit" if host.startswith("git-codecommit.") else "github-enterprise")
