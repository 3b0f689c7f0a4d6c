"""Rules of secrets that stand in a spec in plain text: by name in variables, by value everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.rules.finding import Finding
from generator.secret_text.commands import secrets_of_command
from generator.secret_text.values import looks_secret, secret_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path


def variables(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """No plain-text variable holds a secret, by its name or by its value."""
    for path, name, value in _variables(spec):
        if reason := looks_secret(name, value):
            yield Finding(
                path,
                f"{reason}; a plain-text variable can be read in the plan, the state and the console",
                "store the value in Secrets Manager or SSM, and let the build refer to it: "
                f"secrets: {{{name}: {{parameter: /…}}}}",
                "plain-text-secret",
            )


def texts(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """No other text of the spec holds a secret of a well-known kind: commands, tags, descriptions, addresses."""
    # These have rules of their own, which know more.
    judged = {path for path, _, _ in _variables(spec)}
    for path, text in _texts(spec.model_dump(by_alias=True, exclude_unset=True), ()):
        if path not in judged and path[-1] != "repository" and (kind := secret_in(text) or _in_command(path, text)):
            yield Finding(
                path,
                f"contains {kind}, which can be read in the repository, the plan and the state",
                "revoke it, store a new one in Secrets Manager or SSM, and read that from a variable in secrets:",
                "secret-in-text",
            )


def _in_command(path: Path, text: str) -> str:
    """Return what kind of secret a command of a build is given; "" for none, and for what is no command."""
    if path[0] != "builds" or not {"phases", "finally"} & set(path):
        return ""
    return next((kind for _, kind in secrets_of_command(text)), "")


def _variables(spec: EnvironmentSpec) -> Iterator[tuple[Path, str, str]]:
    for build, settings in spec.builds.items():
        for name, value in settings.variables.items():
            yield ("builds", build, "variables", name), name, value
    for name, variable in (spec.pipeline.variables if spec.pipeline else {}).items():
        yield ("pipeline", "variables", name, "default"), name, variable.default


def _texts(value: object, at: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _texts(child, (*at, key))
    elif isinstance(value, list | tuple):
        for index, child in enumerate(value):
            yield from _texts(child, (*at, index))
