"""The README, the runbook and the troubleshooting guide of each shipped environment: true, linked, and runnable."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

MODULES_OUT = Path(__file__).parents[2] / "modules_out"
ENVIRONMENTS = sorted(path.name for path in MODULES_OUT.iterdir() if path.is_dir())
GUIDES = ("README.md", "RUNBOOK.md", "TROUBLESHOOTING.md")
# What tfstencil links to beside an error that it knows.
SYMPTOMS = {
    "stale-plan",
    "state-locked",
    "errored-state",
    "expired-credentials",
    "access-denied",
    "wrong-account",
    "throttled",
    "quota-exceeded",
    "name-taken",
}


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a text."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    folder = MODULES_OUT / name
    for guide in GUIDES:
        text = (folder / guide).read_text()
        for target in re.findall(r"\]\(([^)]+)\)", text):
            path, _, anchor = target.partition("#")
            assert (folder / path).exists(), (guide, target)
            if anchor:
                assert anchor in anchors((folder / (path or guide)).read_text()), (guide, target)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_runbook_speaks_of_this_environment_alone(name: str) -> None:
    text = (MODULES_OUT / name / "RUNBOOK.md").read_text()
    others = [other for other in ENVIRONMENTS if other != name and re.search(rf"tfstencil \w+ {other}\b", text)]
    assert others == []
    assert f"tfstencil render {name}" in text


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_readme_names_every_module_and_every_output(name: str) -> None:
    folder = MODULES_OUT / name
    readme = (folder / "README.md").read_text()
    code = "".join(path.read_text() for path in folder.glob("*.tf"))
    rows = [line for line in readme.splitlines() if line.startswith("| ")]
    for module in re.findall(r'^module "(\w+)"', code, re.MULTILINE):
        assert any(row.startswith(f"| [`{module}`](modules/{module})") for row in rows), module
    named = {output for row in rows for output in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert set(re.findall(r'^output "(\w+)"', code, re.MULTILINE)) <= named


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_guide_has_an_empty_table_or_a_hole(name: str) -> None:
    for guide in GUIDES:
        text = (MODULES_OUT / name / guide).read_text()
        assert not re.search(r"^\|[-|]+\|\n\n", text, re.MULTILINE), guide
        assert "\n\n\n" not in text, guide


@pytest.mark.parametrize("name", [name for name in ENVIRONMENTS if (MODULES_OUT / name / "builds.tf").is_file()])
def test_the_runbook_starts_by_hand_what_can_be_started_by_hand(name: str) -> None:
    """CodeBuild refuses to start what belongs to a pipeline, and a runner without a job has nothing to do."""
    builds = (MODULES_OUT / name / "builds.tf").read_text()
    text = (MODULES_OUT / name / "RUNBOOK.md").read_text()
    projects = re.split(r'^    "([\w-]+)" = \{$', builds.split("projects = {")[1], flags=re.MULTILINE)
    runners = re.findall(
        r'"WORKFLOW_JOB_QUEUED"', "".join(path.read_text() for path in MODULES_OUT.glob(f"{name}/*.tf"))
    )
    for key, body in zip(projects[1::2], projects[2::2], strict=True):
        project = re.findall(r'^ {6}name += "(.+)"$', body, re.MULTILINE)[0]
        assert (f"start-build --project-name {project}\n" in text) == ('"CODEPIPELINE"' not in body and not runners), (
            key
        )
        assert (f"start-build-batch --project-name {project}\n" in text) == ("  batch = {" in body), key


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_command_is_one_that_a_shell_can_read(name: str) -> None:
    for guide in GUIDES:
        for block in commands((MODULES_OUT / name / guide).read_text()):
            assert subprocess.run(["bash", "-n"], input=block, text=True, check=False).returncode == 0, block


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_symptom_that_an_error_links_to_has_its_heading(name: str) -> None:
    found = anchors((MODULES_OUT / name / "TROUBLESHOOTING.md").read_text())
    assert found >= SYMPTOMS
    assert ("access-token-not-found" in found) == (MODULES_OUT / name / "builds.tf").is_file()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_without_a_way_to_sign_in_the_runbook_says_how_to_get_a_webhook(name: str) -> None:
    code = "".join(path.read_text() for path in (MODULES_OUT / name).rglob("*.tf"))
    if "aws_codebuild_project" in code and "aws_codebuild_webhook" not in code and "source_auth" not in code:
        text = (MODULES_OUT / name / "RUNBOOK.md").read_text()
        assert "start-builds-on-a-push" in anchors(text) or "approve-the-connection" in anchors(text)


# What an environment has, by words of its code, and the heading that helps when it fails.
HEADINGS = {
    "aws_codebuild_webhook": "a-push-starts-no-build",
    '"aws_codepipeline"': "the-pipeline-stands-still",
    'image_pull_credentials_type = "SERVICE_ROLE"': "the-image-is-not-pulled",
    'source = "./modules/egress"': "a-build-in-the-vpc-reaches-nothing",
    'tag_mutability             = "IMMUTABLE"': "an-image-is-not-pushed",
}


@pytest.mark.parametrize(("words", "heading"), HEADINGS.items())
def test_the_guide_helps_with_what_an_environment_has_and_with_nothing_else(words: str, heading: str) -> None:
    for name in ENVIRONMENTS:
        code = "".join(path.read_text() for path in (MODULES_OUT / name).rglob("*.tf"))
        found = anchors((MODULES_OUT / name / "TROUBLESHOOTING.md").read_text())
        assert (heading in found) == (words in code), name


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_readme_names_every_variable_of_every_build(name: str) -> None:
    builds = MODULES_OUT / name / "builds.tf"
    code = builds.read_text() if builds.is_file() else ""
    readme = (MODULES_OUT / name / "README.md").read_text()
    named = re.findall(r"^\| `[\w-]+` \| `(\w+)` \| `[A-Z_]+` \|$", readme, re.MULTILINE)
    said = re.findall(r'^ {10}name  = "(\w+)"$', code, re.MULTILINE)
    assert sorted(named) == sorted(said)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_readme_says_which_providers_are_taken(name: str) -> None:
    taken = (MODULES_OUT / name / "versions.tf").read_text()
    assert 'version = ">= 5.100.0, < 7.0.0"' in taken
    assert "version of the AWS provider that is `>= 5.100.0, < 7.0.0`" in (MODULES_OUT / name / "README.md").read_text()
