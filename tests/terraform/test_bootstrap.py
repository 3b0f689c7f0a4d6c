"""`tfstencil bootstrap`: the state bucket is made, takes in its own state, and never overwrites another."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest
from fault_proxy import Refusal

from generator.errors import TfstencilError
from generator.operations.changes import bootstrap as bootstrapping
from generator.readback.clients import Clients
from generator.sandbox.control import status, stop
from generator.terraform import TerraformStack
from generator.terraform.state.migration import BootstrapStep, next_step, read_file, require_same, set_aside

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from fault_proxy import FaultProxy

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

ACCOUNT = "333344445555"
BUCKET = f"acme-tfstate-{ACCOUNT}"
STATE = f"""\
class: prod
stack: acme
region: us-east-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
backend: {{}}
"""
DEV = f"""\
stack: shop
region: us-east-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
source: {{type: github, repository: https://github.com/acme-platform/shop}}
builds: {{main: {{runtime: {{nodejs: 22}}}}}}
notifications: null
alarms: null
state: {{bucket: {BUCKET}}}
"""


def state(lineage: str = "one", serial: int = 3, **names: str) -> dict[str, Any]:
    """Describe resources by the names that they have in AWS."""
    return {
        "version": 4,
        "lineage": lineage,
        "serial": serial,
        "resources": [
            {
                "mode": "managed",
                "type": kind,
                "name": "this",
                "module": "module.backend",
                "instances": [{"attributes": {"id": name, "bucket": name}}],
            }
            for kind, name in names.items()
        ],
    }


MADE = state(aws_s3_bucket=BUCKET, aws_kms_key="k-1")
KEY_ALONE = state(aws_kms_key="k-1")


@pytest.mark.parametrize(
    ("here", "there", "step"),
    [
        pytest.param({}, None, BootstrapStep.APPLY, id="nothing exists"),
        pytest.param(KEY_ALONE, None, BootstrapStep.APPLY, id="stopped before the bucket was made"),
        pytest.param(MADE, {}, BootstrapStep.APPLY, id="stopped before the state was copied"),
        pytest.param(
            MADE, {**MADE, "lineage": "new", "serial": 1}, BootstrapStep.SET_ASIDE, id="stopped before the proof"
        ),
        pytest.param(
            MADE,
            state(serial=9, aws_s3_bucket=BUCKET, aws_kms_key="k-1", aws_kms_alias="a"),
            BootstrapStep.SET_ASIDE,
            id="applied since, from the bucket",
        ),
        pytest.param({}, MADE, BootstrapStep.DONE, id="done"),
        pytest.param(state(), MADE, BootstrapStep.DONE, id="done, and an empty file is left"),
    ],
)
def test_what_is_left_to_do_follows_from_the_two_states(
    here: dict[str, Any], there: dict[str, Any] | None, step: BootstrapStep
) -> None:
    assert next_step(here, there, bucket=BUCKET) is step


@pytest.mark.parametrize(
    ("here", "there", "reason"),
    [
        pytest.param({}, {}, "no state knows it", id="a bucket that nobody made"),
        pytest.param(KEY_ALONE, {}, "no state knows it", id="a bucket that somebody else made"),
        pytest.param({}, state(aws_iam_role="r"), "does not describe", id="somebody's state under the same key"),
        pytest.param(
            MADE,
            state(lineage="two", aws_s3_bucket=BUCKET, aws_kms_key="k-2"),
            "does not know module.backend.aws_kms_key.this",
            id="another bootstrap was faster",
        ),
        pytest.param(MADE, {**MADE, "serial": 2}, "an older state (serial 2)", id="an older state"),
        pytest.param(MADE, state(aws_s3_bucket=BUCKET), "does not know", id="the same lineage with less in it"),
    ],
)
def test_a_state_that_is_there_is_never_overwritten(here: dict[str, Any], there: dict[str, Any], reason: str) -> None:
    with pytest.raises(TfstencilError) as caught:
        next_step(here, there, bucket=BUCKET)
    assert reason in str(caught.value)
    assert "nothing was changed" in caught.value.hint


def test_a_copy_that_differs_in_one_attribute_is_no_proof() -> None:
    changed = json.loads(json.dumps(MADE))
    changed["resources"][0]["instances"][0]["attributes"]["tags"] = {}
    with pytest.raises(TfstencilError, match="its resources are read back otherwise"):
        require_same(MADE, changed)
    with pytest.raises(TfstencilError, match="its outputs are read back otherwise"):
        require_same({**MADE, "outputs": {"a": {"value": 1}}}, MADE)
    require_same(MADE, {**MADE, "lineage": "new", "serial": 1})


def test_a_file_that_was_cut_off_is_not_taken_for_no_state(tmp_path: Path) -> None:
    file = tmp_path / "state.tfstate"
    assert read_file(file) == {}
    file.write_text(json.dumps(MADE)[:-20])
    with pytest.raises(TfstencilError, match="is not a whole state"):
        read_file(file)


def test_what_was_moved_is_put_aside_for_its_owner_alone_and_never_deleted(tmp_path: Path) -> None:
    file = tmp_path / "state.tfstate"
    assert set_aside(file) is None
    copies = []
    for serial in (1, 2):
        file.write_text(json.dumps({**MADE, "serial": serial}))
        file.chmod(0o644)
        copies.append(set_aside(file))
    assert not file.exists()
    assert [json.loads(copy.read_text())["serial"] for copy in copies if copy] == [1, 2]
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies if copy} == {0o600}


@pytest.fixture
def place(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Iterator[Workspace]:
    """Hand over a workspace whose sandbox is stopped afterwards, whatever happens."""
    workspace = workspace_of({"state": STATE, "dev": DEV})
    # After each change of a lifecycle the provider waits for a minute; this is about the command.
    for module in ("artifacts", "backend"):
        own = workspace.root / "templates" / "modules" / module
        own.mkdir(parents=True)
        (own / "lifecycle.tf.j2").write_text("{# none #}\n")
    yield workspace
    stop(workspace)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Missing argument 'ENV'"),
        (["nowhere"], 2, "no environment 'nowhere'"),
        (["stat*"], 2, "is a pattern"),
        (["state", "dev"], 2, "Got unexpected extra argument"),
        (["dev", "--sandbox"], 2, "its spec has no backend"),
        (["dev", "--print"], 2, "its spec has no backend"),
        (["state", "--offline"], 2, "No such option"),
        (["state", "--max-age", "4h"], 2, "No such option"),
        (["state"], 2, "add --yes: tfstencil bootstrap state --yes state"),
        (["state", "--json"], 2, "add --yes"),
        (["state", "--yes"], 2, "of class prod only by its name: state"),
        (["state", "--yes", "dev"], 2, "--yes dev names none of the environments concerned: state"),
        (["state", "--yes", "state", "--allow", "everything"], 2, "--allow"),
        (["state", "--sandbox", "--allow", "delete:"], 2, "--allow"),
    ],
)
def test_a_wrong_call_is_answered_before_anything_starts(
    call: Runner, place: Workspace, arguments: list[str], code: int, said: str
) -> None:
    assert call("-C", place.root, "render").returncode == 0
    ended = call("-C", place.root, "bootstrap", *arguments)
    assert ended.returncode == code, ended.stderr
    assert said in (ended.stderr or ended.stdout)
    assert not (place.scratch / "bootstrap").exists()


def test_modules_that_are_not_what_the_spec_says_are_not_applied(call: Runner, place: Workspace) -> None:
    ended = call("-C", place.root, "bootstrap", "state", "--sandbox")
    assert ended.returncode == 1
    assert "run tfstencil render state" in ended.stderr


def test_what_other_specs_say_is_printed_without_terraform(call: Runner, place: Workspace) -> None:
    assert call("-C", place.root, "bootstrap", "state", "--print").stdout == (
        f"state:\n  bucket: {BUCKET}\n  region: us-east-1\n"
    )
    printed = json.loads(call("-C", place.root, "--json", "bootstrap", "state", "--print").stdout)
    assert printed["state"] == {"bucket": BUCKET, "region": "us-east-1"}


def _stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def lose_and_rescue(call: Runner, options: tuple[Any, ...], place: Workspace, file: Path) -> dict[str, Any]:
    """Let the state lie where Terraform leaves it after a full disk; nothing goes on before it is rescued."""
    applied = json.loads(file.read_text())
    file.rename(place.scratch / "run" / "sandbox" / "state" / "bootstrap" / "root" / "errored.tfstate")
    refused = call(*options, "bootstrap", "state", "--sandbox")
    assert refused.returncode == 1
    assert "tfstencil state rescue state --sandbox" in refused.stderr
    assert call(*options, "state", "rescue", "state", "--sandbox").returncode == 0
    rescued: dict[str, Any] = json.loads(file.read_text())
    assert rescued["resources"] == applied["resources"]
    return rescued


@pytest.mark.slow
@pytest.mark.terraform
def test_a_bootstrap_that_is_stopped_between_any_two_steps_goes_on_and_then_is_done(
    call: Runner, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("-C", place.root, "--json")
    assert call(*options, "render").returncode == 0
    file = place.scratch / "sandbox" / "state" / "state.tfstate"

    with monkeypatch.context() as patch:
        patch.setattr(TerraformStack, "migrate", _stopped)
        assert call(*options, "bootstrap", "state", "--sandbox").returncode != 0
    info = status(place).info
    assert info is not None
    s3 = Clients("us-east-1", ACCOUNT, info.endpoint).client("s3")
    key = "acme/state/terraform.tfstate"
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])] == []

    applied = lose_and_rescue(call, options, place, file)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrapping, "set_aside", _stopped)
        assert call(*options, "bootstrap", "state", "--sandbox").returncode != 0
    copied = json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    assert copied["resources"] == applied["resources"]
    assert json.loads(file.read_text()) == applied

    # The state of somebody else, who was faster: neither of the two is touched.
    file.write_text(json.dumps(MADE))
    refused = call(*options, "bootstrap", "state", "--sandbox")
    assert refused.returncode == 1
    assert "the bucket holds another state" in refused.stderr
    assert json.loads(file.read_text()) == MADE
    assert json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) == copied
    file.write_text(json.dumps(applied))

    ended = json.loads(call(*options, "bootstrap", "state", "--sandbox").stdout)
    assert ended["status"] == "bootstrapped"
    assert ended["resources"] == len(copied["resources"]) - 1  # without the data source
    assert ended["state"] == {"bucket": BUCKET, "region": "us-east-1"}
    copy = place.root / ended["copy"]
    assert json.loads(copy.read_text()) == applied
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not file.exists()

    again = json.loads(call(*options, "bootstrap", "state", "--sandbox").stdout)
    assert (again["status"], again["copy"]) == ("unchanged", None)
    assert applied_in_sandbox(call, options)["state"] == f"{ended['resources']} resources"
    planned = call(*options, "plan", "state", "--sandbox", "--detailed-exitcode")
    assert planned.returncode == 0, planned.stdout

    # And now another environment keeps its state there, and leaves no lock behind.
    assert call(*options, "apply", "dev", "--sandbox").returncode == 0
    stored = {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert stored == {key, "shop/dev/terraform.tfstate"}
    head = s3.head_object(Bucket=BUCKET, Key="shop/dev/terraform.tfstate")
    assert head["ServerSideEncryption"] == "aws:kms"
    assert not (file.parent / "dev.tfstate").exists()
    assert call(*options, "plan", "dev", "--sandbox", "--detailed-exitcode").returncode == 0
    count = applied_in_sandbox(call, options)["dev"]
    assert count.endswith(" resources")
    destroy_and_restore(call, options, place, s3)
    assert applied_in_sandbox(call, options)["dev"] == count


def applied_in_sandbox(call: Runner, options: tuple[Any, ...]) -> dict[str, str]:
    lines = json.loads(call(*options, "status").stdout)["environments"]
    return {line["name"]: line["sandbox"] for line in lines}


def destroy_and_restore(call: Runner, options: tuple[Any, ...], place: Workspace, s3: Any) -> None:
    """The version that the bucket has of a state is noted before the state changes, and comes back above what is there."""
    key = "shop/dev/terraform.tfstate"
    head, was = s3.head_object(Bucket=BUCKET, Key=key), json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    assert call(*options, "destroy", "dev", "--sandbox").returncode == 0
    assert applied_in_sandbox(call, options)["dev"] == ""
    (version,) = json.loads(call(*options, "state", "restore", "dev", "--sandbox").stdout)["versions"]
    assert (version["object_version"], version["before"]) == (head["VersionId"], "destroy")
    assert version["resources"] == sum(len(each["instances"]) for each in was["resources"] if each["mode"] == "managed")
    # The bucket has it: nothing is copied.
    assert not list((place.scratch / "sandbox" / "state" / "versions").rglob("*.tfstate"))
    done = json.loads(call(*options, "state", "restore", "dev", version["version"], "--sandbox").stdout)
    assert (done["status"], done["resources"]) == ("restored", version["resources"])
    there = json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    assert there["resources"] == was["resources"]
    assert there["serial"] > was["serial"]
    again = json.loads(call(*options, "state", "restore", "dev", version["version"], "--sandbox").stdout)
    assert again["status"] == "unchanged"


@pytest.mark.slow
@pytest.mark.terraform
def test_a_bootstrap_on_aws_goes_on_after_a_refused_call_and_after_a_copy_that_failed(
    tfstencil: Runner, place: Workspace, proxy: FaultProxy, account: str
) -> None:
    """Nothing is mocked here but AWS: the rendered S3 backend with its lock, in the workspace's own folders."""
    place.spec_path("state").write_text(STATE.replace(ACCOUNT, account))
    bucket = BUCKET.replace(ACCOUNT, account)
    s3 = Clients("us-east-1", account, proxy.target).client("s3")

    def run(*arguments: str, key: str = account) -> subprocess.CompletedProcess[str]:
        return tfstencil("-C", place.root, *arguments, variables=proxy.variables(key), timeout=300)

    assert run("render", "state").returncode == 0
    early = run("plan", "state")
    assert early.returncode == 1
    assert "tfstencil bootstrap" in early.stderr
    stranger = run("bootstrap", "state", "--yes", "state", key="999988887777")
    assert stranger.returncode == 1
    assert "AWS account ID not allowed" in stranger.stderr

    proxy.always(r"^s3:PUT .*policy", Refusal(403, "AccessDenied"))
    refused = run("bootstrap", "state", "--yes", "state")
    assert refused.returncode == 1
    assert "AccessDenied" in refused.stderr
    proxy.always(r"^s3:PUT .*tfstate$", Refusal(403, "AccessDenied"))
    failed = run("bootstrap", "state", "--yes", "state")
    assert failed.returncode == 1, failed.stdout
    # The record of the apply that made the bucket lies there already; the state does not.
    there = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    assert [key for key in there if not key.endswith(".applied.jsonl")] == []
    file = place.scratch / "bootstrap" / "state.tfstate"
    assert len(json.loads(file.read_text())["resources"]) > 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    proxy.judge = lambda _: None
    proxy.calls.clear()
    ended = run("--json", "bootstrap", "state", "--yes", "state")
    assert ended.returncode == 0, ended.stderr
    done = json.loads(ended.stdout)
    assert (done["status"], done["bucket"]) == ("bootstrapped", bucket)
    assert [call.name for call in proxy.calls if call.name.startswith("kms:Create")] == []
    assert not file.exists()
    assert (place.root / done["copy"]).is_file()
    assert run("plan", "state", "--detailed-exitcode").returncode == 0
    again = run("bootstrap", "state", "--yes", "state")
    assert "state is bootstrapped: its state is in s3://" in again.stdout
