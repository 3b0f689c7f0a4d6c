"""What environments claim in AWS: nothing is forgotten, and no two claim the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.claims import index
from generator.claims.judge import Judge
from generator.errors import SpecError
from generator.model.loading.load import load_environment, load_environments
from generator.parts.framework.claim_kinds import COMPATIBLE, KINDS, USES, Parts

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping

    from generator.problems import Problem
    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]
    Runner = Callable[..., subprocess.CompletedProcess[str]]

BASE: Final = """\
stack: shop
region: us-east-1
account: "111122223333"
class: dev
tags: {Owner: platform-team, CostCenter: "1234"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}, phases: {build: [npm test]}}}
"""
STATE: Final = "state: {bucket: acme-tfstate, key: shop/terraform.tfstate}\n"


def judged(workspace: Workspace, *names: str) -> list[Problem]:
    """Return what speaks against environments, all others considered."""
    chosen = names or tuple(workspace.environment_names())
    try:
        load_environments(workspace, chosen, Judge(workspace))
    except SpecError as error:
        return list(error.problems)
    return []


def pair(one: str, two: str) -> dict[str, str]:
    return {"_base": BASE, "one": f"extends: _base\n{one}\n", "two": f"extends: _base\n{two}\n"}


# What is the same in both specs, and the kind of claim that is told first.
VPC: Final = "network: {existing: {vpc_id: vpc-0a1b2c3d4e5f67890, subnet_ids: [subnet-0a1b2c3d4e5f67890]}}"
SAME: Final = {
    "state.key": "state: {bucket: acme-tfstate, key: a/b.tfstate}",
    "artifacts.bucket": "artifacts: {bucket: acme-artifacts}",
    "artifacts.access_logs.bucket": "artifacts: {access_logs: {bucket: acme-logs}}",
    "tracing.name": "tracing: {name: traces}",
    "source.connection.name": "source: {connection: {name: acme}}",
    "source.credential": "source: {credential: {scope: account, "
    "secret: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:codebuild/github-AbCdEf'}}",
}
DEPLOYING: Final = """\
source: {connection: {approved: true}}
pipeline: {deploy: {bucket: {bucket: acme-tfstate}}}
builds: {main: {artifact: {type: s3}}}
"""
# Two specs in which AWS, or Terraform, allows what looks the same.
ALLOWED: Final = {
    "a state bucket with two keys": (
        "state: {bucket: acme-tfstate, key: a}",
        "state: {bucket: acme-tfstate, key: b}",
    ),
    "keys that differ in case alone": (
        "state: {bucket: acme-tfstate, key: a}",
        "state: {bucket: acme-tfstate, key: A}",
    ),
    "a key in two buckets": ("state: {bucket: acme-tfstate, key: a}", "state: {bucket: other-tfstate, key: a}"),
    "a trace name in two regions": ("tracing: {name: x}", "region: eu-west-1\ntracing: {name: x}"),
    "a trace name in two accounts": ("tracing: {name: x}", 'account: "222233334444"\ntracing: {name: x}'),
    "a connection name in two accounts": (
        "source: {connection: {name: acme}}",
        'account: "222233334444"\nsource: {connection: {name: acme}}',
    ),
    "buckets of two partitions": (
        "artifacts: {bucket: acme-artifacts}",
        "region: us-gov-west-1\nartifacts: {bucket: acme-artifacts}",
    ),
    "one VPC, groups of their own": (VPC, VPC),
}
# Two specs that claim the same in their own ways: what is told at which key of the one, and where of the other.
CLASHING: Final = {
    "the key of one's state is that of the other's lock": (
        ("state: {bucket: acme-tfstate, key: a.tflock}", "state: {bucket: acme-tfstate, key: a}"),
        ("state.key", "environments/two.yaml", "environments/one.yaml:2:36: state.key"),
    ),
    "the key of one's state is that of the other's record": (
        ("state: {bucket: acme-tfstate, key: a.applied.jsonl}", "state: {bucket: acme-tfstate, key: a}"),
        ("state.key", "environments/two.yaml", "environments/one.yaml:2:36: state.key"),
    ),
    "a bucket of one keeps the state of the other": (
        ("artifacts: {bucket: acme-tfstate}", "state: {bucket: acme-tfstate}"),
        ("artifacts.bucket", "environments/one.yaml", "environments/two.yaml:2:17: state.bucket"),
    ),
    "a connection name in two regions": (
        ("source: {connection: {name: acme}}", "region: eu-west-1\nsource: {connection: {name: acme}}"),
        ("source.connection.name", "environments/two.yaml", "environments/one.yaml:2:29: source.connection.name"),
    ),
    "a bucket name in two accounts": (
        ("artifacts: {bucket: acme-artifacts}", 'account: "222233334444"\nartifacts: {bucket: acme-artifacts}'),
        ("artifacts.bucket", "environments/two.yaml", "environments/one.yaml:2:21: artifacts.bucket"),
    ),
    "a deployment into the state bucket": (
        (
            DEPLOYING,
            "state: {bucket: acme-tfstate}",
        ),
        ("pipeline.deploy.bucket.bucket", "environments/one.yaml", "environments/two.yaml:2:17: state.bucket"),
    ),
}


@pytest.mark.parametrize("key", SAME)
def test_what_two_specs_claim_in_one_place_is_told_at_the_key_with_both_places(
    workspace_of: MakeWorkspace, key: str
) -> None:
    (problem,) = judged(workspace_of(pair(SAME[key], SAME[key])))
    assert (problem.key, problem.rule, problem.severity) == (key, "claimed-twice", "error")
    assert problem.place is not None
    assert problem.place.file == "environments/two.yaml"
    assert "also claimed by environments/one.yaml:2:" in problem.message
    assert problem.hint


@pytest.mark.parametrize("what", ALLOWED)
def test_what_aws_allows_is_no_problem(workspace_of: MakeWorkspace, what: str) -> None:
    assert judged(workspace_of(pair(*ALLOWED[what]))) == []


@pytest.mark.parametrize("what", CLASHING)
def test_names_are_judged_where_they_must_be_unique(workspace_of: MakeWorkspace, what: str) -> None:
    specs, (key, file, other) = CLASHING[what]
    (problem,) = judged(workspace_of(pair(*specs)))
    assert problem.place is not None
    assert (problem.key, problem.place.file) == (key, file)
    assert problem.message.endswith(f"also claimed by {other}")


def test_two_environments_of_one_state_are_refused_at_the_line_of_their_base_and_both_are_named(
    call: Runner, workspace_of: MakeWorkspace
) -> None:
    workspace = workspace_of(
        {
            "_base": BASE + STATE,
            "one": "extends: _base\n",
            "two": "extends: _base\n",
            "free": "extends: _base\nstate: null\n",
        }
    )
    for command in (["validate"], ["validate", "two"], ["render", "one"], ["plan", "--offline", "two"]):
        ended = call("-C", workspace.root, *command)
        said = ended.stdout + ended.stderr
        assert ended.returncode == 1, command
        assert "environments/_base.yaml:8:36: state.key: the state s3://acme-tfstate/shop/terraform.tfstate of" in said
        assert "environments/one.yaml" in said
        assert "environments/two.yaml" in said
    assert not workspace.modules_out.exists()
    assert call("-C", workspace.root, "render", "free").returncode == 0


@pytest.mark.parametrize(
    "command",
    ["plan two --sandbox", "apply two --sandbox", "destroy two --sandbox", "drift two --sandbox", "bootstrap two --sandbox", "test two", "parity one two"],
)  # fmt: skip
def test_every_command_that_plans_judges_first(call: Runner, workspace_of: MakeWorkspace, command: str) -> None:
    workspace = workspace_of({"_base": BASE + STATE, "one": "extends: _base\n", "two": "extends: _base\n"})
    ended = call("-C", workspace.root, *command.split())
    assert ended.returncode == 1
    assert "environments/_base.yaml:8:36" in ended.stderr
    assert not (workspace.root / ".tfstencil" / "sandbox").exists()


def test_stack_and_environment_that_make_one_prefix_are_one_mistake(workspace_of: MakeWorkspace) -> None:
    base = BASE + "notifications: {}\nbudget: {amount: 10}\n"
    workspace = workspace_of({"_base": base, "c": "extends: _base\nstack: a-b\n", "b-c": "extends: _base\nstack: a\n"})
    (problem,) = judged(workspace)
    assert str(problem.place) == "environments/c.yaml:2:8"
    assert "the S3 bucket a-b-c-artifacts-111122223333" in problem.message
    assert "more names" in problem.message
    assert problem.message.endswith("environments/b-c.yaml:2:8: stack")


def test_builds_whose_names_meet_are_told_at_the_builds(workspace_of: MakeWorkspace) -> None:
    build = "{runtime: {nodejs: 22}, phases: {build: [npm test]}}"
    workspace = workspace_of(
        {
            "_base": BASE,
            "dev": f"extends: _base\nbuilds:\n  eu-main: {build}\n",
            "dev-eu": f"extends: _base\nbuilds:\n  main: {build}\n",
        }
    )
    (problem,) = judged(workspace)
    assert problem.key == "builds.main"
    assert "the CodeBuild project shop-dev-eu-main" in problem.message
    assert "builds.eu-main" in problem.message
    (other,) = judged(workspace, "dev")
    assert other.key == "builds.eu-main"


def test_an_iam_name_is_one_in_all_regions_and_a_project_is_not(workspace_of: MakeWorkspace) -> None:
    workspace = workspace_of(
        {
            "_base": BASE,
            "c": "extends: _base\nstack: a-b\n",
            "b-c": "extends: _base\nstack: a\nregion: eu-west-1\nartifacts: {bucket: other}\n",
        }
    )
    (problem,) = judged(workspace)
    assert "the IAM role a-b-c-main-build" in problem.message
    assert "project" not in problem.message


def test_one_environment_may_meet_itself(workspace_of: MakeWorkspace) -> None:
    alarms = "alarms: {duration: {}, queued_duration: {}}\nnotifications: {}\n"
    build = "{runtime: {nodejs: 22}, phases: {build: [npm test]}}"
    spec = f"extends: _base\n{alarms}builds: {{main-queued: {build}}}\n"
    (problem,) = judged(workspace_of({"_base": BASE, "dev": spec}))
    assert "the alarm shop-dev-main-queued-duration" in problem.message
    bucket = "extends: _base\nartifacts: {bucket: acme-tf}\nstate: {bucket: acme-tf}\n"
    (problem,) = judged(workspace_of({"_base": BASE, "dev": bucket}))
    assert problem.key == "artifacts.bucket"
    assert "environments/dev.yaml:3:17: state.bucket" in problem.message


def test_the_environment_that_makes_the_state_bucket_and_those_that_use_it_agree(workspace_of: MakeWorkspace) -> None:
    use = "state: {bucket: shop-tfstate-111122223333}\n"
    backend = "extends: _base\nbuilds: null\nsource: null\nencryption: {}\nbackend: {}\n"
    specs = {"_base": BASE, "dev": f"extends: _base\n{use}", "test": f"extends: _base\n{use}", "keeper": backend}
    workspace = workspace_of(specs)
    assert judged(workspace) == []
    # Its own state lies there too.
    workspace_of(
        {"test": "extends: _base\nstate: {bucket: shop-tfstate-111122223333, key: shop/keeper/terraform.tfstate}\n"}
    )
    (problem,) = judged(workspace)
    assert problem.key == "state.key"
    assert "keeper" in problem.message


def test_removed_environments_count_until_their_modules_are_gone(call: Runner, workspace_of: MakeWorkspace) -> None:
    workspace = workspace_of({"_base": BASE, "old": "extends: _base\nartifacts: {bucket: acme-artifacts}\n"})
    assert call("-C", workspace.root, "render").returncode == 0
    workspace.spec_path("old").rename(workspace.spec_path("new"))
    for command in ("validate", "render"):
        ended = call("-C", workspace.root, command)
        assert ended.returncode == 1
        said = ended.stdout + ended.stderr
        assert "old, whose spec is gone, as it was last rendered (modules_out/old/.tfstencil.json)" in said
        assert "formerly: [shop/old]" in said
    file = workspace.spec_path("new")
    text = file.read_text()
    # What the environment was before is no other environment.
    file.write_text(f"{text}formerly: [shop/old]\n")
    assert call("-C", workspace.root, "render").returncode == 0
    file.write_text(text)
    assert call("-C", workspace.root, "render").returncode == 1
    assert call("-C", workspace.root, "render", "--prune-removed").returncode == 0
    assert call("-C", workspace.root, "render").returncode == 0


def test_a_removed_environment_is_not_destroyed_where_a_living_one_may_have_taken_over(
    call: Runner, workspace_of: MakeWorkspace
) -> None:
    bucket = "extends: _base\nartifacts: {bucket: acme-artifacts}\n"
    workspace = workspace_of({"_base": BASE, "old": bucket})
    call("-C", workspace.root, "render")
    workspace.spec_path("old").unlink()
    workspace_of({"new": bucket + "formerly: [shop/old]\n"})
    assert call("-C", workspace.root, "render").returncode == 0
    ended = call("-C", workspace.root, "destroy", "old", "--sandbox")
    assert ended.returncode == 1
    assert "the S3 bucket acme-artifacts may be those of new by now" in ended.stderr


def test_a_spec_that_cannot_be_read_blocks_nobody_and_its_last_render_counts(
    call: Runner, workspace_of: MakeWorkspace
) -> None:
    workspace = workspace_of({"_base": BASE, "one": "extends: _base\ntracing: {name: x}\n", "two": "extends: _base\n"})
    assert call("-C", workspace.root, "render").returncode == 0
    workspace_of({"one": "extends: _base\nstack: [\n"})
    assert call("-C", workspace.root, "validate", "two").returncode == 0
    workspace_of({"two": "extends: _base\ntracing: {name: x}\n"})
    ended = call("-C", workspace.root, "validate", "two")
    assert ended.returncode == 1
    assert "one, whose spec cannot be read, as it was last rendered (modules_out/one/.tfstencil.json)" in ended.stdout


@pytest.mark.parametrize(
    ("former", "other"),
    [("shop/two", "extends: _base\n"), ("shop/gone", "extends: _base\nformerly: [shop/gone]\n")],
    ids=["of another one that is there", "that another one claims too"],
)
def test_a_former_identity_is_refused(workspace_of: MakeWorkspace, former: str, other: str) -> None:
    workspace = workspace_of({"_base": BASE, "one": f"extends: _base\nformerly: [{former}]\n", "two": other})
    (problem,) = judged(workspace, "one")
    assert problem.key == "formerly[0]"
    assert "environments/two.yaml" in problem.message


def test_all_mistakes_are_told_at_once(workspace_of: MakeWorkspace) -> None:
    specs = pair("tracing: {name: x}", "tracing: {name: x}") | {"three": "extends: _base\nregion: mars\n"}
    assert {problem.rule for problem in judged(workspace_of(specs))} == {"text-pattern", "claimed-twice"}


class TestIndex:
    """What is kept between runs tells the same as reading everything."""

    @pytest.fixture(autouse=True)
    def kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("generator.claims.holders.WORTH_KEEPING", 1)

    @pytest.fixture
    def loads(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Note the specs that are read in order to judge others."""
        noted: list[str] = []
        load = load_environment

        def noting(workspace: Workspace, name: str, *rest: Any) -> Any:
            noted.append(name)
            return load(workspace, name, *rest)

        monkeypatch.setattr("generator.model.loading.load.load_environment", noting)
        return noted

    def test_judging_one_reads_no_other_twice(self, workspace_of: MakeWorkspace, loads: list[str]) -> None:
        workspace = workspace_of(pair("", "") | {"three": "extends: _base\n"})
        assert judged(workspace, "one") == []
        assert sorted(loads) == ["one", "three", "two"]
        loads.clear()
        assert judged(workspace, "one") == []
        assert loads == ["one"]
        loads.clear()
        workspace_of({"one": "extends: _base\ntracing: {name: x}\n"})
        assert judged(workspace, "one") == []
        assert loads == ["one"]

    def test_a_change_of_a_base_is_seen_in_what_extends_it(self, workspace_of: MakeWorkspace) -> None:
        workspace = workspace_of({"_base": BASE, "one": "extends: _base\n", "two": "extends: _base\n"})
        assert judged(workspace, "one") == []
        workspace_of({"_base": BASE + STATE})
        assert len(judged(workspace, "one")) == 1
        workspace_of({"_base": BASE})
        assert judged(workspace, "one") == []

    def test_a_new_a_removed_and_a_renamed_spec_are_seen(self, workspace_of: MakeWorkspace) -> None:
        traced = "extends: _base\ntracing: {name: x}\n"
        workspace = workspace_of({"_base": BASE, "one": traced})
        assert judged(workspace) == []
        workspace_of({"two": traced})
        assert len(judged(workspace, "one")) == 1
        workspace.spec_path("two").unlink()
        assert judged(workspace, "one") == []

    def test_after_a_render_no_spec_is_read(self, call: Runner, workspace: Workspace, loads: list[str]) -> None:
        call("-C", workspace.root, "render")
        index.ClaimIndex.place(workspace).unlink()
        loads.clear()
        assert judged(workspace, "dev") == []
        assert loads == ["dev"]

    @pytest.mark.parametrize(
        "damage",
        [b"", b"\n", b"{}\n[]", b"[" * 100_000, b'{"format": 1}\n', b"\xff\xfe", b'"\\ud800"\n[]', b"null\nnull"],
        ids=["empty", "a line", "no fields", "brackets", "half", "no text", "a surrogate", "null"],
    )
    def test_a_damaged_index_is_made_anew(self, workspace_of: MakeWorkspace, damage: bytes) -> None:
        workspace = workspace_of(pair("tracing: {name: x}", "tracing: {name: x}"))
        assert len(judged(workspace)) == 1
        file = index.ClaimIndex.place(workspace)
        head, _, body = file.read_bytes().partition(b"\n")
        for content in (damage, head + b"\n" + damage, damage + b"\n" + body):
            file.write_bytes(content)
            assert len(judged(workspace, "one")) == 1
        file.unlink()
        file.mkdir()
        assert len(judged(workspace, "one")) == 1

    def test_one_that_is_known_from_before_and_cannot_be_read_any_more_is_told_by_its_last_render(
        self, call: Runner, workspace_of: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        workspace = workspace_of(pair("tracing: {name: x}", ""))
        call("-C", workspace.root, "render")
        workspace_of({"two": "extends: _base\ntracing: {name: x}\n"})
        load = load_environment

        def stricter(place: Workspace, name: str, *rest: Any) -> Any:
            if name == "one":
                raise SpecError([])
            return load(place, name, *rest)

        monkeypatch.setattr("generator.model.loading.load.load_environment", stricter)
        (problem,) = judged(workspace, "two")
        assert "one, whose spec cannot be read, as it was last rendered" in problem.message

    def test_what_another_code_noted_is_not_believed(
        self, workspace_of: MakeWorkspace, loads: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        workspace = workspace_of(pair("", ""))
        judged(workspace, "one")
        loads.clear()
        monkeypatch.setattr("generator.claims.index.code_stamp", lambda: "other code")
        judged(workspace, "one")
        assert sorted(loads) == ["one", "two"]


def test_a_manifest_whose_claims_are_damaged_is_damaged(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    file = workspace.modules_out / "dev" / ".tfstencil.json"
    content = json.loads(file.read_text())
    assert any(text.startswith("role aws/111122223333 shop-dev-main-build") for text in content["claims"])
    for claims_ in ("role", ["role"], [1], {"a": 1}):
        file.write_text(json.dumps(content | {"claims": claims_}))
        ended = call("-C", workspace.root, "render", "--check")
        assert ended.returncode == 1
        assert "is damaged: claims is not a list of claims" in ended.stdout


def test_every_kind_and_use_is_known() -> None:
    assert all(kind.reason and (kind.source or name == "@environment") for name, kind in KINDS.items())
    assert {use for uses in COMPATIBLE for use in uses} <= set(USES)
    for name in KINDS:
        parts = Parts.of(f"{name}:state aws x y" if name[0] == "@" else f"{name} aws x y")
        assert (parts.kind, parts.scope, parts.name) == (name, "aws", "x y")
