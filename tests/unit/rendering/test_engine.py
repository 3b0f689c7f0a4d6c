"""Templates: every output is encoded, nothing escapes, and what goes wrong is told by file and line."""

from __future__ import annotations

import os
import resource
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from generator.errors import TemplateError
from generator.hcl.reference import Reference
from generator.rendering import jail, limits
from generator.rendering.engine import TemplateEngine
from generator.rendering.trace.engine import TracingEngine
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Build:
    name: str
    _token: str = "hidden"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def engine_of(tmp_path: Path, files: Mapping[str, str]) -> TemplateEngine:
    return TemplateEngine([write(tmp_path / "templates", files)])


def rendered(tmp_path: Path, template: str, context: Mapping[str, object], file: str = "main.tf.j2") -> str:
    return engine_of(tmp_path, {file: template}).render(file, context)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("a = {{ x | hcl }}\n", 'a = "$${y}"\n', id="value"),
        pytest.param('resource "a" {{ "b" | hcl }} {}\n', 'resource "a" "b" {}\n', id="constant"),
        pytest.param("a = {{ tags | hcl }}\n", 'a = { "k" = "v" }\n', id="mapping on one line"),
        pytest.param("  a = {{ tags | hcl(2) }}\n", '  a = {\n    "k" = "v"\n  }\n', id="mapping over lines"),
        pytest.param("b {\n  {{ name | identifier }} = 1\n}\n", "b {\n  a-b = 1\n}\n", id="identifier"),
        pytest.param("a = {{ build.name | hcl }}\n", 'a = "main"\n', id="field"),
        pytest.param("a = {{ ref | hcl }}\n", "a = module.x.y\n", id="reference"),
        pytest.param("{% if tags %}\na = 1\n{% else %}\nb = 1\n{% endif %}\n", "a = 1\n", id="branch"),
        pytest.param("{% for k, v in tags.items() %}\n{{ k | hcl }} = {{ v | hcl }}\n{% endfor %}\n", '"k" = "v"\n', id="items of a mapping"),
        pytest.param("{% for k in tags %}\n{{ loop.index | hcl }}\n{% endfor %}\n", "1\n", id="loop variables"),
        pytest.param("{% for n in names | sort %}\n{{ loop.cycle(1, 2) | hcl }} {{ n | hcl }}\n{% endfor %}\n", '1 "a"\n2 "b"\n', id="cycle"),
        pytest.param("a = {{ (names | length + 1) | hcl }}\n", "a = 3\n", id="sum of numbers"),
        pytest.param("{% macro m(v) %}[{{ v | hcl }}]{% endmacro %}\na = {{ m(x) }}\n", 'a = ["$${y}"]\n', id="macro"),
        pytest.param("{% set a %}[{{ x | hcl }}]{% endset %}\na = {{ a }}\n", 'a = ["$${y}"]\n', id="set block"),
        pytest.param("{% for t in tree recursive %}({{ t.n | hcl }}{{ loop(t.c) }}){% endfor %}\n", "(1(2))", id="recursive loop"),
        pytest.param("a = {{ missing | default(7) | hcl }}\n", "a = 7\n", id="default"),
    ],
)  # fmt: skip
def test_a_template_of_hcl(tmp_path: Path, template: str, expected: str) -> None:
    context = {
        "x": "${y}", "tags": {"k": "v"}, "name": "a-b", "build": Build("main"), "ref": Reference("module.x.y"),
        "names": ["b", "a"], "tree": [{"n": 1, "c": [{"n": 2, "c": []}]}],
    }  # fmt: skip
    assert rendered(tmp_path, template, context) == expected


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("{{ x }}", "a\\_b", id="prose"),
        pytest.param("{{ x | code }}", "`a_b`", id="code"),
        pytest.param("{{ x | line }}", "a_b", id="line of a block"),
        pytest.param("{{ 'a b' | shell }}", "'a b'", id="word of a command"),
        pytest.param("{{ x | label }}", '"a#95;b"', id="label of a picture"),
        pytest.param("{{ missing }}", None, id="undefined prose"),
        pytest.param("{{ missing | code }}", None, id="undefined code"),
        pytest.param("{{ missing | shell }}", None, id="undefined word"),
        pytest.param("{{ missing | line }}", None, id="undefined line"),
        pytest.param("{{ missing | label }}", None, id="undefined label"),
    ],
)  # fmt: skip
def test_a_template_of_markdown(tmp_path: Path, template: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(TemplateError, match="'missing' is undefined"):
            rendered(tmp_path, template, {"x": "a_b"}, "README.md.j2")
    else:
        assert rendered(tmp_path, template, {"x": "a_b"}, "README.md.j2") == expected


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("template", "message"),
    [
        pytest.param("{{ x }}", "the value is printed without an encoder; end the expression with | hcl or | identifier", id="bare"),
        pytest.param("{{ 'text' }}", "without an encoder", id="constant"),
        pytest.param("{{ 7 }}", "without an encoder", id="number"),
        pytest.param("{{ x | upper }}", "without an encoder", id="another filter"),
        pytest.param("{{ x | hcl | upper }}", "without an encoder", id="changed after encoding"),
        pytest.param("{{ (x | hcl)[1:] }}", "without an encoder", id="cut after encoding"),
        pytest.param("{{ x | hcl | hcl }}", "is encoded already", id="encoded twice"),
        pytest.param("{{ [x | hcl] | hcl }}", "0 is encoded already", id="encoded twice inside a list"),
        pytest.param("{{ [x | hcl] | first | first }}", "without an encoder", id="character of encoded text"),
        pytest.param("{{ tags.items }}", "without an encoder", id="method, bare"),
        pytest.param("{{ tags.items | hcl }}", "is of type builtin_function_or_method", id="method"),
        pytest.param("{{ missing | hcl }}", "'missing' is undefined", id="undefined"),
        pytest.param("{{ missing }}", "'missing' is undefined", id="undefined, bare"),
        pytest.param("{{ [tags.nope] | hcl }}", "the mapping has no 'nope'; there are: k", id="undefined inside a list"),
        pytest.param("{{ build.nmae | hcl }}", "Build has no 'nmae'; did you mean name?", id="unknown field"),
        pytest.param("{{ build._token | hcl }}", "'_token' is not for templates", id="hidden field"),
        pytest.param("{{ build.zzz | hcl }}", "Build has no 'zzz'; there are: name", id="unknown field like none"),
        pytest.param("{{ names[2] | hcl }}", "the list of 1 has no 2; there are: 0", id="index beyond the list"),
        pytest.param("{{ names[2].x }}", "the list of 1 has no 2; there are: 0", id="index beyond the list, used"),
        pytest.param("{{ none.x | hcl }}", "null has no 'x'; there is nothing to choose from", id="field of nothing"),
        pytest.param("{{ names.index(1) | hcl }}", "a template can call macros, loop, and the get, items, keys and values of a mapping", id="method call"),
        pytest.param("{{ missing() | hcl }}", "'missing' is undefined", id="undefined call"),
        pytest.param("{{ missing | identifier }}", "'missing' is undefined", id="undefined identifier"),
        pytest.param("{{ {'a': [missing]} | hcl }}", "'missing' is undefined", id="undefined deep inside"),
        pytest.param("{{ x | nope | hcl }}", "No filter named 'nope'", id="unknown filter"),
        pytest.param("{{ x | identifier }}", "cannot be an identifier", id="no identifier"),
        pytest.param("{{ bad | hcl }}", "tag.deep holds U+0000, a control character", id="refused text"),
        pytest.param("{{ [worse] | hcl }}", "0.name holds U+0000, a control character", id="refused text in a field"),
        pytest.param("{% if missing %}a{% endif %}", "'missing' is undefined", id="undefined in a condition"),
        pytest.param("{% for i in none %}a{% endfor %}", "'NoneType' object is not iterable", id="loop over nothing"),
        pytest.param("{% if x %}", "Unexpected end of template", id="syntax"),
        pytest.param("{{ x ~ x | hcl }}", "the operator ~ is not for templates", id="joined text"),
        pytest.param("{% filter lower %}{{ x | hcl }}{% endfilter %}", "filter blocks are not for templates", id="filter block"),
        pytest.param("{% call tags.get('k') %}{% endcall %}", "call blocks are not for templates", id="call block"),
        pytest.param("{% autoescape true %}{{ x | hcl }}{% endautoescape %}", "autoescape is not for templates", id="autoescape"),
        pytest.param("{% import 'nope.tf.j2' as n %}", "there is no template nope.tf.j2", id="unknown import"),
        pytest.param("{% include 'README.md.j2' %}", "README.md.j2 is no HCL, and cannot be part of it", id="other language"),
        pytest.param("{% include x %}", "there is no template ${y}", id="include by a value"),
        pytest.param("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "call each other without end", id="endless macro"),
    ],
)  # fmt: skip
def test_a_template_that_fails_names_its_file_and_line(tmp_path: Path, template: str, message: str) -> None:
    engine = engine_of(tmp_path, {"main.tf.j2": f"# one\n\n{template}\n", "README.md.j2": "x"})
    with pytest.raises(TemplateError) as caught:
        engine.render(
            "main.tf.j2", {"x": "${y}", "tags": {"k": "v"}, "bad": {"tag": {"deep": "\x00"}}, "worse": Build("\x00"),
             "build": Build("main"), "names": ["a"]},
        )  # fmt: skip
    assert str(caught.value).startswith("templates/main.tf.j2:3:1: ")
    assert message in str(caught.value)


def test_an_undefined_name_comes_with_the_names_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        rendered(tmp_path, "{{ buckt | hcl }}", {"bucket": "b", "account": "1"})
    assert caught.value.hint == "the template can use: account, bucket"


@pytest.mark.parametrize(
    ("template", "hint"),
    [
        pytest.param("{{ 1 | hlc }}", "did you mean hcl?", id="filter"),
        pytest.param("{{ 1 | zzz }}", "there are: count, d, default, dictsort", id="filter like none"),
        pytest.param("{% if 1 is nne %}{% endif %}", "did you mean none?", id="test"),
        pytest.param("{% if 1 | nne %}{% endif %}", "there are: count", id="filter in a condition"),
        pytest.param("{% include '_prats.tf.j2' %}", "did you mean _parts.tf.j2?", id="template"),
        pytest.param("{% import '/etc/passwd' as x %}", "there are: _parts.tf.j2, main.tf.j2", id="template like none"),
        pytest.param("{% if %}", "", id="syntax"),
    ],
)
def test_what_does_not_exist_comes_with_what_there_is(tmp_path: Path, template: str, hint: str) -> None:
    with pytest.raises(TemplateError) as caught:
        engine_of(tmp_path, {"main.tf.j2": template, "_parts.tf.j2": "", "logo.svg": ""}).render("main.tf.j2", {})
    assert caught.value.hint.startswith(hint)
    assert bool(caught.value.hint) is bool(hint)


def test_a_failure_inside_a_macro_names_the_macros_file(tmp_path: Path) -> None:
    files = {
        "modules/a/_parts.tf.j2": "{% macro label(v) %}\n\n{{ v | identifier }}{% endmacro %}\n",
        "main.tf.j2": "{% from 'modules/a/_parts.tf.j2' import label %}\na = {{ label('a b') }}\n",
    }
    with pytest.raises(
        TemplateError, match=r"^templates/modules/a/_parts\.tf\.j2:3:1: the value cannot be an identifier"
    ):
        engine_of(tmp_path, files).render("main.tf.j2", {})


def test_a_template_that_cannot_be_compiled_is_named_even_where_another_imports_it(tmp_path: Path) -> None:
    files = {"_bad.tf.j2": "\n{% if %}\n", "main.tf.j2": "{% include '_bad.tf.j2' %}\n"}
    with pytest.raises(TemplateError, match=r"^templates/_bad\.tf\.j2:2:1: Expected an expression"):
        engine_of(tmp_path, files).render("main.tf.j2", {})


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("before", "after", "inside"),
    [
        ('a = "', '"', "a string"),
        ('a = "${x}', '"', "a string"),
        ('a = "${lookup({a = "b"}, "c")} ', '"', "a string"),
        ('a = "\\"', '"', "a string"),
        ('a = "$${b} ', '"', "a string"),
        ("# ", "", "a comment"),
        ("a = 1 // ", "", "a comment"),
        ("/* ", " */", "a comment"),
        ("/*\n * ", "\n */", "a comment"),
        ("a = <<EOT\n", "\nEOT\n", "a heredoc"),
        ("a = <<-EOT\n  x\n  ", "\n  EOT\n", "a heredoc"),
    ],
)
def test_no_value_is_printed_where_quotes_would_not_protect(
    tmp_path: Path, before: str, after: str, inside: str
) -> None:
    with pytest.raises(TemplateError, match=f"prints a value inside of {inside}; let the value be an expression"):
        rendered(tmp_path, f"{before}{{{{ x | hcl }}}}{after}\n", {"x": "y"})


