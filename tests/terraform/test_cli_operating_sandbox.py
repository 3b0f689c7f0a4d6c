"""Operating an environment: kept plans, guards and drift, through the command line, in the sandbox, with the real terraform.

One stack is applied for all tests of this file; each test leaves it as it found it, or says so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generator.cli import main
from generator.kept.binding import Binding
from generator.kept.saved_plan import SavedPlan
from generator.kept.seal import own_key
from generator.readback.clients import Clients
from generator.sandbox.control import running, stop
from generator.terraform import Mode, open_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

Ask = Callable[..., tuple[int, dict[str, Any]]]
ACCOUNT = "111122223333"
BASE = """\
stack: shop
region: us-east-1
tags: {Owner: platform-team, CostCenter: "1234"}
source: {type: github, repository: https://github.com/acme-platform/shop, branch: main}
builds:
  main:
    runtime: {nodejs: 22}
    timeout: 15m
# A queue takes the provider half a minute, and nothing here is about messages.
notifications: null
alarms: null
"""
DEV = f'extends: _base\naccount: "{ACCOUNT}"\nlogs: {{retention_days: 7}}\n'
GROUP = "module.logs.aws_cloudwatch_log_group.this"
BUNDLED = Path(__file__).parents[2] / "templates" / "modules"
# The provider waits a minute for the rules of a bucket, and nothing here is about them.
WITHOUT_RULES = "# The lifecycle rules are left out.\n"
# Something that can go without taking others along.
EXTRA = '\nresource "aws_cloudwatch_log_group" "extra" {\n  name = "extra"\n}\n'


class Operated:
    """A workspace whose dev is applied in its own sandbox."""

    def __init__(self, folder: Path) -> None:
        self.spec = folder / "environments" / "dev.yaml"
        self.spec.parent.mkdir(parents=True)
        (self.spec.parent / "_base.yaml").write_text(BASE)
        self.spec.write_text(DEV)
        self.template("artifacts/lifecycle.tf.j2", WITHOUT_RULES, folder)
        self.template("logs/main.tf.j2", (BUNDLED / "logs/main.tf.j2").read_text() + EXTRA, folder)
        self.workspace = Workspace.find(folder)
        self.state = self.workspace.scratch / "sandbox" / "state" / "dev.tfstate"

    def template(self, path: str, text: str, folder: Path | None = None) -> Path:
        """Override a template of a module."""
        file = (folder or self.workspace.root) / "templates" / "modules" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def run(self, *words: str | Path) -> int:
        """Run the command line in this process."""
        return main.run(["-C", str(self.workspace.root), *map(str, words)])

    def aws(self, service: str) -> Any:
        """Return a boto3 client of the sandbox: somebody who works past Terraform."""
        return Clients("us-east-1", ACCOUNT, running(self.workspace).endpoint).client(service)

    def says(self, spec: str) -> None:
        """Change the spec and render."""
        self.spec.write_text(spec)
        assert self.run("-q", "render") == 0


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    """Apply dev once."""
    made = Operated(tmp_path_factory.mktemp("operated") / "workspace")
    assert made.run("-q", "render") == 0
    assert made.run("-q", "apply", "dev", "--sandbox") == 0
    yield made
    stop(made.workspace)


@pytest.fixture
def operated(applied: Operated) -> Iterator[Operated]:
    """Hand over the applied stack; spec, templates and lists are put back afterwards, and so is what was kept."""
    root = applied.workspace.root
    before = {file: file.read_bytes() for file in (root / "templates").rglob("*.j2")}
    yield applied
    applied.spec.write_text(DEV)
    for file in (root / "templates").rglob("*.j2"):
        file.unlink()
    for file, content in before.items():
        file.write_bytes(content)
    for name in ("drift.yaml", "guards.yaml"):
        (root / name).unlink(missing_ok=True)
    shutil.rmtree(root / "policies", ignore_errors=True)
    shutil.rmtree(applied.workspace.scratch / "plans", ignore_errors=True)
    assert applied.run("-q", "render") == 0


@pytest.fixture
def asked(operated: Operated, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command with `--json` and return its exit code and its document."""

    def ask(*words: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = operated.run(*words, "--json")
        return code, json.loads(capsys.readouterr().out)

    return ask


# Read back


def test_what_was_applied_is_read_back_and_what_was_changed_past_terraform_shows(
    operated: Operated, asked: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    project = "shop-dev-main"
    codebuild = operated.aws("codebuild")
    # The rules of the bucket are left out here, and are missed: everything else is as the spec says.
    _, document = asked("verify", "dev", "--sandbox")
    before = {check["aspect"] for check in document["checks"] if not check["ok"]}
    (found,) = codebuild.batch_get_projects(names=[project])["projects"]
    codebuild.update_project(name=project, timeoutInMinutes=55, tags=found["tags"])
    code, document = asked("verify", "dev", "--sandbox")
    wrong = [check for check in document["checks"] if not check["ok"] and check["aspect"] not in before]
    assert code == 1
    assert document["ok"] is False
    assert document["ready"] == "no"
    assert [(each["expected"], each["found"], each["spec_key"]) for each in wrong] == [(15, 55, "builds.main.timeout")]
    assert operated.run("verify", "dev", "--sandbox") == 1
    shown = capsys.readouterr()
    assert "build timeout (minutes)" in shown.out
    assert "are not as the spec says" in shown.err
    assert "\n  hint: tfstencil drift dev --sandbox" in shown.err
    codebuild.update_project(name=project, timeoutInMinutes=15, tags=found["tags"])


# Drift


def test_after_an_apply_nothing_drifts(asked: Ask) -> None:
    code, document = asked("drift", "--sandbox")
    assert code == 0
    assert document["verdict"] == "nothing"
    (dev,) = document["environments"]
    assert not any(dev[key] for key in ("changes", "outside", "known", "expired"))


def values(found: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Return what was and what is, by address and path, of changes that are listed or excused."""
    return {
        (change["address"], value["path"]): (value["before"].get("value"), value["after"].get("value"))
        for change in (item.get("change", item) for item in found)
        for value in change["values"]
        if "before" in value
    }


def test_outside_changes_and_unapplied_code_are_told_apart_even_in_one_value(operated: Operated, asked: Ask) -> None:
    logs, s3, iam = operated.aws("logs"), operated.aws("s3"), operated.aws("iam")
    (name,) = [group["logGroupName"] for group in logs.describe_log_groups(logGroupNamePrefix="/")["logGroups"]]
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    role = iam.list_roles()["Roles"][0]["RoleName"]
    operated.says(DEV.replace("days: 7", "days: 14").replace("extends: _base", "extends: _base\ndescription: New"))
    policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    logs.put_retention_policy(logGroupName=name, retentionInDays=30)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    iam.put_role_policy(RoleName=role, PolicyName="backdoor", PolicyDocument=policy)
    (operated.workspace.root / "drift.yaml").write_text(
        "allow:\n"
        "  - {address: module.artifacts.aws_s3_bucket_versioning.this, reason: a test, until: '2999-12-31'}\n"
        "  - {address: module.access.*, path: inline_policy.*, reason: an incident, until: '2020-12-31'}\n"
    )
    try:
        code, document = asked("drift", "--sandbox")
    finally:
        logs.put_retention_policy(logGroupName=name, retentionInDays=7)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        iam.delete_role_policy(RoleName=role, PolicyName="backdoor")
    (dev,) = document["environments"]
    assert code == 1
    assert values(dev["outside"]) == {(GROUP, "retention_in_days"): (7, 30)}
    assert values(dev["changes"])[GROUP, "retention_in_days"] == (7, 14)
    assert "versioning" not in json.dumps(dev["changes"])
    versioning = ("module.artifacts.aws_s3_bucket_versioning.this", "versioning_configuration.status")
    assert values(dev["known"]) == {versioning: ("Enabled", "Suspended")}
    assert "backdoor" in json.dumps(dev["expired"])
    assert {item["kind"] for item in dev["expired"]} == {"outside"}


# What a reviewer reads


FORCES = {"terminal": "forces replacement", "Markdown": "! replace module.artifacts", "HTML": '"replaces":true'}


def test_every_output_of_a_plan_says_what_changes_why_and_what_is_refused(
    operated: Operated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket = (BUNDLED / "artifacts/main.tf.j2").read_text()
    renamed = bucket.replace("bucket        = var.bucket_name", 'bucket        = "${var.bucket_name}-two"')
    operated.template("artifacts/main.tf.j2", renamed)
    builds = "builds:\n  main:\n    timeout: 30m\n    compute: medium\n    secrets: {TOKEN: {parameter: /shop/token}}\n"
    operated.says(DEV.replace("days: 7", "days: 14") + builds)
    capsys.readouterr()
    comment, page = tmp_path / "plan.md", tmp_path / "plan.html"
    assert operated.run("plan", "dev", "--sandbox", "--markdown", comment, "--html", page) == 0
    told = {"terminal": capsys.readouterr().out, "Markdown": comment.read_text(), "HTML": page.read_text()}
    for output, text in told.items():
        for said in (
            *("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "it may call ssm:GetParameters on arn:aws:ssm:"),
            *(f"environments/dev.yaml:{place}" for place in ("3:", "6:", "7:", "8:")),
            *("replace:module.artifacts.aws_s3_bucket.this", FORCES[output]),
        ):
            assert said in text, (output, said)
        for before, after in ((15, 30), (7, 14)):
            # The page holds each text once, and puts both sides in cells of their own.
            sides = (f'"{before}"', f'"{after}"') if output == "HTML" else (f"{before} → {after}",)
            assert all(side in text for side in sides), (output, before)


# Guards


HARM = {
    "artifacts/main.tf.j2": {
        'status = "Enabled"': 'status = "Suspended"',
        "restrict_public_buckets = true": "restrict_public_buckets = false",
        "bucket        = var.bucket_name": 'bucket        = "${var.bucket_name}-two"',
        'resource "aws_s3_bucket_ownership_controls" "this" {': (
            "removed {\n  from = aws_s3_bucket_ownership_controls.this\n\n  lifecycle {\n    destroy = false\n  }\n}\n\n"
            'resource "aws_s3_bucket_ownership_controls" "other" {'
        ),
    },
    "access/main.tf.j2": {'"logs:PutLogEvents"': '"logs:*"'},
    # Without what was added for the apply.
    "logs/main.tf.j2": {},
}


def harm(operated: Operated) -> None:
    """Let the templates do all that the guards are there against."""
    for path, changes in HARM.items():
        text = (BUNDLED / path).read_text()
        for before, after in changes.items():
            assert before in text, before
            text = text.replace(before, after)
        operated.template(path, text)
    operated.says(DEV.replace("days: 7", "days: 3"))


def test_every_kind_of_harm_is_shown_by_plan_and_refused_by_apply(operated: Operated, asked: Ask) -> None:
    harm(operated)
    before = operated.state.read_bytes()
    code, planned = asked("plan", "dev", "--sandbox", "--enforce")
    shown = {item["allow"] for item in planned["environments"][0]["refusals"]}
    assert code == 1
    assert shown == {
        "replace:module.artifacts.aws_s3_bucket.this",
        "forget:module.artifacts.aws_s3_bucket_ownership_controls.this",
        "delete:module.logs.aws_cloudwatch_log_group.extra",
        f"expire:{GROUP}",
        "unprotect:module.artifacts.aws_s3_bucket_public_access_block.this",
        "unprotect:module.artifacts.aws_s3_bucket_versioning.this",
        'widen:module.access.aws_iam_role_policy.this["main"]',
        "deletions:6",
    }
    code, refused = asked("apply", "dev", "--sandbox")
    assert code == 1
    assert {item["allow"] for item in refused["error"]["refusals"]} == shown
    assert refused["environments"][0]["status"] == "refused"
    assert operated.state.read_bytes() == before


# Kept plans


def attacked(operated: Operated, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Apply the kept plan, which must be refused with nothing changed; return what is said."""
    before = operated.state.read_bytes()
    capsys.readouterr()
    assert operated.run("apply", "dev", "--sandbox", *words) == 1
    assert operated.state.read_bytes() == before
    return capsys.readouterr().err


def test_a_kept_plan_is_applied_as_it_was_reviewed_or_not_at_all(
    operated: Operated, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = DEV.replace("days: 7", "days: 30")
    operated.says(spec)
    assert operated.run("-q", "plan", "dev", "--sandbox", "--save") == 0
    kept = SavedPlan(operated.workspace, "dev", "sandbox").file
    files = {file: file.read_bytes() for file in (kept, kept.with_suffix(".json"))}
    state = operated.state.read_bytes()

    def put_back() -> None:
        for file, content in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    # One byte.
    content = bytearray(files[kept])
    content[len(content) // 2] ^= 1
    kept.write_bytes(bytes(content))
    assert "its content or its sidecar has changed since" in attacked(operated, capsys)
    put_back()
    # The source.
    operated.says(spec.replace("days: 30", "days: 60"))
    assert "the modules have changed since" in attacked(operated, capsys)
    operated.says(spec)
    # The lock file.
    lock = operated.workspace.modules_out / "dev" / ".terraform.lock.hcl"
    lock.write_text("# another\n")
    assert "the dependency lock file has changed since" in attacked(operated, capsys)
    lock.unlink()
    # The state.
    document = json.loads(state)
    operated.state.write_text(json.dumps(document | {"serial": document["serial"] + 1}))
    assert "the state has changed since" in attacked(operated, capsys)
    operated.state.write_bytes(state)
    # The age.
    with monkeypatch.context() as later:
        now = time.time()
        later.setattr(time, "time", lambda: now + 2 * 3600)
        assert "it is 2h old, and 1h is the oldest allowed" in attacked(operated, capsys, "--max-age", "1h")
    # Another target: the sandbox's plan on AWS.
    real = SavedPlan(operated.workspace, "dev", "real").file
    real.parent.mkdir(mode=0o700)
    for file, bytes_of in files.items():
        (real.parent / file.name).write_bytes(bytes_of)
    assert operated.run("apply", "dev", "--yes") == 1
    assert "another target (sandbox, now real)" in capsys.readouterr().err
    # Terraform has written it beside the modules, as it does at the first init for AWS.
    lock.unlink()
    # Two at once: one is applied, and nothing is applied twice.
    command = [sys.executable, "-m", "generator", "-C", str(operated.workspace.root), "apply", "dev", "--sandbox"]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [racer.communicate(timeout=300) for racer in racers]
    assert sorted(racer.returncode for racer in racers) == [0, 1], said
    (lost,) = [err for racer, (_, err) in zip(racers, said, strict=True) if racer.returncode]
    reasons = ("was used already", "the state has changed since", "No such file", "another apply has just used it")
    assert any(reason in lost for reason in reasons), lost
    assert not kept.exists()
    # A second use, even on the very state that it was made for.
    put_back()
    operated.state.write_bytes(state)
    assert "it was used already" in attacked(operated, capsys)


def test_an_offline_plan_is_refused_whatever_its_seal_says(
    operated: Operated, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = operated.workspace
    assert operated.run("-q", "plan", "dev", "--sandbox", "--save") == 0
    saved = SavedPlan(workspace, "dev", "sandbox")
    now = Binding(**json.loads(saved.file.with_suffix(".json").read_text())["binding"])
    offline = open_stack(workspace, "dev", Mode.OFFLINE, account=ACCOUNT, region="us-east-1").plan()
    saved.keep(offline.file, now, own_key(workspace))
    said = attacked(operated, capsys)
    assert "its provider aws does not lead to the sandbox: it was made offline" in said


def test_an_encrypted_plan_is_applied_with_its_passphrase_alone(
    operated: Operated, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TFSTENCIL_PLAN_PASSPHRASE", "correct horse battery")
    operated.says(DEV.replace("days: 7", "days: 60"))
    assert operated.run("-q", "plan", "dev", "--sandbox", "--save", "--encrypt") == 0
    kept = SavedPlan(operated.workspace, "dev", "sandbox").file
    assert not kept.read_bytes().startswith(b"PK"), "a plan file is a zip archive, and this one is not encrypted"
    monkeypatch.setenv("TFSTENCIL_PLAN_PASSPHRASE", "another passphrase")
    assert "the passphrase is another one" in attacked(operated, capsys)
    monkeypatch.setenv("TFSTENCIL_PLAN_PASSPHRASE", "correct horse battery")
    assert operated.run("-q", "apply", "dev", "--sandbox") == 0
    left = [file.name for file in operated.workspace.scratch.rglob("*.tfplan")]
    assert left == [], "a plan file is left behind"
