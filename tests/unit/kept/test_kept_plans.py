"""A kept plan is applied only where everything is as it was when it was made, and only once."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import time
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import SavedPlanError, ToolError
from generator.kept import encryption, used_plans
from generator.kept.binding import Binding, backend_of, lock_digest, modules_digest, source_digest
from generator.kept.encryption import FILE_VARIABLE, VARIABLE, PassphraseSeal, passphrase
from generator.kept.saved_plan import SavedPlan
from generator.kept.seal import existing_key, key_file, own_key
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.kept.seal import Seal

DAY = 24 * 60
BINDING = Binding(
    environment="dev",
    mode="sandbox",
    account="111122223333",
    region="us-east-1",
    backend="s3 bucket=state key=dev",
    endpoint="http://127.0.0.1:1",
    source="digest of the modules",
    lock="digest of the lock file",
    lineage="lineage",
    serial=3,
    terraform="1.11.4",
    provider="hashicorp/aws 5.100.0",
)
SECRET = "correct horse battery"
CONTENT = b"a plan with a canary-secret in it"


def keep(workspace: Workspace, seal: Seal | None = None, binding: Binding = BINDING, **more: Any) -> SavedPlan:
    saved = SavedPlan(workspace, binding.environment, binding.mode)
    draft = workspace.root / "draft"
    draft.write_bytes(CONTENT)
    saved.keep(draft, binding, seal or own_key(workspace), **more)
    return saved


def opened(saved: SavedPlan, workspace: Workspace, now: Binding = BINDING, *, oldest: int = DAY) -> bytes:
    return saved.open(now, workspace.root / "copy", oldest=oldest).file.read_bytes()


def edit(saved: SavedPlan, change: Callable[[dict[str, Any]], object]) -> None:
    sidecar = saved.file.with_suffix(".json")
    content = json.loads(sidecar.read_text())
    change(content)
    sidecar.write_text(json.dumps(content))


@pytest.fixture(params=["key", "passphrase"])
def seal(request: pytest.FixtureRequest, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Seal:
    """Seal with either; a guess at the passphrase costs next to nothing here, for the sake of the tests' time."""
    monkeypatch.setenv(VARIABLE, SECRET)
    monkeypatch.setattr(encryption, "_COST", {**encryption._COST, "n": 2})
    return own_key(workspace) if request.param == "key" else PassphraseSeal(SECRET)


def test_a_plan_that_fits_is_handed_over_as_a_private_copy(workspace: Workspace, seal: Seal) -> None:
    saved = keep(workspace, seal)
    assert opened(saved, workspace) == CONTENT
    assert (workspace.root / "copy").stat().st_mode & 0o077 == 0
    assert saved.exists


OTHER: dict[str, tuple[object, str]] = {
    "environment": ("prod", "another environment"),
    "mode": ("real", r"another target \(sandbox, now real\)"),
    "account": ("999988887777", "another account"),
    "region": ("eu-west-1", "another region"),
    "backend": ("s3 bucket=other", "another backend"),
    "endpoint": ("http://127.0.0.1:2", "another sandbox"),
    "source": ("other", "the modules have changed"),
    "lock": ("other", "the dependency lock file has changed"),
    "lineage": ("other", "the state is another one"),
    "serial": (4, r"the state has changed since \(3, now 4\)"),
    "terraform": ("1.12.0", "another version of Terraform"),
    "provider": ("hashicorp/aws 5.99.0", "another version of the provider"),
    "generator": ("9.9.9", "another version of tfstencil"),
}


def test_every_part_of_the_binding_is_tried() -> None:
    assert set(OTHER) == {field.name for field in fields(Binding)}


@pytest.mark.parametrize("part", OTHER)
def test_a_plan_that_was_made_for_something_else_is_refused(part: str, workspace: Workspace) -> None:
    value, reason = OTHER[part]
    saved = keep(workspace)
    with pytest.raises(SavedPlanError, match=reason):
        opened(saved, workspace, replace(BINDING, **{part: value}))  # type: ignore[arg-type]  # one field, of its own type


