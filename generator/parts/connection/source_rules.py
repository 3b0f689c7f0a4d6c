"""Rules of the repository's address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.model.builds.sources import NO_SUBMODULES
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path

HOSTS: Final = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}
_PLACEHOLDER: Final = re.compile(
    r"(?:your|my|some)[-_]?(?:org|organi[sz]ation|user|username|account|company|repo|repository|project|service|app)"
    r"|example|examples|placeholder|change-?me|todo|tbd|owner|org|organization|username|repo|repository|foo|bar|xxx+",
    re.IGNORECASE,
)
_EXAMPLE_HOST: Final = re.compile(r"(?:.*\.)?(?:example(?:\.com|\.org|\.net)?|test|invalid|localhost)", re.IGNORECASE)


def repository(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The address is that of a real repository, without credentials."""
    source = spec.source
    yield from address(("source", "repository"), source.type, source.repository, spec.environment_class)
    yield from submodules(("source",), source.type, asked=source.submodules)


def submodules(path: Path, kind: str, *, asked: bool) -> Iterator[Finding]:
    """Refuse submodules where the provider does not pass them on.

    Args:
        path: where the source stands in the spec.
        kind: type of its server.
        asked: whether submodules are to be fetched.
    """
    if asked and kind in NO_SUBMODULES:
        message = f"cannot be asked for: the AWS provider does not pass it on for a source of type {kind}"
        hint = "remove it, and fetch them in the build: git submodule update --init --recursive"
        yield Finding((*path, "submodules"), message, hint, "source-submodules")


def address(path: Path, kind: str, text: str, environment_class: str) -> Iterator[Finding]:
    """Look at the address of one repository.

    Args:
        path: where it stands in the spec.
        kind: type of its server, in the spec's words.
        text: the address.
        environment_class: examples are accepted in dev.
    """
    form = "write it as https://host/owner/name"
    try:
        url = urlsplit(text)
        host = url.hostname or ""
    except ValueError:
        yield Finding(path, "is not an address", form, "repository-url")
        return
    if "@" in url.netloc:
        yield Finding(
            path,
            "holds credentials, which would stand in the plan and in the state",
            "remove the part before @ and give CodeBuild a connection instead",
            "repository-credentials",
        )
    elif url.scheme != "https" or not host or not url.path.strip("/") or url.query or url.fragment:
        yield Finding(path, "must be an https address of a repository", form, "repository-url")
    elif (wanted := HOSTS.get(kind)) and host != wanted:
        yield Finding(
            path,
            f"is on {host}, but {'.'.join(map(str, path[:-1]))}.type {kind} means {wanted}",
            "change the type, or the address",
            "repository-host",
        )
    elif environment_class != "dev" and _is_placeholder(host, url.path):
        yield Finding(
            path,
            f"looks like an example, and {environment_class} must build the real thing",
            "put in the address of your repository (examples are accepted in class dev only)",
            "repository-placeholder",
        )


def _is_placeholder(host: str, path: str) -> bool:
    parts = [part.removesuffix(".git") for part in path.split("/") if part]
    return bool(_EXAMPLE_HOST.fullmatch(host)) or any(_PLACEHOLDER.fullmatch(part) for part in parts)
