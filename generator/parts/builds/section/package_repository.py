"""Repositories of packages that a build uses."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.model.section import Section
from generator.model.types import AccountId, Text

# https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateRepository.html
DomainName = Annotated[
    str, Text(r"[a-z][a-z0-9-]{0,48}[a-z0-9]", "lower-case letters, digits and hyphens, 2 to 50", longest=50)
]
PackageRepositoryName = Annotated[
    str, Text(r"[A-Za-z0-9][A-Za-z0-9._-]{1,99}", "letters, digits, dots, hyphens and underscores", longest=100)
]


class PackageRepository(Section):
    """A repository of CodeArtifact, in the environment's region."""

    domain: DomainName = Field(description="Domain of the repository.", examples=["acme"])
    repository: PackageRepositoryName = Field(description="The repository.", examples=["npm"])
    owner: AccountId | None = Field(
        default=None,
        description="Account that owns the domain; by default the environment's own.",
        examples=["444455556666"],
    )
    publish: bool = Field(default=False, description="Whether the build may publish packages as well.")
