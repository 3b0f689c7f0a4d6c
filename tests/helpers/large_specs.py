"""Specs at a limit of AWS, and one beyond it: additions to the base of `tests/rules`, by the rule that is about the limit."""

from __future__ import annotations

import json
from typing import Any, Final

_SECRET: Final = "shop/{:03}-" + "s" * 60
_LINE: Final = "echo " + "x" * 60
_BUILD: Final = {"runtime": {"nodejs": 22}, "phases": {"build": ["npm test"]}}


def secrets(last: int) -> dict[str, Any]:
    """Return a build with many secrets; the name of the last has `last` letters."""
    names = [*(_SECRET.format(number) for number in range(70)), "z" * last]
    return {
        "builds": {"main": {"secrets": {f"S_{index}": {"secrets_manager": name} for index, name in enumerate(names)}}}
    }


def phases(last: int) -> dict[str, Any]:
    """Return a build with many commands; the last has `last` letters."""
    return {"builds": {"main": {"phases": {"build": [*[_LINE] * 342, "x" * last]}}}}


def variables(last: int) -> dict[str, Any]:
    """Return a pipeline with twelve variables; the name of the last has `last` letters."""
    names = [*(f"DEPLOY_{number:07}" for number in range(11)), "Z" * last]
    connection = {"arn": "arn:aws:codeconnections:eu-west-1:111122223333:connection/aaaa-bbbb"}
    return {
        "source": {"connection": connection},
        "builds": {"main": {"phases": {"build": ["npm test"]}}},
        "pipeline": {"variables": {name: {"default": "none"} for name in names}},
    }


def named(length: int) -> dict[str, Any]:
    """Return a pipeline with one variable, whose name has so many letters."""
    return variables(1) | {"pipeline": {"variables": {"Z" * length: {"default": "none"}}}}


def announced(last: int) -> dict[str, Any]:
    """Return an environment with many builds that are announced; the name of the last has `last` letters."""
    names = [*(f"a-build-of-the-big-shop-{number:03}" for number in range(48)), "z" * last]
    return {
        "source": {"connection": {"arn": "arn:aws:codeconnections:eu-west-1:111122223333:connection/aaaa-bbbb"}},
        "builds": dict.fromkeys(names, _BUILD),
        "notifications": {"builds": names},
    }


def accounts(count: int) -> dict[str, Any]:
    """Return a registry that so many accounts may pull from."""
    return {"registry": {"repositories": ["api"], "pull_accounts": [f"2222{number:08}" for number in range(count)]}}


def subscribers(count: int) -> dict[str, Any]:
    """Return a topic that so many accounts may subscribe to."""
    return {"notifications": {"subscriber_accounts": [f"2222{number:08}" for number in range(count)]}}


# Rule -> what makes the spec, the highest value that is kept, and the key that is to blame: one more breaks the rule.
LIMITS: Final = {
    "role-policies-too-large": (secrets, 281, "builds.main.secrets"),
    "buildspec-too-large": (phases, 136, "builds.main.phases"),
    "pipeline-variables-too-large": (variables, 15, "pipeline.variables"),
    "pipeline-variable-name": (named, 128, f"pipeline.variables.{'Z' * 129}"),
    "event-pattern-too-large": (announced, 5, "notifications.builds"),
    "repository-policy-too-large": (accounts, 304, "registry.pull_accounts"),
    "topic-principals": (subscribers, 200, "notifications.subscriber_accounts"),
}


def text(spec: dict[str, Any]) -> str:
    """Return a spec as YAML."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in spec.items())


def table() -> dict[str, Any]:
    """Return the limits in the form of the tables of `tests/rules`."""
    return {
        rule: {
            "breaks": [{"environment": "dev", "at": key, "spec": text(make(most + 1))}],
            "keeps": [{"environment": "dev", "spec": text(make(most))}],
        }
        for rule, (make, most, key) in LIMITS.items()
    }