def test_the_plan_of_another_environment_is_refused_in_its_place(workspace: Workspace, seal: Seal) -> None:
    prod = keep(workspace, seal, replace(BINDING, environment="prod", account="333344445555"))
    dev = SavedPlan(workspace, "dev", "sandbox")
    for suffix in (".tfplan", ".json"):
        shutil.copy(prod.file.with_suffix(suffix), dev.file.with_suffix(suffix))
    with pytest.raises(SavedPlanError, match=r"another environment \(prod, now dev\)"):
        opened(dev, workspace)


@pytest.mark.parametrize("place", [0, 7, len(CONTENT) - 1])
def test_a_plan_in_which_one_bit_changed_is_refused(place: int, workspace: Workspace, seal: Seal) -> None:
    saved = keep(workspace, seal)
    content = bytearray(saved.file.read_bytes())
    content[place] ^= 1
    saved.file.write_bytes(bytes(content))
    with pytest.raises(SavedPlanError, match="its content or its sidecar has changed"):
        opened(saved, workspace)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["binding"].update(serial=4),
        lambda content: content.update(made=content["made"] + 3600),
        lambda content: content.update(id="00"),
        lambda content: content["binding"].update(more=1),
        lambda content: content["taints"].append("x"),
    ],
    ids=["serial", "age", "identifier", "a key more", "taints"],
)
def test_a_sidecar_that_was_edited_is_refused(
    change: Callable[[dict[str, Any]], object], workspace: Workspace, seal: Seal
) -> None:
    saved = keep(workspace, seal)
    edit(saved, change)
    with pytest.raises(SavedPlanError, match="its content or its sidecar has changed"):
        opened(saved, workspace)


def test_every_byte_of_plan_and_sidecar_counts(workspace: Workspace) -> None:
    saved = keep(workspace)
    for file in (saved.file, saved.file.with_suffix(".json")):
        whole = file.read_bytes()
        for place in range(len(whole)):
            changed = bytearray(whole)
            # A digit or a letter more: the sidecar stays JSON in most places, so that it is the seal that tells.
            changed[place] ^= 1
            if json_equal(bytes(changed), whole):
                continue
            file.write_bytes(bytes(changed))
            with pytest.raises(SavedPlanError):
                opened(saved, workspace)
        file.write_bytes(whole)
    assert opened(saved, workspace) == CONTENT


def json_equal(one: bytes, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [(DAY + 1, "it is 24h1m old, and 24h is the oldest allowed"), (-2, "made in the future")],
    ids=["too old", "from the future"],
)
def test_a_plan_of_another_day_is_refused(
    minutes: int, reason: str, workspace: Workspace, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, now = keep(workspace, seal), time.time()
    monkeypatch.setattr(time, "time", lambda: now + minutes * 60)
    with pytest.raises(SavedPlanError, match=reason):
        opened(saved, workspace)


def test_the_age_that_is_allowed_is_the_one_that_was_set(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, now = keep(workspace), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 90 * 60)
    assert opened(saved, workspace, oldest=91) == CONTENT
    with pytest.raises(SavedPlanError, match="it is 1h30m old, and 1h is the oldest allowed"):
        opened(saved, workspace, oldest=60)


def test_a_tainted_plan_is_refused(workspace: Workspace) -> None:
    saved = keep(workspace, taints=["terraform stopped half way through planning it"])
    with pytest.raises(SavedPlanError, match="stopped half way"):
        opened(saved, workspace)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"seal": 3}', '{"format": 1, "seal": {}}', "[" * 100_000, None],
    ids=["empty", "list", "nothing", "wrong type", "old format", "deep", "missing"],
)
def test_a_plan_without_a_readable_sidecar_is_refused(text: str | None, workspace: Workspace) -> None:
    saved = keep(workspace)
    sidecar = saved.file.with_suffix(".json")
    if text is None:
        sidecar.unlink()
    else:
        sidecar.write_text(text)
    with pytest.raises(SavedPlanError, match="nothing tells what it was made from"):
        opened(saved, workspace)


def test_whoever_comes_second_is_told_that_the_plan_is_gone(workspace: Workspace) -> None:
    saved = keep(workspace)
    saved.drop()
    with pytest.raises(SavedPlanError, match="it is gone: another apply has just used it"):
        opened(saved, workspace)


