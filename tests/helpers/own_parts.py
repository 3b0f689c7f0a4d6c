"""A small part of a workspace's own, as files, for tests that change one word of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SPEC = """\
stack: shop
class: dev
account: "111122223333"
region: eu-west-1
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds:
  main: {runtime: {python: "3.13"}}
notifications: {email: [team@acme-platform.example]}
"""
PART = """\
part: alert-bot
version: 1.0.0
description: A bot that looks by the clock.
requires: {parts: [notifications]}
inputs:
  schedule: {type: schedule, required: true, description: When it looks.}
  memory: {type: integer, minimum: 128, maximum: 10240, default: {dev: 128, prod: 512}, unit: MB, description: Memory.}
  patience: {type: duration, minimum: 1m, maximum: 15m, default: 5m, description: How long it may take.}
  topic: {type: reference, to: notifications.topic_arn, description: Where it writes.}
  builds: {type: list, of: {type: build}, description: Builds that may read its log.}
shape: {has_topic: inputs.topic is not none}
rules:
  - if: environment.class == 'prod' and inputs.memory < 256
    at: memory
    message: prod needs 256 MB or more, and @{prefix} has @{inputs.memory}
    hint: leave memory out
names:
  group: {kind: log-group, pattern: "/aws/lambda/@{prefix}-alert-bot"}
arguments:
  kms_key_arn: {reference: encryption.key_arn}
outputs: {group_name: Name of the log group.}
contributes:
  key_users: [{log_group: group}]
  variables: [{builds: inputs.builds, name: BOT_LOG, value: "@{names.group}"}]
  commands: [{builds: inputs.builds, phase: install, commands: ["echo @{names.group}"]}]
  permissions:
    - builds: inputs.builds
      statements:
        - actions: [logs:GetLogEvents]
          resources: ["arn:@{partition}:logs:@{region}:@{account}:log-group:@{names.group}:*"]
read_back:
  - subject: Log group @{names.group}
    service: logs
    operation: describe_log_groups
    arguments: {logGroupNamePrefix: "@{names.group}"}
    expect: {logGroups.0.logGroupName: names.group}
"""
MAIN = """\
{# Shape: has_topic. #}
resource "aws_cloudwatch_log_group" "this" {
  name       = var.group
  kms_key_id = var.kms_key_arn
  tags       = merge(var.tags, { Memory = var.memory, Schedule = var.schedule, Patience = var.patience })
}
"""
VARIABLES = "".join(
    f'variable "{name}" {{\n  type    = {kind}\n  default = null\n}}\n\n'
    for name, kind in (
        ("group", "string"),
        ("kms_key_arn", "string"),
        ("memory", "number"),
        ("patience", "number"),
        ("schedule", "string"),
        ("tags", "map(string)"),
    )
)
TOPIC = '{% if has_topic %}\nvariable "topic" {\n  type = string\n}\n{% endif %}\n'
OUTPUTS = 'output "group_name" {\n  value = aws_cloudwatch_log_group.this.name\n}\n'
# What the permission of the part is about.
RESOURCE = '"arn:@{partition}:logs:@{region}:@{account}:log-group:@{names.group}:*"'
FILES = {
    "part.yaml": PART,
    "templates/main.tf.j2": MAIN,
    "templates/variables.tf.j2": VARIABLES + TOPIC,
    "templates/outputs.tf.j2": OUTPUTS,
}
USED = "alert_bot: {schedule: rate(1 hour), topic: notifications.topic_arn, builds: [main]}\n"


def workspace_with(
    root: Path, part: str = PART, spec: str = SPEC + USED, files: Mapping[str, str] | None = None, name: str = "dev"
) -> Workspace:
    """Write a workspace with one environment and the part `alert-bot`."""
    everything = {f"parts/alert-bot/{path}": text for path, text in {**FILES, "part.yaml": part}.items()}
    for path, text in {f"environments/{name}.yaml": spec, **everything, **(files or {})}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return Workspace(root)
