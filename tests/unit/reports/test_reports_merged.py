"""Plans of several machines as one document, and what a shard owes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from plan_documents import everything

from generator.errors import UsageError
from generator.operations.plans.shards import shards_in
from generator.reports.plan.document import Verdict
from generator.reports.plan.formats.as_json import as_data
from generator.reports.plan.formats.markdown import markdown
from generator.reports.plan.merged import merged
from generator.reports.plan.reading import from_data

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from generator.reports.plan.merged import Merged


def matrix(**shards: str) -> str:
    """Write a matrix: `one="dev"` is the first of them."""
    found = [
        {"shard": f"{number}/{len(shards)}", "environments": names} for number, names in enumerate(shards.values(), 1)
    ]
    return json.dumps({"include": found})


def data_of(*names: str, **more: object) -> dict[str, Any]:
    """Return the data of a plan, of environments of these names alone."""
    data: dict[str, Any] = json.loads(json.dumps(as_data(everything())))
    one = data["environments"][0]
    data["environments"] = [one | {"name": name} for name in names]
    group = data["groups"][0] | {"environments": list(names), "compared_with": None, "differs": []}
    data["groups"] = [group] if names else []
    return data | more


@pytest.fixture
def joined(tmp_path: Path) -> Callable[..., Merged]:
    """Join what shards left: text as it stands, anything else as JSON."""

    def join(expected: str, **left: object) -> Merged:
        for name, content in left.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / f"{name.removeprefix('shard_').replace('_', '-')}.json").write_text(text)
        return merged(shards_in(tmp_path, expected))

    return join


def test_a_document_that_was_read_is_the_one_that_was_written() -> None:
    data = json.loads(json.dumps(as_data(everything())))
    assert json.loads(json.dumps(as_data(from_data(data)))) == data


def test_a_document_that_was_read_makes_the_same_comment() -> None:
    data = json.loads(json.dumps(as_data(everything())))
    assert markdown(from_data(data)) == markdown(everything())


def test_shards_are_one_document(joined: Callable[..., Merged]) -> None:
    found = joined(matrix(a="dev test", b="prod"), shard_1_of_2=data_of("dev", "test"), shard_2_of_2=data_of("prod"))
    assert [each.name for each in found.document.environments] == ["dev", "test", "prod"]
    assert found.ok
    assert not found.lost


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({}, "shard 2/2 left no result: it was lost, cancelled or failed before it could plan"),
        ({"shard_2_of_2": ""}, "shard 2/2 left an empty or broken result: it was stopped while it planned"),
        ({"shard_2_of_2": '{"ok": tr'}, "shard 2/2 left an empty or broken result: it was stopped while it planned"),
        ({"shard_2_of_2": "[1]"}, "shard 2/2 left a result that is not a plan"),
        ({"shard_2_of_2": {}}, "shard 2/2 left a result that this version of tfstencil cannot read"),
        ({"shard_2_of_2": data_of("prod", version=99)}, "shard 2/2 left a result that this version of tfstencil cannot read"),
        ({"shard_2_of_2": data_of("prod", verb="apply")}, "shard 2/2 left a result that this version of tfstencil cannot read"),
        ({"shard_2_of_2": data_of("prod", groups=[{}])}, "shard 2/2 left a result that this version of tfstencil cannot read"),
        ({"shard_2_of_2": data_of("prod") | {"groups": data_of("dev")["groups"]}}, "shard 2/2 left a result that this version of tfstencil cannot read"),
        ({"shard_2_of_2": data_of("dev")}, "shard 2/2 planned dev, which it was not asked for"),
        ({"shard_2_of_2": data_of()}, "shard 2/2 left no plan of it"),
        ({"shard_2_of_2": data_of(failures={"prod": "no credentials"})}, "no credentials"),
        ({"shard_2_of_2": {"ok": False, "error": {"message": "no terraform"}}}, "shard 2/2 failed: no terraform"),
        ({"shard_2_of_2": {"ok": False, "problems": [{}, {}]}}, "shard 2/2 failed: 2 problems in specs"),
    ],
)  # fmt: skip
def test_what_a_shard_did_not_plan_is_said_and_never_passes(
    joined: Callable[..., Merged], left: dict[str, object], said: str
) -> None:
    found = joined(matrix(a="dev", b="prod"), shard_1_of_2=data_of("dev"), **left)
    assert found.failures == {"prod": said}
    assert found.document.environment("prod").verdict is Verdict.FAILED
    assert said in markdown(found.document)
    assert not found.ok


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("", "nobody knows which plans"),
        ("[]", "not a matrix"),
        ("{", "not a matrix"),
        ("null", "not a matrix"),
        ('{"include": [{"shard": "1/1"}]}', "not a matrix"),
        ('{"include": [{"shard": "1/1", "environments": 3}]}', "not a matrix"),
        ('{"include": [{"shard": "../1", "environments": "dev"}]}', "not named as 2/3"),
        (matrix(a="dev", b="dev"), "names an environment twice"),
    ],
)
def test_a_wrong_matrix_is_refused(tmp_path: Path, expected: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        shards_in(tmp_path, expected)


def test_a_file_of_another_run_is_refused(joined: Callable[..., Merged]) -> None:
    with pytest.raises(UsageError, match=r"9-of-9\.json belongs to no shard"):
        joined(matrix(a="dev"), shard_1_of_1=data_of("dev"), shard_9_of_9=data_of("x"))


def test_the_command_writes_a_comment_and_fails_for_a_lost_shard(
    call: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    file = tmp_path / "plan.md"
    done = call("report", "merge", tmp_path / "none", "--expect", matrix(a="dev"), "--markdown", file, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["lost"]
    assert "dev has no plan" in file.read_text()


def test_nothing_affected_is_said_as_such(
    call: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    file = tmp_path / "plan.md"
    assert call("report", "merge", tmp_path / "none", "--expect", matrix(), "--markdown", file).returncode == 0
    assert file.read_text() == "## Nothing to plan\n\nNo environment is affected.\n"


def test_a_refusal_fails_where_it_is_enforced(
    call: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "1-of-1.json").write_text(json.dumps(as_data(everything())))
    names = " ".join(each.name for each in everything().environments)
    words = ("report", "merge", tmp_path, "--expect", matrix(a=names))
    assert call(*words).returncode == 0
    assert call(*words, "--enforce").returncode == 1
