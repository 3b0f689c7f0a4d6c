"""The container registry."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from generator.model.arns import RepositoryArn
from generator.model.section import Section
from generator.model.types import AccountId, Days, Text

_NAME: Final = r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*"
_MEANING: Final = "lower-case letters and digits, with single . _ - and / between them"
RepositoryName = Annotated[str, Text(_NAME, _MEANING, longest=100)]
# What a repository was called before: a name that none need have any more.
FormerRepository = Annotated[str, Text(_NAME, _MEANING, longest=100)]


# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
EcrName = Annotated[
    str,
    Text(
        r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*",
        "lower-case letters and digits, with . _ - and / between them",
        longest=256,
        shortest=2,
    ),
]


class Registry(Section):
    """Container repositories in ECR."""

    repositories: list[RepositoryName] = Field(
        default_factory=list,
        min_length=1,
        max_length=50,
        description="The repositories; each is called `<stack>-<environment>/<name>` in ECR.",
        examples=[["api", "web"]],
    )
    existing: dict[RepositoryName, RepositoryArn] = Field(
        default_factory=dict,
        max_length=50,
        description="Repositories that exist, by the name that builds know them by; nothing of them is changed. "
        "README.md says what their policies must allow.",
        examples=[{"base": "arn:aws:ecr:us-east-1:111122223333:repository/acme/base"}],
    )
    names: dict[RepositoryName, EcrName] = Field(
        default_factory=dict,
        max_length=50,
        description="What ECR knows a repository by, where that is not `<stack>-<environment>/<name>`.",
        examples=[{"api": "shop/api"}],
    )
    formerly: dict[RepositoryName, list[FormerRepository]] = Field(
        default_factory=dict,
        max_length=50,
        description="What a repository was called in the spec before, the oldest name first; `tfstencil rename` writes "
        "it.",
        examples=[{"api": ["backend"]}],
    )
    immutable_tags: bool = Field(
        default=True, description="Whether a tag stays with the image that it was first given to."
    )
    scan_on_push: bool = Field(default=True, description="Whether each image is scanned for known holes when it comes.")
    encryption: Literal["aes256", "kms"] | None = Field(
        default=None,
        description="Encryption at rest: ECR's own keys, or the stack's KMS key; by default that of the stack, where "
        "it has one. A change replaces the repositories, images and all.",
    )
    keep_images: int = Field(
        default=50, ge=1, le=10000, description="Tagged images that are kept of each repository; the oldest go first."
    )
    expire_untagged_after_days: Days = Field(default=7, description="Days for which images without a tag are kept.")
    pull_accounts: list[AccountId] = Field(
        default_factory=list,
        description="Other accounts that may pull the images, if their own IAM policies let them.",
        examples=[["444455556666"]],
    )
    force_delete: bool = Field(
        default=False,
        description="Whether destroying the environment deletes repositories that still hold images; dev only.",
    )
