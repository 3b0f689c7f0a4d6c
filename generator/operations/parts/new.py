"""New: a part to start from, small and whole: `part check` proves it as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator import __version__
from generator.errors import UsageError
from generator.parts.own.sources.folders import PARTS
from generator.text_files import replace_file

if TYPE_CHECKING:
    from generator.workspace import Workspace

_NAME: Final = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,39}")
_FILES: Final[dict[str, str]] = {
    "part.yaml": """\
part: NAME
version: 0.1.0
description: A log group; put here what the part is.
requires: {tfstencil: ">=VERSION"}
inputs:
  retention_days:
    type: retention-days
    default: {dev: 7, staging: 30, prod: 365}
    description: Days for which events are kept.
names:
  group_name: {kind: log-group, pattern: "/NAME/@{prefix}"}
outputs:
  group_arn: ARN of the log group.
read_back:
  - subject: "Log group @{names.group_name}"
    service: logs
    operation: describe_log_groups
    arguments: {logGroupNamePrefix: "@{names.group_name}"}
    expect: {logGroups.0.retentionInDays: inputs.retention_days}
""",
    "templates/main.tf.j2": """\
resource "aws_cloudwatch_log_group" "this" {
  name              = var.group_name
  retention_in_days = var.retention_days

  tags = var.tags
}
""",
    "templates/outputs.tf.j2": """\
output "group_arn" {
  description = "ARN of the log group."
  value       = aws_cloudwatch_log_group.this.arn
}
""",
    "templates/variables.tf.j2": """\
variable "group_name" {
  description = "Name of the log group."
  type        = string
  nullable    = false
}

variable "retention_days" {
  description = "Days for which events are kept."
  type        = number
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource in the module."
  type        = map(string)
  nullable    = false
}
""",
    "templates/versions.tf.j2": """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
""",
    "tests/SECTION.tftest.hcl.j2": """\
mock_provider "aws" {}

variables {
  group_name     = "/NAME/test"
  retention_days = 7
  tags           = { Owner = "team" }
}

run "keeps_events_as_asked" {
  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 7
    error_message = "The log group must keep its events for retention_days."
  }
}
""",
    "examples/minimal.yaml": "SECTION: {}\n",
    "contracts/minimal.yaml": """\
# What must hold of the plan of the example: tfstencil part check NAME
values:
  module.SECTION.aws_cloudwatch_log_group.this:
    name: /NAME/example-minimal
    retention_in_days: 7
""",
}


def new(workspace: Workspace, name: str) -> list[str]:
    """Write a part to start from.

    Returns:
        The files, relative to the workspace.

    Raises:
        UsageError: no part can have that name, or there is one of it.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is not the name of a part", hint="lower-case letters, digits and hyphens")
    folder = workspace.root / PARTS / name
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{PARTS}/{name} is there already", hint="choose another name")
    section, version = name.replace("-", "_"), ".".join(__version__.split(".")[:2])
    written: list[str] = []
    for path, text in _FILES.items():
        file = path.replace("SECTION", section)
        body = text.replace("NAME", name).replace("SECTION", section).replace("VERSION", version)
        replace_file(folder / file, body)
        written.append(f"{PARTS}/{name}/{file}")
    return written
