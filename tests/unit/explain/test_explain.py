"""`explain`: every value with the layer and the place that decided, and what it overrode."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from generator.cli.main import run
from generator.errors import UsageError
from generator.explain.explain import explain, find_key
from generator.language.nodes import plain
from generator.language.reader import read_text
from generator.model.loading.load import load_environments
from generator.model.notation import text_of
from generator.parts.artifacts.module import ArtifactsContext
from generator.parts.builds.module import BuildsContext
from generator.parts.framework.facts import StateContext
from generator.parts.framework.stack import derive
from generator.reports.columns import Line, aligned
from generator.reports.problems.excerpt import width
from generator.reports.specs.explanation import tree
from generator.reports.specs.explanation_data import as_data
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.explain.explain import Explanation

    WorkspaceOf = Callable[[Mapping[str, str]], Workspace]

BASE = """\
stack: service
region: eu-central-1
account: "111122223333"
tags: {Owner: team, CostCenter: "012"}
source:
  type: github
  repository: https://github.com/acme/service
builds:
  main:
    runtime: {nodejs: 22}
    timeout: 90m
artifacts:
  expire_after_days: 400
  archive_after_days: 60
"""
PROD = """\
extends: _base
builds:
  main:
    timeout: 2h
    variables: {STAGE: "@{environment}-@{account}"}
artifacts:
  expire_after_days: 500
  archive_after_days: null
required_tags+: [Team]
tags:
  Team: a
"""


@pytest.fixture
def prod(workspace_of: WorkspaceOf) -> Explanation:
    return _explained(workspace_of({"_base": BASE, "prod": PROD}), "prod")


def _explained(workspace: Workspace, name: str) -> Explanation:
    (environment,) = load_environments(workspace, [name])
    return explain(workspace, environment)


@pytest.mark.parametrize(
    ("key", "value", "kind", "layer", "place"),
    [
        ("builds.main.timeout", "2h", "environment", "environment prod", "environments/prod.yaml:4:14"),
        ("source.type", "github", "base", "base _base", "environments/_base.yaml:6:9"),
        ("tags.CostCenter", "012", "base", "base _base", "environments/_base.yaml:4:33"),
        ("artifacts.encryption", "kms", "class", "class prod", "generator/parts/artifacts/classes/prod.yaml:3:15"),
        ("class", "prod", "name", "environment name", "None"),
        ("builds.main.cache", "local", "default", "default", "None"),
        ("builds.main.queued_timeout", "8h", "default", "default", "None"),
        ("access.permissions_boundary", None, "default", "default", "None"),
        ("artifacts.bucket", "service-prod-artifacts-111122223333", "computed", "computed", "None"),
        ("required_tags[2]", "Team", "environment", "environment prod", "environments/prod.yaml:9:18"),
        ("required_tags[0]", "Owner", "class", "class prod", "generator/model/loading/classes/prod.yaml:2:17"),
    ],
    ids=lambda value: str(value) if value else None,
)
def test_a_key_has_its_value_layer_and_place(  # noqa: PLR0913, PLR0917  # one column of the table each
    key: str, value: object, kind: str, layer: str, place: str, prod: Explanation
) -> None:
    found = find_key(prod, key)
    assert (found.value, found.origin.kind, found.origin.layer) == (value, kind, layer)
    assert str(found.origin.place) == place


def test_a_key_names_everything_that_it_overrides_the_nearest_first(prod: Explanation) -> None:
    found = find_key(prod, "artifacts.expire_after_days")
    chain = [(saying.value, saying.origin.layer, str(saying.origin.place)) for saying in found.overrides]
    assert chain == [
        (400, "base _base", "environments/_base.yaml:13:22"),
        (730, "class prod", "generator/parts/artifacts/classes/prod.yaml:6:22"),
    ]


def test_a_duration_has_units_as_written_and_minutes_as_held(prod: Explanation) -> None:
    found = find_key(prod, "builds.main.timeout")
    assert (found.value, found.typed, found.overrides[0].value) == ("2h", 120, "90m")


def test_a_number_that_the_model_holds_as_text_is_shown_as_written(prod: Explanation) -> None:
    found = find_key(prod, "builds.main.runtime.nodejs")
    assert (found.value, found.typed) == (22, "22")


def test_a_text_with_variables_is_shown_replaced_and_as_written(prod: Explanation) -> None:
    found = find_key(prod, "builds.main.variables.STAGE")
    assert found.value == "prod-111122223333"
    assert found.said is not None
    assert found.said.value == "@{environment}-@{account}"


def test_a_null_that_removed_an_inherited_value_is_found(prod: Explanation) -> None:
    found = find_key(prod, "artifacts.archive_after_days")
    assert (found.value, found.origin.kind) == (None, "default")
    assert found.removal is not None
    assert str(found.removal.origin.place) == "environments/prod.yaml:8:23"


def test_what_was_never_removed_has_no_removal(prod: Explanation) -> None:
    assert [found.key for found in prod.walk() if found.removal] == ["artifacts.archive_after_days"]


REMOVED = """\
extends: _base
builds:
  main: null
  docs: {runtime: {nodejs: 22}}
