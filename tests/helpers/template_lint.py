"""The house rules of templates, so that they read as the files that they make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import DictLoader, TemplateSyntaxError, meta, nodes

from generator.problems import Place, Problem
from generator.rendering.jail import Jail
from generator.rendering.language import HCL, language_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.rendering.library import TemplateFile

_WHITESPACE_CONTROL: Final = re.compile(r"\{[%{#][-+]|[-+][%}#]\}")
_TAG_ALONE: Final = re.compile(r"\{% (?:(?!%\}).)+ %\}")
_ATTRIBUTE: Final = re.compile(r" *[\w-]+ += ")
_SPREAD: Final = re.compile(r" *[\w-]+ += \{\{.*\| hcl\(\d+\) \}\}$")
_COMMENT: Final = re.compile(r"\{#(.*?)#\}", re.DOTALL)


def lint_template(source: TemplateFile) -> list[Problem]:
    """Return what is against the rules in a template, in the order of its lines.

    Every value passes an encoder and stands outside of quotes; control tags stand alone at column 0, without
    whitespace control; a value that is laid out over lines says the indentation that it has, and stands in a paragraph
    of its own; one opening comment names all that the template reads.
    """
    jail = Jail(language_of(source.output), DictLoader({}))
    try:
        tree = jail.parse(source.text, source.name)
        read = meta.find_undeclared_variables(tree)
    except TemplateSyntaxError as error:
        return [_problem(source, error.lineno, "syntax", str(error.message))]
    found = [*_line_rules(source), *_comment_rule(source, read)]
    if language_of(source.output) is HCL:
        found += [*_output_rules(source, tree), *_indent_rule(source, tree), *_paragraph_rule(source)]
    return sorted(found, key=lambda problem: problem.sort_key)


def _line_rules(source: TemplateFile) -> Iterator[Problem]:
    for number, line in enumerate(source.text.split("\n"), 1):
        if _WHITESPACE_CONTROL.search(line):
            yield _problem(source, number, "whitespace-control", "controls whitespace with - or +", "lay the lines out")
        if "{%" in line and not _TAG_ALONE.fullmatch(line):
            yield _problem(source, number, "tag-alone", "has a control tag that is not alone at column 0")


def _output_rules(source: TemplateFile, tree: nodes.Template) -> Iterator[Problem]:
    for output in tree.find_all(nodes.Output):
        for child in output.nodes:
            encoded = isinstance(child, nodes.Filter) and child.name in HCL.filters
            macro = isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name)
            if not (isinstance(child, nodes.TemplateData) or encoded or macro):
                yield _problem(
                    source, child.lineno, "unencoded-output", "prints a value unencoded", "end it with | hcl"
                )


def _indent_rule(source: TemplateFile, tree: nodes.Template) -> Iterator[Problem]:
    lines = source.text.split("\n")
    for used in tree.find_all(nodes.Filter):
        if used.name == "hcl" and used.args:
            line = lines[used.lineno - 1]
            actual = len(line) - len(line.lstrip(" "))
            if not (isinstance(used.args[0], nodes.Const) and used.args[0].value == actual):
                yield _problem(
                    source, used.lineno, "indent", "states another indentation than it has", f"hcl({actual})"
                )


def _paragraph_rule(source: TemplateFile) -> Iterator[Problem]:
    """Tell where `terraform fmt` would pad keys in one way or another, as a value takes one line or several."""
    lines = source.text.split("\n")
    for number, line in enumerate(lines, 1):
        beside = (*lines[max(number - 2, 0) : number - 1], *lines[number : number + 1])
        if _SPREAD.match(line) and any(_ATTRIBUTE.match(other) for other in beside):
            message = "may take several lines, beside keys that are padded to one width"
            yield _problem(source, number, "paragraph", message, "put an empty line between")


def _comment_rule(source: TemplateFile, read: set[str]) -> Iterator[Problem]:
    opening = _COMMENT.match(source.text)
    named = set(re.findall(r"\w+", opening[1] if opening else ""))
    missing = sorted(read - named)
    if missing:
        message = f"reads {', '.join(missing)}, which its opening comment does not name"
        yield _problem(source, 1, "opening-comment", message, "begin with {# Context: … #} or {# Shape: … #}")


def _problem(source: TemplateFile, line: int, rule: str, message: str, hint: str = "") -> Problem:
    excerpt = source.text.split("\n")[line - 1]
    return Problem(Place(source.display, line), "", message, hint, excerpt, rule)
