"""Every line of every rendered file is traced to its template line, and on to the lines of the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import TemplateError, UsageError
from generator.language.nodes import Node, SpecText
from generator.model.loading.load import load_environments
from generator.parts.framework.origins import ORIGINS
from generator.parts.framework.stack import Stack, derive
from generator.provenance.context_keys import places_of, spec_keys
from generator.provenance.lines import LineOrigin, locate, trace, with_origins
from generator.provenance.template_coverage import measure
from generator.rendering.engine import TemplateEngine
from generator.rendering.hcl import encode
from generator.rendering.module_reference import BEGIN
from generator.rendering.render import render_stack
from generator.rendering.trace.engine import TracingEngine, parts
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Lines before a template's own: of files that are no module's, and of those that are.
HEADER: Final = (2, 3)


@dataclass(frozen=True)
class Build:
    key: str
    timeout: int


@dataclass(frozen=True)
class Shape:
    kms: bool


def engine_of(tmp_path: Path, files: Mapping[str, str]) -> TemplateEngine:
    for name, text in files.items():
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return TemplateEngine([tmp_path / "templates"])


def shown(tmp_path: Path, template: str, context: Mapping[str, object], **partials: str) -> list[str]:
    """Return for each line below the header: text | template line | values | conditions."""
    files = {f"{name}.tf.j2": text for name, text in partials.items()}
    engine = engine_of(tmp_path, {**files, "main.tf.j2": template})
    stack = Stack("dev", context, {})
    lines = render_stack(engine, stack)["main.tf"].removesuffix("\n").split("\n")
    origins = trace(engine, stack, "main.tf")
    assert [origin.line for origin in origins] == list(range(1, len(lines) + 1))
    return [
        f"{line} | {str(origin.template).removeprefix('templates/').removeprefix('main.tf.j2:').removesuffix(':1')}"
        f" | {' '.join(map('.'.join, origin.values))} | {' '.join(map('.'.join, origin.conditions))}"
        for line, origin in list(zip(lines, origins, strict=True))[2:]
    ]


BUILDS = [Build("lint", 5), Build("main", 15)]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("# a\n\n# b", ["# a | 1 |  | ", " | 2 |  | ", "# b | 3 |  | "], id="text"),
        pytest.param("{# c\n #}\na = {{ n | hcl }}\n", ["a = 1 | 3 | n | "], id="value after a comment"),
        pytest.param("a = [{{ n | hcl }}, {{ t.k | hcl }}]\n", ['a = [1, "v"] | 1 | n t.k | '], id="two values on a line"),
        pytest.param("a = {{ t['k'] | hcl }}\n", ['a = "v" | 1 | t.k | '], id="item by key"),
        pytest.param("a = {{ t[s] | hcl }}\n", ['a = "v" | 1 | t.* s | '], id="item by value"),
        pytest.param("a = {{ x | default(n) | hcl }}\n", ["a = 1 | 1 | x n | "], id="default"),
        pytest.param("a = {{\n  n\n  | hcl\n}}\n# b\n", ["a = 1 | 2 | n | ", "# b | 5 |  | "], id="output over lines"),
        pytest.param(
            "{% if n %}\na\n{% elif t %}\nb\n{% else %}\nc\n{% endif %}\nd\n",
            ["a | 2 |  | n", "d | 8 |  | "],
            id="if",
        ),
        pytest.param("{% if no %}\na\n{% elif t.k %}\nb\n{% endif %}\n", ["b | 4 |  | no t.k"], id="elif"),
        pytest.param("{% if no %}\na\n{% else %}\n\nb\n{% endif %}\n", [" | 4 |  | no", "b | 5 |  | no"], id="else"),
        pytest.param(
            "{% for b in builds %}\n{{ b.key | hcl }} = {{ b.timeout | hcl }}\n{% endfor %}\n",
            [
                '"lint" = 5 | 2 | builds.lint.key builds.lint.timeout | builds.lint',
                '"main" = 15 | 2 | builds.main.key builds.main.timeout | builds.main',
            ],
            id="loop over items with keys of their own",
        ),
        pytest.param(
            "{% for b in builds if b.timeout > 9 %}\n{{ b.timeout | hcl }}\n{% endfor %}\n",
            ["15 | 2 | builds.main.timeout | builds.main builds.main.timeout"],
            id="filtered loop",
        ),
        pytest.param("{% for v in l if v > 1 %}\n{{ v | hcl }}\n{% endfor %}\n", ["7 | 2 | l.1 | l.1"], id="filtered scalars"),
        pytest.param("{% for v in l %}\n{{ v | hcl }}\n{% endfor %}\n", ["1 | 2 | l.0 | l.0", "7 | 2 | l.1 | l.1"], id="scalars"),
        pytest.param("{% for v in twice if v > 1 %}\n{{ v | hcl }}\n{% endfor %}\n", ["7 | 2 | twice.0 | twice.0", "7 | 2 | twice.2 | twice.2"], id="the same scalar twice"),
        pytest.param("{% for k in t %}\n{{ k | hcl }}\n{% endfor %}\n", ['"k" | 2 | t.k | t.k'], id="loop over keys"),
        pytest.param(
            "{% for k, v in t.items() %}\n{{ k | hcl }} = {{ v | hcl }}\n{% endfor %}\n",
            ['"k" = "v" | 2 | t.k | t.k'],
            id="loop over items of a mapping",
        ),
        pytest.param("{% for v in t.values() %}\n{{ v | hcl }}\n{% endfor %}\n", ['"v" | 2 | t.k | t.k'], id="loop over values"),
        pytest.param("{% for k, v in t | dictsort %}\n{{ v | hcl }}\n{% endfor %}\n", ['"v" | 2 | t.k | t.k'], id="dictsort"),
        pytest.param("{% for b in builds | map(attribute='timeout') %}\n{{ b | hcl }}\n{% endfor %}\n", ["5 | 2 | builds.0 | builds.0", "15 | 2 | builds.1 | builds.1"], id="map"),
        pytest.param(
            "{% for v in none_of %}\na\n{% else %}\nb\n{% endfor %}\n", ["b | 4 |  | none_of"], id="else of a loop"
        ),
        pytest.param(
            "{% for x in tt %}\n{% for v in x.l %}\n{{ loop.index | hcl }} {{ v | hcl }}\n{% endfor %}\n{% endfor %}\n",
            ["1 4 | 3 | tt.0.l.0 | tt.0 tt.0.l.0", "2 5 | 3 | tt.0.l.1 | tt.0 tt.0.l.1"],
            id="loop in a loop",
        ),
        pytest.param("{% set m = t.k %}\na = {{ m | hcl }}\n", ['a = "v" | 2 | t.k | '], id="name set"),
        pytest.param("{% with m = t.k %}\na = {{ m | hcl }}\n{% endwith %}\n", ['a = "v" | 2 | t.k | '], id="with"),
        pytest.param("{% set m %}\na = {{ n | hcl }}\n{% endset %}\n{{ m }}", ["a = 1 | 2 | n | "], id="set block"),
        pytest.param(
            "{% macro m(v) %}\na = {{ v | hcl }}\nb = 1\n{% endmacro %}\n{{ m(t.k) }}",
            ['a = "v" | 2 | t.k | ', "b = 1 | 3 | t.k | "],
            id="macro: its own lines, the values of the call",
        ),
        pytest.param(
            "{% macro m(v) %}\n{% if s %}\na = {{ v | hcl }}\n{% endif %}\n{% endmacro %}\n{% if n %}\n{{ m(t.k) }}{% endif %}",
            ['a = "v" | 3 | t.k | n s'],
            id="macro: the conditions of both",
        ),
        pytest.param("{% include 'part.tf.j2' %}\n", ["# 1 | part.tf.j2:1 |  | ", "b = 1 | part.tf.j2:2 | n | "], id="include"),
        pytest.param(
            "{% from 'macros.tf.j2' import m %}\n{{ m(n) }}", ["c = 1 | macros.tf.j2:2 | n | "], id="macro of another file"
        ),
        pytest.param("{% import 'macros.tf.j2' as p %}\n{{ p.m(n) }}", ["c = 1 | macros.tf.j2:2 | n | "], id="import"),
        pytest.param(
            "a = {{ deep | hcl(0) }}\n",
            [
                "a = { | 1 | deep | ",
                '  "x" = 1 | 1 | deep.x | ',
                '  "b" = [ | 1 | deep.b | ',
                "    { | 1 | deep.b.main | ",
                '      key     = "main" | 1 | deep.b.main.key | ',
                "      timeout = 15 | 1 | deep.b.main.timeout | ",
                "    }, | 1 | deep.b.main | ",
                "  ] | 1 | deep.b | ",
                "} | 1 | deep | ",
            ],
            id="value over lines",
        ),
        pytest.param(
            "a = {{ [deep.x, {'q': n}] | hcl(0) }}\n",
            [f"{line} | 1 | deep.x n | " for line in ["a = [", "  1,", "  {", '    "q" = 1', "  },", "]"]],
            id="value that the template builds",
        ),
        pytest.param("{% block b %}\na = {{ n | hcl }}\n{% endblock %}\n", ["a = 1 | 2 | n | "], id="block"),
    ],
)  # fmt: skip
def test_each_line_names_its_template_line_its_values_and_its_conditions(
    tmp_path: Path, template: str, expected: list[str]
) -> None:
    context = {
        "n": 1, "s": "k", "no": False, "t": {"k": "v"}, "l": [1, 7], "builds": BUILDS, "none_of": [], "twice": [7, 1, 7],
        "tt": [{"l": [4, 5]}], "deep": {"x": 1, "b": [BUILDS[1]]},
    }  # fmt: skip
    partials = {"part": "# 1\nb = {{ n | hcl }}\n", "macros": "{% macro m(v) %}\nc = {{ v | hcl }}\n{% endmacro %}\n"}
    found = shown(tmp_path, template, context, **partials)
    assert found == expected


def test_the_header_belongs_to_the_first_line_of_the_template(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"main.tf.j2": "{# c #}\na\n"})
    first, second, third = trace(engine, Stack("dev", {}, {}), "main.tf")
    assert [origin.template.line for origin in (first, second, third)] == [1, 1, 2]


def test_a_copied_file_is_its_own_origin(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"policy.json": "{\n}\n"})
    lines = [str(origin.template) for origin in trace(engine, Stack("dev", {}, {}), "policy.json")]
    assert lines == ["templates/policy.json:1:1", "templates/policy.json:2:1"]


def test_a_module_names_its_shape(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"modules/logs/main.tf.j2": "{% if kms %}\na = {{ kms | hcl }}\n{% endif %}\n"})
    origin = trace(engine, Stack("dev", {}, {"logs": Shape(kms=True)}), "modules/logs/main.tf")[3]
    assert (origin.values, origin.conditions) == ((("shapes", "logs", "kms"),), (("shapes", "logs", "kms"),))


def test_a_file_that_is_not_rendered_has_no_origin(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"main.tf.j2": "a\n"})
    with pytest.raises(UsageError, match=r"dev has no file other\.tf"):
        trace(engine, Stack("dev", {}, {}), "other.tf")


def test_markdown_is_traced_without_being_changed(tmp_path: Path) -> None:
    template = "# <b>{{ a }}</b>\n\n{{ a | code }} \u2028 x\n"
    engine = engine_of(tmp_path, {"README.md.j2": template})
    tracer = TracingEngine(engine)
    traced = tracer.trace("README.md.j2", {"a": "*"})
    assert traced == engine.render("README.md.j2", {"a": "*"}) == "# <b>\\*</b>\n\n`*` \u2028 x\n"
    assert len(trace(engine, Stack("dev", {"a": "*"}, {}), "README.md")) == 5


VALUES = st.recursive(
    st.one_of(st.integers(0, 9), st.text("ab\n", max_size=3), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
        st.builds(Shape, inner),
    ),
)


@pytest.mark.thorough
@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_each_line_of_an_encoded_value_has_a_path(value: object) -> None:
    encoded = encode(value, indent=2)
    assert len(parts(value, 2)) == encoded.count("\n") + 1


TEXT = "stack: api\nregion: us-east-1\nbuilds:\n  lint: {}\n  main:\n    timeout: 15m\ntags:\n  a.b: c\n"


def spec() -> Node:
    """Return the nodes of TEXT."""
    source = SpecText("environments/dev.yaml", TEXT)

    def node(value: object, line: int, column: int) -> Node:
        return Node(value, source, line, column)  # type: ignore[arg-type]  # the value is built right below

    main = node({"timeout": node("15m", 6, 14)}, 6, 5)
    builds = node({"lint": node({}, 4, 9), "main": main}, 4, 3)
    tags = node({"a.b": node("c", 8, 8)}, 8, 3)
    emails = node([node("x@y", 9, 1)], 9, 1)
    return node(
        {
            "stack": node("api", 1, 8),
            "region": node("us-east-1", 2, 9),
            "builds": builds,
            "tags": tags,
            "emails": emails,
        },
        1,
        1,
    )


KNOWN = {
    "builds.projects": ("builds",),
    "builds.projects.*": ("builds.*",),
    "builds.projects.*.timeout": ("builds.*.timeout",),
    "builds.projects.*.name": ("builds.*", "stack"),
    "environment.tags": ("tags", "stack"),
    "environment.tags.*": ("tags.*",),
    "environment.tags.Stack": ("stack",),
    "access.arns": ("builds.*.timeout",),
    "notify.*": ("emails.*",),
    "made.up": (),
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("builds", "projects", "main", "timeout"), ["builds.main.timeout 6:14"]),
        (("builds", "projects", "main", "name"), ["builds.main 6:5", "stack 1:8"]),
        (("builds", "projects", "main", "timeout", "deeper"), ["builds.main.timeout 6:14"]),
        (("builds", "projects", "lint", "timeout"), ["builds.lint 4:9 near"]),
        (("builds", "projects", "lint", "unknown"), ["builds.lint 4:9"]),
        (("builds", "projects", "*", "timeout"), ["builds.main.timeout 6:14"]),
        (("environment", "tags", "a.b"), ["tags.a.b 8:8"]),
        (("environment", "tags", "Stack"), ["stack 1:8"]),
        (("access", "arns", "0"), ["builds.main.timeout 6:14"]),
        (("notify", "0"), ["emails.0 9:1"]),
        (("notify", "7"), ["emails 9:1 near"]),
        (("notify", "*"), ["emails.0 9:1"]),
        (("made", "up"), []),
        (("elsewhere",), []),
    ],
)
def test_a_context_path_leads_to_the_spec(path: tuple[str, ...], expected: list[str]) -> None:
    found = places_of([path], spec(), KNOWN)
    assert [
        f"{each.key} {each.place.line}:{each.place.column}{'' if each.exact else ' near'}" for each in found
    ] == expected


def test_a_part_below_a_value_of_several_keys_is_not_guessed() -> None:
    assert spec_keys(("builds", "projects", "main", "name", "x"), KNOWN) == [(("builds", "main"), ()), (("stack",), ())]


def test_a_line_without_values_is_located_by_its_conditions(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"main.tf.j2": "{% for b in builds.projects %}\na\n{% endfor %}\nb\n"})
    origins = trace(engine, Stack("dev", {"builds": {"projects": BUILDS}}, {}), "main.tf")
    keys = [[found.key for found in locate(origin, spec(), KNOWN)] for origin in origins[2:]]
    assert keys == [["builds.lint"], ["builds.main"], []]


def test_values_come_before_conditions() -> None:
    origin = LineOrigin(1, spec().place, (("environment", "tags", "Stack"),), (("builds", "projects"),))
    assert [found.key for found in locate(origin, spec(), KNOWN)] == ["stack"]


def test_a_template_error_names_the_spec_lines_of_its_values(tmp_path: Path) -> None:
    engine = engine_of(
        tmp_path, {"main.tf.j2": "\n{% for b in builds.projects %}\na = {{ b.timeout | identifier }}\n{% endfor %}\n"}
    )
    with pytest.raises(TemplateError) as caught:
        render_stack(engine, Stack("dev", {"builds": {"projects": BUILDS}}, {}))
    error = with_origins(caught.value, engine, spec(), KNOWN)
    assert str(error).startswith("templates/main.tf.j2:3:1: the value cannot be an identifier")
    assert str(error).endswith("(from environments/dev.yaml:6:14)")
    assert with_origins(error, engine, spec(), KNOWN) is error


@pytest.mark.parametrize("template", ["{% if %}\n", "{{ x | nope }}\n"])
def test_a_template_that_cannot_be_compiled_has_no_spec_lines(tmp_path: Path, template: str) -> None:
    engine = engine_of(tmp_path, {"main.tf.j2": template})
    with pytest.raises(TemplateError) as caught:
        render_stack(engine, Stack("dev", {}, {}))
    assert with_origins(caught.value, engine, spec(), KNOWN) is caught.value


def missed(tmp_path: Path, template: str, *contexts: Mapping[str, object]) -> list[str]:
    engine = engine_of(tmp_path, {"main.tf.j2": template})
    coverage = measure(engine, [Stack(f"e{at}", context, {}) for at, context in enumerate(contexts)])
    return [f"{branch.kind} {branch.place.line} {' '.join(branch.condition)}" for branch in coverage.missed]


@pytest.mark.parametrize(
    ("template", "contexts", "expected"),
    [
        ("{% if a %}\nx\n{% endif %}\n", [{"a": 1}], ["no else 1 a"]),
        ("{% if a %}\nx\n{% endif %}\n", [{"a": 0}], ["if 1 a"]),
        ("{% if a %}\nx\n{% endif %}\n", [{"a": 0}, {"a": 1}], []),
        (
            "{% if a %}\nx\n{% elif b.c %}\ny\n{% else %}\nz\n{% endif %}\n",
            [{"a": 1, "b": {}}],
            ["else 1 a b.c", "elif 3 a b.c"],
        ),
        ("{% for x in l %}\nx\n{% endfor %}\n", [{"l": []}], ["for 1 l"]),
        ("{% for x in l %}\nx\n{% endfor %}\n", [{"l": [1]}], []),
        ("{% for x in l %}\nx\n{% else %}\ny\n{% endfor %}\n", [{"l": [1]}], ["else 1 l"]),
        ("{% for x in l %}\n{% if x.a %}\n{% endif %}\n{% endfor %}\n", [{"l": [{"a": 1}]}], ["no else 2 l.*.a"]),
    ],
)
def test_branches_that_no_environment_runs_are_told(
    tmp_path: Path, template: str, contexts: list[Mapping[str, object]], expected: list[str]
) -> None:
    assert missed(tmp_path, template, *contexts) == expected


def test_what_no_template_reads_is_told(tmp_path: Path) -> None:
    main = "{% if a.tested %}\n{{ a.printed | hcl }} {{ whole | hcl }}\n{% for b in builds %}\n{{ b.key | hcl }}\n{% endfor %}\n{% endif %}\n"
    module = "{% if kms %}\nx\n{% endif %}\n"
    engine = engine_of(
        tmp_path,
        {"main.tf.j2": main, "modules/logs/main.tf.j2": module, "modules/off/main.tf.j2": module, "x.json": ""},
    )
    root = {
        "a": {"tested": 1, "printed": 1},
        "whole": {"x": {"y": 1}},
        "builds": BUILDS,
        "unused": [],
        "b": {"k": ["v"]},
    }
    coverage = measure(
        engine, [Stack("dev", root, {"logs": Shape(kms=True)}), Stack("prod", root, {"logs": Shape(kms=True)})]
    )
    assert coverage.unread == ("builds.*.timeout", "unused", "b.*.*")
    assert [branch.place.file for branch in coverage.missed][-2:] == ["templates/modules/off/main.tf.j2"] * 2
    assert len(coverage.branches) == 7


def test_spec_keys_that_reach_no_template_are_told(tmp_path: Path) -> None:
    engine = engine_of(
        tmp_path,
        {"main.tf.j2": "{{ environment.tags | hcl }}{% for b in builds.projects %}{{ b.timeout | hcl }}{% endfor %}"},
    )
    root = {"environment": {"tags": {"a": "b"}}, "builds": {"projects": BUILDS}}
    coverage = measure(engine, [Stack("dev", root, {})])
    keys = ["stack", "tags", "tags.*", "builds.*.timeout", "emails", "builds.*.image", "region"]
    assert coverage.unread_spec_keys(keys, {**KNOWN, "environment.region": ("region",)}) == ["emails", "region"]


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_every_line_of_the_shipped_environments_is_traced_to_template_and_spec(repository: Path, name: str) -> None:
    workspace = Workspace.find(repository)
    (environment,) = load_environments(workspace, [name])
    stack, tracer = derive(environment), TracingEngine(TemplateEngine(workspace.template_folders))
    for path, text in render_stack(tracer, stack).items():
        lines = text.removesuffix("\n").split("\n")
        for line, origin in list(zip(lines, trace(tracer, stack, path), strict=True))[
            HEADER[path.startswith("modules/")] :
        ]:
            template = (repository / origin.template.file).read_text().split("\n")[origin.template.line - 1]
            if origin.values:
                assert "{{" in template, (path, line)
                # What no spec writes is its file's name, or a default of the spec itself.
                known = locate(origin, environment.merged, ORIGINS) or origin.values[0][-1] in {
                    "name",
                    "provider_version",
                }
                assert known, (path, line)
            elif template == BEGIN:
                assert path.endswith("/README.md"), (path, line)
            else:
                assert line == template, (path, line)
