"""`diff`: what differs between two environments, by meaning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generator.cli.main import run
from generator.explain.comparison import Difference, compare
from generator.explain.explain import explain
from generator.model.loading.load import load_environments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

    WorkspaceOf = Callable[[Mapping[str, str]], Workspace]

BASE = """\
stack: service
region: eu-central-1
account: "111122223333"
class: dev
tags: {Owner: team, CostCenter: "012"}
source: {type: github, repository: https://github.com/acme/service}
"""
BUILD = "builds: {main: {runtime: {nodejs: 22}, timeout: 1h}}"


def _differences(workspace_of: WorkspaceOf, left: str, right: str) -> list[Difference]:
    specs = {"_base": BASE, "a": f"extends: _base\n{left}", "b": f"extends: _base\n{right}"}
    workspace = workspace_of(specs)
    one, other = load_environments(workspace, ["a", "b"])
    return compare(explain(workspace, one), explain(workspace, other))


def _own(found: list[Difference]) -> list[str]:
    return [difference.key for difference in found if not difference.follows]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (BUILD, BUILD.replace("1h", "60m")),
        (BUILD, BUILD.replace("1h", "0h60m")),
        (BUILD, "builds: {main: {timeout: 60m, runtime: {nodejs: '22'}}}"),
        (BUILD, "builds: {main: {runtime: {nodejs: 22}, timeout: 1h, queued_timeout: 8h}}"),
        (f"{BUILD}\nartifacts: {{abort_uploads_after_days: 7}}", BUILD),
        (f"{BUILD}\naccess: {{}}", BUILD),
        (f"{BUILD}\nregion: eu-central-1\ndescription: ''", BUILD),
        (f"description: '@{{stack}}'\n{BUILD}", f"description: service\n{BUILD}"),
    ],
    ids=[
        "a duration in other units",
        "a duration in two units",
        "the order of keys, and a version in quotes",
        "a default duration written out",
        "a default written out",
        "an empty section written out",
        "an inherited value repeated",
        "a variable written out",
    ],
)
def test_what_means_the_same_is_no_difference(left: str, right: str, workspace_of: WorkspaceOf) -> None:
    assert _own(_differences(workspace_of, left, right)) == []


@pytest.mark.parametrize(
    ("left", "right", "keys"),
    [
        (BUILD, BUILD.replace("1h", "61m"), ["builds.main.timeout"]),
        (BUILD, f"{BUILD}\ntags: {{Team: x}}", ["tags.Team"]),
        (BUILD, f"{BUILD}\nstate: {{bucket: states}}", ["state"]),
        (f"{BUILD}\nstate: {{bucket: other}}", f"{BUILD}\nstate: {{bucket: states}}", ["state.bucket"]),
        (BUILD, BUILD.replace("main", "other"), ["builds.main", "builds.other"]),
        (f"{BUILD}\nrequired_tags: [Owner, CostCenter]", f"{BUILD}\nrequired_tags: [CostCenter, Owner]", ["required_tags"]),
        (BUILD, f"{BUILD}\nlogs: {{retention_days: 30}}\nregion: us-east-1", ["region", "logs.retention_days"]),
        (f"{BUILD}\nartifacts: {{expire_after_days: null}}", BUILD, ["artifacts.expire_after_days"]),
        (BUILD, f"{BUILD}\nartifacts: {{bucket: my-own}}", ["artifacts.bucket"]),
        (f"description: '@{{stack}}'\n{BUILD}", f"description: '@{{region}}'\n{BUILD}", ["description"]),
    ],
    ids=[
        "a duration", "an entry of one side", "a section of one side", "a key of a section", "builds of other names",
        "the order of a list", "several, in the order of the model", "a removed default", "a name of one's own", "other variables",
    ],
)  # fmt: skip
def test_what_differs_is_named_by_its_topmost_key(
    left: str, right: str, keys: list[str], workspace_of: WorkspaceOf
) -> None:
    assert _own(_differences(workspace_of, left, right)) == keys


def test_what_only_names_make_different_follows(workspace_of: WorkspaceOf) -> None:
    text = f"{BUILD}\nstate: {{bucket: 'states-@{{environment}}'}}"
    found = _differences(workspace_of, text, text)
    assert {difference.key for difference in found} == {"artifacts.bucket", "state.bucket", "state.key"}
    assert all(difference.follows for difference in found)


def test_a_computed_image_follows_from_the_runtime(workspace_of: WorkspaceOf) -> None:
    found = _differences(workspace_of, BUILD, BUILD.replace("22", "18"))
    follows = {difference.key: difference.follows for difference in found}
    assert follows["builds.main.runtime.nodejs"] is False
    assert follows["builds.main.image"] is True


def test_both_sides_have_value_and_origin(workspace_of: WorkspaceOf) -> None:
    (found,) = [
        difference
        for difference in _differences(workspace_of, BUILD, BUILD.replace("1h", "90m"))
        if not difference.follows
    ]
    assert found.section == "builds"
    sides = [(side.value, side.typed, str(side.origin.place)) for side in (found.left, found.right) if side]
    assert sides == [("1h", 60, "environments/a.yaml:2:49"), ("1h30m", 90, "environments/b.yaml:2:49")]


@pytest.fixture
def folder(workspace_of: WorkspaceOf) -> str:
    specs = {
        "_base": BASE,
        "a": f"extends: _base\n{BUILD}",
        "b": f"extends: _base\n{BUILD.replace('1h', '2h')}\ntags: {{Team: x}}",
        "same": f"extends: _base\n{BUILD.replace('1h', '60m')}",
        "broken": "extends: _base\nbuilds: 7",
    }
    return str(workspace_of(specs).root)


def test_the_screen_groups_by_section_and_names_both_sides(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", folder, "diff", "a", "b"]) == 0
    shown = capsys.readouterr()
    assert [" ".join(line.split()) for line in shown.out.splitlines()] == [
        "tags",
        "Team",
        "a none",
        "b x environments/b.yaml:3:14",
        "builds",
        "main.timeout",
        "a 1h environments/a.yaml:2:49",
        "b 2h environments/b.yaml:2:49",
    ]
    assert shown.err == "a and b: 2 differences; 1 value more follows from them (--all)\n"


def test_what_follows_is_shown_on_request(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", folder, "diff", "a", "same", "--all"]) == 0
    shown = capsys.readouterr().out
    assert "service-same-artifacts-111122223333" in shown
    assert "(follows)" in shown


@pytest.mark.parametrize(
    ("names", "options", "code"),
    [
        (["a", "b"], [], 0),
        (["a", "b"], ["--exit-code"], 1),
        (["a", "same"], ["--exit-code"], 0),
        (["a", "same"], ["--exit-code", "--all"], 0),
        (["a", "a"], ["--exit-code"], 0),
        (["a", "b"], ["--exit-code", "--json"], 1),
    ],
)
def test_the_exit_code_tells_a_difference_only_on_request(
    names: list[str], options: list[str], code: int, folder: str
) -> None:
    assert run(["-C", folder, "diff", *names, *options]) == code


def test_the_data_has_all_differences(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", folder, "diff", "a", "b", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["environments"], document["same"]) == (True, ["a", "b"], False)
    found = {difference["key"]: difference for difference in document["differences"]}
    assert {key: difference["follows"] for key, difference in found.items()} == {
        "tags.Team": False,
        "builds.main.timeout": False,
        "artifacts.bucket": True,
    }
    assert found["tags.Team"]["left"] is None
    assert found["builds.main.timeout"]["right"] == {
        "value": "2h",
        "typed": 120,
        "origin": {
            "layer": "environment b",
            "kind": "environment",
            "file": "environments/b.yaml",
            "line": 2,
            "column": 49,
        },
    }


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Missing argument 'ENV_A'"),
        (["a"], 2, "Missing argument 'ENV_B'"),
        (["a", "b", "same"], 2, "unexpected extra argument"),
        (["a", "nope"], 2, "no environment 'nope'"),
        (["nope", "a"], 2, "no environment 'nope'"),
        (["a", "sam"], 2, "did you mean same?"),
        (["a", "*"], 2, "* is a pattern"),
        (["_base", "a"], 2, "no environment '_base'"),
        (["a", ""], 2, "no environment ''"),
        (["a", "b", "--exitcode"], 2, "--exitcode"),
        (["a", "broken"], 1, "environments/broken.yaml:2:9"),
        (["broken", "broken"], 1, "1 error"),
    ],
)
def test_wrong_arguments_say_what_is_right(
    arguments: list[str], code: int, words: str, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", folder, "diff", *arguments]) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.out == ""
