"""Whether modules have the resources that a spec takes over: an `import` block has to lead to one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.language.nodes import find
from generator.problems import Problem
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from generator.language.nodes import Node

_RESOURCE: Final = re.compile(r'^resource "(\w+)" "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_SEVERAL: Final = re.compile(r"^  (?:for_each|count) +=", re.MULTILINE)
_KEY: Final = "adopted"


def short_address(module: str, resource: str, key: str | int | None) -> str:
    """Write an address as a spec does: `builds.aws_codebuild_project.this[main]`."""
    return f"{module}.{resource}" + ("" if key is None else f"[{key}]")


def addresses(state: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of what a state has, as a spec writes them."""
    for resource in state.get("resources") or ():
        module = str(resource.get("module", "")).removeprefix("module.")
        for instance in resource.get("instances") or ():
            yield short_address(module, f"{resource['type']}.{resource['name']}", instance.get("index_key"))


def undeclared(merged: Node, files: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what a spec takes over and its modules do not have.

    Args:
        merged: the spec.
        files: the rendered modules, text by path.
    """
    adopted = find(merged, [_KEY])
    for address in adopted.value if adopted is not None and isinstance(adopted.value, dict) else ():
        wrong = _wrong(address, files)
        if wrong is not None:
            yield _problem(merged, address, *wrong)


def unplanned(merged: Node, adopted: Iterable[str], planned: Collection[str]) -> Iterator[Problem]:
    """Yield what a spec takes over and a plan does not have: a key under which there is nothing.

    Args:
        merged: the spec.
        adopted: the addresses in it.
        planned: the addresses of the plan, as a spec writes them.
    """
    for address in adopted:
        if address not in planned:
            resource = address.partition("[")[0]
            known = sorted(each for each in planned if each.partition("[")[0] == resource)
            hint = (
                f"there are: {', '.join(known)}" if known else "remove it; tfstencil adopt writes those that there are"
            )
            yield _problem(merged, address, "the environment has no such resource", hint)


def _wrong(address: str, files: Mapping[str, str]) -> tuple[str, str] | None:
    """Return what is wrong with an address, and what to do; None where nothing is wrong."""
    module, _, rest = address.partition(".")
    resource, bracket, _ = rest.partition("[")
    texts = [text for path, text in files.items() if path.startswith(f"modules/{module}/")]
    if not texts:
        return f"this environment has no module {module}", "remove it, or turn on what the module belongs to"
    known = {f"{kind}.{name}": body for text in texts for kind, name, body in _RESOURCE.findall(text)}
    if resource not in known:
        close = closest(resource, known)
        hint = f"did you mean {module}.{close}?" if close else "remove it; tfstencil adopt writes those that there are"
        return f"the module {module} of this environment has no {resource}", hint
    has_several = _SEVERAL.search(known[resource]) is not None
    if has_several and not bracket:
        return f"{resource} has an instance for each key", f"write {module}.{resource}[KEY]"
    if bracket and not has_several:
        return f"{resource} has one instance, and no key", f"write {module}.{resource}"
    return None


def _problem(merged: Node, address: str, message: str, hint: str) -> Problem:
    place = (find(merged, [_KEY, address]) or merged).place
    return Problem(place, f"{_KEY}.{address}", message, hint, rule="adopted-address")
