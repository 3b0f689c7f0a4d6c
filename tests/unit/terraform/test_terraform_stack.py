"""Stacks with the real terraform: without a provider, offline with the real provider, and for real on local state."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.errors import TerraformError, TfstencilError, ToolError, UsageError
from generator.plans.tftest_plan import as_tftest
from generator.terraform import Mode, Planned, TerraformStack, Tools, find_tools, open_stack
from generator.terraform.plan_options import PlanOptions
from generator.terraform.process.command_line import CommandLine
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.terraform.process.events import ProgressEvent
    from generator.terraform.process.runner import CommandResult

pytestmark = pytest.mark.terraform

ACCOUNT = "111122223333"
AWS_ROOT = {
    "versions.tf": """terraform {
  required_version = ">= 1.10.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
""",
    "backend.tf": """terraform {
  backend "s3" {
    bucket       = "state"
    key          = "dev"
    region       = "us-east-1"
    use_lockfile = true
  }
}
""",
    "providers.tf": f"""provider "aws" {{
  region              = "us-east-1"
  allowed_account_ids = ["{ACCOUNT}"]
}}
""",
    "main.tf": """module "artifacts" {
  source = "./modules/artifacts"
  name   = "tfstencil-dev"
}

output "bucket" {
  value = module.artifacts.bucket
}
""",
    "modules/artifacts/main.tf": """variable "name" {
  type = string
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

output "bucket" {
  value = aws_s3_bucket.this.bucket
}
""",
}
LOCAL_ROOT = {
    "main.tf": """terraform {
  backend "local" {}
}

resource "terraform_data" "this" {
  input = "one"
}

output "value" {
  value = terraform_data.this.output
}

output "secret" {
  value     = "s3cret"
  sensitive = true
}
""",
}


def build_workspace(root: Path, files: Mapping[str, str]) -> Workspace:
    (root / "environments").mkdir(parents=True)
    for name, text in files.items():
        path = root / "modules_out" / "dev" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Workspace.find(root)


@pytest.fixture(scope="module")
def tools() -> Tools:
    return find_tools()


def open_local(root: Path, tools: Tools, files: Mapping[str, str] = LOCAL_ROOT, **environ: str) -> TerraformStack:
    workspace = build_workspace(root, files)
    own = {"PATH": os.environ["PATH"], "HOME": str(root)} | environ
    return open_stack(workspace, "dev", Mode.REAL, account=ACCOUNT, region="us-east-1", tools=tools, environ=own)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class OfflineRun:
    """One offline plan with the real provider, made once for all that look at it."""

    def __init__(self, root: Path, tools: Tools) -> None:
        self.workspace = build_workspace(root, AWS_ROOT)
        # What must not have any effect: each of these alone would turn the plan into another, or into an error.
        hostile = {
            "TF_CLI_ARGS_plan": "-destroy",
            "TF_CLI_ARGS": "-bogus",
            "TF_WORKSPACE": "other",
            "TF_DATA_DIR": "/nowhere",
            "TF_VAR_name": "other",
            "AWS_PROFILE": "nobody",
            "AWS_REGION": "mars-north-1",
            "TF_CLI_CONFIG_FILE": "/nowhere/terraformrc",
        }
        environ = {"PATH": os.environ["PATH"], "HOME": str(root / "home")} | hostile
        self.source = self.workspace.modules_out / "dev"
        self.before = tree(self.source)
        self.stack = open_stack(
            self.workspace, "dev", Mode.OFFLINE, account=ACCOUNT, region="us-east-1", tools=tools, environ=environ
        )
        self.events: list[ProgressEvent] = []
        self.planned: Planned = self.stack.plan(on_event=self.events.append)
        self.run_folder = self.workspace.scratch / "run" / "offline" / "dev"


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> OfflineRun:
    return OfflineRun(tmp_path_factory.mktemp("offline"), tools)


def test_an_offline_plan_needs_no_network_no_credentials_and_no_backend(offline: OfflineRun) -> None:
    plan = offline.planned.plan

    assert plan.counts() == {"create": 2}
    assert offline.planned.has_changes
    assert plan.resource("module.artifacts.aws_s3_bucket.this").module == "module.artifacts"
    assert plan.outputs["bucket"].after == "tfstencil-dev"


def test_the_rendered_folder_is_not_touched(offline: OfflineRun) -> None:
    assert tree(offline.source) == offline.before


def test_the_provider_is_linked_and_not_copied(offline: OfflineRun, tools: Tools) -> None:
    if tools.provider.kind == "user":
        pytest.skip("this machine's CLI configuration settles where providers come from")
    found = list((offline.run_folder / "data" / "providers").rglob("linux_*"))

    assert [path.is_symlink() for path in found] == [True]


def test_what_a_run_leaves_is_for_the_owner_alone(offline: OfflineRun) -> None:
    assert offline.run_folder.stat().st_mode & 0o777 == 0o700
    assert offline.planned.file.stat().st_mode & 0o777 == 0o600


def test_progress_names_the_resources(offline: OfflineRun) -> None:
    planned = [(event.address, event.action) for event in offline.events if event.kind == "planned_change"]

    assert ("module.artifacts.aws_s3_bucket.this", "create") in planned


def test_a_valid_root_validates_without_another_init(offline: OfflineRun) -> None:
    assert offline.stack.validate() == ()
    assert offline.stack.init() is False


def test_an_offline_plan_can_never_be_applied(offline: OfflineRun) -> None:
    with pytest.raises(UsageError, match="an offline plan of dev cannot be applied"):
        offline.stack.apply(offline.planned)
    with pytest.raises(UsageError, match="cannot be destroyed"):
        offline.stack.destroy()


def test_a_real_plan_can_be_asserted_on_with_tftest(offline: OfflineRun) -> None:
    plan = as_tftest(offline.planned.plan)

    bucket = plan.modules["module.artifacts"].resources["aws_s3_bucket.this"]
    assert bucket["values"]["bucket"] == "tfstencil-dev"
    assert plan.outputs["bucket"] == "tfstencil-dev"


def test_apply_outputs_and_destroy_come_full_circle(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)
    events: list[ProgressEvent] = []

    assert stack.outputs() == {}
    planned = stack.plan()
    stack.apply(planned, on_event=events.append)
    outputs = stack.outputs()

    assert planned.file.read_bytes() == b""
    assert [event.address for event in events if event.kind == "apply_complete"] == ["terraform_data.this"]
    assert (outputs["value"].value, outputs["secret"].is_sensitive) == ("one", True)
    assert stack.state()["serial"] > 0
    assert stack.plan().plan.is_empty

    stack.destroy()

    assert stack.outputs() == {}
    assert stack.plan(PlanOptions(destroy=True)).plan.is_empty


def test_a_real_run_leaves_only_state_and_lock_beside_the_modules(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)
    stack.apply(stack.plan())

    left = {path.name for path in stack.folder.iterdir()}
    assert left <= {"main.tf", "terraform.tfstate", ".terraform.lock.hcl"}
    assert (stack.folder / "terraform.tfstate").stat().st_mode & 0o777 == 0o600


def test_a_replacement_says_what_forces_it(tmp_path: Path, tools: Tools) -> None:
    text = LOCAL_ROOT["main.tf"].replace('input = "one"', 'input = "one"\n  triggers_replace = "a"')
    stack = open_local(tmp_path, tools, {"main.tf": text})
    stack.apply(stack.plan())
    (stack.folder / "main.tf").write_text(text.replace('"a"', '"b"'))

    change = stack.plan().plan.resource("terraform_data.this")

    assert change.action == "replace"
    assert change.replace_paths == (("triggers_replace",),)


def test_a_wrong_configuration_is_an_answer_with_file_and_line(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools, {"main.tf": 'resource "terraform_data" "this" {\n  bukket = "x"\n}\n'})

    (diagnostic,) = stack.validate()

    assert (diagnostic.file, diagnostic.line, diagnostic.summary) == ("main.tf", 2, "Unsupported argument")
    assert diagnostic.context == 'resource "terraform_data" "this"'


def test_a_failed_plan_carries_what_terraform_said(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools, {"main.tf": 'output "x" {\n  value = file("nowhere")\n}\n'})

    with pytest.raises(TerraformError, match=r"(?s)terraform plan failed with exit code 1.*main\.tf:2:") as caught:
        stack.plan()

    assert caught.value.folder == stack.folder
    assert caught.value.diagnostics[0].line == 2


def test_a_failed_apply_keeps_what_was_made_and_is_not_tried_again(tmp_path: Path, tools: Tools) -> None:
    text = """
resource "terraform_data" "good" {}

resource "terraform_data" "bad" {
  depends_on = [terraform_data.good]

  provisioner "local-exec" {
    command = "echo tried >> tries; exit 1"
  }
}
"""
    stack = open_local(tmp_path, tools, {"main.tf": text})

    with pytest.raises(TerraformError, match="terraform apply failed with exit code 1"):
        stack.apply(stack.plan())

    assert (stack.folder / "tries").read_text() == "tried\n"
    assert {entry["name"] for entry in stack.state()["resources"]} == {"good", "bad"}


def test_a_stale_plan_is_refused_with_advice(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)
    old = stack.plan(out=tmp_path / "old.tfplan")
    stack.apply(stack.plan())

    with pytest.raises(TerraformError, match="Saved plan is stale") as caught:
        stack.apply(old)

    assert "plan again" in caught.value.hint


def test_a_held_lock_says_who_holds_it_and_is_left_alone(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)
    stack.init()
    info = {"ID": "abc-123", "Operation": "OperationTypeApply", "Who": "ann@build", "Created": "2026-01-01T00:00:00Z"}
    state = stack.folder / "terraform.tfstate"
    holder = hold_state_lock(state)
    (stack.folder / ".terraform.tfstate.lock.info").write_text(json.dumps(info))

    try:
        with pytest.raises(TerraformError, match=r"(?s)state lock.*abc-123.*ann@build") as caught:
            stack.plan(PlanOptions(lock_timeout="0s"))
    finally:
        os.close(holder)

    assert "wait until they are done" in caught.value.hint
    assert "tfstencil state unlock dev abc-123" in caught.value.hint
    assert "ann@build has locked this state since" in caught.value.explanations[0].cause


def hold_state_lock(state: Path) -> int:
    """Lock a state file as terraform does (POSIX record locks; ours, so terraform is another process)."""
    import fcntl

    descriptor = os.open(state, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.lockf(descriptor, fcntl.LOCK_EX)
    return descriptor


def test_nothing_runs_while_a_state_waits_to_be_saved(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)
    stack.init()
    (stack.folder / "errored.tfstate").write_text("{}")

    for run in (stack.plan, stack.destroy, lambda: stack.apply(tmp_path / "p")):
        with pytest.raises(TfstencilError, match="could not save") as caught:
            run()
        assert "tfstencil state rescue dev" in caught.value.hint


def test_a_folder_that_lost_its_init_is_initialised_again(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)
    stack.init()
    data = tmp_path / ".tfstencil" / "run" / "real" / "dev" / "data"
    shutil.rmtree(data)
    data.mkdir()

    assert stack.plan().has_changes


def test_a_validation_that_misses_its_modules_is_made_again_after_an_init(tmp_path: Path, tools: Tools) -> None:
    files = {"main.tf": 'module "extra" {\n  source = "./modules/extra"\n}\n', "modules/extra/main.tf": "locals {}\n"}
    stack = open_local(tmp_path, tools, files)
    stack.init()
    (tmp_path / ".tfstencil" / "run" / "real" / "dev" / "data" / "modules" / "modules.json").unlink()

    assert stack.validate() == ()


def test_a_program_that_only_pretends_to_validate_is_found_out(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)
    stack.init()
    stack.terraform.program = Path("/bin/false")

    with pytest.raises(TerraformError, match="terraform validate failed with exit code 1"):
        stack.validate()


def test_a_missing_module_is_installed_by_the_way(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)
    stack.init()
    module = stack.folder / "modules" / "extra"
    module.mkdir(parents=True)
    (module / "main.tf").write_text('resource "terraform_data" "extra" {}\n')
    (stack.folder / "extra.tf").write_text('module "extra" {\n  source = "./modules/extra"\n}\n')

    assert stack.validate() == ()
    assert stack.plan().plan.counts() == {"create": 2}


def test_only_a_changed_lock_or_version_needs_another_init(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(tmp_path, tools)

    assert stack.init() is True
    assert stack.init() is False
    (stack.folder / "versions.tf").write_text('terraform {\n  required_version = ">= 1.10"\n}\n')
    assert stack.init() is True
    assert stack.init(force=True) is True


def test_an_environment_that_is_not_rendered_says_how_to_render_it(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()

    with pytest.raises(UsageError, match="modules_out/dev does not exist") as caught:
        open_stack(Workspace.find(tmp_path), "dev", Mode.OFFLINE, account=ACCOUNT, region="us-east-1")

    assert caught.value.hint == "run tfstencil render dev first"


def test_the_sandbox_needs_its_address(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sandbox is not running"):
        open_stack(build_workspace(tmp_path, LOCAL_ROOT), "dev", Mode.SANDBOX, account=ACCOUNT, region="us-east-1")


def test_without_mirror_and_registry_the_error_says_how_to_get_the_provider(tmp_path: Path, tools: Tools) -> None:
    workspace = build_workspace(tmp_path, AWS_ROOT)
    # A proxy that nobody listens on keeps the registry out of reach on every machine.
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HTTPS_PROXY": "http://127.0.0.1:9"}
    environ["TF_REGISTRY_DISCOVERY_RETRY"] = "0"
    from generator.terraform.tools.provider import find_provider

    source = find_provider(environ | {"XDG_DATA_DIRS": str(tmp_path)}, tools.binary, software=[])
    bare = Tools(tools.binary, source, tmp_path / "cache")
    stack = open_stack(workspace, "dev", Mode.OFFLINE, account=ACCOUNT, region="us-east-1", tools=bare, environ=environ)

    with pytest.raises(ToolError, match=r"cannot be had from registry\.terraform\.io") as caught:
        stack.plan()

    assert "TFSTENCIL_PROVIDER_MIRROR" in caught.value.hint


def test_unformatted_files_are_named(tmp_path: Path, tools: Tools) -> None:
    stack = open_local(
        tmp_path, tools, {"main.tf": "locals {\n  a = 1\n}\n", "modules/x/bad.tf": "locals {\n a=1\n}\n"}
    )

    assert stack.terraform.unformatted() == ["modules/x/bad.tf"]


@pytest.mark.parametrize("name", ["aply", "destory_cmd", "workspace"])
def test_a_misspelt_command_is_an_error_and_not_a_command(tmp_path: Path, name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(CommandLine(Path("terraform"), tmp_path, no_run), name)


def test_the_librarys_own_keywords_do_not_leak_into_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="synchronous"):
        CommandLine(Path("terraform"), tmp_path, no_run).cmd("plan", synchronous=False)


def test_a_corrupt_state_does_not_stop_the_adapter_from_being_made(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text("{")

    assert CommandLine(Path("terraform"), tmp_path, no_run).working_dir == str(tmp_path)


def test_destroy_is_spelt_as_terraform_understands_it(tmp_path: Path) -> None:
    commands: list[list[str]] = []

    def record(command: list[str]) -> CommandResult:
        commands.append(command)
        from generator.terraform.process.runner import CommandResult

        return CommandResult(tuple(command), tmp_path, 0, tmp_path / "o", tmp_path / "e", 0.0)

    CommandLine(Path("terraform"), tmp_path, record).destroy()

    assert "-auto-approve" in commands[0]
    assert not [word for word in commands[0] if word.startswith(("-force", "-var"))]


def no_run(command: list[str]) -> CommandResult:
    raise AssertionError(command)
