"""A state whose place the spec has changed: told at once, never left behind, and taken along when that is asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import StatePlaceError
from generator.kept.former_state import FormerStates
from generator.kept.history import BEGUN, DONE, History, HistoryEntry
from generator.output.manifest import MANIFEST
from generator.terraform.layout import lay_out, sandbox_state
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from noted_terraform import Stand

    from generator.sandbox.control import SandboxInfo
    from generator.workspace import Workspace

ACCOUNT = "111122223333"
WRITTEN = {"lineage": "new", "serial": 1}
MOVES = [
    pytest.param("state: {bucket: acme-tfstate, key: a/b}", "state: {bucket: acme-tfstate, key: a/c}", "a/b", id="key"),
    pytest.param("state: {bucket: acme-tfstate}", "state: {bucket: acme-other}", "shop/dev/terraform.tfstate", id="bucket"),
    pytest.param("state: {bucket: acme-tfstate}", "state: {bucket: acme-tfstate}\nstack: till", "shop/dev/terraform.tfstate", id="stack"),
    pytest.param("state: {bucket: acme-tfstate}", "", "shop/dev/terraform.tfstate", id="no bucket any more"),
]  # fmt: skip


def state_of(*names: str, environment: str = "dev") -> dict[str, Any]:
    tags = {"Stack": "shop", "Environment": environment}
    held = [
        {"mode": "managed", "type": "aws_iam_role", "name": name, "instances": [{"attributes": {"id": name, "tags": tags}}]}
        for name in names
    ]  # fmt: skip
    return {"version": 4, "serial": 3, "lineage": "abc", "outputs": {}, "resources": held}


@pytest.fixture
def bucket(aws: Callable[..., Any], sandbox: SandboxInfo, account: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stand for AWS's S3: with two buckets of states."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mock")
    s3 = aws("s3")
    for name in ("acme-tfstate", "acme-other"):
        s3.create_bucket(Bucket=name)
    yield s3
    for name in ("acme-tfstate", "acme-other"):
        for item in s3.list_objects_v2(Bucket=name).get("Contents", ()):
            s3.delete_object(Bucket=name, Key=item["Key"])
        s3.delete_bucket(Bucket=name)


def write(workspace: Workspace, *more: str) -> None:
    """Write the spec of dev with these lines."""
    spec = f'extends: _base\naccount: "{ACCOUNT}"\n'
    workspace.spec_path("dev").write_text(spec + "\n".join(more) + "\n")


def rendered(stand: Stand, before: str, after: str) -> str:
    """Render dev as it was and as it is, and return what the second render says."""
    for more in (before, after):
        write(stand.workspace, more)
        ended = stand.run(["render", "dev"])
        assert ended.returncode == 0, ended.stderr
    return ended.stderr


@pytest.mark.parametrize(("before", "after", "key"), MOVES)
def test_validate_and_render_tell_that_a_state_lies_elsewhere_now(
    stand: Stand, before: str, after: str, key: str
) -> None:
    write(stand.workspace, before)
    stand.run(["render", "dev"])
    write(stand.workspace, after)
    told = stand.run(["validate"])
    assert told.returncode == 0
    assert f"the state of dev lay in s3://acme-tfstate/{key} at the last render" in " ".join(told.stdout.split())
    assert "tfstencil state move dev" in told.stdout
    ended = stand.run(["render", "dev"])
    assert f"its state lay in s3://acme-tfstate/{key} until now" in ended.stderr
    assert stand.run(["render", "dev", "--check"]).returncode == 0
    assert "lay in" not in stand.run(["render", "dev"]).stderr


@pytest.mark.parametrize(
    ("before", "after", "key", "command"),
    [(*move.values, command) for move, command in zip(MOVES, ["plan", "apply", "destroy", "drift"], strict=True)],
)
def test_nothing_is_planned_while_the_state_lies_at_its_earlier_place(  # noqa: PLR0913, PLR0917
    stand: Stand,
    bucket: Any,
    before: str,
    after: str,
    key: str,
    command: str,
) -> None:
    bucket.put_object(Bucket="acme-tfstate", Key=key, Body=json.dumps(state_of("a", "b")))
    rendered(stand, before, after)
    # In a fresh clone only what is committed tells of it.
    agreed = ["--yes"] if command in {"apply", "destroy"} else []
    ended = stand.run([command, "dev", *agreed])
    assert ended.returncode == 1
    assert f"it lies in s3://acme-tfstate/{key} (2 resources)" in " ".join(ended.stderr.split())
    assert "tfstencil state move dev" in ended.stderr
    assert not {"plan", "apply", "destroy"} & set(stand.verbs())


def test_an_earlier_place_that_holds_nothing_stops_nobody(stand: Stand, bucket: Any) -> None:
    bucket.put_object(Bucket="acme-tfstate", Key="a/b", Body=json.dumps(state_of()))
    rendered(stand, "state: {bucket: acme-tfstate, key: a/b}", "state: {bucket: acme-tfstate, key: a/c}")
    assert stand.run(["plan", "dev"]).returncode == 0


def test_an_earlier_place_that_cannot_be_read_is_not_passed_over(
    stand: Stand,
    bucket: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered(stand, "state: {bucket: acme-tfstate, key: a/b}", "state: {bucket: acme-tfstate, key: a/c}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    ended = stand.run(["plan", "dev"])
    assert ended.returncode == 1
    assert "it may lie elsewhere: s3://acme-tfstate/a/b cannot be read" in " ".join(ended.stderr.split())
    assert stand.run(["state", "move", "dev", "--abandon", "--yes"]).returncode == 0


@pytest.mark.thorough
def test_a_state_in_a_file_is_not_left_behind_for_a_bucket(stand: Stand) -> None:
    file = stand.workspace.modules_out / "dev" / "terraform.tfstate"
    file.write_text(json.dumps(state_of("a")))
    write(stand.workspace, "state: {bucket: acme-tfstate}")
    assert "lay in a file beside its modules" in " ".join(stand.run(["validate"]).stdout.split())
    assert "its state lay in terraform.tfstate until now" in stand.run(["render", "dev"]).stderr
    ended = stand.run(["apply", "dev", "--yes"])
    assert ended.returncode == 1
    assert "it lies in modules_out/dev/terraform.tfstate (1 resource)" in " ".join(ended.stderr.split())


def test_a_record_of_an_apply_tells_where_the_manifest_is_gone(stand: Stand, bucket: Any) -> None:
    bucket.put_object(Bucket="acme-tfstate", Key="a/b", Body=json.dumps(state_of("a")))
    write(stand.workspace, "state: {bucket: acme-tfstate, key: a/b}")
    stand.run(["render", "dev"])
    stand.write(state=f"echo '{json.dumps(state_of('a'))}'")
    assert stand.run(["apply", "dev", "--yes"]).returncode == 0
    stand.write()
    for file in sorted((stand.workspace.modules_out / "dev").rglob("*")):
        if file.is_file():
            file.unlink()
    write(stand.workspace, "state: {bucket: acme-tfstate, key: a/c}")
    assert stand.run(["render", "dev"]).returncode == 0
    assert "states" not in json.loads((stand.workspace.modules_out / "dev" / MANIFEST).read_text())
    assert stand.run(["plan", "dev"]).returncode == 1


def test_a_new_name_takes_the_state_of_the_old_one_along(stand: Stand) -> None:
    old = stand.workspace.modules_out / "dev" / "terraform.tfstate"
    old.write_text(json.dumps(state_of("a")))
    text = stand.workspace.spec_path("dev").read_text()
    stand.workspace.spec_path("dev").unlink()
    stand.workspace.spec_path("trial").write_text(f"{text}class: dev\nformerly: [shop/dev]\n")
    assert stand.run(["render"]).returncode == 0
    ended = stand.run(["plan", "trial"])
    assert ended.returncode == 1
    assert "it lies in modules_out/dev/terraform.tfstate (1 resource)" in " ".join(ended.stderr.split())


def test_a_state_is_moved_and_then_planned_on(stand: Stand, bucket: Any, tmp_path: Path) -> None:
    bucket.put_object(Bucket="acme-tfstate", Key="a/b", Body=json.dumps(state_of("a")))
    rendered(stand, "state: {bucket: acme-tfstate, key: a/b}", "state: {bucket: acme-tfstate, key: a/c}")
    kept = tmp_path / "pushed"
    stand.write(
        state=f'if [ "$2" = push ]; then for f in "$@"; do :; done; cp "$f" {kept}; elif [ -f {kept} ]; then cat {kept}; fi'
    )
    ended = stand.run(["state", "move", "dev", "--yes"])
    assert ended.returncode == 0, ended.stderr
    assert "The state of dev is in s3://acme-tfstate/a/c" in ended.stdout
    assert json.loads(kept.read_text())["resources"] == state_of("a")["resources"]
    assert stand.run(["plan", "dev"]).returncode == 0
    again = stand.run(["state", "move", "dev", "--yes"])
    assert "The state of dev is in s3://acme-tfstate/a/c already" in again.stdout


def test_a_state_of_another_environment_is_not_taken_along(stand: Stand, bucket: Any) -> None:
    bucket.put_object(Bucket="acme-tfstate", Key="a/b", Body=json.dumps(state_of("a", environment="other")))
    rendered(stand, "state: {bucket: acme-tfstate, key: a/b}", "state: {bucket: acme-tfstate, key: a/c}")
    ended = stand.run(["state", "move", "dev", "--yes"])
    assert ended.returncode == 1
    assert "holds resources of other (stack shop)" in ended.stderr


def test_a_state_that_is_given_up_stops_nobody_any_more(stand: Stand, bucket: Any) -> None:
    bucket.put_object(Bucket="acme-tfstate", Key="a/b", Body=json.dumps(state_of("a")))
    rendered(stand, "state: {bucket: acme-tfstate, key: a/b}", "state: {bucket: acme-tfstate, key: a/c}")
    assert stand.run(["plan", "dev"]).returncode == 1
    assert stand.run(["state", "move", "dev", "--abandon", "--yes"]).returncode == 0
    assert stand.run(["plan", "dev"]).returncode == 0
    # Of a third place it was not said.
    write(stand.workspace, "state: {bucket: acme-tfstate, key: a/d}")
    stand.run(["render", "dev"])
    assert stand.run(["plan", "dev"]).returncode == 1


@pytest.mark.parametrize(("before", "after", "key"), MOVES)
def test_the_sandbox_refuses_a_move_that_its_own_file_would_not_notice(
    stand: Stand, before: str, after: str, key: str
) -> None:
    rendered(stand, before, after)
    workspace = stand.workspace
    layout = lay_out(workspace, "dev", Mode.SANDBOX, ACCOUNT, "us-east-1", "http://127.0.0.1:9")
    judge = FormerStates(workspace, "dev", Mode.SANDBOX)
    held = {**WRITTEN, "resources": state_of("a")["resources"]}
    judge(layout, held)
    history = History.of(workspace, "dev", "sandbox")
    for outcome in (BEGUN, DONE):
        history.add(HistoryEntry("apply", outcome, state=f"s3://acme-tfstate/{key}"))
    with pytest.raises(StatePlaceError, match="it was applied with s3://acme-tfstate") as caught:
        judge(layout, held)
    assert "tfstencil state move dev --sandbox" in caught.value.hint
    # The sandbox was stopped since.
    judge(layout, {})


def test_the_sandbox_finds_a_state_in_the_bucket_of_another_account_and_under_an_old_name(
    stand: Stand,
    bucket: Any,
    sandbox: SandboxInfo,
    account: str,
) -> None:
    bucket.put_object(Bucket="acme-tfstate", Key="a/b", Body=json.dumps(state_of("a")))
    rendered(stand, "state: {bucket: acme-tfstate, key: a/b}", "state: {bucket: acme-tfstate, key: a/b}")
    workspace = stand.workspace
    mark = workspace.scratch / "sandbox" / "state" / "buckets" / account / "acme-tfstate"
    mark.parent.mkdir(parents=True)
    mark.touch()
    layout = lay_out(workspace, "dev", Mode.SANDBOX, ACCOUNT, "us-east-1", sandbox.endpoint)
    with pytest.raises(StatePlaceError, match="it lies in s3://acme-tfstate/a/b"):
        FormerStates(workspace, "dev", Mode.SANDBOX)(layout, {})
    mark.unlink()
    sandbox_state(workspace, "old").write_text(json.dumps(state_of("a")))
    with pytest.raises(StatePlaceError, match=r"it lies in .tfstencil/sandbox/state/old.tfstate"):
        FormerStates(workspace, "dev", Mode.SANDBOX, ("shop/old",))(layout, {})
