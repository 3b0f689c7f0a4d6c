"""A buildspec as keys of a build, and what of it no key carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.likeness.notes import Carried

_PHASES: Final = ("install", "pre_build", "build", "post_build")


def carry_buildspec(text: str, into: Carried) -> None:
    """Turn an inline buildspec into the keys of a build.

    Args:
        text: YAML or JSON.
        into: what is known of the build.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        document = None
    if not isinstance(document, dict):
        into.note("source.buildspec", "is not YAML; write its commands as phases", text)
        return
    into.put("runtime", {})
    for key, value in document.items():
        if key == "phases":
            _phases(value, into)
        elif key == "env":
            _environment(value, into)
        elif key == "artifacts":
            _artifacts(value, into)
        elif key == "cache":
            _cache(value, into)
        elif key == "reports":
            _reports(value, into)
        elif key != "version":
            into.note(f"buildspec.{key}", "no key of a build says it", value)


def _phases(phases: Any, into: Carried) -> None:  # noqa: ANN401  # any YAML
    said: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for name, phase in phases.items() if isinstance(phases, dict) else ():
        for key, value in phase.items() if isinstance(phase, dict) else ():
            if key == "commands" and name in _PHASES:
                said[name] = _commands(value)
            elif key == "finally" and name in _PHASES:
                after[name] = _commands(value)
            elif key == "on-failure" and name in _PHASES:
                into.put(f"on_failure.{name}", value)
            elif key == "runtime-versions" and isinstance(value, dict):
                into.put("runtime", {str(runtime): _version(version) for runtime, version in value.items()})
            else:
                into.note(f"buildspec.phases.{name}.{key}", "no key of a build says it", value)
    into.put("phases", said)
    if after:
        into.put("finally", after)


def _commands(value: object) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else str(value).splitlines()) if str(each).strip()]


def _version(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _environment(env: Any, into: Carried) -> None:  # noqa: ANN401  # as above
    groups: dict[str, tuple[str, Callable[[str], object]]] = {
        "variables": ("variables", str),
        "parameter-store": ("secrets", lambda value: {"parameter": value}),
        "secrets-manager": ("secrets", secret_of),
    }
    for key, value in env.items() if isinstance(env, dict) else ():
        if key in groups and isinstance(value, dict):
            section, made = groups[key]
            for name, each in value.items():
                into.put(f"{section}.{name}", made(str(each)))
        elif key in {"exported-variables", "shell"}:
            into.put(key.replace("-", "_"), value)
        elif key == "git-credential-helper":
            into.put("git_credential_helper", value in {True, "yes"})
        else:
            into.note(f"buildspec.env.{key}", "no key of a build says it", value)


def secret_of(reference: str) -> Mapping[str, str]:
    """Take a reference to Secrets Manager apart: a name or an ARN, a JSON key, and versions."""
    arn = reference.startswith("arn:")
    parts = reference.split(":")
    name, rest = (":".join(parts[:7]), parts[7:]) if arn else (parts[0], parts[1:])
    found = {"secrets_manager": name}
    return found | {"json_key": rest[0]} if rest and rest[0] else found


def _artifacts(artifacts: Any, into: Carried) -> None:  # noqa: ANN401  # as above
    words = {"base-directory": "artifact.directory", "exclude-paths": "artifact.exclude", "files": "artifact_files"}
    for key, value in artifacts.items() if isinstance(artifacts, dict) else ():
        if key in words:
            into.put(words[key], value)
        elif key == "discard-paths":
            into.put("artifact.discard_paths", value in {True, "yes"})
        else:
            into.note(f"buildspec.artifacts.{key}", "no key of a build says it", value)


def _cache(cache: Any, into: Carried) -> None:  # noqa: ANN401  # as above
    for key, value in cache.items() if isinstance(cache, dict) else ():
        if key == "paths":
            into.put("cache_paths", value)
        else:
            into.note(f"buildspec.cache.{key}", "no key of a build says it", value)


def _reports(reports: Any, into: Carried) -> None:  # noqa: ANN401  # as above
    words = {"files": "files", "file-format": "format", "base-directory": "directory", "discard-paths": "discard_paths"}
    for name, report in reports.items() if isinstance(reports, dict) else ():
        if str(name).startswith("arn:"):
            into.note(f"buildspec.reports.{name}", "its report group is not of this stack", report)
            continue
        for key, value in report.items() if isinstance(report, dict) else ():
            if key in words:
                into.put(f"reports.{name}.{words[key]}", value in {True, "yes"} if key == "discard-paths" else value)
            else:
                into.note(f"buildspec.reports.{name}.{key}", "no key of a build says it", value)