@pytest.mark.parametrize(
    ("key", "value"), [("id", "../../x"), ("id", 3), ("made", "now"), ("binding", []), ("taints", "x"), ("format", 3)]
)
def test_a_sidecar_with_a_part_of_another_kind_is_refused(key: str, value: object, workspace: Workspace) -> None:
    saved = keep(workspace)
    edit(saved, lambda content: content.update({key: value}))
    with pytest.raises(SavedPlanError, match="nothing tells what it was made from"):
        opened(saved, workspace)


def test_a_seal_of_an_unknown_kind_is_refused(workspace: Workspace) -> None:
    saved = keep(workspace)
    edit(saved, lambda content: content["seal"].update(kind="wax"))
    with pytest.raises(SavedPlanError, match="of a kind that nobody knows: wax"):
        opened(saved, workspace)


def test_a_plan_that_is_gone_while_it_is_opened_is_refused(workspace: Workspace) -> None:
    saved = keep(workspace)
    saved.file.unlink()
    with pytest.raises(SavedPlanError, match="it cannot be read"):
        opened(saved, workspace)


def test_every_reason_is_told_at_once(workspace: Workspace) -> None:
    with pytest.raises(SavedPlanError) as caught:
        opened(keep(workspace), workspace, replace(BINDING, serial=4, account="999988887777"))
    assert "another account" in str(caught.value)
    assert "the state has changed" in str(caught.value)
    assert "tfstencil plan dev --sandbox --save" in caught.value.hint


def test_what_is_kept_is_for_its_owner_alone(workspace: Workspace, seal: Seal) -> None:
    keep(workspace, seal)
    own_key(workspace)
    for file in workspace.scratch.rglob("*"):
        if file.name != ".gitignore":
            assert file.stat().st_mode & 0o077 == 0, file


def test_folders_that_others_could_read_are_closed(workspace: Workspace) -> None:
    (workspace.scratch / "plans" / "sandbox").mkdir(parents=True)
    (workspace.scratch / "plans").chmod(0o755)
    saved = keep(workspace)
    assert [folder.stat().st_mode & 0o077 for folder in (saved.file.parent, saved.file.parent.parent)] == [0, 0]


def test_nothing_below_the_scratch_folder_is_ever_committed(workspace: Workspace) -> None:
    keep(workspace)
    assert (workspace.scratch / ".gitignore").read_text() == "*\n"


def test_keeping_a_plan_replaces_the_older_one_and_takes_the_draft(workspace: Workspace) -> None:
    keep(workspace, binding=replace(BINDING, serial=2))
    saved = keep(workspace)
    assert sorted(file.name for file in saved.file.parent.iterdir()) == ["dev.json", "dev.tfplan"]
    assert not (workspace.root / "draft").exists()
    assert opened(saved, workspace) == CONTENT


def test_a_folder_that_cannot_be_made_is_an_error(workspace: Workspace) -> None:
    key = own_key(workspace)
    (workspace.scratch / "plans").write_text("a file")
    with pytest.raises(SavedPlanError, match="plans/sandbox cannot be written"):
        keep(workspace, key)


def test_a_copy_that_cannot_be_written_is_an_error(workspace: Workspace) -> None:
    saved = keep(workspace)
    with pytest.raises(SavedPlanError, match="cannot be written"):
        saved.open(BINDING, workspace.root / "no" / "copy", oldest=DAY)


# One use


def test_a_plan_is_used_once(workspace: Workspace, seal: Seal) -> None:
    saved = keep(workspace, seal)
    files = {file: file.read_bytes() for file in (saved.file, saved.file.with_suffix(".json"))}
    saved.open(BINDING, workspace.root / "copy", oldest=DAY).use_up()
    assert not saved.exists
    for file, content in files.items():
        file.write_bytes(content)
    with pytest.raises(SavedPlanError, match=rf"it was used already, on \d.* UTC by process {os.getpid()}"):
        opened(saved, workspace)


def _use(root: Path, barrier: Any, results: Any) -> None:
    workspace = Workspace.find(root)
    plan = SavedPlan(workspace, "dev", "sandbox").open(BINDING, root / f"copy-{os.getpid()}", oldest=DAY)
    barrier.wait(30)
    try:
        plan.use_up()
    except SavedPlanError as error:
        results.put(str(error))
    else:
        results.put("")


