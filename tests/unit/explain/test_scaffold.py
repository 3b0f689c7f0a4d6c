"""`new`: a spec that is valid, commented and no longer than needed, whatever the bases give."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
import yaml
from jsonschema_rs import Draft202012Validator

from generator.cli.main import run
from generator.errors import OutputError, UsageError
from generator.explain.scaffold import new_spec
from generator.explain.starter_values import Wishes
from generator.model.documents.schema import MODELINE, file_schema
from generator.model.loading.load import load_environments
from generator.text_files import create_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

    WorkspaceOf = Callable[[Mapping[str, str]], Workspace]

PARTS = {
    "stack": "stack: service",
    "region": "region: eu-central-1",
    "account": 'account: "111122223333"',
    "tags": "tags: {Owner: team, CostCenter: x}",
    "source": "source: {type: github, repository: https://github.com/acme/service}",
    "builds": "builds: {main: {runtime: {nodejs: 22}}}",
}
WHOLE = "\n".join(PARTS.values())
REPOSITORY = "https://github.com/acme/service"


def _without(*keys: str) -> str:
    return "\n".join(["description: a base", *(text for key, text in PARTS.items() if key not in keys)])


def _made(workspace: Workspace, name: str, wishes: Wishes) -> str:
    made = new_spec(workspace, name, wishes)
    create_file(workspace.spec_path(name), made.text)
    return made.text


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("bases", "keys"),
    [
        ({}, {"stack", "region", "account", "tags", "source", "builds"}),
        ({"_base": WHOLE}, {"extends"}),
        ({"_common": WHOLE}, {"extends"}),
        ({"_base": WHOLE, "_other": "region: us-east-1"}, {"extends"}),
        ({"_base": _without("account")}, {"extends", "account"}),
        ({"_base": _without("account", "region")}, {"extends", "account", "region"}),
        ({"_base": _without("stack")}, {"extends", "stack"}),
        ({"_base": _without("tags")}, {"extends", "tags"}),
        ({"_base": _without("builds")}, {"extends", "builds"}),
        ({"_base": f"{_without('source')}\nsource: {{repository: {REPOSITORY}}}"}, {"extends", "source"}),
        ({"_base": f"{_without('tags')}\ntags: {{Owner: x}}"}, {"extends", "tags"}),
        ({"_base": f"{_without('tags')}\nrequired_tags: ['a b', 'no', 'x=']"}, {"extends", "tags"}),
        ({"_base": f"{_without('tags')}\nrequired_tags: []"}, {"extends", "tags"}),
        ({"_base": f"{WHOLE}\nrequired_tags: [Owner, Stack]"}, {"extends"}),
        ({"_one": WHOLE, "_two": WHOLE}, {"stack", "region", "account", "tags", "source", "builds"}),
    ],
    ids=[
        "no base", "a whole base", "a base of another name", "_base among others", "no account", "neither account nor region",
        "no stack", "no tags", "no builds", "no type of source", "some of the tags", "tags of odd names", "no required tags",
        "a required tag that is set for everybody",
        "several bases without _base",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["dev", "staging", "prod-eu"])
def test_it_says_what_is_missing_and_nothing_else_and_is_valid(
    name: str, bases: dict[str, str], keys: set[str], workspace_of: WorkspaceOf
) -> None:
    workspace = workspace_of(bases)
    needs_repository = "source" in keys and name != "dev" and not any(REPOSITORY in text for text in bases.values())
    wishes = Wishes(repository=REPOSITORY if needs_repository or "_one" in bases else None)
    text = _made(workspace, name, wishes)
    # No base says how many log groups there are.
    assert set(yaml.safe_load(text)) == keys | {"logs"}
    assert yaml.safe_load(text)["logs"] == {"group": "project"}
    load_environments(workspace, [name])
    Draft202012Validator(file_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize("bases", [{}, {"_base": WHOLE}], ids=["no base", "a base"])
def test_it_names_the_schema_and_has_suggestions_that_are_valid(
    bases: dict[str, str], workspace_of: WorkspaceOf
) -> None:
    workspace = workspace_of(bases)
    text = _made(workspace, "dev", Wishes())
    assert text.startswith(f"{MODELINE}\n# What dev says itself")
    written, _, suggested = text.partition("# What environments often add")
    uncommented = "\n".join(line.removeprefix("# ") for line in suggested.splitlines()[1:])
    assert set(yaml.safe_load(uncommented)) == {"description", "state"}
    workspace.spec_path("dev").write_text(written + uncommented, encoding="utf-8")
    (environment,) = load_environments(workspace, ["dev"])
    assert environment.spec.state is not None


def test_what_a_base_says_is_not_suggested(workspace_of: WorkspaceOf) -> None:
    base = f"{WHOLE}\ndescription: x\nlogs: {{retention_days: 30}}\nstate: {{bucket: states}}"
    assert "often add" not in new_spec(workspace_of({"_base": base}), "dev", Wishes()).text


def test_wishes_win_over_the_base(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": WHOLE})
    wishes = Wishes((), "prod", "222233334444", "us-west-2", "https://gitlab.com/acme/other")
    _made(workspace, "qa", wishes)
    (environment,) = load_environments(workspace, ["qa"])
    spec = environment.spec
    assert (spec.environment_class, spec.account, spec.region) == ("prod", "222233334444", "us-west-2")
    assert (spec.source.type, spec.source.repository) == ("gitlab", "https://gitlab.com/acme/other")


@pytest.mark.parametrize(
    ("repository", "kind"),
    [
        ("https://github.com/a/b", "github"),
        ("https://bitbucket.org/a/b", "bitbucket"),
        ("https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/b", "codecommit"),
        ("https://git.acme.io/a/b", "github-enterprise"),
    ],
)
def test_the_type_of_the_source_is_read_off_the_address(repository: str, kind: str, workspace_of: WorkspaceOf) -> None:
    made = new_spec(workspace_of({}), "dev", Wishes(repository=repository))
    assert yaml.safe_load(made.text)["source"] == {"type": kind, "repository": repository}


def test_several_bases_are_extended_in_their_order(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": WHOLE, "_eu": "region: eu-west-1"})
    text = _made(workspace, "dev", Wishes(bases=("_base", "_eu")))
    assert yaml.safe_load(text)["extends"] == ["_base", "_eu"]
    assert load_environments(workspace, ["dev"])[0].spec.region == "eu-west-1"


@pytest.mark.parametrize(
    ("name", "base", "wished", "expected"),
    [
        ("prod-eu", WHOLE, None, "prod"),
        ("qa", WHOLE, None, "dev"),
        ("qa", f"{WHOLE}\nclass: staging", None, "staging"),
        ("qa", f"{WHOLE}\nclass: staging", "prod", "prod"),
        ("dev", WHOLE, "prod", "prod"),
    ],
    ids=["by the name", "dev where nothing tells", "by the base", "by wish over the base", "by wish over the name"],
)
def test_the_class_is_decided(
    name: str, base: str, wished: str | None, expected: str, workspace_of: WorkspaceOf
) -> None:
    workspace = workspace_of({"_base": base})
    made = new_spec(workspace, name, Wishes(environment_class=wished))
    create_file(workspace.spec_path(name), made.text)
    assert made.environment_class == expected
    assert load_environments(workspace, [name])[0].spec.environment_class == expected


def test_stand_ins_are_marked_in_the_file_and_told(
    workspace_of: WorkspaceOf, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_of({"_base": _without("account")})
    assert run(["-C", str(workspace.root), "new", "dev"]) == 0
    shown = capsys.readouterr()
    assert "wrote environments/dev.yaml, an environment of class dev\n  change account: the AWS account" in shown.out
    assert '"000000000000"  # CHANGE THIS: ' in workspace.spec_path("dev").read_text("utf-8")
    assert "tfstencil schema --write" in shown.err


def test_the_command_gives_data(workspace_of: WorkspaceOf, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = workspace_of({"_base": _without("region")})
    assert run(["-C", str(workspace.root), "new", "qa", "--class", "prod", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "environment": "qa",
        "path": "environments/qa.yaml",
        "class": "prod",
        "bases": ["_base"],
        "to_change": {"region": "where it should run"},
        "notes": [],
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument 'ENV'"),
        (["dev", "extra"], "unexpected extra argument"),
        (["_eu"], "leave out the underscore"),
        (["Dev"], "cannot be an environment's name"),
        (["../dev"], "cannot be an environment's name"),
        (["dev/x"], "cannot be an environment's name"),
        (["dev.yaml"], "cannot be an environment's name"),
        ([""], "cannot be an environment's name"),
        (["dev--x"], "cannot be an environment's name"),
        (["-x"], "No such option"),
        (["x" * 33], "32 characters at most"),
        (["dev\n"], "cannot be an environment's name"),
        (["taken"], "environments/taken.yaml exists"),
        (["dev", "--from", "_nope"], "no base _nope"),
        (["dev", "--from", ""], "not the name of a base"),
        (["dev", "--from", "_base.yaml"], "write _base"),
        (["dev", "--from", "_base", "--from", "_base"], "named twice"),
        (["dev", "--account", "123"], "account: must be 12 characters"),
        (["dev", "--account", ""], "account: must be 12 characters"),
        (["dev", "--region", "Frankfurt"], "region: must be an AWS region"),
        (["dev", "--class", "qa"], "'qa' is not one of"),
        (["dev", "--repository", "git@github.com:a/b"], "source.repository: "),
        (["dev", "--repository", "https://u:p@github.com/a/b"], "holds credentials"),
        (["dev", "--repository", "https://[x"], "source.repository: is not an address"),
        (["prod", "--repository", "https://github.com/your-org/x"], "looks like an example"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_arguments_are_wrong_usage_and_write_nothing(
    arguments: list[str], words: str, workspace_of: WorkspaceOf, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_of({"_base": WHOLE, "taken": "extends: _base\nclass: dev\n"})
    before = {path.name: path.read_bytes() for path in workspace.environments.iterdir()}
    assert run(["-C", str(workspace.root), "new", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in workspace.environments.iterdir()} == before


def test_a_real_address_is_asked_for_outside_dev(workspace_of: WorkspaceOf) -> None:
    with pytest.raises(UsageError, match="needs the address of a real repository") as caught:
        new_spec(workspace_of({}), "prod", Wishes())
    assert "--repository" in caught.value.hint


@pytest.mark.parametrize(
    ("base", "place"),
    [
        (f"{WHOLE}\nstak: x", "environments/_base.yaml:7:1"),
        (f"{WHOLE}\nclass: production", "environments/_base.yaml:7:8"),
        (f"{WHOLE}\nclass: no", "environments/_base.yaml:7:8"),
        ("stack: [", "environments/_base.yaml:1:9"),
        (WHOLE.replace("stack: service", f"stack: {'s' * 40}"), "environments/_base.yaml:1:8"),
    ],
    ids=["an unknown key", "an unknown class", "an ambiguous class", "no YAML", "a stack that makes names too long"],
)
def test_a_wrong_base_is_reported_with_its_place_and_nothing_is_written(
    base: str, place: str, workspace_of: WorkspaceOf, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_of({"_base": base})
    assert run(["-C", str(workspace.root), "new", "dev-europe"]) == 1
    assert place in capsys.readouterr().err
    assert [path.name for path in workspace.environments.iterdir()] == ["_base.yaml"]


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "dev.yaml"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        create_file(path, "other")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("dev.yaml", "mine")]


def test_a_link_that_leads_nowhere_counts_as_taken(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": WHOLE})
    workspace.spec_path("dev").symlink_to("gone.yaml")
    with pytest.raises(UsageError, match="exists"):
        new_spec(workspace, "dev", Wishes())


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OutputError, match="No space left on device"):
        create_file(tmp_path / "dev.yaml", "text")
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("x")
    create_file(tmp_path / "dev.yaml", "x")
    assert (tmp_path / "dev.yaml").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize(
    ("folder", "stack"),
    [
        ("Build Stacks", "build-stacks"),
        ("42", "stack-42"),
        ("日本", "stack"),
        ("x" * 60, "x" * 36),
        ("a__b.c", "a-b-c"),
    ],
)
def test_a_stack_is_named_after_the_folder(folder: str, stack: str, tmp_path: Path) -> None:
    from generator.workspace import Workspace

    (tmp_path / folder / "environments").mkdir(parents=True)
    made = new_spec(Workspace.find(tmp_path / folder), "dev", Wishes())
    assert yaml.safe_load(made.text)["stack"] == stack


@pytest.mark.parametrize(
    "said", ["logs: {group: stack}", "logs: {existing: {group: /acme/builds}}", "names: {log_group: /acme/builds}"]
)
def test_log_groups_stay_as_a_base_has_them(workspace_of: WorkspaceOf, said: str) -> None:
    text = _made(workspace_of({"_base": f"{WHOLE}\n{said}"}), "dev", Wishes())
    assert "logs" not in yaml.safe_load(text)