@pytest.mark.parametrize(
    "before",
    [
        'a = "b" + ', 'a = "${join("-", [', "# note\na = ", "// note\na = ", "/* note */ a = ", 'a = "\\\\" + ',
        'a = "$${" + ', 'a = <<EOT\n EOTX\n "\n  EOT\nb = ', "a = <<-EOT\n  ${x\n  EOT\nb = ", 'a = "5$" + ',
        'a = "${ {b = "}"}["b"]}" + ', "}\n}\na = ",
    ],
)  # fmt: skip
def test_a_value_may_follow_what_only_looks_like_an_open_quote(tmp_path: Path, before: str) -> None:
    assert rendered(tmp_path, f"{before}{{{{ x | hcl }}}}\n", {"x": "y"}) == f'{before}"y"\n'


@pytest.mark.parametrize("name", ["range", "dict", "lipsum", "cycler", "joiner", "namespace"])
def test_a_template_knows_nothing_but_its_context(tmp_path: Path, name: str) -> None:
    assert rendered(tmp_path, f"{{{{ ({name} is defined) | hcl }}}}", {}) == "false"


PAYLOADS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ x.__class__ }}",
    "{{ x['__class__'] }}",
    "{{ x | attr('__class__') }}",
    "{{ [x] | map(attribute='__class__') | list | hcl }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ dict.__base__ }}",
    "{{ range.__class__ }}",
    "{{ config }}",
    "{{ request.application.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(build) | hcl }}",
    "{{ '{0.__class__}'.format_map(tags) | hcl }}",
    "{{ x.format(1) | hcl }}",
    "{{ x.encode().decode('unicode_escape') | hcl }}",
    "{{ tags.update({'a': 1}) | hcl }}",
    "{{ tags.pop('k') | hcl }}",
    "{{ names.append(1) | hcl }}",
    "{{ names.sort() | hcl }}",
    "{{ build.__init__.__globals__ | hcl }}",
    "{{ build._token | hcl }}",
    "{{ build['_token'] | hcl }}",
    "{{ build.__dict__ | hcl }}",
    "{{ build.__dataclass_fields__ | hcl }}",
    "{{ build.greet() | hcl }}",
    "{{ method() | hcl }}",
    "{{ loop | hcl }}",
    "{% for i in [1] %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{% for i in [1] %}{{ loop._iterator | hcl }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func.__globals__ | hcl }}",
    "{% set x.y = 1 %}",
    "{% set build.name = 'b' %}",
    "{% include '/etc/passwd' %}",
    "{% include '../main.tf.j2' %}",
    "{% import 'os' as os %}",
    "{{ tags | tojson }}",
    "{{ x | safe }}",
    "{{ x | e }}",
    "{{ x | format('a') | hcl }}",
    "{{ names | join | hcl }}",
    "{{ x | replace('a', 'b') | hcl }}",
    "{{ debug() }}",
    "{% debug %}",
    "{% do 1 %}",
    "{{ range(9) | list | hcl }}",
    "{{ x.__add__ | hcl }}",
    "{{ (1).real.__class__ | hcl }}",
    "{{ gi.gi_frame | hcl }}",
    "{{ function.__code__ | hcl }}",
    "{{ function.__globals__ | hcl }}",
    "{{ tags.get.__self__ | hcl }}",
    "{{ tags | map('attr', '__class__') | list | hcl }}",
    "{{ tags | items | map(attribute='0.__class__') | list | hcl }}",
    "{{ names | sort(attribute='__class__') | hcl }}",
    "{{ names | selectattr('__class__') | list | hcl }}",
    "{{ caller.__globals__ }}",
    "{{ super.__class__ }}",
    "{{ none.__class__ | hcl }}",
    "{{ x % 'a' | hcl }}",
]  # fmt: skip


