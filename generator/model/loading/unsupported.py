"""What people look for that a spec cannot say yet, by the keys and words that they try, with what there is instead."""

from __future__ import annotations

from typing import Final

_SOURCES: Final = "a pipeline has one source, and several cannot be written as a spec yet"
_STAGES: Final = (
    "a pipeline has its builds by step (builds: [[lint, test], [package]]), one approval and one deployment; stages of "
    "your own cannot be written as a spec yet"
)
_ACTIONS: Final = (
    "a pipeline runs a build once, with the variables of the build: write it under another name to run it with others"
)
_CODE_DEPLOY: Final = "CodeDeploy cannot be written as a spec yet: call it from a build, with permissions for it"
_WINDOWS: Final = "builds on Windows cannot be written as a spec yet"

# By the path of a key, `*` standing for any name.
KEYS: Final[dict[tuple[str, ...], str]] = {
    ("pipeline", "sources"): _SOURCES,
    ("pipeline", "stages"): _STAGES,
    ("pipeline", "approvals"): _STAGES,
    ("pipeline", "deploys"): _STAGES,
    ("pipeline", "actions"): _ACTIONS,
    ("pipeline", "deploy", "codedeploy"): _CODE_DEPLOY,
    ("pipeline", "deploy", "code_deploy"): _CODE_DEPLOY,
    ("pipeline", "deploy", "blue_green"): _CODE_DEPLOY,
}
_WORDS: Final = {"windows": _WINDOWS}


def of_key(path: tuple[str | int, ...]) -> str:
    """Return what there is instead of a key that is not one; "" where nobody is known to look for it."""
    return KEYS.get(tuple(str(part) for part in path), "")


def of_word(word: object) -> str:
    """Return what there is instead of a choice that is not one; "" as above."""
    text = str(word).lower()
    return next((hint for start, hint in _WORDS.items() if text.startswith(start)), "")
