"""What a part adds to the root module, made from what its file says: the call of its module, and its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.parts.own.compiled import TAGS
from generator.parts.own.file.input_types import targets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from generator.parts.own.compiled import Compiled
    from generator.parts.own.file.description import Input

_WIDE: Final = frozenset({"list", "map", "mapping"})


def call(part: Compiled, declared: Collection[str]) -> str:
    """Return the template of the module's call.

    Args:
        part: the part.
        declared: the variables of its module; what it does not declare is not passed.
    """
    section = part.section
    always = {name: f"{{{{ {section}.{name} | hcl }}}}" for name in _always(part) if name in declared}
    always |= {TAGS: "local.tags"} if TAGS in declared else {}
    width = max(map(len, always), default=0)
    lines = [
        f"{{# Context: {section}. #}}",
        f"{{% if {section} is not none %}}",
        f'module "{section}" {{',
        f'  source = "./modules/{section}"',
        *([""] if always else []),
        *(f"  {name.ljust(width)} = {value}" for name, value in sorted(always.items())),
    ]
    for name in sorted(declared):
        lines += _paragraph(part, name)
    return "\n".join([*lines, "}", "{% endif %}", ""])


def output(section: str, name: str, description: str) -> str:
    """Return the template of an output of the root module."""
    # As a literal of Jinja; the filter makes one of HCL of it.
    literal = description.encode("unicode_escape").decode().replace('"', '\\"')
    lines = [
        f'output "{section}_{name}" {{',
        f'  description = {{{{ "{literal}" | hcl }}}}',
        f"  value       = module.{section}.{name}",
        "}",
    ]
    return "\n".join([*lines, ""])


def _always(part: Compiled) -> Iterator[str]:
    """Yield the arguments that have a value in every environment, and take one line."""
    yield from part.says.names
    for name, each in part.says.inputs.items():
        if each.type not in _WIDE and each.type != "reference" and not _may_be_none(part, name):
            yield name


def _may_be_none(part: Compiled, name: str) -> bool:
    field = part.model.model_fields[name]
    return not field.is_required() and field.default is None and field.default_factory is None


def _paragraph(part: Compiled, name: str) -> list[str]:
    """Return the lines of an argument that is not always there, or takes several lines."""
    section, says = part.section, part.says
    if name in says.arguments:
        return _argument(section, name, says.arguments[name].reference)
    given = says.inputs.get(name)
    if given is None:
        return []
    if given.type == "reference":
        return _reference(section, name, given)
    value = f"  {name} = {{{{ {section}.{name} | hcl(2) }}}}" if given.type in _WIDE else _plain(section, name)
    if _may_be_none(part, name):
        return _where(f"{section}.{name} is not none", value)
    return ["", value] if given.type in _WIDE else []


def _argument(section: str, name: str, reference: str | None) -> list[str]:
    if reference is not None:
        return _where(f"{section}.{name}", f"  {name} = module.{reference}")
    return _where(f"{section}.{name} is not none", f"  {name} = {{{{ {section}.{name} | hcl(2) }}}}")


def _reference(section: str, name: str, given: Input) -> list[str]:
    return [
        line
        for target in targets(given)
        for line in _where(f'{section}.{name} == "{target}"', f"  {name} = module.{target}")
    ]


def _plain(section: str, name: str) -> str:
    return f"  {name} = {{{{ {section}.{name} | hcl }}}}"


def _where(condition: str, line: str) -> list[str]:
    return [f"{{% if {condition} %}}", "", line, "{% endif %}"]