class Greeter:
    def greet(self) -> str:
        return "hi"


@pytest.mark.thorough
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_known_escape_is_refused(tmp_path: Path, payload: str) -> None:
    def function() -> str:
        return "called"

    context = {
        "x": "text", "tags": {"k": "v"}, "names": ["a", "b"], "build": Build("main"), "method": Greeter().greet,
        "function": function, "gi": (i for i in [1]),
    }  # fmt: skip
    with pytest.raises(TemplateError):
        rendered(tmp_path, payload, context)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "template",
    [
        "{{ ('a' * 10**8) | hcl }}",
        "{{ ('a' * 100000000) | hcl }}",
        "{{ ([1] * 100000000) | hcl }}",
        "{{ (9 ** 9 ** 9) | hcl }}",
        "{{ ('%0999999999d' % 1) | hcl }}",
        "{{ ('a' + 'a') | hcl }}",
        "{{ ([1] + [1]) | hcl }}",
        "{{ 'a' | center(100000000) | hcl }}",
        "{{ lipsum(n=100000) | hcl }}",
        "{{ range(99999999) | hcl }}",
        "{% set a = 'x' %}" + "{% set a = [a, a] %}" * 60 + "{{ a | hcl }}",
        "{% set a = {'x': 1} %}" + "{% set a = {'x': a, 'y': a} %}" * 60 + "{{ a | hcl(0) }}",
    ],
)
def test_a_template_cannot_blow_up_memory(tmp_path: Path, template: str) -> None:
    start = time.process_time()
    with pytest.raises(TemplateError):
        rendered(tmp_path, template, {})
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{% for a in n %}\n" * 9 + "{% set z = 1 %}\n" + "{% endfor %}\n" * 9, id="loops that print nothing"),
        pytest.param("{% for a in n %}\n" * 9 + "{% endfor %}\n" * 9, id="empty loops"),
        pytest.param("{% macro m(d) %}{% if d %}{{ m(d - 1) }}{{ m(d - 1) }}{% endif %}{% endmacro %}{{ m(60) }}", id="macros"),
    ],
)  # fmt: skip
def test_a_template_that_runs_for_ever_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str
) -> None:
    monkeypatch.setattr(jail, "PATIENCE", 0.2)
    with pytest.raises(TemplateError, match=r"takes more than 0\.2 s to render"):
        rendered(tmp_path, template, {"n": list(range(50))})


