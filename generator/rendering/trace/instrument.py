"""Rewrites the syntax tree of a template so that every piece of its output says where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from generator.problems import Place
from generator.rendering.trace.paths import ContextPath, LoopKey, bind, context_paths, is_chain, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.rendering.trace.paths import TemplateScope

_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")

SITE: Final = "traced_site"
BRANCH: Final = "traced_branch"
KEY: Final = "traced_key"


@dataclass(frozen=True, slots=True)
class Site:
    """One output of a template, or one line of its text.

    Attributes:
        place: template file and line.
        values: context paths that it prints.
        conditions: context paths that decide whether, and how often, it is printed.
        constant: it is text of the template itself.
        whole: it prints one value of the context as it is, so a line of it belongs to a part of that value.
    """

    place: Place
    values: tuple[ContextPath, ...]
    conditions: tuple[ContextPath, ...]
    constant: bool = False
    whole: bool = False

    @property
    def slots(self) -> tuple[LoopKey, ...]:
        """The loop keys in its paths, each once."""
        parts = (part for path in (*self.values, *self.conditions) for part in path)
        return tuple(dict.fromkeys(part for part in parts if isinstance(part, LoopKey)))


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a template that runs only sometimes.

    Attributes:
        place: template file and line of its tag.
        kind: `if`, `elif`, `else`, `no else` (the condition was never false) or `for`.
        condition: context paths that it depends on, with `*` for the keys of loops.
    """

    place: Place
    kind: str
    condition: tuple[str, ...]


@dataclass(slots=True)
class Survey:
    """What is known of the templates that have been instrumented.

    Attributes:
        sites: by number.
        branches: by number.
        printed: context paths that are printed, all that is below them included, by template name.
        tested: context paths that conditions and loops look at, by template name; both with `*` for the keys of loops.
    """

    sites: list[Site] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    printed: dict[str, set[str]] = field(default_factory=dict)
    tested: dict[str, set[str]] = field(default_factory=dict)


