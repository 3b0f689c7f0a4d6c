"""What somebody may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# What others call it, or AWS does; of several the first that is known counts. None of these is like its meaning.
_SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "alert": ("alarms", "notifications"),
    "alerts": ("alarms", "notifications"),
    "bucket": ("artifacts", "key"),
    "build_image": ("image",),
    "c#": ("dotnet",),
    "cmd": ("phases",),
    "codebuild": ("builds",),
    "codepipeline": ("pipeline",),
    "commands": ("phases",),
    "corretto": ("java",),
    "cost": ("budget",),
    "csharp": ("dotnet",),
    "cron": ("schedule",),
    "ecr": ("registry",),
    "efs": ("file_systems",),
    "email": ("notifications", "email"),
    "emails": ("email", "notifications"),
    "env": ("variables",),
    "environment": ("variables", "class"),
    "environment_variables": ("variables",),
    "exports": ("exported_variables",),
    "git": ("source",),
    "github": ("source",),
    "go": ("golang",),
    "iam": ("access",),
    "jdk": ("java",),
    "javascript": ("nodejs",),
    "js": ("nodejs",),
    "kms": ("encryption",),
    "machine": ("compute",),
    "monitoring": ("alarms",),
    "name": ("stack",),
    "net": ("dotnet",),
    "node": ("nodejs",),
    "openjdk": ("java",),
    "permissions": ("access",),
    "projects": ("builds",),
    "py": ("python",),
    "remote_state": ("state",),
    "repo": ("repository", "source"),
    "rb": ("ruby",),
    "role": ("access",),
    "script": ("phases",),
    "scripts": ("phases",),
    "size": ("compute",),
    "slack": ("notifications",),
    "sns": ("notifications",),
    "ssm": ("parameter",),
    "steps": ("phases",),
    "subnet_ids": ("subnets",),
    "tf_state": ("state",),
    "token": ("secrets",),
    "vars": ("variables",),
    "vpc": ("network",),
    "webhook": ("trigger",),
    "xray": ("tracing",),
}
# Below it "shell" is like "schedule", and "bucket" like "budget".
_ALIKE: Final = 0.7


def closest(word: str, known: Iterable[str], *, cutoff: float = _ALIKE) -> str:
    """Return the one of `known` that `word` is another word for, or most like; "" where there is none.

    Args:
        word: as it was written.
        known: what could have been written.
        cutoff: how alike they must be, from 0 (anything) to 1 (the same).
    """
    choices = list(known)
    meant = (other for other in _SYNONYMS.get(word.lower(), ()) if other in choices)
    swapped = (other for other in choices if sorted(other) == sorted(word))
    return next(meant, "") or next(swapped, "") or next(iter(alike(word, choices, most=1, cutoff=cutoff)), "")


def alike(word: str, known: Iterable[str], *, most: int, cutoff: float = _ALIKE) -> list[str]:
    """Return those of `known` that `word` is most like, the best first.

    Args:
        word: as it was written.
        known: what could have been written.
        most: how many of them, at most.
        cutoff: how alike they must be, from 0 (anything) to 1 (the same).
    """
    import difflib  # noqa: PLC0415  # only mistakes need it, and every start would pay for it

    return difflib.get_close_matches(word, list(known), n=most, cutoff=cutoff)
