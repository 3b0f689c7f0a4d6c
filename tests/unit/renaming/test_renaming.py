"""Renaming in specs: every file that names the thing changes, what exists keeps its names, and circles are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from generator.claims.catalog import claims
from generator.model.loading.load import load_environment, load_environments
from generator.operations.changes.consent import Consent
from generator.operations.reporter import Silent
from generator.operations.run import Run
from generator.operations.specs.rename import rename
from generator.parts.framework.moves import report_chain
from generator.renaming.request import Renaming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

BASE = """\
stack: shop
region: us-east-1
tags: {Owner: platform-team, CostCenter: "1234"}
source: {type: github, repository: https://github.com/acme-platform/shop, branch: main}
builds:
  main:  # the first
    runtime: {nodejs: 22}
    phases: {build: [npm test]}
    reports: {unit: {files: ["*.xml"]}}
    push_to: [api]
    schedule: {expression: cron(0 2 * * ? *)}
  lint: {runtime: {nodejs: 22}}
registry: {repositories: [api, web]}
alarms: {builds: [main], failed_builds: {}}
notifications: {email: [builds@acme.example]}
"""
SPECS = {
    "_base": BASE,
    "dev": 'extends: _base\naccount: "111122223333"\n',
    "prod": (
        'extends: _base\naccount: "333344445555"\nstate: {bucket: acme-states}\n'
        'builds: {main: {variables: {STAGE: "@{environment}"}}}\n'
    ),
    "alone": BASE + 'class: dev\nartifacts: {bucket: "alone-@{environment}"}\naccount: "111122223333"\n',
}
MADE = "@environment", "state "

Work = tuple["Workspace", "Callable[..., Any]"]


@pytest.fixture
def work(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Any:
    """Return a workspace, and what renames in it."""
    workspace = workspace_of(SPECS)

    def run(kind: Any, environment: str, before: str, after: str, *, physical: bool = False) -> Any:
        asked = Renaming(kind, environment, before, after, physical=physical)
        return rename(Run(workspace, Silent(["dev", "prod"])), asked, Consent(given=False))

    return workspace, run


def made(workspace: Workspace, name: str) -> set[str]:
    """Return the names that AWS knows what an environment makes by."""
    environment = load_environment(workspace, name)
    return {text for text, _ in claims(name, environment.spec) if not text.startswith(MADE)}


def test_a_build_is_renamed_in_every_file_that_shares_it_and_keeps_its_names(work: Work) -> None:
    workspace, run = work
    before = {name: made(workspace, name) for name in ("dev", "prod")}
    result = run("build", "dev", "main", "ci")
    assert result.status == "renamed"
    assert result.environments == ["dev", "prod"]
    assert result.files == ["environments/_base.yaml", "environments/prod.yaml"]
    assert {name: made(workspace, name) for name in before} == before
    base = workspace.spec_path("_base").read_text()
    assert "  ci:  # the first\n" in base
    assert "alarms: {builds: [ci]" in base
    spec = load_environment(workspace, "prod").spec
    assert spec.builds["ci"].formerly == ["main"]
    assert spec.builds["ci"].variables == {"STAGE": "prod"}
    assert workspace.spec_path("alone").read_text() == SPECS["alone"]


def test_names_chain_and_a_way_back_is_no_circle(work: Work) -> None:
    workspace, run = work
    run("build", "dev", "main", "ci")
    run("build", "dev", "ci", "verify")
    build = load_environment(workspace, "dev").spec.builds["verify"]
    assert (build.formerly, build.names and build.names.label) == (["main", "ci"], "main")
    run("build", "dev", "verify", "main")
    build = load_environment(workspace, "dev").spec.builds["main"]
    assert build.formerly == ["ci", "verify"]
    assert build.names is None or build.names.label is None


@pytest.mark.parametrize("entry", ["registry.repositories.api", "builds.main.reports.unit"])
def test_an_entry_keeps_its_name_in_each_environment(work: Work, entry: str) -> None:
    workspace, run = work
    before = {name: made(workspace, name) for name in ("dev", "prod")}
    run("entry", "dev", entry, "other")
    assert {name: made(workspace, name) for name in before} == before


def test_what_builds_push_to_follows_a_repository(work: Work) -> None:
    workspace, run = work
    run("entry", "dev", "registry.repositories.api", "service")
    spec = load_environment(workspace, "prod").spec
    assert spec.builds["main"].push_to == ["service"]
    assert spec.registry
    assert spec.registry.repositories == ["service", "web"]
    assert spec.registry.formerly == {"service": ["api"]}
    assert spec.registry.names == {"service": "shop-prod/api"}


def test_a_report_of_a_build_that_had_another_name_is_found_by_both(work: Work) -> None:
    workspace, run = work
    run("entry", "dev", "builds.main.reports.unit", "tests")
    run("build", "dev", "main", "ci")
    report = load_environment(workspace, "dev").spec.builds["ci"].reports["tests"]
    assert report.formerly == ["main/unit"]
    assert report_chain(["main", "ci"], report.formerly, "tests") == ["main/unit", "main/tests", "ci/tests"]


def test_what_is_taken_over_is_taken_over_under_the_new_name(work: Work) -> None:
    workspace, run = work
    path = workspace.spec_path("dev")
    path.write_text(
        f"{path.read_text()}adopted:\n"
        '  "builds.aws_codebuild_project.this[main]": shop-ci  # found\n'
        '  "builds.aws_codebuild_report_group.this[main/unit]": an-arn\n'
        '  "registry.aws_ecr_repository.this[main]": main\n'
    )
    run("build", "dev", "main", "ci")
    assert load_environment(workspace, "dev").spec.adopted == {
        "builds.aws_codebuild_project.this[ci]": "shop-ci",
        "builds.aws_codebuild_report_group.this[ci/unit]": "an-arn",
        "registry.aws_ecr_repository.this[main]": "main",
    }
    assert "shop-ci  # found" in path.read_text()


@pytest.mark.parametrize("name", ["dev", "alone"])
def test_an_environment_keeps_its_names_its_class_and_its_identity(work: Work, name: str) -> None:
    workspace, run = work
    before = made(workspace, name)
    result = run("environment", name, name, "trial")
    assert result.moves_state
    assert made(workspace, "trial") == before
    spec = load_environment(workspace, "trial").spec
    assert spec.environment_class == "dev"
    assert spec.formerly == [f"shop/{name}"]
    assert not workspace.spec_path(name).exists()


def test_what_needs_an_environment_needs_it_under_its_new_name(workspace_of: Callable[..., Workspace]) -> None:
    own = SPECS["alone"].replace("stack: shop", "stack: own")
    needing = {
        "_late": own + "needs:\n  - alone\n  - dev  # comes first\n",
        "both": "extends: _late\n",
        "more": "extends: _late\nneeds+: [prod]\n",
        "flow": own + 'needs: ["dev"]\nlabels: {after: dev}\n',
    }
    workspace = workspace_of({**SPECS, **needing})
    result = rename(Run(workspace, Silent()), Renaming("environment", "dev", "dev", "trial"), Consent(given=False))
    needs = {name: load_environment(workspace, name).spec.needs for name in ("both", "more", "flow")}
    assert needs == {"both": ["alone", "trial"], "more": ["alone", "trial", "prod"], "flow": ["trial"]}
    assert "- trial  # comes first" in workspace.spec_path("_late").read_text()
    assert "labels: {after: dev}" in workspace.spec_path("flow").read_text()
    assert {"environments/_late.yaml", "environments/flow.yaml"} < set(result.files)
    assert "environments/more.yaml" not in result.files
    assert load_environments(workspace, workspace.environment_names())


def test_a_stack_keeps_the_names_of_all_its_environments(work: Work) -> None:
    workspace, run = work
    before = {name: made(workspace, name) for name in ("dev", "prod", "alone")}
    result = run("stack", "", "shop", "store")
    assert {name: made(workspace, name) for name in before} == before
    assert load_environment(workspace, "prod").spec.formerly == ["shop/prod"]
    assert result.moves_state
    run("stack", "", "store", "shop")
    assert load_environment(workspace, "prod").spec.formerly == ["store/prod"]


def test_physical_changes_the_names_lists_them_and_asks(work: Work) -> None:
    workspace, run = work
    result = run("build", "dev", "main", "ci", physical=True)
    found = {(each.environment, each.before, each.after) for each in result.replaced}
    assert ("dev", "shop-dev-main", "shop-dev-ci") in found
    assert ("prod", "shop-prod-main-build", "shop-prod-ci-build") in found
    assert load_environment(workspace, "dev").spec.builds["ci"].formerly == ["main"]


def test_who_declines_has_changed_nothing(workspace_of: Callable[..., Workspace]) -> None:
    workspace = workspace_of(SPECS)
    asked = Renaming("build", "dev", "main", "ci", physical=True)
    result = rename(Run(workspace, Silent(["dev"])), asked, Consent(given=False))
    assert result.status == "declined"
    assert {name: workspace.spec_path(name).read_text() for name in SPECS} == SPECS


@pytest.mark.parametrize(
    ("kind", "environment", "before", "after", "message"),
    [
        ("build", "dev", "main", "lint", "has a build lint already"),
        ("build", "dev", "main", "main", "its name already"),
        ("build", "dev", "nope", "ci", "has no build nope"),
        ("build", "dev", "main", "No Name", "would not be valid then: builds"),
        ("build", "nowhere", "main", "ci", "no environment nowhere"),
        ("entry", "dev", "logs.retention_days", "x", "not an entry"),
        ("entry", "dev", "registry.repositories.cli", "x", "has no repository cli"),
        ("entry", "dev", "registry.repositories.api", "web", "has a repository web already"),
        ("entry", "dev", "builds.main.reports.none", "x", "has no report none"),
        ("environment", "dev", "dev", "prod", "environments/prod.yaml exists"),
        ("environment", "dev", "dev", "_dev", "would be a base"),
        ("environment", "dev", "dev", "Dev!", "would not be valid"),
        ("stack", "", "store", "other", "no environment is of a stack store"),
        ("stack", "", "shop", "Shop", "would not be valid"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(  # noqa: PLR0913, PLR0917  # the facts of a case
    work: Work, kind: str, environment: str, before: str, after: str, message: str
) -> None:
    workspace, run = work
    with pytest.raises(Exception, match=message):
        run(kind, environment, before, after)
    assert {name: workspace.spec_path(name).read_text() for name in SPECS} == SPECS
    assert len(workspace.environment_names()) == len(SPECS) - 1