@pytest.mark.thorough
def test_of_processes_that_race_for_a_plan_one_wins(workspace: Workspace) -> None:
    keep(workspace)
    processes = multiprocessing.get_context("fork")
    barrier, results = processes.Barrier(4), processes.Queue()
    racers = [processes.Process(target=_use, args=(workspace.root, barrier, results)) for _ in range(4)]
    for racer in racers:
        racer.start()
    said = sorted(results.get(timeout=60) for _ in racers)
    for racer in racers:
        racer.join(30)
    assert said[0] == ""
    assert all("the kept plan was used already" in text for text in said[1:])


def test_a_ledger_that_cannot_be_written_keeps_a_plan_from_being_applied(workspace: Workspace) -> None:
    plan = keep(workspace).open(BINDING, workspace.root / "copy", oldest=DAY)
    (workspace.scratch / "plans" / "used").write_text("a file")
    with pytest.raises(SavedPlanError, match="could be applied twice"):
        plan.use_up()


def test_an_entry_that_says_nothing_still_counts(workspace: Workspace) -> None:
    used_plans.claim(workspace, "one")
    (workspace.scratch / "plans" / "used" / "one").write_text("")
    assert used_plans.used(workspace, "one") == "by a process that did not come to say more"
    with pytest.raises(SavedPlanError):
        used_plans.claim(workspace, "one")


def test_entries_are_forgotten_once_no_plan_is_that_old(workspace: Workspace) -> None:
    used_plans.claim(workspace, "old")
    long_ago = time.time() - 61 * 24 * 3600
    os.utime(workspace.scratch / "plans" / "used" / "old", (long_ago, long_ago))
    used_plans.claim(workspace, "new")
    assert used_plans.used(workspace, "old") == ""
    assert used_plans.used(workspace, "new")


def test_what_speaks_against_the_content_is_said_like_the_rest(workspace: Workspace) -> None:
    saved = keep(workspace)
    saved.refuse([])
    with pytest.raises(SavedPlanError, match=r"the kept plan .*dev.tfplan cannot be applied: it was made offline"):
        saved.refuse(["it was made offline"])


# The key


def test_the_key_is_made_once_and_stays(workspace: Workspace) -> None:
    assert own_key(workspace).name == own_key(workspace).name == existing_key(workspace).name
    assert [file.name for file in key_file(workspace).parent.iterdir()] == ["plans.key"]


def test_a_key_that_another_process_has_just_made_is_used(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = own_key(workspace).name
    file = key_file(workspace)
    # We look before they have made it, and make ours after they have.
    monkeypatch.setattr(type(file), "exists", lambda _: False)
    assert own_key(workspace).name == theirs


def test_the_key_does_not_lie_among_the_plans(workspace: Workspace) -> None:
    saved = keep(workspace)
    assert not key_file(workspace).is_relative_to(saved.file.parent.parent)


def test_without_the_key_a_plan_is_refused_and_the_remedy_told(workspace: Workspace) -> None:
    saved = keep(workspace)
    key_file(workspace).unlink()
    with pytest.raises(SavedPlanError, match="the key that sealed the plan is missing") as caught:
        opened(saved, workspace)
    assert "--encrypt" in caught.value.hint


def test_a_plan_that_another_key_sealed_is_refused(workspace: Workspace) -> None:
    saved = keep(workspace)
    key_file(workspace).unlink()
    own_key(workspace)
    with pytest.raises(SavedPlanError, match="another workspace sealed it, or its key was replaced"):
        opened(saved, workspace)


@pytest.mark.parametrize("text", ["", "no key", "ab" * 31, "é"])
def test_a_damaged_key_is_an_error(text: str, workspace: Workspace) -> None:
    own_key(workspace)
    key_file(workspace).write_text(text)
    with pytest.raises(SavedPlanError, match="is damaged"):
        own_key(workspace)


def test_a_key_that_others_can_read_is_an_error(workspace: Workspace) -> None:
    own_key(workspace)
    key_file(workspace).chmod(0o640)
    with pytest.raises(SavedPlanError, match="can be read by others") as caught:
        own_key(workspace)
    assert "chmod 600 .tfstencil/keys/plans.key" in caught.value.hint


def test_a_key_that_cannot_be_made_is_an_error(workspace: Workspace) -> None:
    workspace.scratch.write_text("a file")
    with pytest.raises(SavedPlanError, match="cannot be made"):
        own_key(workspace)


def test_a_key_that_cannot_be_read_is_an_error(workspace: Workspace) -> None:
    key_file(workspace).mkdir(parents=True)
    with pytest.raises(SavedPlanError, match="cannot be read"):
        existing_key(workspace)


# Encryption


@pytest.mark.thorough
def test_an_encrypted_plan_shows_nothing_of_its_content(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    saved = keep(workspace, PassphraseSeal(SECRET))
    assert b"canary" not in saved.file.read_bytes()
    assert not key_file(workspace).exists()
    assert opened(saved, workspace) == CONTENT


@pytest.mark.thorough
def test_with_another_passphrase_an_encrypted_plan_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = keep(workspace, PassphraseSeal(SECRET))
    monkeypatch.setenv(VARIABLE, "another passphrase")
    with pytest.raises(SavedPlanError, match="the passphrase is another one, or its content"):
        opened(saved, workspace)


@pytest.mark.parametrize("key", ["salt", "nonce"])
def test_an_encrypted_plan_whose_parameters_are_damaged_is_refused(
    key: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    saved = keep(workspace, PassphraseSeal(SECRET))
    edit(saved, lambda content: content["seal"].update({key: "xyz"}))
    with pytest.raises(SavedPlanError, match="the passphrase is another one"):
        opened(saved, workspace)


def test_the_passphrase_comes_from_a_variable_or_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text(f"{SECRET}\n")
    assert passphrase({VARIABLE: SECRET}) == SECRET
    assert passphrase({FILE_VARIABLE: str(file)}) == SECRET


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), (b"\xff\xfe", "it is not UTF-8"), (b"short\n", "shorter than 12")]
)
def test_a_file_without_a_passphrase_is_an_error(content: bytes | None, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SavedPlanError, match=reason):
        passphrase({FILE_VARIABLE: str(file)})