def test_a_template_that_writes_too_much_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"main\.tf\.j2:.*renders to more than 4 MiB"):
        rendered(tmp_path, "{% for a in n %}\n{{ x | hcl }}\n{% endfor %}\n", {"n": list(range(5000)), "x": "y" * 1000})


@pytest.mark.thorough
def test_a_large_file_below_the_limit_is_whole(tmp_path: Path) -> None:
    text = rendered(tmp_path, "{% for a in n %}\n{{ a | hcl }}\n{% endfor %}\n", {"n": list(range(5000))})
    assert text == "".join(f"{n}\n" for n in range(5000))


def test_in_files_that_we_cannot_encode_for_nothing_is_printed(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{% if x %}\non\n{% endif %}\n", {"x": "a"}, "Makefile.j2") == "on\n"
    assert rendered(tmp_path, "{% set a %}b{% endset %}{{ a }}", {}, "Makefile.j2") == "b"
    with pytest.raises(TemplateError, match=r"Makefile\.j2:1:1: the value cannot be printed here: .* \.md files only$"):
        rendered(tmp_path, "{{ x }}\n", {"x": "a"}, "Makefile.j2")
    with pytest.raises(TemplateError, match="'y' is undefined"):
        rendered(tmp_path, "{{ y }}\n", {"x": "a"}, "Makefile.j2")


@pytest.mark.parametrize("name", ["tests/plan.tftest.hcl.j2", ".tflint.hcl.j2"])
def test_other_hcl_files_are_hcl(tmp_path: Path, name: str) -> None:
    assert rendered(tmp_path, "a = {{ x | hcl }}\n", {"x": "a"}, name) == 'a = "a"\n'


def test_the_first_folder_that_has_a_file_wins(tmp_path: Path) -> None:
    own = write(tmp_path / "own", {"main.tf.j2": "# own\n", "modules/a/extra.tf.j2": "# extra\n"})
    bundled = write(tmp_path / "bundled", {"main.tf.j2": "# bundled\n", "outputs.tf.j2": "# bundled\n"})
    engine = TemplateEngine([own, bundled])
    assert engine.templates() == ["main.tf.j2", "modules/a/extra.tf.j2", "outputs.tf.j2"]
    assert engine.render("main.tf.j2", {}) == "# own\n"
    assert engine.render("outputs.tf.j2", {}) == "# bundled\n"
    assert engine.source("main.tf.j2").display == "own/main.tf.j2"


def test_partials_and_leftovers_of_editors_are_no_templates(tmp_path: Path) -> None:
    names = ["_macros.tf.j2", "main.tf.j2~", ".main.tf.j2.swp", ".DS_Store", ".git/x.tf.j2", "__pycache__/x.pyc"]
    engine = engine_of(tmp_path, {**dict.fromkeys(names, ""), "main.tf.j2": "", ".tflint.hcl.j2": ""})
    assert engine.templates() == [".tflint.hcl.j2", "main.tf.j2"]
    assert list(engine.library.sources) == [".tflint.hcl.j2", "_macros.tf.j2", "main.tf.j2"]


def test_a_template_that_is_not_utf_8_is_told_by_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "templates", {})
    (tmp_path / "templates").mkdir(exist_ok=True)
    (folder / "main.tf.j2").write_bytes(b"# a\n# b\xff\n")
    with pytest.raises(TemplateError, match=r"^templates/main\.tf\.j2:2:1: is not UTF-8"):
        TemplateEngine([folder])


