"""Many environments in one terraform: the same plans as alone, errors where they belong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.diagnostics import Diagnostic
from generator.errors import TerraformError
from generator.fleet.batches import LARGEST, batched
from generator.fleet.calls import calls_of
from generator.fleet.failed_environments import culprits, own_error, provider_died, suspects
from generator.fleet.installed import write_modules
from generator.fleet.member import ANYWHERE, REGIONLESS, Member, member_of, read_member
from generator.fleet.plan import plan_fleet
from generator.fleet.root import write_root
from generator.operations.plans.fleet_members import prepare
from generator.terraform import Mode, open_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.operations.plans.fleet_members import PreparedFleet

BASE = """\
stack: shop
class: dev
region: us-east-1
source: {type: github, repository: https://github.com/acme-platform/shop, branch: main}
builds: {main: {runtime: {nodejs: 18}}}
tags: {Owner: platform-team, CostCenter: "1234"}
"""


def member(name: str, *, region: str = "us-east-1", lock: str = "", **files: str) -> Member:
    return Member(name, "111122223333", region, files or {"main.tf": ""}, lock)


def shipped(repository: Path, folder: Path) -> Workspace:
    """Copy the shipped specs, so that scratch folders of a test are its own; prod is the one with a region of its own."""
    target = folder / "workspace" / "environments"
    target.mkdir(parents=True)
    for file in (repository / "environments").glob("*.yaml"):
        # The first region of a fleet is the one that all are planned in: prod's must not be it.
        (target / file.name).write_text(file.read_text().replace("eu-central-1", "us-west-2"))
    return Workspace.find(target.parent)


def written(workspace: Workspace) -> PreparedFleet:
    """Render all environments, and write them where each can be planned alone."""
    fleet = prepare(workspace, workspace.environment_names())
    for prepared in fleet.environments:
        for path, text in prepared.files.items():
            target = workspace.modules_out / prepared.name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
    return fleet


def alone(workspace: Workspace, item: Member) -> Mapping[str, Any]:
    stack = open_stack(workspace, item.name, Mode.OFFLINE, account=item.account, region=item.region)
    return stack.plan().plan.raw


def by_address(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {change["address"]: change for change in raw["resource_changes"]}


def without_types(outputs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: {key: value for key, value in output.items() if key != "type"} for name, output in outputs.items()}


def without_providers(configuration: Any) -> Any:
    """Leave out which provider block a resource uses: in a fleet it has the name of its region."""
    if isinstance(configuration, dict):
        kept = {key: value for key, value in configuration.items() if key != "provider_config_key"}
        return {key: without_providers(value) for key, value in kept.items()}
    if isinstance(configuration, list):
        return [without_providers(item) for item in configuration]
    return configuration


def read_resources(module: Mapping[str, Any]) -> dict[str, Any]:
    found = {resource["address"]: resource for resource in module.get("resources", ())}
    for child in module.get("child_modules", ()):
        found |= read_resources(child)
    return found


def assert_same_plan(together: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    assert by_address(together) == by_address(own)
    assert together["output_changes"] == own["output_changes"]
    assert together["planned_values"]["outputs"] == without_types(own["planned_values"]["outputs"])
    for values in ("planned_values", "prior_state"):
        mine, theirs = (raw.get(values, {}) for raw in (together, own))
        mine, theirs = (document.get("values", document).get("root_module", {}) for document in (mine, theirs))
        assert read_resources(mine) == read_resources(theirs)
    assert sorted(map(json.dumps, together["checks"])) == sorted(map(json.dumps, own["checks"]))
    attributes = [sorted(map(json.dumps, raw["relevant_attributes"])) for raw in (together, own)]
    assert attributes[0] == attributes[1]
    assert without_providers(together["configuration"]["root_module"]) == without_providers(
        own["configuration"]["root_module"]
    )


@pytest.mark.terraform
@pytest.mark.slow
def test_each_shipped_environment_plans_in_the_fleet_as_it_does_alone(repository: Path, tmp_path: Path) -> None:
    workspace = shipped(repository, tmp_path)
    fleet = written(workspace)
    planned = plan_fleet(workspace, fleet.members)
    assert (planned.runs, list(planned.plans)) == (1, list(workspace.environment_names()))
    assert ANYWHERE in {item.provider for item in fleet.members}
    for item in fleet.members:
        assert_same_plan(planned.plans[item.name].raw, alone(workspace, item))


@pytest.mark.terraform
@pytest.mark.slow
def test_environments_of_one_shape_plan_as_instances_of_one_module_as_each_does_alone(
    repository: Path, tmp_path: Path
) -> None:
    """Two of each: in another account, with other tags, names, texts and lists of other lengths."""
    workspace = shipped(repository, tmp_path)
    kept = ("dev", "prod", "everything")
    for file in workspace.environments.glob("*.yaml"):
        if not file.name.startswith("_") and file.stem not in kept:
            file.unlink()
    changes = {
        "111122223333": "444455556666",
        "333344445555": "444455556666",
        "LOG_LEVEL: debug": 'LOG_LEVEL: "${x} %{y} \\" \\\\ é"\n      MORE: "1"',
        "[npm test, npm run build]": "[npm test]",
        "description: Tests and": "description: Builds, tests and",
    }
    for name in kept:
        text = workspace.spec_path(name).read_text()
        for old, new in changes.items():
            text = text.replace(old, new)
        workspace.spec_path(f"{name}-2").write_text(text)
    fleet = written(workspace)
    assert len({item.shape for item in fleet.members}) == len(kept)
    planned = plan_fleet(workspace, fleet.members)
    assert (planned.runs, planned.failures) == (1, {})
    for item in fleet.members:
        assert_same_plan(planned.plans[item.name].raw, alone(workspace, item))


def test_all_that_is_said_to_be_the_same_in_every_region_is_planned_above_in_another(
    repository: Path, tmp_path: Path
) -> None:
    """Staging and prod lie in two regions and share a provider above, so prod is planned in that of staging."""
    staging, prod = prepare(shipped(repository, tmp_path), ["staging", "prod"]).members
    assert staging.region < prod.region
    assert staging.provider == prod.provider == ANYWHERE
    assert set(prod.types) == REGIONLESS


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ('data "aws_region" "this" {}', "us-east-1"),
        ('resource "aws_instance" "this" {}', "us-east-1"),
        ('module "x" {\n  source = "terraform-aws-modules/vpc/aws"\n}', "us-east-1"),
        ('resource "aws_s3_bucket" "this" {}', "cn-north-1"),
    ],
    ids=["reads its region", "unknown type", "module from elsewhere", "another partition"],
)
def test_what_may_depend_on_its_region_has_a_provider_of_its_own(text: str, region: str) -> None:
    assert member("dev", region=region, **{"main.tf": text}).provider == region


@pytest.mark.terraform
@pytest.mark.slow
def test_an_environment_that_does_not_plan_takes_no_other_down(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
) -> None:
    specs = {name: f'extends: _base\naccount: "11112222333{number}"\n' for number, name in enumerate("abc")}
    workspace = workspace_of({"_base": BASE, **specs})
    good_a, bad_b, bad_c = prepare(workspace, ["a", "b", "c"]).members
    wrong_value = bad_b.files["main.tf"].replace("retention_days = 7", "retention_days = 8")
    unknown_argument = bad_c.files["modules/logs/main.tf"].replace("retention_in_days", "retention_in_weeks")
    broken = [
        good_a,
        Member("b", bad_b.account, bad_b.region, {**bad_b.files, "main.tf": wrong_value}),
        Member("c", bad_c.account, bad_c.region, {**bad_c.files, "modules/logs/main.tf": unknown_argument}),
    ]
    planned = plan_fleet(workspace, broken)
    assert list(planned.plans) == ["a"]
    assert set(planned.failures) == {"b", "c"}
    (of_b,) = [item for item in planned.failures["b"].diagnostics if item.is_error]
    assert (of_b.file, of_b.line > 0) == ("main.tf", True)
    of_c = planned.failures["c"].diagnostics
    assert {item.file for item in of_c} == {"modules/logs/main.tf"}
    assert "retention_in_weeks" in str(planned.failures["c"])
    assert "stacks/" not in f"{planned.failures['b']}{planned.failures['c']}"


VALIDATION = """\
variable "days" {
  type = number
  validation {
    condition     = var.days < 10
    error_message = "Too many days."
  }
}
"""
REFUSED = """\
variable "days" {
  type = number
}
resource "aws_cloudwatch_log_group" "this" {
  name              = "builds"
  retention_in_days = var.days
}
"""


@pytest.mark.terraform
@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "place"),
    [
        (VALIDATION, ("main.tf", 4, "")),
        (REFUSED, ("modules/logs/main.tf", 6, "module.logs.aws_cloudwatch_log_group.this")),
    ],
    ids=["named by nothing", "named by its address"],
)
def test_one_of_a_shape_that_does_not_plan_is_told_as_if_it_were_alone(
    module: str, place: tuple[str, int, str], workspace_of: Callable[[Mapping[str, str]], Workspace]
) -> None:
    days = {"good": 7, "bad": 70, "fair": 5}
    call = 'module "logs" {{\n  source = "./modules/logs"\n\n  days = {}\n}}\n'
    members = [
        member(name, **{"main.tf": call.format(number), "modules/logs/main.tf": module})
        for name, number in days.items()
    ]
    assert len({item.shape for item in members}) == 1
    planned = plan_fleet(workspace_of({"_base": BASE}), members, cache=False)
    assert set(planned.plans) == {"good", "fair"}
    (error,) = [item for item in planned.failures["bad"].diagnostics if item.is_error]
    assert (error.file, error.line, error.address) == place
    assert "_and_others" not in str(planned.failures["bad"])


@pytest.mark.terraform
@pytest.mark.slow
def test_other_environments_are_planned_in_the_same_root_without_a_new_init(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
) -> None:
    specs = {name: f'extends: _base\naccount: "11112222333{number}"\n' for number, name in enumerate("abc")}
    workspace = workspace_of({"_base": BASE, **specs})
    first, *others = prepare(workspace, ["a", "b", "c"]).members
    assert not plan_fleet(workspace, [first], cache=False).failures
    slot = workspace.scratch / "fleet" / "0"
    # An init would need the folder that we take away; a plan needs only the list of modules.
    inits = len(list((slot / "logs").glob("*-init.out")))
    assert set(plan_fleet(workspace, others, cache=False).plans) == {"b", "c"}
    assert len(list((slot / "logs").glob("*-init.out"))) == inits
    assert not list(slot.glob("*.tfplan"))


def test_a_stack_is_called_without_what_only_a_root_may_have(tmp_path: Path) -> None:
    files = {"main.tf": "a", "providers.tf": "b", "backend.tf": "c", "modules/logs/main.tf": "d"}
    regional = files | {"main.tf": 'data "aws_region" "this" {}'}
    members = [member("dev", **files), member("2nd", region="eu-west-1", **regional)]
    write_root(tmp_path, calls_of(members), tmp_path / "state")
    assert sorted(path.name for path in (tmp_path / "stacks/dev").iterdir()) == ["main.tf", "modules"]
    main = (tmp_path / "main.tf").read_text()
    assert 'module "dev" {\n  source = "./stacks/dev"\n  providers = { aws = aws.anywhere }\n}' in main
    assert 'module "_2nd" {\n  source = "./stacks/_2nd"\n  providers = { aws = aws.eu-west-1 }\n}' in main


def test_environments_share_the_folder_of_a_module_that_is_the_same(tmp_path: Path) -> None:
    one = member("one", **{"modules/logs/main.tf": "same"})
    two = member("two", **{"modules/logs/main.tf": "same"})
    other = member("other", **{"modules/logs/main.tf": "another"})
    users = write_root(tmp_path, calls_of([one, two, other], shared=False), tmp_path / "state")
    assert sorted(users.values()) == [("one", "two"), ("other",)]
    links = [(tmp_path / "stacks" / name / "modules/logs").resolve() for name in ("one", "two", "other")]
    assert links[0] == links[1] != links[2]


def test_what_a_batch_does_not_have_is_gone_from_its_root(tmp_path: Path) -> None:
    more = [member("one", **{"main.tf": "1", "more.tf": "2"}), member("two")]
    write_root(tmp_path, calls_of(more), tmp_path / "state")
    (tmp_path / "main.tf.json").write_text("{}")
    write_root(tmp_path, calls_of([member("one", **{"main.tf": "1"})]), tmp_path / "state")
    assert not (tmp_path / "main.tf.json").exists()
    assert [path.name for path in (tmp_path / "stacks").iterdir()] == ["one"]
    assert [path.name for path in (tmp_path / "stacks/one").iterdir()] == ["main.tf"]


def test_modules_are_listed_as_terraform_lists_them(tmp_path: Path) -> None:
    call = 'module "logs" {\n  source = "./modules/logs"\n}\n'
    dev = member("dev", **{"main.tf": call, "modules/logs/main.tf": ""})
    write_root(tmp_path, calls_of([dev]), tmp_path / "state")
    assert write_modules(tmp_path / "data", tmp_path, {"dev": "stacks/dev"})
    listed = json.loads((tmp_path / "data/modules/modules.json").read_text())["Modules"]
    shared = (tmp_path / "stacks/dev/modules/logs").resolve().name
    assert listed == [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "dev", "Source": "./stacks/dev", "Dir": "stacks/dev"},
        {"Key": "dev.logs", "Source": "./modules/logs", "Dir": f"shared/{shared}"},
    ]


@pytest.mark.parametrize(
    "call",
    [
        'module "x" {\n  source = "terraform-aws-modules/s3-bucket/aws"\n}\n',
        'module "x" {\n  a = 1\n  source = "./x"\n}\n',
    ],
    ids=["from a registry", "written in another way"],
)
def test_a_module_that_we_cannot_place_is_left_to_an_init(call: str, tmp_path: Path) -> None:
    write_root(tmp_path, calls_of([member("dev", **{"main.tf": call})]), tmp_path / "state")
    assert not write_modules(tmp_path / "data", tmp_path, {"dev": "stacks/dev"})


def test_regions_have_batches_of_their_own() -> None:
    regional = {"main.tf": 'data "aws_region" "this" {}'}
    regions = ("us-east-1", "eu-west-1")
    members = [member(f"e{number}", region=regions[number % 2], **regional) for number in range(60)]
    batches = batched(members, at_a_time=2)
    assert [len(batch) for batch in batches] == [30, 30]
    assert [{item.region for item in batch} for batch in batches] == [{"eu-west-1"}, {"us-east-1"}]


def test_regions_of_a_few_environments_share_a_batch() -> None:
    regional = {"main.tf": 'data "aws_region" "this" {}'}
    members = [member(f"e{number}", region=f"region-{number}", **regional) for number in range(10)]
    assert [len(batch) for batch in batched(members, at_a_time=2)] == [10]


def test_one_region_is_shared_out_to_what_runs_side_by_side() -> None:
    assert [len(batch) for batch in batched([member(f"e{number}") for number in range(40)], at_a_time=2)] == [20, 20]


def test_no_batch_is_larger_than_memory_allows() -> None:
    batches = batched([member(f"e{number}") for number in range(1001)], at_a_time=2)
    assert max(map(len, batches)) <= LARGEST
    assert sum(map(len, batches)) == 1001
    large = [member(f"e{number}", **{"main.tf": f'resource "a" "b{number}" {{}}\n' * 100}) for number in range(30)]
    assert max(len(batch) for batch in batched(large, at_a_time=2)) == 8
    alike = [member(f"e{number}", **{"main.tf": 'resource "a" "b" {}\n' * 100}) for number in range(30)]
    assert max(len(batch) for batch in batched(alike, at_a_time=2)) == 15


def test_no_terraform_works_alone_in_the_end() -> None:
    assert [len(batch) for batch in batched([member(f"e{number}") for number in range(300)], at_a_time=2)] == [75] * 4


def test_few_environments_are_one_batch() -> None:
    assert len(batched([member(f"e{number}") for number in range(8)], at_a_time=2)) == 1


def test_environments_whose_constraints_on_the_provider_differ_do_not_meet() -> None:
    def asking(name: str, constraint: str) -> Member:
        return member(name, **{"main.tf": "", "versions.tf": f'    aws = {{\n      version = "{constraint}"\n    }}\n'})

    members = [asking("one", "~> 5.100"), asking("two", ">= 6.42"), asking("three", "~> 5.100")]
    assert sorted([one.name for one in batch] for batch in batched(members, at_a_time=2)) == [["one", "three"], ["two"]]


def test_environments_with_different_lock_files_do_not_meet() -> None:
    batches = batched([member("one", lock="a"), member("two", lock="b"), member("three", lock="a")], at_a_time=2)
    assert sorted(sorted(item.name for item in batch) for batch in batches) == [["one", "three"], ["two"]]


def test_an_error_belongs_to_the_environment_that_its_file_or_address_names() -> None:
    calls = calls_of([member("dev"), member("prod-eu"), member("2nd")], shared=False)
    calls += calls_of([member("one"), member("two")])
    diagnostics = [
        Diagnostic("error", "by file", file="stacks/dev/main.tf", line=3),
        Diagnostic(
            "error", "by address", file="shared/logs-0123456789ab/main.tf", address="module.prod-eu.module.logs.x.y"
        ),
        Diagnostic("error", "by call", address='module._2nd.aws_x.y["a.b"]'),
        Diagnostic("error", "by key", file="stacks/one_and_others/main.tf", address='module.one_and_others["two"].x.y'),
        Diagnostic("warning", "no error", file="stacks/dev/main.tf"),
        Diagnostic("error", "nobody's", file="main.tf"),
        Diagnostic("error", "of several", file="stacks/one_and_others/main.tf", line=3),
    ]
    found = {name: [item.summary for item in errors] for name, errors in culprits(diagnostics, calls).items()}
    assert found == {"dev": ["by file"], "prod-eu": ["by address"], "2nd": ["by call"], "two": ["by key"]}


def test_an_error_in_a_shared_module_is_suspected_of_all_that_share_it() -> None:
    error = Diagnostic("error", "x", file="shared/logs-0123456789ab/main.tf", line=1)
    assert suspects([error], {"logs-0123456789ab": ("one", "two"), "logs-aaaaaaaaaaaa": ("three",)}) == {"one", "two"}


def test_an_error_speaks_of_the_environments_own_files(tmp_path: Path) -> None:
    whole = TerraformError("of the batch", command=["terraform", "plan"], folder=tmp_path, code=1)
    error = own_error(
        member("dev"),
        whole,
        [
            Diagnostic("error", "one", file="stacks/dev/main.tf", line=3, address="module.dev.module.logs.x.y"),
            Diagnostic("error", "two", file="shared/logs-0123456789ab/sub/main.tf", line=4),
        ],
        tmp_path,
    )
    assert [(item.file, item.address) for item in error.diagnostics] == [
        ("main.tf", "module.logs.x.y"),
        ("modules/logs/sub/main.tf", ""),
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('No module call named "x" is declared in module.dev.', 'No module call named "x" is declared in the root module.'),
        ("not suitable for module.dev.module.logs.var.x", "not suitable for module.logs.var.x"),
        ("declared at shared/logs-0123456789ab/variables.tf:21,1-20", "declared at modules/logs/variables.tf:21,1-20"),
        ("on stacks/dev/main.tf line 3", "on main.tf line 3"),
        ("module.dev-eu.x, module.devs.y and stacks/dev-eu/main.tf", "module.dev-eu.x, module.devs.y and stacks/dev-eu/main.tf"),
    ],
)  # fmt: skip
def test_what_terraform_says_of_the_batch_is_said_of_the_environment(tmp_path: Path, said: str, shown: str) -> None:
    whole = TerraformError("of the batch", command=["terraform", "plan"], folder=tmp_path, code=1)
    (told,) = own_error(member("dev"), whole, [Diagnostic("error", said, said)], tmp_path).diagnostics
    assert (told.summary, told.detail) == (shown, shown)


def test_the_same_text_is_the_same_member_from_memory_and_from_the_disk(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
) -> None:
    workspace = workspace_of({"_base": BASE, "dev": 'extends: _base\naccount: "111122223333"\n'})
    (prepared,) = prepare(workspace, ["dev"]).environments
    for path, text in {**prepared.files, ".tfstencil.json": "{}"}.items():
        target = workspace.modules_out / "dev" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    read = read_member(workspace, "dev", account=prepared.member.account, region=prepared.member.region)
    assert read.digest == prepared.member.digest


def test_the_tests_of_a_module_change_no_plan(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> None:
    workspace = workspace_of({"_base": BASE, "dev": 'extends: _base\naccount: "111122223333"\n'})
    (prepared,) = prepare(workspace, ["dev"]).environments
    assert "modules/logs/tests/logs.tftest.hcl" in prepared.files
    assert not [path for path in prepared.member.files if "/tests/" in path]
    other = {path: "" if "/tests/" in path else text for path, text in prepared.files.items()}
    own = {"modules/logs/tests/own.tftest.json": "{}", "modules/logs/tests/own.tfmock.json": "{}"}
    again = member_of(workspace, "dev", account="111122223333", region="us-east-1", files=other | own)
    assert again.digest == prepared.member.digest


@pytest.mark.parametrize(
    ("summary", "died"),
    [
        ("Plugin did not respond", True),
        ("Unrecognized remote plugin message: ", True),
        ("Invalid value for variable", False),
    ],
)
def test_a_provider_that_was_killed_is_no_fault_of_an_environment(tmp_path: Path, summary: str, *, died: bool) -> None:
    said = Diagnostic("error", summary, address="module.dev.aws_x.y")
    error = TerraformError("failed", command=["terraform"], folder=tmp_path, code=1, diagnostics=(said,))
    assert provider_died(error) is died
