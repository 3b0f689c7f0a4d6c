"""What exists of part `registry`, and how it is taken over: repositories and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable

if TYPE_CHECKING:
    from generator.adoption.importable import Imports

IMPORTS: Final[Imports] = {
    "aws_ecr_lifecycle_policy": Importable(
        "{repository}", "ecr", "get_lifecycle_policy", {"repositoryName": "{repository}"}
    ),
    "aws_ecr_repository": Importable("{name}", "ecr", "describe_repositories", {"repositoryNames": ["{name}"]}),
    "aws_ecr_repository_policy": Importable(
        "{repository}", "ecr", "get_repository_policy", {"repositoryName": "{repository}"}
    ),
}
