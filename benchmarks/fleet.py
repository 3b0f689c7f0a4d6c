"""Synthetic workspaces: the shipped stack, many times over, in the three classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_CLASSES: Final = ("dev", "staging", "prod")
_REGIONS: Final = ("us-east-1", "eu-central-1", "ap-southeast-2")
_BASE: Final = """\
stack: bench
tags: {Owner: platform-team, CostCenter: "1234", Service: bench}
source: {type: github, repository: https://github.com/acme-platform/bench, branch: main}
builds:
  main:
    description: Tests and packages the service
    runtime: {nodejs: 22}
    compute: small
    timeout: 15m
    phases:
      install: [npm ci --no-audit --no-fund]
      pre_build: [npm run lint, npm test]
      build: [npm run build]
    artifact_files: [dist/**/*, package.json]
    variables: {NODE_ENV: production, STAGE: "@{environment}"}
logs: {retention_days: 7}
"""
_MIDDLE: Final = """\
extends: _base
tags: {Region: "@{region}"}
builds:
  main:
    secrets:
      NPM_TOKEN: {parameter: /bench/npm-token}
"""


def specs(count: int) -> dict[str, str]:
    """Return `count` environments over three layers and a class, as file name to text.

    About 20 lines an environment once merged; classes and regions in turn, so that there are several module shapes.
    """
    texts = {"_base.yaml": _BASE, "_service.yaml": _MIDDLE}
    for number in range(count):
        kind, region = _CLASSES[number % 3], _REGIONS[number // 3 % 3]
        texts[f"{kind}-{number:05d}.yaml"] = (
            f"extends: _service\nclass: {kind}\nregion: {region}\n"
            f'account: "{100000000000 + number}"\n'
            f"description: Environment {number} of the benchmark\n"
            f'tags: {{Number: "{number}"}}\n'
            f"state: {{bucket: 'bench-state-@{{account}}'}}\n"
            f"builds: {{main: {{timeout: {5 + number % 60}m}}}}\n"
        )
    return texts


def make_workspace(folder: Path, count: int) -> Path:
    """Write a workspace of `count` environments into `folder`, and return it."""
    environments = folder / "environments"
    environments.mkdir(parents=True)
    for name, text in specs(count).items():
        (environments / name).write_text(text)
    return folder
