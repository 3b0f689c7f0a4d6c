"""Specs that are like what exists: valid, with the names that there are, and with what no key carries as comments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import UsageError
from generator.explain.starter_values import Wishes
from generator.likeness.documents import read_project
from generator.model.loading.load import load_environment
from generator.model.names import Names
from generator.operations.specs.new import Like, new

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.operations.specs.new import NewEnvironment
    from generator.workspace import Workspace

ANSWERS = Path(__file__).parent / "answers"


@pytest.fixture
def workspace(workspace_of: Callable[..., Workspace]) -> Workspace:
    """Make a workspace without a spec."""
    return workspace_of({})


def made_of(workspace: Workspace, what: Path | str, **like: Any) -> NewEnvironment:
    return new(workspace, "dev", Wishes(), Like(str(what), **like))


@pytest.mark.parametrize("answer", sorted(ANSWERS.glob("*.json")), ids=lambda path: path.stem)
def test_every_answer_gives_a_spec_that_is_valid_and_bears_the_names_that_exist(
    workspace: Workspace, answer: Path
) -> None:
    made_of(workspace, answer)
    loaded = load_environment(workspace, "dev")
    (project,) = json.loads(answer.read_text())["projects"]
    names = Names.of("dev", loaded.spec)
    assert names.projects == {"main": project["name"]}
    role = loaded.spec.builds["main"].role_arn or f"arn:aws:iam::111122223333:role/{names.role('main')}"
    assert role == project["serviceRole"]
    assert (loaded.spec.account, loaded.spec.region) == ("111122223333", "eu-central-1")


@pytest.mark.parametrize(
    ("answer", "noted"),
    [
        ("inline", "buildspec.proxy"),
        ("webhook", "webhook.filterGroups (EVENT PULL_REQUEST_CREATED"),
        ("windows", "WINDOWS_SERVER_2019_CONTAINER"),
        ("secret", "builds.main.variables.GIT: "),
        ("secret", "builds.main.variables.not-a-name"),
        ("secret", "/service-role/"),
        ("future", "telepathy"),
        ("future", "environment.dockerServer"),
        ("future", "source.quantum"),
        ("future", "autoRetryLimit"),
        ("future", "projectVisibility"),
        ("future", "fileSystemLocations"),
        ("arm", "cache.location"),
    ],
)
def test_what_no_key_carries_stands_in_the_spec_as_a_comment(workspace: Workspace, answer: str, noted: str) -> None:
    result = made_of(workspace, ANSWERS / f"{answer}.json")
    comments = [line for line in workspace.spec_path("dev").read_text().splitlines() if line.startswith("# - ")]
    assert [line for line in comments if noted in line]
    assert [f"# - {note}" for note in result.spec.notes] == comments


def test_no_secret_of_a_project_is_written_anywhere(workspace: Workspace) -> None:
    for answer, secret in (("secret", "ghp_"), ("webhook", "not-to-be-shown")):
        result = made_of(workspace, ANSWERS / f"{answer}.json")
        text = workspace.spec_path("dev").read_text()
        assert secret not in text + repr(result.spec)
        workspace.spec_path("dev").unlink()


def test_an_inline_buildspec_is_carried_whole(workspace: Workspace) -> None:
    made_of(workspace, ANSWERS / "inline.json")
    build = load_environment(workspace, "dev").spec.builds["main"]
    assert build.runtime == {"nodejs": "22"}
    assert build.phases == {"install": ["npm ci"], "build": ["npm test"]}
    assert build.finally_ == {"build": ["./ci/collect.sh"]}
    assert build.on_failure == {"build": "ABORT"}
    assert (build.shell, build.git_credential_helper) == ("bash", True)
    assert build.secrets["NPM"].json_key == "token"
    assert build.reports["PytestIntegrationReport"].files == ["**/*.xml"]
    assert build.cache_paths == ["/root/.npm/**/*"]


def test_a_state_gives_what_the_answer_gives(workspace: Workspace, tmp_path: Path) -> None:
    values = {
        "name": "shop-ci",
        "arn": "arn:aws:codebuild:eu-central-1:111122223333:project/shop-ci",
        "service_role": "arn:aws:iam::111122223333:role/shop-ci-role",
        "build_timeout": 30,
        "queued_timeout": 480,
        "source": [
            {"type": "GITHUB", "location": "https://github.com/acme-platform/shop", "buildspec": "", "auth": []}
        ],
        "artifacts": [{"type": "NO_ARTIFACTS"}],
        "environment": [
            {
                "type": "LINUX_CONTAINER",
                "compute_type": "BUILD_GENERAL1_MEDIUM",
                "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                "privileged_mode": False,
                "environment_variable": [{"name": "STAGE", "value": "test", "type": "PLAINTEXT"}],
            }
        ],
        "tags": {"Owner": "team", "CostCenter": "1"},
        "tags_all": {"Owner": "team", "CostCenter": "1"},
        "badge_enabled": False,
    }
    hook = {"project_name": "shop-ci", "filter_group": [{"filter": [{"type": "EVENT", "pattern": "PUSH"}]}]}
    raw = {
        "version": 4,
        "terraform_version": "1.11.4",
        "resources": [
            {"type": "aws_codebuild_project", "instances": [{"attributes": values}]},
            {"type": "aws_codebuild_webhook", "instances": [{"attributes": hook}]},
        ],
    }
    resources = [
        {"type": "aws_codebuild_project", "values": values},
        {"type": "aws_codebuild_webhook", "values": hook},
    ]
    shown = {"format_version": "1.0", "values": {"root_module": {"child_modules": [{"resources": resources}]}}}
    texts = []
    for document in (raw, shown):
        file = tmp_path / "state.json"
        file.write_text(json.dumps(document))
        made_of(workspace, file)
        texts.append(workspace.spec_path("dev").read_text())
        workspace.spec_path("dev").unlink()
    assert texts[0] == texts[1]
    for line in ("  timeout: 30m", "    compute: medium", "      STAGE: test", "      project: shop-ci"):
        assert line in texts[0]
    assert "webhook.filterGroups (EVENT PUSH)" in texts[0]


def test_a_buildspec_gives_a_spec_with_what_it_cannot_know_marked(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "buildspec.yml"
    file.write_text("version: 0.2\nphases:\n  build:\n    commands:\n      - make\n")
    result = made_of(workspace, file)
    assert load_environment(workspace, "dev").spec.builds["main"].phases == {"build": ["make"]}
    assert {"account", "region", "source"} <= result.spec.to_change.keys()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "", "is empty"),
        ("a.json", "{", "is not JSON"),
        ("a.json", "[]", "of no kind that is known"),
        ("a.json", '{"a": 1}', "of no kind that is known"),
        ("a.json", '{"projects": [], "projectsNotFound": ["x"]}', "knows no project x"),
        ("a.json", '{"projects": [{"name": "a"}, {"name": "b"}]}', "holds several projects: a, b"),
        ("a.json", '{"terraform_version": "1.11.4", "resources": []}', "holds no CodeBuild project"),
        ("a.yml", "a: b", "is not a buildspec"),
        ("a.yml", "a: [", "is not YAML"),
        ("a.yml", "\x00", "is not YAML"),
    ],
)
def test_what_is_no_project_is_refused_and_nothing_is_written(
    workspace: Workspace, tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=message) as caught:
        made_of(workspace, tmp_path / name)
    assert caught.value.hint
    assert not workspace.spec_path("dev").exists()


def test_one_of_several_projects_is_chosen_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"projects": [{"name": "a"}, {"name": "b"}]}')
    assert read_project(file, "b") == {"name": "b"}
    with pytest.raises(UsageError, match="has no project c: a, b"):
        read_project(file, "c")


def test_a_project_that_is_no_file_needs_a_region(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="the region must be known"):
        made_of(workspace, "shop-ci")


def test_a_spec_that_exists_is_not_overwritten(workspace: Workspace) -> None:
    made_of(workspace, ANSWERS / "plain.json")
    before = workspace.spec_path("dev").read_text()
    with pytest.raises(UsageError, match="exists"):
        made_of(workspace, ANSWERS / "own.json")
    assert workspace.spec_path("dev").read_text() == before
