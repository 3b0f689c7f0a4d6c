"""A small workspace whose real environments live in the sandbox, behind the proxy that makes calls fail.

Nothing is mocked on the way: rendered modules, their S3 backend with native locking, the real terraform and provider.
Only AWS itself is the sandbox, reached over AWS_ENDPOINT_URL. The resources are such as take no time to make.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.readback.clients import Clients
from generator.terraform import Mode, TerraformStack, open_stack
from generator.workspace import Workspace, bundled_templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fault_proxy import FaultProxy

    from generator.terraform import Tools

REPOSITORY = Path(__file__).parents[2]
REGION = "us-east-1"
SMALL = """\
resource "aws_iam_role" "these" {
  for_each = toset(["one", "two", "three"])

  name               = "ENV-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "codebuild.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_cloudwatch_log_group" "these" {
  for_each = aws_iam_role.these

  name              = "/${each.value.name}"
  retention_in_days = 7
}
"""
_BASE = """\
stack: shop
region: us-east-1
account: "ACCOUNT"
tags: {Owner: platform-team, CostCenter: "1234"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""
_NAME = "locals {\n  name = {{ environment.name | hcl }}\n}\n\n"
_STATE = "state: {bucket: BUCKET}\n"
# Their text is what is tested; all other files of the root come to nothing.
_KEPT = {"backend.tf.j2", "providers.tf.j2", "versions.tf.j2", "TROUBLESHOOTING.md.j2"}


class Estate:
    """The workspace.

    Args:
        root: a folder for it.
        proxy: in front of the sandbox.
        account: of the sandbox, of this test alone.
        main: the root module; ENV becomes the environment's name.
        names: the environments.
        in_bucket: keep state in S3; otherwise in a local file.
    """

    def __init__(  # noqa: PLR0913  # what a test may want otherwise
        self,
        root: Path,
        proxy: FaultProxy,
        account: str,
        *,
        main: str = SMALL,
        names: tuple[str, ...] = ("dev",),
        in_bucket: bool = True,
    ) -> None:
        self.proxy = proxy
        self.account = account
        self.bucket = f"state-{account}"
        self._sandbox = Clients(REGION, account, proxy.target)
        (root / "environments").mkdir(parents=True)
        self.workspace = Workspace.find(root)
        base = (_BASE + (_STATE if in_bucket else "")).replace("ACCOUNT", account).replace("BUCKET", self.bucket)
        (root / "environments" / "_base.yaml").write_text(base)
        for name in names:
            (root / "environments" / f"{name}.yaml").write_text("extends: _base\n")
        self.write_main(main)
        if in_bucket:
            self.client("s3").create_bucket(Bucket=self.bucket)
        rendered = self.run("render")
        assert rendered.returncode == 0, rendered.stderr

    def write_main(self, main: str) -> None:
        """Write the template of the root module."""
        templates = self.workspace.root / "templates"
        templates.mkdir(exist_ok=True)
        bundled = bundled_templates()
        # What a part adds to the root lies beside it; the beginning of its name says that it makes no file.
        for file in (*bundled.glob("*.j2"), *bundled.glob("modules/*/root/[!_]*.j2")):
            if file.name not in _KEPT:
                (templates / file.name).write_text("")
        (templates / "main.tf.j2").write_text(_NAME + main.replace("ENV", "${local.name}"))

    def client(self, service: str) -> Any:
        """Return a boto3 client of the sandbox, past the proxy."""
        return self._sandbox.client(service)

    def variables(self, **more: str) -> dict[str, str]:
        """Return the environment of a tfstencil that works on AWS, where AWS is the sandbox behind the proxy."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))}
        for noise in ("NO_COLOR", "FORCE_COLOR", "http_proxy", "https_proxy", "HTTPS_PROXY"):
            own.pop(noise, None)
        return own | {"PYTHONPATH": str(REPOSITORY), "CI": "true"} | self.proxy.variables(self.account) | more

    def start(self, *arguments: str, root: Path | None = None, **variables: str) -> subprocess.Popen[str]:
        """Start tfstencil as a process of its own, in another workspace where one is named."""
        return subprocess.Popen(
            [sys.executable, "-m", "generator", "-C", str(root or self.workspace.root), *arguments],
            env=self.variables(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run tfstencil to its end."""
        process = self.start(*arguments, root=None, **variables)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def stack(
        self, tools: Tools, *, environ: Mapping[str, str] | None = None, workspace: Workspace | None = None
    ) -> TerraformStack:
        """Open dev in this process."""
        return open_stack(
            workspace or self.workspace,
            "dev",
            Mode.REAL,
            account=self.account,
            region=REGION,
            tools=tools,
            environ=environ or self.variables(),
        )

    def state_key(self, name: str = "dev") -> str:
        """Return where the state of an environment lies in its bucket."""
        return f"shop/{name}/terraform.tfstate"

    def state(self, name: str = "dev") -> dict[str, Any]:
        """Read the state; empty where there is none."""
        s3 = self.client("s3")
        try:
            return dict(json.loads(s3.get_object(Bucket=self.bucket, Key=self.state_key(name))["Body"].read()))
        except s3.exceptions.NoSuchKey:
            return {}

    def object(self, key: str) -> bytes:
        """Read an object of the state bucket."""
        return bytes(self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def is_locked(self, name: str = "dev") -> bool:
        """Whether somebody holds the lock of the state."""
        listed = self.client("s3").list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return any(item["Key"] == f"{self.state_key(name)}.tflock" for item in listed)

    def known(self, name: str = "dev") -> set[str]:
        """Name what the state describes, as `exists` names it."""
        return names_in(self.state(name))

    def exists(self) -> set[str]:
        """Name the roles and log groups that exist in the account."""
        roles = self.client("iam").list_roles()["Roles"]
        groups = self.client("logs").describe_log_groups()["logGroups"]
        return {f"role {role['RoleName']}" for role in roles} | {f"group {group['logGroupName']}" for group in groups}

    def remove_all(self) -> None:
        """Remove what exists, and forget the state."""
        iam, logs, s3 = self.client("iam"), self.client("logs"), self.client("s3")
        for role in iam.list_roles()["Roles"]:
            iam.delete_role(RoleName=role["RoleName"])
        for group in logs.describe_log_groups()["logGroups"]:
            logs.delete_log_group(logGroupName=group["logGroupName"])
        for item in s3.list_objects_v2(Bucket=self.bucket).get("Contents", []):
            s3.delete_object(Bucket=self.bucket, Key=item["Key"])


def names_in(state: Mapping[str, Any]) -> set[str]:
    """Name the roles and log groups that a state describes."""
    kinds = {"aws_iam_role": "role", "aws_cloudwatch_log_group": "group"}
    return {
        f"{kinds[resource['type']]} {instance['attributes']['name']}"
        for resource in state.get("resources", [])
        if resource["type"] in kinds
        for instance in resource["instances"]
    }


def terraforms_below(folder: Path) -> list[int]:
    """List the terraform processes that work in a folder, or below it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink().is_relative_to(folder) and "terraform" in (entry / "exe").readlink().name:
                found.append(int(entry.name))
        except OSError:
            continue
    return found