class Instrumenter:
    """Instruments one template."""

    def __init__(self, survey: Survey, name: str, display: str) -> None:
        self._survey = survey
        self._printed = survey.printed.setdefault(name, set())
        self._tested = survey.tested.setdefault(name, set())
        self._display = display
        self._loops = 0

    def template(self, tree: nodes.Template) -> None:
        """Rewrite the whole tree, in place."""
        defined = {macro.name for macro in tree.find_all(nodes.Macro)}
        defined |= {imported.target for imported in tree.find_all(nodes.Import)}
        for imported in tree.find_all(nodes.FromImport):
            defined |= {name[1] if isinstance(name, tuple) else name for name in imported.names}
        scope: dict[str, tuple[ContextPath, ...]] = dict.fromkeys([*defined, "loop", "self", "super", "caller"], ())
        tree.body = self._body(tree.body, scope, ())

    def _body(
        self, body: Sequence[nodes.Node], scope: TemplateScope, conditions: tuple[ContextPath, ...]
    ) -> list[nodes.Node]:
        scope = dict(scope)
        result: list[nodes.Node] = []
        for node in body:
            match node:
                case nodes.Output():
                    result.append(self._output(node, scope, conditions))
                case nodes.If():
                    self._if(node, scope, conditions)
                    result.append(node)
                case nodes.For():
                    result += self._for(node, scope, conditions)
                case nodes.Assign():
                    scope |= bind(node.target, context_paths(node.node, scope))
                    result.append(node)
                case nodes.AssignBlock():
                    scope |= bind(node.target, ())
                    self._other(node, scope, conditions)
                    result.append(node)
                case _:
                    self._other(node, scope, conditions)
                    result.append(node)
        return result

    def _test(self, expression: nodes.Node, scope: TemplateScope) -> tuple[ContextPath, ...]:
        paths = context_paths(expression, scope)
        self._tested |= {pattern(path) for path in paths}
        return paths

    def _output(self, output: nodes.Output, scope: TemplateScope, conditions: tuple[ContextPath, ...]) -> nodes.Output:
        children: list[nodes.Expr] = []
        for child in output.nodes:
            if isinstance(child, nodes.TemplateData):
                for offset, line in enumerate(split_lines(child.data)):
                    site = Site(self._place(child.lineno + offset), (), conditions, constant=True)
                    children.append(self._sited(nodes.Const(line, lineno=child.lineno + offset), site))
            else:
                whole = isinstance(child, nodes.Filter) and child.name == "hcl" and is_chain(child.node or child)
                paths = context_paths(child, scope)
                self._printed |= {pattern(path) for path in paths}
                first = min([child.lineno, *(node.lineno for node in child.find_all(nodes.Expr))])
                site = Site(self._place(first), paths, conditions, whole=whole)
                children.append(self._sited(child, site))
        return nodes.Output(children, lineno=output.lineno)

    def _sited(self, expression: nodes.Expr, site: Site) -> nodes.Expr:
        self._survey.sites.append(site)
        keys = [nodes.Name(slot.variable, "load", lineno=site.place.line) for slot in site.slots]
        number = nodes.Const(len(self._survey.sites) - 1)
        return _filtered(expression, SITE, [number, *keys], site.place.line)

    def _if(self, node: nodes.If, scope: TemplateScope, conditions: tuple[ContextPath, ...]) -> None:
        tests = self._test(node.test, scope)
        node.body = [self._branch(node.lineno, "if", tests), *self._body(node.body, scope, _joined(conditions, tests))]
        for other in node.elif_:
            tests = _joined(tests, self._test(other.test, scope))
            inner = self._body(other.body, scope, _joined(conditions, tests))
            other.body = [self._branch(other.lineno, "elif", tests), *inner]
        mark = self._branch(node.lineno, "else" if node.else_ else "no else", tests)
        node.else_ = [mark, *self._body(node.else_, scope, _joined(conditions, tests))]

    def _for(self, node: nodes.For, scope: TemplateScope, conditions: tuple[ContextPath, ...]) -> list[nodes.Node]:
        self._loops += 1
        iterated, slot = f"traced_iterated_{self._loops}", LoopKey(f"traced_key_{self._loops}")
        paths = self._test(node.iter, scope)
        items: tuple[ContextPath, ...] = tuple((*path, slot) for path in paths)
        inner = {**scope, **bind(node.target, items), "loop": ()}
        tests = self._test(node.test, inner) if node.test else ()
        line = node.lineno
        index = nodes.Getattr(nodes.Name("loop", "load"), "index0", "load", lineno=line)
        first = nodes.Name(next(iter(bind(node.target, ()))), "load", lineno=line)
        key = _filtered(index, KEY, [first, nodes.Name(iterated, "load", lineno=line)], line)
        assigned = nodes.Assign(nodes.Name(slot.variable, "store", lineno=line), key, lineno=line)
        body = self._body(node.body, inner, _joined(conditions, items, tests))
        before = nodes.Assign(nodes.Name(iterated, "store", lineno=line), node.iter, lineno=line)
        node.iter = nodes.Name(iterated, "load", lineno=line)
        node.body = [assigned, self._branch(line, "for", paths), *body]
        if node.else_:
            node.else_ = [self._branch(line, "else", paths), *self._body(node.else_, scope, _joined(conditions, paths))]
        return [before, node]

    def _other(self, node: nodes.Node, scope: TemplateScope, conditions: tuple[ContextPath, ...]) -> None:
        inner = dict(scope)
        if isinstance(node, nodes.Macro):
            inner |= dict.fromkeys([argument.name for argument in node.args], ())
        elif isinstance(node, nodes.With):
            for target, value in zip(node.targets, node.values, strict=True):
                inner |= bind(target, context_paths(value, scope))
        elif isinstance(node, nodes.Block):
            # A block is a function of its own, out of sight of the loops around it.
            inner = {name: _blind(paths) for name, paths in scope.items()}
            conditions = _blind(conditions)
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = self._body(body, inner, conditions)  # type: ignore[attr-defined]  # it has one

    def _branch(self, line: int, kind: str, condition: Iterable[ContextPath]) -> nodes.Output:
        self._survey.branches.append(Branch(self._place(line), kind, tuple(pattern(path) for path in condition)))
        number = nodes.Const(len(self._survey.branches) - 1)
        return nodes.Output([_filtered(nodes.Const("", lineno=line), BRANCH, [number], line)], lineno=line)

    def _place(self, line: int) -> Place:
        return Place(self._display, line)


def split_lines(text: str) -> list[str]:
    """Split at line feeds only, and keep them; `str.splitlines` knows ends that no line number counts."""
    return _LINES.findall(text)


def _filtered(node: nodes.Expr, name: str, arguments: list[nodes.Expr], line: int) -> nodes.Filter:
    return nodes.Filter(node, name, arguments, [], None, None, lineno=line)


def _joined(*paths: tuple[ContextPath, ...]) -> tuple[ContextPath, ...]:
    return tuple(dict.fromkeys(path for group in paths for path in group))


def _blind(paths: tuple[ContextPath, ...]) -> tuple[ContextPath, ...]:
    return tuple(tuple("*" if isinstance(part, LoopKey) else part for part in path) for path in paths)
