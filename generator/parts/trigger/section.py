"""What at the server starts a build: the filters of its webhook."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.model.section import Section
from generator.model.types import ActorId, BuildName, Pattern, ServerName

PullRequestEvent = Literal["created", "updated", "reopened", "merged", "closed"]
ReleaseEvent = Literal["released", "prereleased"]


class Push(Section):
    """Pushes of branches and tags; without `branches` and `tags`, those of the source's branch."""

    branches: list[Pattern] = Field(
        default_factory=list, description="Branches that were pushed.", examples=[["main", r"/release\/.+/"]]
    )
    tags: list[Pattern] = Field(default_factory=list, description="Tags that were pushed.", examples=[[r"/v\d.*/"]])
    paths: list[Pattern] = Field(
        default_factory=list,
        description="Changed files; a name that ends in / stands for all files below it.",
        examples=[["services/api/", "!services/api/docs/"]],
    )
    messages: list[Pattern] = Field(
        default_factory=list,
        description="Message of the last commit; a plain text stands for all messages that contain it.",
        examples=[["![skip ci]"]],
    )
    actors: list[ActorId] = Field(
        default_factory=list, description="Accounts at the server whose pushes count, by ID.", examples=[["1234567"]]
    )


class PullRequests(Section):
    """Pull requests: code that nobody has reviewed, in a build of its own."""

    events: list[PullRequestEvent] = Field(
        default=["created", "updated"], min_length=1, description="What happens to the pull request."
    )
    actors: list[ActorId] = Field(
        default_factory=list,
        description="Accounts at the server whose pull requests are built, by ID; those of everybody only where "
        "`accepted` says `pull-requests-of-strangers`.",
        examples=[["1234567"]],
    )
    branches: list[Pattern] = Field(default_factory=list, description="Branches that the pull requests come from.")
    targets: list[Pattern] = Field(default_factory=list, description="Branches that they go to.", examples=[["main"]])
    paths: list[Pattern] = Field(
        default_factory=list, description="Changed files, as with `push`.", examples=[["!buildspec.yml"]]
    )
    messages: list[Pattern] = Field(default_factory=list, description="Message of the last commit, as with `push`.")


class Releases(Section):
    """Releases of GitHub."""

    events: list[ReleaseEvent] = Field(default=["released"], min_length=1, description="What happens to the release.")
    tags: list[Pattern] = Field(default_factory=list, description="Tags of the releases.", examples=[[r"/v\d.*/"]])
    names: list[Pattern] = Field(default_factory=list, description="Titles of the releases.")
    actors: list[ActorId] = Field(default_factory=list, description="Accounts at the server that publish, by ID.")


class Filters(Section):
    """One event after the other: each of them starts a build."""

    push: Push | None = Field(
        default=None, description="Pushes that start the build.", examples=[{"branches": ["main"]}]
    )
    pull_requests: PullRequests | None = Field(default=None, description="Pull requests that start the build.")
    releases: Releases | None = Field(default=None, description="Releases that start the build.")


class Organization(Section):
    """All repositories of an organisation (GitHub) or a group (GitLab), in place of the one of the source."""

    name: ServerName = Field(description="Name of the organisation or group.", examples=["acme-platform"])
    repositories: list[Pattern] = Field(
        default_factory=list, description="Its repositories that count; by default all.", examples=[["shop"]]
    )


class Trigger(Filters):
    """The webhook that starts the build; by default on a push of the source's branch."""

    also: dict[BuildName, Filters] = Field(
        default_factory=dict,
        description="More filters, by a name of your choice: what passes one of them starts the build.",
        examples=[{"hotfix": {"push": {"branches": [r"/hotfix\/.+/"]}}}],
    )
    build_type: Literal["build", "batch"] = Field(
        default="build", description="Whether the webhook starts a build or a batch of builds."
    )
    organization: Organization | None = Field(
        default=None, description="Listens to all repositories of an organisation."
    )
    by_hand: bool = Field(
        default=False,
        description="Whether you enter the webhook at the server yourself, from the outputs; GitHub only.",
    )
    manual: bool = Field(
        default=False, description="Whether nothing at the server starts the build: there is no webhook then."
    )
