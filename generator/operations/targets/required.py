"""What environments need of this machine before Terraform runs for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.credentials.profiles import profiles
from generator.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.operations.targets.targets import Target
    from generator.problems import Problem


def missing_profiles(targets: Sequence[Target], environ: Mapping[str, str]) -> list[Problem]:
    """List the AWS profiles that specs name and this machine does not have, each at its line."""
    asked = [each for target in targets for each in target.profiles]
    known = set(profiles(environ)) if asked else set()
    return list(dict.fromkeys(problem for name, problem in asked if name not in known))


def require_profiles(targets: Sequence[Target], environ: Mapping[str, str]) -> None:
    """Refuse to run Terraform with profiles that are not there.

    Raises:
        SpecError: with all of them.
    """
    problems = missing_profiles(targets, environ)
    if problems:
        raise SpecError(problems)