@pytest.mark.parametrize("target", ["/etc/hostname", "../elsewhere.tf.j2"])
def test_a_link_that_leads_out_of_the_templates_is_refused(tmp_path: Path, target: str) -> None:
    folder = write(tmp_path / "templates", {"main.tf.j2": "x", "modules/a/real.tf.j2": "y"})
    write(tmp_path, {"elsewhere.tf.j2": "z"})
    (folder / "modules" / "b.tf.j2").symlink_to("a/real.tf.j2")
    assert TemplateEngine([folder]).render("modules/b.tf.j2", {}) == "y"
    (folder / "link.tf.j2").symlink_to(target)
    with pytest.raises(
        TemplateError, match=r"^templates/link\.tf\.j2:1:1: is a link that leads out of the template folder"
    ):
        TemplateEngine([folder])


def test_a_folder_named_as_a_template_is_not_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path / "templates", {"modules/main.tf.j2/x": ""})
    with pytest.raises(TemplateError, match=r"^templates/modules/main\.tf\.j2:1:1: is a folder"):
        TemplateEngine([folder])


def test_a_template_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "templates", {"a.tf.j2": ""})
    (folder / "main.tf.j2").symlink_to(folder / "nowhere")
    with pytest.raises(TemplateError, match=r"^templates/main\.tf\.j2:1:1: cannot be read: No such file"):
        TemplateEngine([folder])


