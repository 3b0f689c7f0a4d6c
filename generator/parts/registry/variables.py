"""What builds know of the container registry: the variables that they get to push to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

REGISTRY_VARIABLE: Final = "ECR_REGISTRY"


def repository_variable(repository: str) -> str:
    """Return the variable that holds a repository's address: `ECR_REPOSITORY_WEB_APP` for `web-app`."""
    return f"ECR_REPOSITORY_{re.sub('[^A-Z0-9]', '_', repository.upper())}"


def variables(repositories: Iterable[str]) -> set[str]:
    """Return the variables that a build gets which pushes to `repositories`; none where it pushes to none."""
    found = {repository_variable(repository) for repository in repositories}
    return {REGISTRY_VARIABLE, *found} if found else set()
