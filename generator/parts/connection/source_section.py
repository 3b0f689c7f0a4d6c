"""Where the code to build comes from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.model.section import Section
from generator.model.types import GitBranch
from generator.parts.connection.section import Connection, Credential


class Source(Section):
    """Where the code to build comes from."""

    type: Literal["github", "github-enterprise", "gitlab", "bitbucket", "codecommit"] = Field(
        description="Kind of server that holds the repository.", examples=["github"]
    )
    repository: str = Field(
        min_length=1,
        max_length=1024,
        description="HTTPS address of the repository, without credentials. Example addresses are refused outside dev.",
        examples=["https://github.com/acme-platform/nodejs-microservice"],
    )
    branch: GitBranch = Field(default="main", description="Branch that is built.", examples=["main"])
    clone_depth: int = Field(
        default=1, ge=0, le=1000, description="Commits of history to clone; 0 clones all of it.", examples=[1]
    )
    submodules: bool = Field(default=False, description="Whether Git submodules are fetched as well.")
    connection: Connection | None = Field(
        default=None, description="Connection by which CodeBuild reads the repository and hears of its events."
    )
    credential: Credential | None = Field(
        default=None, description="Token in place of a connection, where there can be none."
    )