def test_a_template_that_links_round_to_itself_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "templates", {"a.tf.j2": ""})
    (folder / "main.tf.j2").symlink_to("other.tf.j2")
    (folder / "other.tf.j2").symlink_to("main.tf.j2")
    with pytest.raises(TemplateError, match=r"^templates/main\.tf\.j2:1:1: cannot be read: Too many levels") as caught:
        TemplateEngine([folder])
    assert caught.value.hint == "correct the link, or put the file itself there"


def test_the_digest_changes_with_any_name_or_content(tmp_path: Path) -> None:
    trees = [
        {"a.tf.j2": "x", "b.tf.j2": ""},
        {"a.tf.j2": "", "b.tf.j2": "x"},
        {"a.tf.j2": "x"},
        {"a.tf.j2": "x", "c": ""},
    ]
    digests = {TemplateEngine([write(tmp_path / str(at), tree)]).digest() for at, tree in enumerate(trees)}
    again = TemplateEngine([write(tmp_path / "again", trees[0])]).digest()
    assert len(digests) == len(trees)
    assert again in digests


_TWICE = "{% set a = [a, a] %}{% set b = [b, b] %}\n"
_EQUALS = "{% set a = [1] %}{% set b = [1] %}\n" + _TWICE * 35
_TEXT = "{% set a %}aaaaaaaaaa{% endset %}\n" + "{% set a %}{{ a }}{{ a }}{% endset %}\n" * 28


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        pytest.param(_TEXT, 20, "renders to more than 4 MiB", id="text that is doubled"),
        pytest.param(_EQUALS + "{% if a == b %}\n{% endif %}\n", 37, "takes more than", id="a comparison"),
        pytest.param(_EQUALS + "{% if a in [b] %}\n{% endif %}\n", 37, "takes more than", id="in"),
        pytest.param(_EQUALS + "{% for x in [a, b] | sort %}\n{% endfor %}\n", 37, "takes more than", id="sort"),
        pytest.param(_EQUALS.replace("[", "(").replace("]", ",)") + "{% set d = {a: 1} %}\n", 37, "takes more than", id="hash"),
        pytest.param("{% set a = 1 %}\n" + "{% set a = a + a %}\n" * 10_000, 1, "(needs|takes) more than", id="code"),
        pytest.param("{% set a %}aaaaaaaaaa{% endset %}\n" + "{% set a %}{{ a }}{{ a }}{% endset %}\n" * 18 + "".join(f"{{% set b{n} = a | upper %}}\n" for n in range(200)), None, "needs more than", id="copies"),
        pytest.param("{{ " + "(" * 5000 + "1" + ")" * 5000 + " | hcl }}", 1, "nested too deeply", id="parentheses"),
        pytest.param("{% set a = " + "[" * 80 + "]" * 80 + " %}", 1, "nested too deeply", id="lists in lists"),
    ],
)  # fmt: skip
def test_a_bomb_ends_and_is_told_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str, line: int | None, message: str
) -> None:
    if message == "takes more than":
        monkeypatch.setattr(jail, "PATIENCE", 1.0)
    else:
        monkeypatch.setattr(limits, "MEMORY", 32 << 20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TemplateError, match=message) as caught:
        rendered(tmp_path, template, {})
    assert caught.value.place.file == "templates/main.tf.j2"
    assert caught.value.place.line == line or (line is None and 20 < caught.value.place.line < 220)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 500 * 1024


