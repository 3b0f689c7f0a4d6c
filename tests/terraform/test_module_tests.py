"""The .tftest.hcl files beside the modules: they pass for what is rendered, and fail for what is broken."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pytest

from generator.parts.catalog import OURS
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import module_jobs
from generator.terraform.mode import Mode
from generator.terraform.process.ignored_environment import child_environment
from generator.terraform.tools.programs import find_tools
from generator.workspace import bundled_templates

pytestmark = pytest.mark.terraform

# The fewest features that a module has in a stack, where that is not none at all.
LEAST: Final = {"alarms": {"dashboard"}}

# What is broken: the module, its file, the text, what it is replaced with; and the complaint that must come.
FAULTS: Final = [
    (
        "vpc",
        "main.tf",
        "map_public_ip_on_launch = false",
        "map_public_ip_on_launch = true",
        "must have a public address",
    ),
    ("egress", "main.tf", "= each.value.to_port", "= 65535", "must let out what it lists"),
    ("logs", "main.tf", "var.retention_days", "30", "must keep its events for retention_days"),
    ("artifacts", "main.tf", "block_public_acls       = true", "block_public_acls = false", "be closed to the public"),
    ("artifacts", "policy.tf", 'values   = ["false"]', 'values = ["true"]', "must refuse requests without TLS"),
    ("artifacts", "policy.tf", "/${prefix}*", "/*/logs/*", "Only logs that CodeBuild keeps"),
    ("artifacts", "lifecycle.tf", "prefix = rule.value", 'prefix = ""', "Only what lies below archive_prefixes"),
    ("artifacts", "lifecycle.tf", "prefix = var.cache_prefix", 'prefix = "cache/"', "Caches must be deleted"),
    (
        "backend",
        "main.tf",
        "bucket_key_enabled = true",
        "bucket_key_enabled = false",
        "must encrypt states with the key",
    ),
    ("backend", "policy.tf", '"s3:DeleteObjectVersion"', '"s3:DeleteBucket"', "able to delete an old version"),
    ("backend", "lifecycle.tf", "= var.keep_versions", "= 1", "keep_versions of them in any case"),
    ("encryption", "main.tf", "= var.log_group_arns", '= ["*"]', "for the named log groups only"),
    ("encryption", "variables.tf", ">= 7", ">= 1", "Missing expected failure"),
    ("access", "main.tf", '"aws:SourceArn"', '"aws:UserAgent"', "own project, in this account"),
    ("access", "main.tf", "${var.artifact_prefix}${each.value.label}/*", "*", "below its own name only"),
    ("access", "main.tf", "${each.value.log_group_arn}", "${var.artifact_bucket_arn}", "its own log group only"),
    ("access", "main.tf", "merge(var.tags, each.value.tags)", "var.tags", "tags of its own build"),
    ("logs", "main.tf", "lookup(var.group_tags, each.value, {})", "{}", "must carry the tags of its own"),
    ("access", "main.tf", "/${statement.value}/*", "/*", "its own cache only"),
    ("builds", "main.tf", "each.value.cache_path}", "each.key}", "must lie where it is asked to"),
    ("builds", "main.tf", "each.value.privileged", "true", "be privileged only where"),
    ("notifications", "main.tf", '"aws:SourceArn"', '"aws:UserAgent"', "must be bound by a condition"),
    ("alarms", "durations.tf", '"notBreaching"', '"breaching"', "because nothing is built"),
    ("budget", "main.tf", "var.cost_tags :", "{} :", "Only what bears the cost tags"),
    ("tracing", "main.tf", "= var.service_names", '= "*"', "not for the whole account"),
    ("connection", "main.tf", "tags = var.tags", "tags = {}", "must carry the tags"),
    ("trigger", "main.tf", "exclude_matched_pattern = true", "", "Only what is excluded must be turned round"),
    ("trigger", "main.tf", "= [terraform_data.repository[each.key]]", "= []", "must not stay at the old repository"),
    ("schedule", "main.tf", "[var.group_arn]", '["*"]', "Only schedules of this group"),
    ("registry", "main.tf", "= var.scan_on_push", "= false", "a scan of each image"),
    ("pipeline", "main.tf", 'BatchEnabled     = "true"', 'BatchEnabled = "false"', "must be started as a batch"),
    ("pipeline", "access.tf", "resources = var.batch_arns", "resources = []", "be able to start the batch"),
    ("pipeline", "access.tf", "[var.pipeline_arn]", '["*"]', "Only this pipeline"),
]


def shape_of(module: str, *, on: bool) -> Any:
    """Return the shape of a module with all its features, or with the fewest."""
    kind: Any = OURS.modules[module].shape
    least = LEAST.get(module, set())
    return kind(*(on or field.name in least for field in fields(kind)))


def write_module(folder: Path, module: str, *, on: bool) -> None:
    engine = TemplateEngine([bundled_templates()])
    for job in module_jobs(engine, module, shape_of(module, on=on)):
        path = folder / Path(job.source.output).relative_to("modules", module)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(engine.render(job.source.name, job.context))


def lead(root: Path, name: str, module: str) -> None:
    """Have the tests of the module in `modules/<name>` run from `root`, so that one terraform runs those of many."""
    text = (root / "modules" / name / "tests" / f"{module}.tftest.hcl").read_text()
    call = f'module {{\n    source = "./modules/{name}"\n  }}\n'
    (root / "tests").mkdir(exist_ok=True)
    (root / "main.tf").write_text("terraform {}\n")
    (root / "tests" / f"{name}.tftest.hcl").write_text(
        re.sub(r'^run "\w+" \{\n', rf"\g<0>  {call}", text, flags=re.MULTILINE)
    )


def run_tests(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests that `lead` wrote, in one terraform."""
    tools = find_tools()
    environment = child_environment(os.environ, Mode.OFFLINE) | tools.variables(root, throwaway_lock=True)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(tools.binary.path), *words, "-no-color"]
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)

    initialised = run("init")
    assert initialised.returncode == 0, initialised.stderr
    # Without hashes, so that terraform does not read the whole provider again.
    lock = root / ".terraform.lock.hcl"
    lock.write_text(re.sub(r"  hashes = \[.*?\]\n", "", lock.read_text(), flags=re.DOTALL))
    return run("test")


