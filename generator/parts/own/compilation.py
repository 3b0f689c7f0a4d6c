"""From the folder of a part to the same value as ours, or every mistake in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator import __version__
from generator.language.nodes import Node, find
from generator.parts.framework.classification import in_words
from generator.parts.framework.part import Derivation, Key, Output, Part, Templates, TerraformModule
from generator.parts.own import context, root_template
from generator.parts.own.arguments import argument_type, deriving, shape_type
from generator.parts.own.compiled import Compiled
from generator.parts.own.contributions import contributing
from generator.parts.own.file.input_types import camel, defaults_by_class, section_model
from generator.parts.own.imports import import_rows, judge_imports
from generator.parts.own.judgement import Judgement
from generator.parts.own.module_text import ModuleText, outputs_of_ours
from generator.parts.own.names import claiming
from generator.parts.own.read_back import read_back
from generator.parts.own.rules import rules_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.parts.catalog import Catalog
    from generator.parts.own.file.description import PartFile
    from generator.parts.own.file.reading import PartSource

_BOUND: Final = re.compile(r"(>=|<=|==|<|>)([0-9.]+)")
# Files of the root module that a part named so would take the place of, and words of its templates.
_TAKEN: Final = frozenset(
    {"main", "outputs", "providers", "versions", "variables", "environment", "state", "source", "runbook", "names"}
    | {"class", "stack", "region", "account", "tags", "formerly", "required_tags", "description", "builds", "extends"}
)


def compile_part(source: PartSource, known: Catalog) -> Part | None:
    """Compile a part.

    Args:
        source: what was read of it; mistakes are noted there.
        known: the parts that come before it.

    Returns:
        The part; None where something is wrong with it.
    """
    says = source.says
    if says is None:
        return None
    section = says.section or says.part.replace("-", "_")
    _frame(source, says, section, known)
    text = ModuleText.read(source)
    of_own = {part.name: part for part in known.parts if part.templates is not None}

    def outputs(module: str) -> frozenset[str] | None:
        if module in of_own:
            return frozenset(of_own[module].outputs)
        return outputs_of_ours(module) if module in known.modules else None

    judgement = Judgement(source, says, known, outputs)
    judgement.judge()
    if says.imports:
        judge_imports(source, says.imports, known.imports)
    if source.problems:
        return None
    model = section_model(says.inputs, f"{camel(section)}Part", says.description)
    names = {name: judgement.texts["names", name, "pattern"] for name in says.names}
    part = Compiled(section, says, judgement.expressions, judgement.texts, model, names)
    text.judge(source, part)
    return None if source.problems else _value(source, part, text)


def _frame(source: PartSource, says: PartFile, section: str, known: Catalog) -> None:
    """Judge the names of the part, and the version of tfstencil that it wants."""
    at = ("section",) if says.section else ("part",)
    if says.part != source.folder.name:
        hint = f"write part: {source.folder.name}, or rename the folder"
        source.fault(("part",), f"{says.part} is not the name of the folder, {source.folder.name}", hint)
    taken = {name for part in known.parts for name in (part.name, *known.derivations[part.name].modules)}
    if section in taken | _TAKEN | set(known.facts):
        source.fault(at, f"{section} is taken by a key or a module of tfstencil", "choose another section:")
    wanted = says.requires.tfstencil
    if wanted is not None and not satisfies(__version__, wanted):
        message = f"wants tfstencil {wanted}, and this is {__version__}"
        source.fault(("requires", "tfstencil"), message, "install another version, or ask the part's author")


def satisfies(version: str, wanted: str) -> bool:
    """Tell whether a version is within all bounds, such as `>=0.2,<1`."""
    own = _numbers(version)
    for sign, text in _BOUND.findall(wanted):
        bound = _numbers(text)
        order = (own > bound) - (own < bound)
        if not {">=": order >= 0, "<=": order <= 0, "==": order == 0, "<": order < 0, ">": order > 0}[sign]:
            return False
    return True


def _numbers(version: str) -> tuple[int, int, int]:
    numbers = [int(number) for number in re.findall(r"[0-9]+", version)[:3]]
    first, second, third = [*numbers, 0, 0, 0][:3]
    return first, second, third


def _value(source: PartSource, part: Compiled, text: ModuleText) -> Part:
    says, section = part.says, part.section
    module = TerraformModule(deriving(part), argument_type(part), shape_type(part))
    outputs = {
        f"{section}_{name}": Output((section,), lambda scope: getattr(scope.spec, section) is not None)
        for name in says.outputs
    }
    derivation = Derivation(
        modules={section: module},
        origins=_origins(part),
        outputs=outputs,
        contributes=contributing(part),
    )
    rules = rules_of(part)
    return Part(
        section,
        key=Key(part.model, says.description),
        section_defaults=_class_defaults(source, part),
        rules=lambda: rules,
        claims=claiming(part),
        derivation=lambda: derivation,
        read_back=lambda: read_back(part),
        templates=_templates(source, part, text),
        outputs=tuple(says.outputs),
        version=says.version,
        guards=lambda: in_words(says.guards, f"part {says.part}"),
        imports=lambda: import_rows(says.imports),
    )


def _templates(source: PartSource, part: Compiled, text: ModuleText) -> Templates:
    section = part.section
    root = f"modules/{section}/root"
    made = {
        f"{root}/_output_{section}_{name}.tf.j2": root_template.output(section, name, about)
        for name, about in part.says.outputs.items()
    }
    if not text.has_root:
        made[f"{root}/{section}.tf.j2"] = root_template.call(part, text.variables)
    return Templates(section, source.folder, source.display, made, is_allowed=source.is_allowed)


def _origins(part: Compiled) -> Mapping[str, tuple[str, ...]]:
    section, says = part.section, part.says
    found: dict[str, tuple[str, ...]] = {section: (section,)}
    found |= {f"{section}.{name}": (f"{section}.{name}",) for name in says.inputs}
    found |= {f"{section}.{name}": _keys(part, ("names", name, "pattern")) or ("stack",) for name in says.names}
    for name, each in says.arguments.items():
        of_owner = (each.reference.partition(".")[0],) if each.reference else ()
        ends = [_keys(part, ("arguments", name, word)) for word in ("value", "text", "if")]
        found[f"{section}.{name}"] = tuple(dict.fromkeys([*(key for keys in ends for key in keys), *of_owner]))
    found |= {f"shapes.{section}.{name}": _keys(part, ("shape", name)) for name in says.shape}
    return found


def _keys(part: Compiled, at: tuple[str, ...]) -> tuple[str, ...]:
    named: Any = part.expressions.get(at) or part.texts.get(at)
    return context.spec_keys(named.paths, part.section) if named is not None else ()


def _class_defaults(source: PartSource, part: Compiled) -> dict[str, Node] | None:
    """Return by class the defaults of the part's keys, each at its place in the part's file."""
    found: dict[str, dict[str, Node]] = {}
    for name, given in part.says.inputs.items():
        for environment_class in defaults_by_class(given):
            node = find(source.root, ("inputs", name, "default", environment_class)) if source.root else None
            if node is not None:
                found.setdefault(environment_class, {})[name] = _in_class(node, environment_class)
    return {
        name: Node({part.section: Node({**keys}, next(iter(keys.values())).source)}, next(iter(keys.values())).source)
        for name, keys in found.items()
    } or None


def _in_class(node: Node, environment_class: str) -> Node:
    """Return the same value as one that a class says."""
    from generator.language.nodes import SpecText  # noqa: PLC0415  # only where there are such defaults

    text = SpecText(node.source.display, node.source.text, f"class {environment_class}")
    value = node.value
    if isinstance(value, list):
        value = [_in_class(item, environment_class) for item in value]
    return Node(value, text, node.line, node.column, node.key_line, node.key_column)