def test_a_bomb_in_one_of_many_templates_is_named_and_stops_no_other(tmp_path: Path) -> None:
    deep = "{{ " + "(" * 5000 + "1" + ")" * 5000 + " | hcl }}"
    folder = write(tmp_path / "templates", {"a.tf.j2": "a\n", "main.tf.j2": deep})
    engine = TemplateEngine([folder], cache=tmp_path / "cache")
    assert engine.render("a.tf.j2", {}) == "a\n"
    with pytest.raises(TemplateError) as caught:
        engine.render("main.tf.j2", {})
    assert caught.value.place.file == "templates/main.tf.j2"


@pytest.mark.thorough
def test_after_a_bomb_the_other_templates_are_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "PATIENCE", 0.5)
    engine = engine_of(
        tmp_path, {"main.tf.j2": _EQUALS + "{% if a == b %}\n{% endif %}\n", "b.tf.j2": "{{ x | hcl }}\n"}
    )
    with pytest.raises(TemplateError):
        engine.render("main.tf.j2", {})
    assert engine.render("b.tf.j2", {"x": 1}) == "1\n"


@pytest.mark.thorough
def test_a_render_under_observation_keeps_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "PATIENCE", 0.5)
    tracer = TracingEngine(engine_of(tmp_path, {"main.tf.j2": _EQUALS + "{% if a == b %}\n{% endif %}\n"}))
    with pytest.raises(TemplateError, match="takes more than"):
        tracer.trace("main.tf.j2", {})


