"""What the rules say of a spec that is wrong in part: what holds whatever the wrong values become.

Rules need a whole spec. So wrong values are left out, replaced by what they override, and replaced by examples; what
the rules find each time does not depend on them, and is told beside them. Nothing is told of a wrong value itself, of
what holds it directly, of what only stands in, or of what only seems to be missing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from generator.language.nodes import Gap, find
from generator.model import rules
from generator.model.documents.documentation import FREE, ITEM, documentation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from generator.language.nodes import Node
    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Finding, Path

    # What stands in for the wrong value at a path; `_NOTHING` leaves it out.
    StandIn = Callable[[Path], object]

_NOTHING: Final = object()
_SOURCE: Final = ("source",)
_ABSENCE: Final = frozenset({"missing-key", "too-short"})
_SOURCES: Final = {"type": "github", "repository": "https://github.com/acme-platform/shop"}
# What others are compared with: where these are wrong, different ones are tried.
_OTHERS: Final[dict[Path, tuple[object, ...]]] = {
    _SOURCE: (_SOURCES, {**_SOURCES, "connection": {"approved": True}}, {"type": "codecommit", "repository": "shop"}),
    ("source", "connection"): ({"approved": True},),
    ("account",): ("444455556666",),
    ("region",): ("ap-southeast-2",),
    ("stack",): ("x",),
    ("encryption",): ({},),
    ("builds", FREE, "runtime"): ({"python": "3.13"},),
    ("builds", FREE, "phases"): ({"build": ["make"]},),
}
# Rules that look a name up, and where: a wrong value there, so many keys deep, may be what they miss.
_LOOKED_UP: Final[dict[str, tuple[Path, int]]] = {
    "unknown-repository": (("registry", "repositories"), 3),
    "unknown-build": (("builds",), 2),
    "pipeline-build": (("builds",), 2),
    "deploy-artifact": (("pipeline", "builds"), 4),
}
# So many whole specs are tried: what stands in may show that another value is missing, of which there are several.
_FEWEST, _MOST = 3, 8
# A value that stands in may show that another one is missing.
_ROUNDS: Final = 4


def what_rules_say(name: str, root: Node, wrong: Collection[Path], model: type[EnvironmentSpec]) -> list[Finding]:
    """Apply the rules to a spec that is wrong in part.

    Args:
        name: of the environment.
        root: the merged spec; what was refused before is no longer in it.
        wrong: paths of the values that are wrong, missing or refused.
        model: of the spec.
    """
    most = min(_MOST, max([_FEWEST, *(len(_alternatives(path, model)) for path in wrong)]))
    tried: list[StandIn] = [_nothing, *(partial(_alternative, model, number) for number in range(most))]
    made = (_completed(root, wrong, stand_in, model) for stand_in in tried)
    # Without a source most rules have nothing to look at.
    whole = [each for each in made if each and (_SOURCE not in wrong or each[0].given_source)]
    first, *others = [_findings(name, spec, wrong, stood) for spec, stood in whole] or [[]]
    return [finding for finding in first if all(finding in other for other in others)]


def _findings(name: str, spec: EnvironmentSpec, wrong: Collection[Path], stood: Collection[Path]) -> list[Finding]:
    found = (finding for finding in rules.check(name, spec) if not _is_within(finding.path, stood))
    return [finding for finding in found if not _follows(finding, wrong)]


def _is_within(path: Path, places: Collection[Path]) -> bool:
    return any(path[:depth] in places for depth in range(1, len(path) + 1))


def _follows(finding: Finding, wrong: Collection[Path]) -> bool:
    """Tell whether a finding may only follow from a wrong value."""
    path = finding.path
    base, depth = _LOOKED_UP.get(finding.rule, ((), 0))
    if _is_within(path, wrong) or any(
        _is_within(base, [each]) or each[: len(base)] == base for each in wrong if base and len(each) <= depth
    ):
        return True
    holders = {each[:depth] for each in wrong for depth in range(len(each))} if finding.rule in _ABSENCE else set()
    return path in holders or (bool(path) and path in {each[:-1] for each in wrong})


def _completed(
    root: Node, wrong: Collection[Path], stand_in: StandIn, model: type[EnvironmentSpec]
) -> tuple[EnvironmentSpec, frozenset[Path]] | None:
    """Return the spec with something in place of all that is wrong, and what nobody wrote in it.

    Returns:
        None where that comes to no valid spec.
    """
    content = _plain(root, frozenset(wrong), ())
    pending = set(wrong)
    stood: set[Path] = set()
    for _ in range(_ROUNDS):
        for path in sorted(pending, key=lambda path: (len(path), str(path))):
            value = stand_in(path)
            if value is not _NOTHING:
                stood.add(_first_absent(content, path))
            _put(content, path, value, again=value is not _NOTHING and path in wrong)
        try:
            return model.model_validate(content), frozenset(stood - {()})
        except ValidationError as error:
            pending = set()
            for each in error.errors(include_url=False, include_input=False, include_context=False):
                path = tuple(part for part in each["loc"] if part != "[key]")
                if each["type"] != "missing":
                    _put(content, path, _NOTHING, again=True)
                pending.add(path)
            stand_in = partial(_alternative, model, 0) if stand_in is _nothing else stand_in
    return None


def _nothing(_: Path) -> object:
    return _NOTHING


def _alternative(model: type[EnvironmentSpec], number: int, path: Path) -> object:
    found = _alternatives(path, model)
    return found[number % len(found)] if found else _NOTHING


def _alternatives(path: Path, model: type[EnvironmentSpec]) -> tuple[object, ...]:
    """List different values that a key may have, the most ordinary first."""
    known = documentation_of(path, model)
    if known is None or len(known.path) != len(path):
        return ()
    if known.path[-1] == ITEM:
        around = documentation_of(path[:-1], model)
        lists = around.examples if around and known.section is None else ()
        return tuple(item for items in lists if isinstance(items, list) for item in items)
    empty: tuple[object, ...] = ({},) if known.section and path != _SOURCE else ()
    return (*known.examples[:1], *(known.choices or empty), *_OTHERS.get(known.path, ()))


def _first_absent(content: object, path: Path) -> Path:
    """Return the shortest part of `path` that `content` lacks; the empty path where it has all of it."""
    for depth, part in enumerate(path, 1):
        if isinstance(content, dict):
            if part not in content:
                return path[:depth]
            content = content[part]
        elif isinstance(content, list) and isinstance(part, int) and part < len(content):
            content = content[part]
        else:
            break
    return ()


def _put(content: object, path: Path, value: object, *, again: bool = False) -> None:
    """Set what is not there; take out first what is there and wrong `again`."""
    for part in path[:-1]:
        if isinstance(content, dict):
            content = content.setdefault(part, {}) if value is not _NOTHING else content.get(part)
        elif isinstance(content, list) and isinstance(part, int) and part < len(content):
            content = content[part]
        else:
            return
    if isinstance(content, dict) and path:
        if again:
            content.pop(path[-1], None)
        if value is not _NOTHING:
            content.setdefault(path[-1], value)
    elif isinstance(content, list) and path and isinstance(path[-1], int):
        # What was wrong there was left out before: what stands in comes last, and goes where it is wrong again.
        place = path[-1] if again and value is _NOTHING else len(content)
        content[place : place + 1] = [] if value is _NOTHING else [value]


def _plain(node: Node, wrong: frozenset[Path], at: Path) -> object:
    """Return the plain value of `node`, each wrong value replaced by what it overrode, or left out."""
    value = node.value
    if isinstance(value, dict):
        sound = ((key, child.overrides if (*at, key) in wrong else child) for key, child in value.items())
        return {key: _plain(child, wrong, (*at, key)) for key, child in sound if child is not None}
    if isinstance(value, list):
        return list(_items(value, wrong, at))
    return value


def _items(items: list[Node], wrong: frozenset[Path], at: Path) -> Iterator[object]:
    for index, child in enumerate(items):
        if (*at, index) not in wrong and not isinstance(child, Gap):
            yield _plain(child, wrong, (*at, index))


def path_of(key: str, root: Node) -> Path:
    """Return the path of a key as `dotted` writes it, by what the spec holds: a name may have dots of its own."""
    path: Path = ()
    for part in key.replace("[", ".[").split("."):
        step: str | int = int(part[1:-1]) if part.startswith("[") and part[1:-1].isdigit() else part
        joined = f"{path[-1]}.{step}" if path and isinstance(path[-1], str) else ""
        path = (*path[:-1], joined) if joined and find(root, (*path[:-1], joined)) else (*path, step)
    return path
