"""Everything in the folders of a workspace is seen: read, told, or refused; and no mistake hides another."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from generator.errors import SpecError, ToolError, UsageError
from generator.model.folder import judge_folder
from generator.model.loading.load import load_environments
from generator.output.beside import foreign_files
from generator.output.destination import Destination
from generator.rendering.overrides import additions, judge_templates
from generator.suggestion import closest
from generator.terraform.tools.temporary_folder import temporary_folder
from generator.workspace import Workspace

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Runner = Callable[..., subprocess.CompletedProcess[str]]


def touch(root: Path, *names: str, text: str = "x\n") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("qa.yml", "rename it qa.yaml"),
        ("qa.YAML", "rename it qa.yaml"),
        ("qa.Yml", "rename it qa.yaml"),
        ("qa.yaml.txt", "rename it qa.yaml"),
        ("dev.yml", "dev.yaml is there as well: move what it lacks there, and delete dev.yml"),
        ("_base.yml", "_base.yaml is there as well: move what it lacks there, and delete _base.yml"),
    ],
)
def test_a_misnamed_spec_is_an_error_wherever_all_environments_are_meant(
    workspace: Workspace, call: Runner, name: str, hint: str
) -> None:
    assert call("-C", workspace.root, "render").returncode == 0
    touch(workspace.environments, name)
    line = f"environments/{name}:1:1: is not read: the name of a spec ends in .yaml; {hint}"
    for words in (["validate"], ["validate", "dev"], ["render"], ["render", "--check"]):
        ended = call("-C", workspace.root, *words)
        assert ended.returncode == 1
        assert line in ended.stdout + ended.stderr
    # Whoever works on one environment is warned, and not held up.
    ended = call("-C", workspace.root, "render", "dev")
    assert (ended.returncode, line in ended.stderr) == (0, True)


def test_specs_in_a_subfolder_are_an_error_told_once_a_folder(workspace: Workspace) -> None:
    touch(workspace.environments, *(f"eu/team/e{number}.yaml" for number in range(9)), "eu/x.yml", "docs/notes.md")
    (problem,) = judge_folder(workspace)
    assert str(problem).startswith(
        "environments/eu:1:1: specs in a folder below environments/ are not read: eu/team/e0.yaml, "
    )
    assert "and 5 more; move them up, each under a name of its own: e0.yaml could be eu-team-e0.yaml" in str(problem)


def test_what_nobody_takes_for_a_spec_is_passed_over_and_the_rest_is_warned_of(workspace: Workspace) -> None:
    touch(workspace.environments, "README.md", ".DS_Store", "dev.yaml~", "#dev.yaml#", "dev.yaml.orig", ".dev.yaml.swp")
    assert judge_folder(workspace) == []
    touch(workspace.environments, "run.sh", "dev.json", ".old.yaml", "dev.tfvars")
    found = judge_folder(workspace)
    assert {problem.severity for problem in found} == {"warning"}
    assert [problem.place.file for problem in found if problem.place] == [
        f"environments/{name}" for name in (".old.yaml", "dev.json", "dev.tfvars", "run.sh")
    ]


def test_no_environment_is_told_with_what_there_is(workspace_of: Callable[..., Workspace], call: Runner) -> None:
    workspace = workspace_of({"_base": "stack: a\n"})
    with pytest.raises(UsageError, match=r"holds no environment, only _base\.yaml") as caught:
        workspace.select([])
    assert caught.value.hint == "run tfstencil new ENV --from _base"
    touch(workspace.environments, "prod.yml")
    ended = call("-C", workspace.root, "validate")
    assert (ended.returncode, "environments/prod.yml:1:1: is not read" in ended.stderr) == (1, True)
    touch(workspace.environments, "dev.yaml")
    with pytest.raises(UsageError) as caught:
        workspace.select(["prod"])
    assert caught.value.hint == "prod.yml is there, and not read: rename it prod.yaml"


@pytest.mark.parametrize("below", ["environments", "modules_out/dev/modules/logs", "docs"])
def test_a_workspace_is_found_from_any_folder_in_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, call: Runner, below: str
) -> None:
    (workspace.root / below).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(workspace.root / below)
    assert call("validate").returncode == 0


def test_no_workspace_is_found_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "environment").mkdir()
    with pytest.raises(UsageError, match="nor has any folder above it") as caught:
        Workspace.find(tmp_path)
    assert caught.value.hint == "environment/ is there: rename it environments/"


def test_a_file_that_cannot_be_read_hides_no_other_mistake(workspace: Workspace) -> None:
    folder = workspace.environments
    (folder / "link.yaml").symlink_to("nowhere.yaml")
    (folder / "folder.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    (folder / "huge.yaml").write_bytes(b"#" * (1 << 20) + b"#")
    touch(folder, "conflict.yaml", text="stack: a\n<<<<<<< HEAD\nregion: b\n=======\nregion: c\n>>>>>>> x\n")
    touch(folder, "prod.yml")
    (folder / "dev.yaml").write_text('extends: _base\naccount: "1"\n', encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_environments(workspace, workspace.environment_names())
    found = [": ".join(str(problem).split("; ")[0].split(": ")[:2]) for problem in caught.value.problems]
    assert found == [
        "environments/conflict.yaml:2:1: a merge has left a conflict here",
        "environments/dev.yaml:2:10: account",
        "environments/folder.yaml:1:1: is not a file",
        "environments/huge.yaml:1:1: is larger than 1 MiB",
        "environments/link.yaml:1:1: is a link to a file that does not exist",
        "environments/pipe.yaml:1:1: is not a file",
        "environments/prod.yml:1:1: is not read",
    ]


def test_links_that_lead_round_to_themselves_hide_no_other_mistake(workspace: Workspace, call: Runner) -> None:
    folder = workspace.environments
    (folder / "a.yaml").symlink_to("b.yaml")
    (folder / "b.yaml").symlink_to("a.yaml")
    (folder / "notes").symlink_to("notes")
    (folder / "dev.yaml").write_text('extends: _base\naccount: "1"\n', encoding="utf-8")
    result = call("-C", str(workspace.root), "validate")
    assert result.returncode == 1
    told = "a.yaml:1:1: is a link that leads round to itself, and to no file (so in 2 files: also environments/b.yaml)"
    assert told in result.stdout + result.stderr
    assert "dev.yaml:2:10: account: " in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("modules/lgos/main.tf.j2", "is never rendered: there is no module lgos; did you mean modules/logs/?"),
        ("modules/zzz/main.tf.j2", "is never rendered: there is no module zzz; there are: access, "),
        ("module/logs/main.tf.j2", "is rendered to module/logs/main.tf, a folder that no module has"),
        ("modules/logs/mian.tf.j2", "takes the place of none of our templates, and is rendered beside them; did you mean modules/logs/main.tf.j2?"),
        ("provders.tf.j2", "did you mean providers.tf.j2?"),
        ("main.tf.jinja", "did you mean main.tf.j2?"),
    ],
)  # fmt: skip
def test_a_misspelt_template_is_warned_of(workspace: Workspace, call: Runner, name: str, words: str) -> None:
    touch(workspace.root / "templates", name, "modules/logs/extra.tf.j2", "extra.tf.j2")
    (problem,) = judge_templates(workspace)
    assert str(problem).startswith(f"templates/{name}:1:1: ")
    assert words in str(problem)
    assert words in call("-C", workspace.root, "validate").stdout
    assert [each.place.file for each in additions(workspace) if each.place] == [
        "templates/extra.tf.j2",
        "templates/modules/logs/extra.tf.j2",
    ]


def test_what_we_did_not_render_is_told_and_left(workspace: Workspace, call: Runner) -> None:
    call("-C", workspace.root, "render")
    touch(
        workspace.modules_out,
        "dev/own.tf",
        "dev/modules/own/main.tf",
        "dev/.terraform.lock.hcl",
        "dev/terraform.tfstate",
    )
    touch(workspace.modules_out, "old/main.tf", "notes.md")
    assert list(foreign_files(Destination.of(workspace), ["dev", "prod"])) == [
        "modules_out/dev: 2 files not rendered by tfstencil: modules/own/main.tf, own.tf; left as found",
        "modules_out: belongs to no environment, and was not rendered: notes.md, old; left as found",
    ]
    for words in (["status"], ["doctor"]):
        ended = call("-C", workspace.root, *words)
        assert "own.tf; left" in " ".join((ended.stdout + ended.stderr).split())


OWN = ("dev/override.tf", "dev/terraform.tfvars", "dev/modules/logs/main_override.tf")
TOLD = "modules_out/dev: 3 files not rendered by tfstencil: modules/logs/main_override.tf, override.tf, "


def told(ended: subprocess.CompletedProcess[str]) -> int:
    """Return how often the files of `OWN` are told."""
    return " ".join(ended.stderr.split()).count(TOLD)


@pytest.mark.thorough
def test_each_render_tells_once_what_terraform_would_read_as_well(workspace: Workspace, call: Runner) -> None:
    at = ("-C", workspace.root)
    touch(workspace.modules_out, *OWN, text="")
    assert told(call(*at, "render")) == 1
    # Looked up, for nothing has changed; then found by a look at a folder that changed, and looked up again.
    assert told(call(*at, "render")) == 1
    (workspace.modules_out / OWN[0]).unlink()
    (ended, again) = call(*at, "render"), call(*at, "render")
    assert "modules_out/dev: 2 files not rendered" in ended.stderr
    assert ended.stderr == again.stderr
    touch(workspace.modules_out, *OWN, text="")
    assert [told(call(*at, *words)) for words in (["render"], ["render"], ["render", "--check"])] == [1, 1, 1]
    # And where the environment is rendered anew.
    with (workspace.environments / "dev.yaml").open("a") as file:
        file.write("description: Another\n")
    ended = call(*at, "render", "--json")
    assert told(ended) == 1
    assert [TOLD in line for line in json.loads(ended.stdout)["warnings"]] == [True]
    assert "not rendered" not in call(*at, "render", "prod").stderr
    for path in OWN:
        (workspace.modules_out / path).unlink()
    assert [call(*at, *words).stderr for words in (["render"], ["render"], ["render", "--check"])] == ["", "", ""]


def test_files_of_many_environments_are_told_up_to_a_number(workspace: Workspace, call: Runner) -> None:
    for number in range(8):
        touch(workspace.environments, f"dev-{number}.yaml", text='extends: _base\naccount: "111122223333"\n')
        touch(workspace.modules_out, f"dev-{number}/override.tf", text="")
    assert call("-C", workspace.root, "render").returncode == 0
    ended = call("-C", workspace.root, "render", "--check", "dev-*")
    assert ended.stderr.count("1 file not rendered by tfstencil: override.tf; left as found") == 5
    assert "and 3 more; tfstencil status lists all of them" in ended.stderr


@pytest.mark.parametrize(
    "words", [["plan", "--sandbox"], ["apply", "--sandbox"], ["destroy", "--sandbox"], ["plan", "--offline"], ["drift"]]
)
def test_what_runs_terraform_tells_what_it_would_read_as_well(
    workspace: Workspace, call: Runner, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    call("-C", workspace.root, "render")
    # It is told before terraform is looked for.
    monkeypatch.setenv("TFSTENCIL_TERRAFORM", "/nowhere")
    assert "not rendered" not in call("-C", workspace.root, *words, "dev").stderr
    touch(workspace.modules_out, *OWN, text="")
    ended = call("-C", workspace.root, *words, "dev")
    assert (ended.returncode, told(ended)) == (1, 1)


@pytest.mark.thorough
def test_additions_to_our_templates_are_told_and_no_mistake(workspace: Workspace, call: Runner) -> None:
    touch(workspace.root / "templates", "notes.txt", "modules/logs/extra.tf.j2", text="# ours\n")
    for words in (["validate"], ["render"], ["render"], ["render", "--check"]):
        ended = call("-C", workspace.root, *words)
        assert ended.returncode == 0
        said = " ".join((ended.stdout + ended.stderr).split())
        for name in ("notes.txt", "modules/logs/extra.tf.j2"):
            assert said.count(f"templates/{name}") == 1, words
        assert "is rendered beside ours" in said


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("go", ["golang", "nodejs"], "golang"),
        ("corretto", ["java", "nodejs"], "java"),
        ("shell", ["schedule", "builds"], ""),
        ("bucket", ["budget", "artifacts"], "artifacts"),
        ("bucket", ["budget"], ""),
        ("env", ["variables", "network"], "variables"),
        ("vpc", ["network"], "network"),
        ("sttae", ["state", "stack"], "state"),
    ],
)
def test_a_suggestion_is_no_guess(word: str, known: list[str], meant: str) -> None:
    assert closest(word, known) == meant


def test_what_a_fleet_lacks_is_said_once(workspace: Workspace, call: Runner) -> None:
    base = (workspace.environments / "_base.yaml").read_text("utf-8")
    (workspace.environments / "_base.yaml").write_text(base.partition("notifications")[0])
    for number in range(60):
        touch(workspace.environments, f"prod-{number}.yaml", text='extends: _base\naccount: "111122223333"\n')
    ended = call("-C", workspace.root, "validate", "prod-*")
    assert ended.stdout.count("warning") == 1
    assert "(so in 60 files: also environments/prod-1.yaml, " in ended.stdout
    assert ended.stderr == "60 environments checked: 1 warning\n"


def test_a_description_of_digits_stays_text(workspace: Workspace, call: Runner) -> None:
    with (workspace.environments / "dev.yaml").open("a") as file:
        file.write('description: "2026"\n')
    call("-C", workspace.root, "render")
    assert "\n2026\\.\n" in (workspace.modules_out / "dev" / "README.md").read_text("utf-8")


@pytest.mark.parametrize("length", [50, 110])
def test_a_tmpdir_that_cannot_serve_is_replaced(tmp_path: Path, length: int) -> None:
    long = tmp_path / ("x" * length)
    long.mkdir()
    assert temporary_folder({"TMPDIR": str(long)}) == "/tmp"
    assert temporary_folder({"TMPDIR": "/nowhere"}) == "/tmp"
    assert temporary_folder({"TMPDIR": "/var/tmp"}) == "/var/tmp"


def test_no_folder_for_temporary_files_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ToolError, match=r"neither TMPDIR \(not set\) nor /tmp nor /var/tmp serves"):
        temporary_folder({})


@pytest.mark.parametrize("out", [".", "..", "environments", "templates/x", "modules_out/dev", ".tfstencil", "full"])
def test_an_output_folder_that_is_not_ours_is_refused(workspace: Workspace, call: Runner, out: str) -> None:
    touch(workspace.root / "full", "hosts")
    ended = call("-C", workspace.root, "render", "--out", workspace.root / out)
    assert ended.returncode == 1
    assert not (workspace.root / out / "dev" / "main.tf").exists()
    assert not (workspace.root / "full" / ".tfstencil").exists()


def test_an_output_folder_that_is_new_or_ours_is_used(workspace: Workspace, call: Runner) -> None:
    out = workspace.root / "build" / "modules"
    assert call("-C", workspace.root, "render", "--out", out).returncode == 0
    touch(out, "notes.md")
    assert call("-C", workspace.root, "render", "--out", out).returncode == 0
    touch(workspace.root / "full", "hosts")
    assert call("-C", workspace.root, "render", "--force", "--out", workspace.root / "full").returncode == 0


@pytest.mark.parametrize("name", ["template", "enviroments", "environment", "templates_", "temlpates"])
def test_a_folder_like_one_that_is_read_is_told(
    workspace: Workspace, call: Callable[..., subprocess.CompletedProcess[str]], name: str
) -> None:
    (workspace.root / name).mkdir()
    for command in ("validate", "status"):
        ended = call("-C", workspace.root, command)
        assert "is not read, and is like" in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "name", ["x.auto.tfvars", ".x.tf", "override.tf", "modules/logs/override.tf", "modules/logs/.y.tf"]
)
def test_a_file_beside_the_rendered_ones_is_told_wherever_it_lies(
    workspace: Workspace, call: Callable[..., subprocess.CompletedProcess[str]], name: str
) -> None:
    assert call("-C", workspace.root, "render").returncode == 0
    file = workspace.modules_out / "dev" / name
    file.write_text("")
    assert name in call("-C", workspace.root, "render").stderr
    assert name in call("-C", workspace.root, "status").stderr


@pytest.mark.parametrize("options", [[], ["--force"]])
def test_the_folder_of_git_is_never_written_to(
    workspace: Workspace, call: Callable[..., subprocess.CompletedProcess[str]], options: list[str]
) -> None:
    (workspace.root / ".git").mkdir()
    ended = call("-C", workspace.root, "render", "--out", workspace.root / ".git", *options)
    assert ended.returncode == 1
    assert "git's own folder" in ended.stderr
    assert not list((workspace.root / ".git").iterdir())


def test_a_render_that_writes_its_notes_alone_says_so(
    workspace: Workspace, call: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    assert call("-C", workspace.root, "render").returncode == 0
    spec = workspace.spec_path("dev")
    spec.write_text(f"{spec.read_text()}# a comment\n")
    assert "only 1 file .tfstencil.json written" in call("-C", workspace.root, "render").stdout
