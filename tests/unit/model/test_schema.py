"""The JSON Schema and the reference: fresh, and of one mind with the model."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator, meta
from pydantic import ValidationError

from generator.cli.main import run
from generator.errors import SpecError
from generator.language.nodes import plain
from generator.model.documents.documentation import FREE, documentation
from generator.model.documents.reference import REFERENCE_FILE, reference
from generator.model.documents.schema import MODELINE, SCHEMA_FILE, file_schema, merged_schema, schema_text
from generator.model.environment import EnvironmentSpec
from generator.model.loading.load import load_environments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

    WorkspaceOf = Callable[[Mapping[str, str]], Workspace]

FILE = Draft202012Validator(file_schema())
MERGED = Draft202012Validator(merged_schema())

BASE = """
stack: service
region: eu-central-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme/service}
builds:
  main:
    runtime: {nodejs: 22}
    phases: {install: [npm ci]}
    artifact_files: [dist/**/*]
    image: aws/codebuild/standard:7.0
    variables: {LEVEL: info}
    secrets: {TOKEN: {parameter: /service/token}}
state: {bucket: states, key: service/x}
"""


@pytest.mark.parametrize("schema", [file_schema(), merged_schema()], ids=["file", "merged"])
def test_it_is_a_schema_of_draft_2020_12(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    meta.validate(schema)


def test_the_committed_schema_is_fresh(repository: Path) -> None:
    committed = (repository / SCHEMA_FILE).read_text("utf-8")
    assert committed == schema_text(file_schema()), "run tfstencil schema --write"


@pytest.mark.thorough
def test_the_committed_reference_is_fresh(repository: Path) -> None:
    committed = (repository / REFERENCE_FILE).read_text("utf-8")
    # In a process of its own: other tests play with the examples of the model.
    printed = subprocess.run(
        [sys.executable, "-m", "generator", "schema", "--reference"], cwd=repository, capture_output=True, check=True
    )
    assert committed == printed.stdout.decode(), f"run tfstencil schema --reference > {REFERENCE_FILE}"


@pytest.mark.parametrize("name", ["_base", "dev", "staging", "prod"])
def test_every_shipped_spec_fits_and_names_the_schema(name: str, repository: Path) -> None:
    text = (repository / "environments" / f"{name}.yaml").read_text("utf-8")
    assert text.startswith(f"{MODELINE}\n")
    FILE.validate(yaml.safe_load(text))


GOOD = {
    "nothing but a base": "extends: _base",
    "a list of bases": "extends: [_base]",
    "a class": "class: prod",
    "a description of the greatest length": f"description: {'x' * 200}",
    "a text with every variable": 'description: "@{stack} @{environment} @{class} @{region} @{account}"',
    "a text with a literal": 'description: "@@{anything} and @ and @@"',
    "a long variable in a short text": "tags: {Note: '@{environment}'}",
    "a variable in a name that has a pattern": "artifacts: {bucket: 'builds-@{account}'}",
    "a variable in a runtime's version": "builds: {main: {runtime: {nodejs: '2@{environment}'}}}",
    "a null that removes a scalar": "builds: {main: {image: null}}",
    "a null that removes a section": "state: null",
    "a null that removes an entry": "builds: {main: {variables: {LEVEL: null}}}",
    "a null that removes a choice": "artifacts: {encryption: null, bucket_key: null}\nclass: dev",
    "a number of CloudWatch": "logs: {retention_days: 30}",
    "a duration of several units": "builds: {main: {timeout: 1h30m}}",
    "a duration of days": "builds: {main: {timeout: 1d}}",
    "an appended list": "required_tags+: [Owner]",
    "nothing appended": "builds: {main: {artifact_files+: []}}",
    "appended commands": "builds: {main: {phases: {install+: [npm test]}}}",
    "a replaced section": "state=: {bucket: other-states}",
    "a replaced mapping": "tags=: {Owner: me, CostCenter: x}",
    "a replaced build": "builds: {main=: {runtime: {python: '3.12'}}}",
    "a replaced secret": "builds: {main: {secrets: {TOKEN=: {secrets_manager: service/token}}}}",
    "another build": "builds: {other: {runtime: {java: corretto21}}}",
    "a build name of the greatest length": f"builds: {{{'b' * 30}=: {{runtime: {{nodejs: 22}}}}}}",
    "an empty mapping over an inherited one": "builds: {}",
    "a multi-line command": "builds: {main: {phases: {build: ['set -e\\n\\nmake']}}}",
}
# What only the merged whole can tell is no mistake of the file.
ACROSS = {"a null that removes a choice", "a variable in a runtime's version"}

BAD = {
    "an unknown key": "stak: service",
    "an unknown key below": "logs: {retention: 7}",
    "the model's own name of the class": "environment_class: prod",
    "an unknown class": "class: production",
    "a variable as class": "class: '@{environment}'",
    "a variable in another variable": "stack: '@{environment}'",
    "an unknown variable": "description: '@{stak}'",
    "a variable that is not closed": "description: '@{stack'",
    "a variable after a literal": "description: '@@@{stak}'",
    "a text that is too long": f"description: {'x' * 201}",
    "a number for a text": "description: 7",
    "a text for a number": "logs: {retention_days: '7'}",
    "a number that CloudWatch lacks": "logs: {retention_days: 8}",
    "a number out of range": "encryption: {deletion_window_days: 31}",
    "true for a number": "source: {clone_depth: true}",
    "a number for a boolean": "source: {submodules: 1}",
    "a duration without unit": "builds: {main: {timeout: 15}}",
    "a duration in words": "builds: {main: {timeout: 15 minutes}}",
    "an empty text": "source: {repository: ''}",
    "a wrong choice": "builds: {main: {compute: tiny}}",
    "a wrong pattern": "region: Frankfurt",
    "a short account": 'account: "123"',
    "a list for a mapping": "tags: [Owner]",
    "a mapping for a list": "required_tags: {Owner: x}",
    "a text for a section": "state: states",
    "a null in a list of commands": "builds: {main: {phases: {build: ['', x]}}}",
    "a tag key of AWS": "tags: {'aws:x': y}",
    "a tag value that is too long": f"tags: {{Note: {'x' * 257}}}",
    "an unknown phase": "builds: {main: {phases: {deploy: [x]}}}",
    "an unknown runtime": "builds: {main: {runtime: {rust: 1}}}",
    "a version that is none": "builds: {main: {runtime: {nodejs: latest}}}",
    "a build name with an underscore": "builds: {my_build: {runtime: {nodejs: 22}}}",
    "a build name that is too long": f"builds: {{{'b' * 31}: {{runtime: {{nodejs: 22}}}}}}",
    "a variable name with a hyphen": "builds: {main: {variables: {MY-VAR: x}}}",
    "a secret with an unknown key": "builds: {main: {secrets: {TOKEN: {value: x}}}}",
    "an appended scalar": "builds: {main: {compute+: small}}",
    "an appended mapping": "tags+: {Owner: x}",
    "a replaced list": "required_tags=: [Owner]",
    "a removal by operator": "required_tags+: null",
    "no base": "extends: []",
    "a base twice": "extends: [_base, _base]",
    "a base with its suffix": "extends: _base.yaml",
    "a base elsewhere": "extends: ../_base",
    "a base that is a number": "extends: 7",
    "no name of a base": "extends: null",
}


def _with_base(text: str) -> str:
    return text if text.startswith("extends") else f"extends: _base\n{text}"


def _accepts(text: str, workspace_of: WorkspaceOf) -> bool:
    workspace = workspace_of({"_base": BASE, "dev": text})
    try:
        load_environments(workspace, ["dev"])
    except SpecError:
        return False
    return True


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_good_file_fits_the_schema(text: str) -> None:
    FILE.validate(yaml.safe_load(_with_base(text)))


@pytest.mark.parametrize(
    "text",
    [text for name, text in GOOD.items() if name not in ACROSS],
    ids=[name for name in GOOD if name not in ACROSS],
)
def test_a_good_file_is_accepted_by_the_model_too(text: str, workspace_of: WorkspaceOf) -> None:
    assert _accepts(_with_base(text), workspace_of)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_schema_and_model(text: str, workspace_of: WorkspaceOf) -> None:
    assert not _accepts(_with_base(text), workspace_of)
    assert not FILE.is_valid(yaml.safe_load(_with_base(text)))


ODD: list[object] = [
    None, True, False, 0, 1, 7, -1, 10**6, 10**25, "", "x", "A b", "a-b", "a--b", "15m", "1h30m", "15", "900 h", "-", "/x", "..",
    "x/../y", "111122223333", "eu-central-1", "small", "kms", "GLACIER", "18", "3.11", "corretto21", "a" * 256, "a" * 2000,
    "arn:aws:iam::111122223333:policy/x", "https://github.com/acme/x", "ünï", "日本", [], ["a"], [""], ["a", 1], {}, {"a": "b"},
    {"nodejs": 18}, {"main": {}}, {"install": ["x"]}, {"A_B": "x"}, {"aws:x": "y"}, {"bucket": "abc"},
]  # fmt: skip


def _leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _leaves(child, (*path, index))


def _replaced(spec: dict[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    # Copies what lies on the path; the rest is shared, since nothing changes it.
    result = copy.copy(spec)
    target: Any = result
    for part in path[:-1]:
        target[part] = copy.copy(target[part])
        target = target[part]
    target[path[-1]] = value
    return result


@pytest.mark.thorough
def test_the_merged_schema_and_the_model_agree_on_odd_values_at_every_key(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": BASE, "prod": "extends: _base"})
    (environment,) = load_environments(workspace, ["prod"])
    spec: Any = plain(environment.merged)
    for path, entry in documentation().items():
        # Keys that the spec leaves to the model's defaults are tried as well.
        if len(path) == 2 and entry.is_named and path[0] in spec and path[-1] not in spec[path[0]]:
            spec[path[0]][path[-1]] = entry.default
    for key, entry in documentation().items():
        if key[:2] == ("builds", FREE) and len(key) == 3:
            spec["builds"]["main"].setdefault(key[2], entry.default)
    spec["access"] = {"permissions_boundary": None}
    assert MERGED.is_valid(spec)
    disagreements = []
    tried = 0
    for at in list(_leaves(spec))[1:]:
        for value in ODD:
            candidate = _replaced(spec, at, value)
            tried += 1
            if MERGED.is_valid(candidate) != _is_valid(candidate):
                disagreements.append((at, value))
    assert disagreements == []
    assert tried > 2000


def _is_valid(candidate: object) -> bool:
    try:
        EnvironmentSpec.model_validate(candidate)
    except ValidationError as error:
        # The length of a span of time is arithmetic, and no pattern can do it.
        return {detail["type"] for detail in error.errors()} == {"duration_range"}
    return True


def test_a_merged_spec_lacks_no_required_key(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": BASE, "prod": "extends: _base"})
    (environment,) = load_environments(workspace, ["prod"])
    whole: Any = plain(environment.merged)
    for key in whole:
        rest = {other: value for other, value in whole.items() if other != key}
        assert MERGED.is_valid(rest) == _is_valid(rest), key


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in {"": schema, **schema["$defs"]}.items():
        for key, value in part.get("properties", {}).items():
            yield f"{name}.{key}", value


def test_every_key_is_described() -> None:
    assert [key for key, value in _properties(file_schema()) if not value.get("description", "").endswith(".")] == []


@pytest.mark.thorough
def test_examples_and_defaults_are_valid_themselves() -> None:
    for schema in (file_schema(), merged_schema()):
        for key, value in _properties(schema):
            shown = [*value.get("examples", []), *([value["default"]] if value.get("default") is not None else [])]
            for example in shown:
                assert Draft202012Validator({**value, "$defs": schema["$defs"]}).is_valid(example), (key, example)


def test_defaults_are_written_as_people_write_them() -> None:
    build = file_schema()["$defs"]["Build"]["properties"]
    assert (build["timeout"]["default"], build["queued_timeout"]["default"]) == ("15m", "8h")
    assert "5m to 36h" in build["timeout"]["description"]
    days = file_schema()["$defs"]["Artifacts"]["properties"]["expire_after_days"]
    assert days["description"].endswith("Default by class: dev 30, staging 365, prod 730.")


def test_patterns_mean_the_same_in_every_dialect() -> None:
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema_text(file_schema()))
    assert len(patterns) > 20
    for pattern in map(json.loads, patterns):
        # Python's own constructs, digits of other scripts, and escapes that ECMA 262 refuses in its Unicode mode.
        assert not re.search(r"\(\?[P#<iaLmsux]|\\[AZzdDwWbB]|\\[^\\sS.*+?()\[\]{}|^$/-]", pattern), pattern


def test_the_reference_has_every_key() -> None:
    text = reference()
    for path, entry in documentation().items():
        if entry.is_named:
            assert f"| `{path[-1]}` |" in text, entry.key
            assert entry.description in text


def test_every_link_of_the_reference_leads_somewhere() -> None:
    text = reference()
    headings = {re.sub(r"[^a-z0-9_ -]", "", line[3:].lower()) for line in text.splitlines() if line.startswith("## ")}
    links = set(re.findall(r"\]\(#([^)]*)\)", text))
    assert links
    assert links <= headings


@pytest.mark.thorough
def test_the_command_prints_what_is_committed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    assert capsys.readouterr().out == (repository / SCHEMA_FILE).read_text("utf-8")
    assert run(["schema", "--merged", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == merged_schema()


def test_the_schema_is_written_where_new_specs_look_for_it(
    workspace_of: WorkspaceOf, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_of({})
    for shown in (f"wrote {SCHEMA_FILE}\n", f"{SCHEMA_FILE} is up to date\n"):
        assert run(["-C", str(workspace.root), "schema", "--write"]) == 0
        assert capsys.readouterr().out == shown
    target = (workspace.environments / MODELINE.partition("=")[2]).resolve()
    assert json.loads(target.read_text("utf-8")) == file_schema()
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    "options",
    [["--merged", "--write"], ["--reference", "--merged"], ["--write", "--reference"], ["extra"], ["--wirte"]],
)
def test_options_that_do_not_fit_are_wrong_usage(options: list[str], workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({})
    assert run(["-C", str(workspace.root), "schema", *options]) == 2
    assert not (workspace.root / SCHEMA_FILE).exists()


def test_a_folder_that_cannot_be_written_is_a_clear_error(
    workspace_of: WorkspaceOf, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_of({})
    (workspace.root / "docs").write_text("a file in the way")
    assert run(["-C", str(workspace.root), "schema", "--write"]) == 1
    assert f"{SCHEMA_FILE} cannot be written" in capsys.readouterr().err
