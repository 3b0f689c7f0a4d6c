"""Reads back how CodeBuild signs in at the server that holds the code."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.model.builds.sign_in import PROVIDERS, makes_connection, sign_in
from generator.model.builds.starts import pipeline_builds, same_server
from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.readback.expectation import Expectation

_TYPES: Final = {"connection": "CODECONNECTIONS", "secret": "SECRETS_MANAGER"}


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the connection or the credential, and what the projects use of it, with the spec."""
    source, made = expected.spec.source, None
    if makes_connection(source) and source.type in PROVIDERS:
        name = (source.connection.name if source.connection else None) or expected.names.prefix
        connections = expected.clients.ask_all("codeconnections", "list_connections", "Connections")
        made = next((one for one in connections if one["ConnectionName"] == name), None)
        check = partial(Check, f"Connection {name}")
        yield check("exists", True, made is not None, "source.connection")  # noqa: FBT003  # a value like any other
        if made:
            yield check("server", PROVIDERS[source.type], made["ProviderType"], "source.type")
            tags = expected.clients.ask("codeconnections", "list_tags_for_resource", ResourceArn=made["ConnectionArn"])
            yield check("tags", expected.tags, tag_map((tags or {}).get("Tags")), "tags")
    yield from _credential(expected)
    yield from _projects(expected, made)


def _credential(expected: Expectation) -> Iterator[Check]:
    credential = expected.spec.source.credential
    if credential and credential.scope == "account" and credential.secret:
        server = expected.spec.source.type.upper().replace("-", "_")
        known = expected.clients.ask_all("codebuild", "list_source_credentials", "sourceCredentialsInfos")
        found = {one["serverType"]: one.get("resource") for one in known}
        check = partial(Check, f"CodeBuild credential for {server}")
        yield check("refers to", credential.secret, found.get(server), "source.credential.secret")


def _projects(expected: Expectation, made: dict[str, Any] | None) -> Iterator[Check]:
    way, builds = sign_in(expected.spec), {name: key for key, name in expected.names.projects.items()}
    answer = expected.clients.ask("codebuild", "batch_get_projects", names=sorted(builds)) or {}
    for project in answer.get("projects", []):
        key, check = builds[project["name"]], partial(Check, f"CodeBuild project {project['name']}")
        by = (
            f"{_TYPES[way.kind]} {way.arn or (made or {}).get('ConnectionArn')}" if way and way.kind in _TYPES else None
        )
        itself = key not in pipeline_builds(expected.spec) and same_server(expected.spec, key)
        yield check("signs in by", by if itself else None, _way(project["source"]), "source")
        more = expected.spec.builds[key].secondary_sources.items()
        wanted = {name: by if each.type == expected.spec.source.type else None for name, each in more}
        found = {each["sourceIdentifier"]: _way(each) for each in project.get("secondarySources", [])}
        yield check("signs in for more sources by", wanted, found, f"builds.{key}.secondary_sources")


def _way(source: dict[str, Any]) -> str | None:
    auth = source.get("auth")
    return f"{auth['type']} {auth.get('resource')}" if auth else None


LISTINGS: Final = (
    Listing("CodeBuild source credential", "codebuild", "list_source_credentials", "sourceCredentialsInfos", "arn"),
    Listing("connection", "codeconnections", "list_connections", "Connections", "ConnectionArn"),
    Listing("connection", "codestar-connections", "list_connections", "Connections", "ConnectionArn"),
    Listing("connection host", "codeconnections", "list_hosts", "Hosts", "HostArn"),
    Listing("connection host", "codestar-connections", "list_hosts", "Hosts", "HostArn"),
)
