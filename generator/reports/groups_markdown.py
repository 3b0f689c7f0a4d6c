"""Plans of many environments as Markdown for a pull request: never longer than a comment may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.plans.comparable import ACTION
from generator.rendering.markdown import code
from generator.reports.groups import counted, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.errors import TfstencilError
    from generator.fleet.groups import Group

LIMIT: Final = 65_535  # characters of a comment on GitHub
_TAIL: Final = "\n… cut here: a comment holds no more. The whole plan: `tfstencil plan -v`\n"
_NAMED: Final = 40
_KEYS: Final = 8
_VALUE: Final = 200
_SIGNS: Final = {"create": "+", "update": "~", "replace": "±", "delete": "-", "forget": ".", "read": "<"}


def roll_up(
    title: str,
    groups: Sequence[Group],
    because: Mapping[str, Sequence[str]],
    failures: Mapping[str, TfstencilError],
    limit: int = LIMIT,
) -> str:
    """Write plans as Markdown: what needs attention first, so that what is cut off is detail.

    Args:
        title: of the comment.
        groups: environments in which the same would happen, the largest group first.
        because: keys of the spec that make a group differ, by its first environment.
        failures: environments without a plan.
        limit: the most characters.
    """
    text = f"## {title}\n"
    for part in (*_failures(failures), *_summary(groups, because), *_details(groups)):
        if len(text) + len(part) > limit - len(_TAIL):
            return text + _TAIL
        text += part
    return text


def _failures(failures: Mapping[str, TfstencilError]) -> Iterator[str]:
    for name, error in failures.items():
        shown = str(error).replace("```", "'''")[:2000]
        yield f"\n**{name} does not plan**\n\n```\n{shown}\n```\n"


def _summary(groups: Sequence[Group], because: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if groups:
        yield "\n| environments | changes | differs because of |\n|---|---|---|\n"
    for number, group in enumerate(groups):
        found = because.get(group.environments[0], ()) if number else ()
        keys = ", ".join(map(code, found[:_KEYS])) + (" …" if len(found) > _KEYS else "")
        yield f"| {named(group.environments, _NAMED)} | {counted(group)} | {keys} |\n"


def _details(groups: Sequence[Group]) -> Iterator[str]:
    for number, group in enumerate(groups):
        names = named(group.environments, _NAMED)
        if number == 0:
            lines = [f"{_SIGNS.get(str(facts[ACTION]), '?')} {address}" for address, facts in group.changes.items()]
            yield from _folded(f"What happens in {names}", lines)
        else:
            yield from _folded(f"In what {names} differs", [str(item) for item in group.differs])


def _folded(title: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield a folded block in pieces that each close it, so that a cut leaves sound Markdown."""
    size = 200
    for start in range(0, len(lines), size):
        part = "\n".join(line.replace("```", "'''")[:_VALUE] for line in lines[start : start + size])
        more = "" if start == 0 else " (continued)"
        yield f"\n<details><summary>{title}{more}</summary>\n\n```diff\n{part}\n```\n\n</details>\n"