@pytest.mark.parametrize("environ", [{}, {VARIABLE: "short"}], ids=["none", "short"])
def test_no_passphrase_is_an_error_that_names_the_variables(environ: dict[str, str]) -> None:
    with pytest.raises(SavedPlanError) as caught:
        passphrase(environ)
    assert VARIABLE in caught.value.hint
    assert FILE_VARIABLE in caught.value.hint


def test_without_the_library_nothing_is_encrypted_and_the_remedy_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(ToolError, match="cryptography is not installed") as caught:
        PassphraseSeal(SECRET)
    assert "tfstencil[encrypt]" in caught.value.hint


# The digests


def test_the_digest_of_the_modules_changes_with_every_file_but_terraforms_own(workspace: Workspace) -> None:
    folder = workspace.modules_out / "dev"
    (folder / "modules" / "logs").mkdir(parents=True)
    seen = {source_digest(workspace, "dev")}
    for name in ("main.tf", "modules/logs/main.tf", ".tfstencil.json", "foreign.auto.tfvars"):
        (folder / name).write_text("x")
        seen.add(source_digest(workspace, "dev"))
    assert len(seen) == 5
    for name in ("terraform.tfstate", ".terraform.lock.hcl", "left.tfplan"):
        (folder / name).write_text("x")
    assert source_digest(workspace, "dev") in seen


def test_a_file_that_was_renamed_changes_the_digest(workspace: Workspace) -> None:
    folder = workspace.modules_out / "dev"
    folder.mkdir(parents=True)
    (folder / "a.tf").write_text("x")
    before = source_digest(workspace, "dev")
    (folder / "a.tf").rename(folder / "b.tf")
    assert source_digest(workspace, "dev") != before


def test_the_lock_file_has_a_digest_of_its_own(workspace: Workspace) -> None:
    folder = workspace.modules_out / "dev"
    folder.mkdir(parents=True)
    before = lock_digest(workspace, "dev"), modules_digest(workspace, "dev")
    assert before[0] == ""
    (folder / ".terraform.lock.hcl").write_text("x")
    assert lock_digest(workspace, "dev")
    assert modules_digest(workspace, "dev") != before[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "local"),
        ('terraform {\n  backend "s3" {\n    key    = "k"\n    bucket = "b"\n  }\n}\n', "s3 bucket=b key=k"),
        ('terraform {\n  backend "http" {}\n}\n', "http"),
    ],
    ids=["none", "s3", "without settings"],
)
def test_the_backend_is_said_in_one_line(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "backend.tf").write_text(text)
    assert backend_of(tmp_path) == said