def said_of(name: str, words: str) -> str:
    """Return what terraform says of the runs of one file of tests."""
    begin, end = (words.find(f"tests/{name}.tftest.hcl... {state}") for state in ("in progress", "tearing down"))
    return words[begin:end] if 0 <= begin < end else ""


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Test all modules, each with every feature; return what terraform says."""
    root = tmp_path_factory.mktemp("complete")
    for module in OURS.modules:
        write_module(root / "modules" / module, module, on=True)
        lead(root, module, module)
    result = run_tests(root)
    return result.stdout + result.stderr


@pytest.mark.parametrize("module", OURS.modules)
def test_a_module_with_every_feature_passes_its_own_tests(complete: str, module: str) -> None:
    own = said_of(module, complete)
    assert f"tests/{module}.tftest.hcl... pass" in complete, complete
    assert len(re.findall(r"^  run .*\.\.\. pass$", own, re.MULTILINE)) >= 2, "of what it makes, and of what it refuses"


def test_the_modules_with_the_fewest_features_pass_their_own_tests(tmp_path: Path) -> None:
    for module in OURS.modules:
        write_module(tmp_path / "modules" / module, module, on=False)
        lead(tmp_path, module, module)
    result = run_tests(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert {module for module in OURS.modules if f"tests/{module}.tftest.hcl... pass" in result.stdout} == set(
        OURS.modules
    )


def test_every_module_that_is_broken_fails_its_own_tests(tmp_path: Path) -> None:
    assert {module for module, *_ in FAULTS} == set(OURS.modules)
    for number, (module, file, text, wrong, _) in enumerate(FAULTS):
        folder = tmp_path / "modules" / f"{module}-{number}"
        write_module(folder, module, on=True)
        right = (folder / file).read_text()
        assert text in right, f"{module}/{file} has no {text}"
        (folder / file).write_text(right.replace(text, wrong))
        lead(tmp_path, folder.name, module)
    result = run_tests(tmp_path)
    words = result.stdout + result.stderr
    unseen = [
        f"{module}: {complaint}"
        for number, (module, *_, complaint) in enumerate(FAULTS)
        if f"tests/{module}-{number}.tftest.hcl... fail" not in words or complaint not in " ".join(words.split())
    ]
    assert not unseen, words
