"""Variants of specs: each differs from its base in one key, and each key of the model is varied.

A context is a spec, and says which of its sections are varied. A key gets another value, or is left out; what a rule refuses
and what means the same is no variant. All that is written here by hand are the contexts and the values that no type tells.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from drawn_specs import over_class
from pydantic import ValidationError

from generator.language.nodes import Node
from generator.model import rules
from generator.model.documents.documentation import FREE, ITEM, documentation
from generator.model.environment import EnvironmentSpec
from generator.model.loading.load import Environment
from generator.parts.framework.stack import derive
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model.documents.documentation import Documentation

    Spec = dict[str, Any]

FOLDER: Final = Path(__file__).parents[1] / "keys"
CONTEXTS: Final[dict[str, Any]] = yaml.safe_load((FOLDER / "contexts.yaml").read_text())
VALUES: Final[dict[str, list[Any]]] = yaml.safe_load((FOLDER / "values.yaml").read_text())
NAME: Final = "dev"
_BASE: Final[Spec] = {
    "stack": "shop",
    "class": "dev",
    "region": "us-east-1",
    "account": "111122223333",
    "tags": {"Owner": "team", "CostCenter": "1"},
}
_DURATIONS: Final = ("20m", "2h")
_MODULE: Final = re.compile(r'^module "(\w+)" \{$.*?^\}$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Variant:
    """A spec that differs from that of its context in one key.

    Attributes:
        context: name of the context.
        key: as the documentation names it, `builds.<name>.timeout`.
        at: the same with the names of the spec.
        is_removal: whether the key is left out, rather than another value given.
        spec: the whole.
        before: what the context renders.
        files: what this renders.
    """

    context: str
    key: str
    at: tuple[str, ...]
    is_removal: bool
    spec: Spec
    before: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def name(self) -> str:
        """What it is, in a line."""
        return f"{self.context}: {'without ' if self.is_removal else ''}{'.'.join(self.at)}"

    @property
    def modules(self) -> frozenset[str]:
        """The modules whose text or call differs; "" among them where something else of the root does."""
        files = {path for path in {*self.before, *self.files} if self.before.get(path) != self.files.get(path)}
        found = {path.split("/")[1] for path in files if path.startswith("modules/") and path.endswith(".tf")}
        for path in files:
            if "/" not in path and path.endswith(".tf"):
                calls, rest = _calls(self.before.get(path, ""))
                others, other_rest = _calls(self.files.get(path, ""))
                found |= {name for name in {*calls, *others} if calls.get(name) != others.get(name)}
                found |= {""} if rest != other_rest else set()
        return frozenset(found)


def _calls(text: str) -> tuple[dict[str, str], str]:
    return {match[1]: match[0] for match in _MODULE.finditer(text)}, re.sub(r"\s+", "", _MODULE.sub("", text))


@cache
def _engine() -> TemplateEngine:
    return TemplateEngine([bundled_templates()])


def base_of(context: str) -> Spec:
    """Return the whole spec of a context."""
    # Through JSON: what an anchor of YAML shares would change in all its places at once.
    return json.loads(json.dumps({**_BASE, **CONTEXTS[context]["spec"]}))  # type: ignore[no-any-return]


def checked(own: Spec) -> EnvironmentSpec | None:
    """Return the spec that a file says, None where the model or a rule refuses it."""
    try:
        spec = EnvironmentSpec.model_validate(over_class(NAME, own))
    except ValidationError:
        return None
    return None if any(found.severity == "error" for found in rules.check(NAME, spec)) else spec


def rendered(spec: EnvironmentSpec) -> dict[str, str]:
    """Render a spec."""
    nothing = Node({}, None)  # type: ignore[arg-type]  # derivation looks at the typed spec alone
    return render_stack(_engine(), derive(Environment(NAME, spec, nothing, (), (), {}, {})))


def variants(context: str) -> Iterator[Variant]:
    """Yield the variants of a context: of each key that it varies the first value that is accepted, and its removal."""
    own = base_of(context)
    base = checked(own)
    assert base, context
    before, meaning = rendered(base), base.model_dump()
    varied = CONTEXTS[context].get("varies", ["builds", "source"])
    for path, entry in documentation().items():
        if ITEM in path or (varied != "all" and path[0] not in varied):
            continue
        for at in _places(path, own):
            current = _get(own, at)
            if path[-1] == FREE and current is None:
                continue
            tried = [(_put(own, at, value), False) for value in _values(path, entry, current) if value != current]
            tried = [*tried, *([(_without(own, at), True)] if current is not None else [])]
            found: set[bool] = set()
            for whole, is_removal in tried:
                if is_removal in found:
                    continue
                spec = checked(whole)
                if spec is not None and spec.model_dump() != meaning:
                    found.add(is_removal)
                    yield Variant(context, entry.key, at, is_removal, whole, before, rendered(spec))


def _places(path: tuple[str, ...], own: Spec) -> Iterator[tuple[str, ...]]:
    """Fill the names of a spec into a documented path; one that a spec has not gets a name of ours."""
    found: list[tuple[tuple[str, ...], Any]] = [((), own)]
    for part in path:
        found = [
            ((*at, name), node.get(name) if isinstance(node, dict) else None)
            for at, node in found
            for name in ((list(node) if isinstance(node, dict) and node else ["more"]) if part == FREE else [part])
        ]
    yield from (at for at, _ in found)


def _values(path: tuple[str, ...], entry: Documentation, current: Any) -> Iterator[Any]:
    """Yield what could stand there: by hand, or by the words in which the documentation says what may."""
    for end in sorted(VALUES, key=len, reverse=True):
        if entry.key == end or entry.key.endswith(f".{end}"):
            yield from VALUES[end]
            break
    kind = entry.kind
    if kind == "true or false":
        yield not (entry.default if current is None else current)
    elif kind.startswith("one of "):
        yield from (int(choice) if choice.isdigit() else choice for choice in kind.removeprefix("one of ").split(", "))
    elif kind.startswith("list (one of "):
        yield from ([choice] for choice in kind.removeprefix("list (one of ").removesuffix(")").split(", "))
    elif kind.startswith("whole number"):
        least, *most = (int(number) for number in re.findall(r"\d+", kind))
        yield from (current + 1, current - 1) if isinstance(current, int) else ()
        yield from (least + 1, least, least + 2, *(number - 1 for number in most))
    elif kind.startswith("duration"):
        yield from (*_DURATIONS, *re.findall(r"\d+[mhd]", kind))
    elif kind == "mapping":
        yield {}
    yield from copy.deepcopy(entry.examples)
    if kind.startswith("text"):
        yield from ("other", "/other", "https://acme-platform.net/other")


def _get(own: Spec, at: tuple[str, ...]) -> Any:
    here: Any = own
    for part in at:
        here = here.get(part) if isinstance(here, dict) else None
    return here


def _put(own: Spec, at: tuple[str, ...], value: Any) -> Spec:
    whole = copy.deepcopy(own)
    here = whole
    for part in at[:-1]:
        if not isinstance(here.get(part), dict):
            here[part] = {}
        here = here[part]
    here[at[-1]] = value
    return whole


def _without(own: Spec, at: tuple[str, ...]) -> Spec:
    whole = copy.deepcopy(own)
    here = whole
    for part in at[:-1]:
        here = here[part]
    del here[at[-1]]
    return whole