tags: {Cost: null}
"""


@pytest.fixture
def without(workspace_of: WorkspaceOf) -> Explanation:
    base = BASE.replace("{Owner: team", "{Cost: low, Owner: team")
    return _explained(workspace_of({"_base": base, "dev": REMOVED}), "dev")


@pytest.mark.parametrize(
    ("key", "place"), [("tags.Cost", "5:14"), ("builds.main", "3:9"), ("builds.main.timeout", "3:9")]
)
def test_a_name_that_a_null_removed_is_explained_by_that_null(key: str, place: str, without: Explanation) -> None:
    found = find_key(without, key)
    assert (found.value, found.origin.kind) == (None, "unset")
    assert found.removal is not None
    assert str(found.removal.origin.place) == f"environments/dev.yaml:{place}"


def test_names_that_a_null_removed_stand_beside_those_that_are_left(without: Explanation) -> None:
    screen = _screen(without, None)
    assert any(re.fullmatch(r"  # without Cost +environments/dev\.yaml:5:14", line) for line in screen)
    assert any(re.fullmatch(r"  # without main +environments/dev\.yaml:3:9", line) for line in screen)
    assert [gone["key"] for gone in as_data(find_key(without, "tags"))["removed"]] == ["tags.Cost"]  # type: ignore[attr-defined]
    assert "Cost" not in find_key(without, "tags").value  # type: ignore[operator]


def test_a_mapping_replaced_as_a_whole_says_what_it_replaced(workspace_of: WorkspaceOf) -> None:
    text = "extends: _base\ntags=: {Owner: me, CostCenter: x}"
    found = find_key(_explained(workspace_of({"_base": BASE, "dev": text}), "dev"), "tags")
    assert [saying.value for saying in found.overrides] == [{"Owner": "team", "CostCenter": "012"}]


def test_the_class_may_be_given_and_then_has_a_place(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": BASE, "qa": "extends: _base\nclass: dev"})
    found = find_key(_explained(workspace, "qa"), "class")
    assert (found.origin.kind, str(found.origin.place)) == ("environment", "environments/qa.yaml:2:8")


def test_a_key_of_a_section_that_is_not_there_is_explained_as_not_set(prod: Explanation) -> None:
    found = find_key(prod, "state.bucket")
    assert (found.value, found.origin.kind) == (None, "unset")
    assert found.documentation is not None
    assert found.documentation.description == "Bucket that holds the state."


def test_a_tag_key_with_dots_is_found(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": BASE, "dev": "extends: _base\ntags: {'a.b/c': x}"})
    assert find_key(_explained(workspace, "dev"), "tags.a.b/c").value == "x"


def test_documentation_is_that_of_the_key(prod: Explanation) -> None:
    known = find_key(prod, "builds.main.timeout").documentation
    assert known is not None
    assert (known.key, known.kind, known.default) == ("builds.<name>.timeout", "duration from 5m to 36h", "15m")
    assert [found.key for found in prod.walk() if found.path and found.documentation is None] == []


def test_an_item_of_a_list_is_documented_as_what_it_is(prod: Explanation) -> None:
    known = find_key(prod, "required_tags[0]").documentation
    assert known is not None
    assert known.key == "required_tags.<item>"
    assert not known.kind.startswith("list")


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("builds.main.timout", "did you mean builds.main.timeout?"),
        ("builds.man.timeout", "did you mean builds.main.timeout?"),
        ("timeout", "did you mean builds.main.timeout?"),
        ("stat", "did you mean state?"),
        ("logs.nothing", "there are: group, existing, retention_days"),
        ("account.x", "account has no keys"),
        ("builds.other.timeout", "did you mean builds.main.timeout?"),
        ("state.bukcet", "did you mean state.bucket?"),
        ("state.zzz", "there are: bucket, key, account, region"),
        ("zzz.zzz", "there is no zzz either"),
        ("", "there are: stack, class"),
        ("builds.main.", "there are: description"),
        ("required_tags[9]", "did you mean required_tags"),
    ],
)
def test_an_unknown_key_is_wrong_usage_with_a_way_out(key: str, hint: str, prod: Explanation) -> None:
    with pytest.raises(UsageError) as caught:
        find_key(prod, key)
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_every_place_in_a_shipped_spec_holds_what_is_said_to_stand_there(name: str, repository: Path) -> None:
    checked = 0
    for found in _explained(Workspace.find(repository), name).walk():
        for saying in (found.said, *found.overrides):
            if saying is None or saying.origin.place is None or isinstance(saying.value, dict | list):
                continue
            place = saying.origin.place
            line = (repository / place.file).read_text("utf-8").splitlines()[place.line - 1]
            assert (
                line[place.column - 1 :]
                .lstrip('"')
                .startswith(str(saying.value).replace("True", "true").replace("False", "false"))
            )
            checked += 1
    assert checked > 25


@pytest.mark.parametrize(
    "build", ["", "phases: {build: [make]}", "image: acme/x:1", "buildspec: ci/b.yml", "architecture: arm64"]
)
@pytest.mark.parametrize("rest", ["", "state: {bucket: states}", "artifacts: {bucket: other}"])
def test_what_is_computed_is_what_is_derived(build: str, rest: str, workspace_of: WorkspaceOf) -> None:
    text = f"extends: _base\nbuilds:\n  main:\n    description: x\n    {build}\n{rest}\n"
    workspace = workspace_of({"_base": BASE, "dev": text})
    (environment,) = load_environments(workspace, ["dev"])
    whole, root = explain(workspace, environment), derive(environment).root
    builds, artifacts, state = root["builds"], root["artifacts"], root["state"]
    assert isinstance(builds, BuildsContext)
    assert isinstance(artifacts, ArtifactsContext)
    (project,) = builds.projects
    shown = {key: find_key(whole, f"builds.main.{key}").value for key in ("image", "buildspec", "artifact_files")}
    packed = (project.buildspec or {}).get("artifacts")
    files = packed["files"] if isinstance(packed, dict) else None
    assert shown == {"image": project.image, "buildspec": project.buildspec_file, "artifact_files": files}
    assert find_key(whole, "artifacts.bucket").value == artifacts.bucket_name
    if isinstance(state, StateContext):
        assert find_key(whole, "state.key").value == state.key
        assert find_key(whole, "state.region").value == state.region
    else:
        assert find_key(whole, "state").value is None


def test_an_environment_that_keeps_states_has_its_own_keys_alone(repository: Path) -> None:
    whole = _explained(Workspace.find(repository), "state")
    assert find_key(whole, "backend.bucket").value == "acme-platform-tfstate-333344445555"
    assert {"builds", "source", "artifacts", "logs"}.isdisjoint(child.key for child in whole.children)


def _screen(explanation: Explanation, columns: int | None) -> list[str]:
    return [click.unstyle(line) for line in aligned(list(tree(explanation)), columns)]


def test_the_screen_reads_as_yaml_with_places_on_the_right(prod: Explanation) -> None:
    screen = _screen(prod, None)
    assert "builds:" in screen
    assert any(re.fullmatch(r"    timeout: 2h +environments/prod\.yaml:4:14", line) for line in screen)
    assert any(re.fullmatch(r"      # overrides 90m +environments/_base\.yaml:11:14", line) for line in screen)
    assert any(re.fullmatch(r"  encryption: kms +class prod", line) for line in screen)
    assert any(re.fullmatch(r"    # removed by null +environments/prod\.yaml:8:23", line) for line in screen)


def test_items_of_several_layers_stand_on_lines_of_their_own(prod: Explanation) -> None:
    screen = _screen(prod, None)
    assert any(re.fullmatch(r"  - Owner +class prod", line) for line in screen)
    assert any(re.fullmatch(r"  - Team +environments/prod\.yaml:9:18", line) for line in screen)


def test_the_left_side_of_the_screen_is_the_environment(prod: Explanation) -> None:
    lines = [line for line in tree(prod) if not line.key.lstrip().startswith("#")]
    text = "\n".join(f"{line.key} {line.value}".rstrip() for line in lines)
    nodes = read_text(text.encode(), "shown")
    assert nodes.value.keys() == prod.value.keys()  # type: ignore[union-attr, attr-defined]


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_the_screen_is_no_wider_than_the_terminal(columns: int, workspace_of: WorkspaceOf) -> None:
    text = f"extends: _base\ndescription: {'word ' * 30}\ntags: {{Name: {'日本語' * 30}}}"
    lines = _screen(_explained(workspace_of({"_base": BASE, "dev": text}), "dev"), columns)
    assert max(map(width, lines)) <= columns
    assert re.sub(r"\s", "", "".join(lines)).count("日本語") >= 1


def test_a_folded_value_loses_nothing() -> None:
    value = "a/b c" * 40
    lines = [click.unstyle(line) for line in aligned([Line("key:", value, "remark")], 50)]
    assert "".join(
        line.removesuffix("remark").removeprefix("key: ").removeprefix("     ").rstrip(" ") for line in lines
    ).replace(" ", "") == value.replace(" ", "")
    assert sum("remark" in line for line in lines) == 1


def test_text_that_would_steer_the_terminal_does_not() -> None:
    (line,) = aligned([Line("a\x1b[2J", "b\r\nc", "d\x07")], None)
    assert not re.search(r"\x1b\[2J|[\r\n\x07]", line)


@pytest.mark.parametrize(
    "value",
    [
        "plain", "two words", "12", "012", "no", "", " x", "x ", "a: b", "a:b", "a #b", "a#b", "#a", "- a", "-a", "[a", "a, b",
        "{a", "@{x}", "%a", "&a", "*a", "!a", "'a", '"a"', "a\nb", "a\tb", "\N{GRINNING FACE}\n", "a\u2028b", "\u00a0", "\U000f0000", "back\\slash", "ü", "x:", "1.10", "22:30", "null", "~",
        "=", "<<", "?", "? a", "|", ">", "`a`", "2026-01-31", "https://a.b/c?d=e#f", "key+", "key=", True, False, 0, -5,
        [], ["a", 1], {}, {"a": ["b"]}, {"k+": {"x=": "no"}}, {"a b": None},
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("form", ["{}", "[{}]", "{{inner: {}}}"], ids=["block", "in a list", "in a mapping"])
def test_a_value_written_as_yaml_reads_back_as_itself(value: object, form: str) -> None:
    root = read_text(f"key: {form.format(text_of(value))}".encode(), "written")
    wanted = {"{}": value, "[{}]": [value], "{{inner: {}}}": {"inner": value}}[form]
    assert plain(root) == {"key": wanted}


@pytest.fixture
def folder(workspace_of: WorkspaceOf) -> str:
    return str(workspace_of({"_base": BASE, "prod": PROD, "dev": "extends: _base"}).root)


def test_the_command_names_file_and_line(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", folder, "explain", "prod", "builds.main.timeout"]) == 0
    shown = capsys.readouterr().out
    for words in (
        "environments/prod.yaml:4:14",
        "environment prod",
        "90m",
        "environments/_base.yaml:11:14",
        "How long",
    ):
        assert words in shown


def test_the_command_gives_data(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", folder, "explain", "prod", "builds.main.timeout", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["environment"]) == (True, "prod")
    origin = {
        "layer": "environment prod",
        "kind": "environment",
        "file": "environments/prod.yaml",
        "line": 4,
        "column": 14,
    }
    base = {"layer": "base _base", "kind": "base", "file": "environments/_base.yaml", "line": 11, "column": 14}
    expected = {
        "key": "builds.main.timeout", "value": "2h", "typed": 120, "written": "2h", "origin": origin, "removed_by": None, "removed": [],
        "overrides": [{"value": "90m", "origin": base}], "description": "How long a build may run.",
        "kind": "duration from 5m to 36h", "default": "15m", "examples": ["15m"], "children": [],
    }  # fmt: skip
    assert document["explanation"] == expected


def test_the_data_of_an_environment_is_its_value(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", folder, "explain", "prod", "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)["explanation"]
    assert whole["value"]["builds"]["main"]["timeout"] == "2h"
    assert [child["key"] for child in whole["children"]] == list(whole["value"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Missing argument 'ENV'"),
        (["nope"], 2, "there are: dev, prod"),
        (["prd"], 2, "did you mean prod?"),
        (["environments/dev.yaml"], 2, "did you mean dev?"),
        (["_base"], 2, "no environment '_base'"),
        (["p*"], 2, "p* is a pattern"),
        (["*"], 2, "it fits dev, prod"),
        (["../prod"], 2, "no environment"),
        ([""], 2, "no environment ''"),
        (["prod", "a", "b"], 2, "unexpected extra argument"),
        (["prod", ""], 2, "no key ''"),
        (["prod", "builds.main.timout"], 2, "did you mean builds.main.timeout?"),
        (["prod", "--jsn"], 2, "--jsn"),
    ],
)
def test_wrong_arguments_are_wrong_usage(
    arguments: list[str], code: int, words: str, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", folder, "explain", *arguments]) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.out == ""


def test_a_wrong_spec_is_reported_with_its_place(workspace_of: WorkspaceOf, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = workspace_of({"_base": BASE, "dev": "extends: _base\nregion: 7"})
    assert run(["-C", str(workspace.root), "explain", "dev"]) == 1
    assert "environments/dev.yaml:2:9: region: must be a text" in capsys.readouterr().err


@pytest.mark.thorough
def test_explaining_imports_nothing_that_renders(folder: str, repository: Path) -> None:
    code = (
        f"import sys; from generator.cli.main import run; run(['-C', {folder!r}, 'explain', 'prod']);"
        "print([name for name in ('rich', 'jinja2', 'python_terraform', 'boto3') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.splitlines()[-1] == "[]"