@pytest.mark.parametrize("folders", [(bundled_templates(),), [bundled_templates()]])
def test_our_own_templates_need_no_process_of_their_own(folders: Sequence[Path]) -> None:
    assert TemplateEngine(folders)._worker is None


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.write_bytes(b"#" * (4 << 20) + b"#")])
def test_a_template_that_is_no_text_file_is_told(tmp_path: Path, make: Callable[[Path], object]) -> None:
    folder = write(tmp_path / "templates", {"a.tf.j2": ""})
    make(folder / "main.tf.j2")
    with pytest.raises(TemplateError, match=r"^templates/main\.tf\.j2:1:1: is (not a file|larger than 4 MiB)"):
        TemplateEngine([folder])


def test_two_templates_of_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"^templates/main\.tf:1:1: makes the same file as templates/main\.tf\.j2"):
        engine_of(tmp_path, {"main.tf": "a", "main.tf.j2": "b"})


def test_a_template_with_a_conflict_of_a_merge_is_told_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"^templates/main\.tf\.j2:2:1: a merge has left a conflict here"):
        engine_of(tmp_path, {"main.tf.j2": "a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> x\n"})


def test_what_renders_in_a_process_of_its_own_is_compiled_there(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"main.tf.j2": "a = {{ x | hcl }}\n", "bad.tf.j2": "{{"})
    engine.prepare()
    assert engine.render("main.tf.j2", {"x": 1}) == "a = 1\n"


def test_a_system_that_does_not_tell_how_much_memory_is_used_renders_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_SIZES", tmp_path / "none")
    assert rendered(tmp_path, "a = {{ x | hcl }}\n", {"x": 1}) == "a = 1\n"


def test_a_system_without_room_for_a_process_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise OSError

    monkeypatch.setattr(os, "fork", full)
    with pytest.raises(TemplateError, match="the system has no room for another process"):
        rendered(tmp_path, "a = 1\n", {})


def test_a_process_that_is_killed_is_told_and_the_next_file_is_rendered(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"main.tf.j2": "a = {{ x | hcl }}\n"})
    assert engine.render("main.tf.j2", {"x": 1}) == "a = 1\n"
    assert engine._worker
    assert engine._worker._process
    os.kill(engine._worker._process.number, signal.SIGKILL)
    with pytest.raises(TemplateError, match=r"^templates/main\.tf\.j2:1:1: ends the process that renders it"):
        engine.render("main.tf.j2", {"x": 1})
    assert engine.render("main.tf.j2", {"x": 2}) == "a = 2\n"


def test_a_process_whose_time_ends_outside_of_a_template_names_the_one_it_was_asked_for(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, {"main.tf.j2": "a = {{ x | hcl }}\n"})
    assert engine.render("main.tf.j2", {"x": 1}) == "a = 1\n"
    assert engine._worker
    assert engine._worker._process
    os.kill(engine._worker._process.number, signal.SIGALRM)
    with pytest.raises(TemplateError, match=r"^templates/main\.tf\.j2:1:1: takes more than"):
        engine.render("main.tf.j2", {"x": 1})


@pytest.mark.parametrize("is_confined", [True, False])
def test_a_template_is_compiled_where_it_will_be_rendered(tmp_path: Path, is_confined: bool) -> None:  # noqa: FBT001
    folder = write(tmp_path / "templates", {"main.tf.j2": "a = 1\n", "bad.tf.j2": "\n{{ x | nothing }}\n"})
    engine = TemplateEngine([folder], confined=is_confined)
    engine.compile("main.tf.j2")
    assert ("main.tf.j2" in engine._templates) is not is_confined
    with pytest.raises(TemplateError, match=r"^templates/bad\.tf\.j2:2:1: .*nothing"):
        engine.compile("bad.tf.j2")
