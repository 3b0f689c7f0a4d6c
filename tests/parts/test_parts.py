"""The catalog of parts: what is read from it, what parts ask of each other, and what lies beside their templates."""

from __future__ import annotations

import ast
import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import Field

from generator.errors import TfstencilError
from generator.language.nodes import find, plain
from generator.model import environment as model
from generator.model.loading.layers import defaults_of_class
from generator.model.loading.load import load_environment
from generator.model.section import Section
from generator.parts.access.module import AccessContext, AccessShape, access
from generator.parts.access.permissions.derivation import ConditionContext, StatementContext
from generator.parts.access.role_policies import build_policies, surroundings
from generator.parts.access.roles import roles
from generator.parts.catalog import OURS, PARTS, Catalog
from generator.parts.encryption.module import EncryptionContext, encryption
from generator.parts.framework import keys
from generator.parts.framework.contribution import BuildVariable, Contribution, Permission, total
from generator.parts.framework.part import Key, Part
from generator.parts.framework.scope import Scope
from generator.parts.framework.stack import derive
from generator.rendering.engine import TemplateEngine
from generator.rendering.overrides import additions, judge_templates
from generator.rendering.render import render_stack
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

SPEC = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}, docs: {runtime: {nodejs: 22}}}
"""


@pytest.fixture
def scope_of(workspace_of: MakeWorkspace) -> Callable[[str], Scope]:
    """Load a spec with an addition, and look at it."""

    def of(addition: str) -> Scope:
        environment = load_environment(workspace_of({"dev": SPEC + addition}), "dev")
        return Scope.of("dev", environment.spec)

    return of


def test_the_types_of_a_spec_are_those_of_the_catalog() -> None:
    (spec,) = (node for node in ast.walk(ast.parse(inspect.getsource(model))) if isinstance(node, ast.ClassDef))
    (block,) = (node for node in spec.body if isinstance(node, ast.If))
    typed = {
        ast.unparse(node.target): ast.unparse(node.annotation) for node in block.body if isinstance(node, ast.AnnAssign)
    }
    wanted = {
        part.name: part.key.section.__name__ + ("" if part.key.absent else " | None")
        for part in PARTS
        if part.key is not None
    }
    # A part whose section nobody reads by attribute needs no word here.
    assert typed.items() <= wanted.items()
    assert list(typed) == [name for name in wanted if name in typed]


def test_no_two_parts_have_the_same_name_or_module() -> None:
    assert len({part.name for part in PARTS}) == len(PARTS)
    assert sum(len(part.derivation().modules) for part in PARTS) == len(OURS.modules)


def test_every_fragment_beside_a_module_is_that_of_a_part() -> None:
    known = set()
    for part in PARTS:
        derivation = part.derivation()
        folder = f"modules/{next(iter(derivation.modules), part.name)}/root"
        known |= {f"{folder}/_output_{name}.tf.j2" for name in derivation.outputs}
        known |= {f"{folder}/_{section.chapter}.md.j2" for section in derivation.runbook}
    found = {str(path.relative_to(bundled_templates())) for path in bundled_templates().glob("modules/*/root/_*")}
    included = {
        name
        for path in bundled_templates().rglob("*.j2")
        for name in re.findall(r'include "(modules/[^"]+)"', path.read_text())
    }
    assert found == known | included


def test_a_rule_says_in_a_line_what_must_hold() -> None:
    for part in PARTS:
        for rule in part.rules():
            assert re.fullmatch(r"[A-Z].*\.", (rule.check.__doc__ or "").split("\n")[0]), rule.check


def test_two_parts_cannot_set_one_variable_of_a_build() -> None:
    first, second = (Contribution(variables=(BuildVariable("main", "A", value),)) for value in "12")
    other = Contribution(variables=(BuildVariable("docs", "A", "3"),))
    assert len(total([first, other]).variables) == 2
    with pytest.raises(TfstencilError, match="two parts give build main the variable A"):
        total([first, other, second])


def test_the_value_of_the_user_wins_over_that_of_a_part(workspace_of: MakeWorkspace) -> None:
    spec = SPEC.replace("nodejs: 22}}, docs", "nodejs: 22}, variables: {OTEL_TRACES_SAMPLER: always_on}}, docs")
    projects = derive(load_environment(workspace_of({"dev": f"{spec}tracing: {{}}\n"}), "dev")).root["builds"]
    found = {each.key: {one.name: one.value for one in each.variables} for each in projects.projects}  # type: ignore[attr-defined]
    assert found["main"]["OTEL_TRACES_SAMPLER"] == "always_on"
    assert found["docs"]["OTEL_TRACES_SAMPLER"] == "parentbased_traceidratio"


def test_commands_of_a_part_stand_around_those_of_the_build(workspace_of: MakeWorkspace) -> None:
    spec = SPEC.replace("nodejs: 22}}, docs", "nodejs: 22}, phases: {post_build: [mine], install: [own]}}, docs")
    builds: Any = derive(load_environment(workspace_of({"dev": f"{spec}tracing: {{}}\n"}), "dev")).root["builds"]
    (phases,) = (each.buildspec["phases"] for each in builds.projects if each.key == "main")
    assert list(phases) == ["install", "post_build"]
    assert phases["install"]["commands"][-1] == "own"
    assert phases["post_build"]["commands"][0] == "mine"


ASKED = Permission(
    "main",
    "UpdateFunction",
    ("lambda:UpdateFunctionCode", "lambda:GetFunction"),
    ("arn:aws:lambda:eu-west-1:111122223333:function:bot",),
    ("builds", "main", "bot"),
    {"StringEquals": {"aws:ResourceTag/Stack": ("shop",)}},
)


def test_a_permission_that_a_part_asks_for_is_given_to_that_build_alone(scope_of: Callable[[str], Scope]) -> None:
    module = access(scope_of(""), Contribution(permissions=(ASKED,)))
    assert module is not None
    assert isinstance(module.arguments, AccessContext)
    assert isinstance(module.shape, AccessShape)
    statements = {role.key: role.statements for role in module.arguments.roles}
    condition = ConditionContext("StringEquals", "aws:ResourceTag/Stack", ["shop"])
    statement = StatementContext(
        ["lambda:GetFunction", "lambda:UpdateFunctionCode"], list(ASKED.resources), [condition]
    )
    assert statements == {"main": {"UpdateFunction": statement}, "docs": {}}
    assert module.shape.statements
    without: Any = access(scope_of(""), Contribution())
    assert not without.shape.statements


def test_a_permission_that_a_part_asks_for_is_measured_with_its_key(scope_of: Callable[[str], Scope]) -> None:
    scope, asked = scope_of(""), Contribution(permissions=(ASKED,))
    found, around = roles(scope, asked), surroundings(scope, asked)
    assert found is not None
    measured = {
        role.key: [each for each in build_policies(role, found.connection_service, around).statements if each.key]
        for role in found.every
    }
    assert measured["docs"] == []
    (statement,) = measured["main"]
    assert (statement.policy, statement.key) == ("parts", ASKED.key)
    assert '"Condition":{"StringEquals":{"aws:ResourceTag/Stack":"shop"}}' in statement.text


def test_who_asks_for_the_key_stands_in_its_policy(scope_of: Callable[[str], Scope]) -> None:
    asked = Contribution(
        log_groups=("arn:b", "arn:a"), services=("sqs.amazonaws.com",), publishers=("x.amazonaws.com",)
    )
    module = encryption(scope_of("encryption: {}\n"), asked)
    assert module is not None
    assert isinstance(module.arguments, EncryptionContext)
    assert module.arguments.log_group_arns == ["arn:a", "arn:b"]
    # Who publishes needs the key for a topic, and there is none.
    assert module.arguments.publishers == ["sqs.amazonaws.com"]


class Greeting(Section):
    """A section of a part that does not exist."""

    word: str = Field(default="hello", description="What is said.")


class GreetingKeys(Section):
    """What a build says to it."""

    greets: bool = Field(default=False, description="Whether the build greets.")


@pytest.fixture
def greeting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Catalog:
    """Put one more part into the catalog."""
    (tmp_path / "classes").mkdir()
    (tmp_path / "classes" / "prod.yaml").write_text("greeting: {word: good day}\n")
    part = Part("greeting", Key(Greeting, "Greets."), GreetingKeys, classes=tmp_path / "classes")
    more = Catalog((*PARTS, part))
    monkeypatch.setattr(keys, "OURS", more)
    return more


@pytest.mark.usefixtures("greeting")
def test_a_spec_has_the_keys_of_every_part() -> None:
    class Frame(Section):
        """A spec."""

        stack: str

    extended: Any = keys.with_sections(Frame)
    assert [*extended.model_fields][:2] == ["stack", "artifacts"]
    assert extended.model_fields["greeting"].description == "Greets."
    assert extended(stack="shop").greeting is None
    assert extended.__doc__ == "A spec."


@pytest.mark.usefixtures("greeting")
def test_a_build_has_the_keys_of_every_part_and_a_part_sees_its_own(scope_of: Callable[[str], Scope]) -> None:
    class Build(Section):
        """A build."""

        image: str = ""

    class Other(Section):
        """A build with a key of that name."""

        greets: int = 0

    extended: Any = keys.with_build_keys(Build)
    assert (list(extended.model_fields)[:1], list(extended.model_fields)[-1:]) == (["image"], ["greets"])
    scope = scope_of("")
    scope.spec.builds["main"] = extended(greets=True)
    assert scope.build("main", GreetingKeys) == GreetingKeys(greets=True)
    with pytest.raises(TypeError, match="two parts have the key greets of Other"):
        keys.with_build_keys(Other)


def test_a_part_brings_defaults_of_the_classes_that_it_names(greeting: Catalog) -> None:
    assert {"greeting": {"word": "good day"}} in [plain(root) for root in defaults_of_class("prod", catalog=greeting)]
    assert all(find(root, ("greeting",)) is None for root in defaults_of_class("dev", catalog=greeting))


def test_a_template_is_replaced_by_the_name_of_the_file_that_it_makes(workspace_of: MakeWorkspace) -> None:
    workspace = workspace_of({"prod": SPEC})
    own = workspace.root / "templates"
    own.mkdir()
    (own / "budget.tf.j2").write_text("# ours\n")
    texts = render_stack(TemplateEngine.of(workspace), derive(load_environment(workspace, "prod")))
    assert texts["budget.tf"].endswith("# ours\n")
    assert (judge_templates(workspace), additions(workspace)) == ([], [])


def test_two_templates_of_one_folder_cannot_make_the_same_file(workspace_of: MakeWorkspace) -> None:
    workspace = workspace_of({"prod": SPEC})
    for name in ("budget.tf.j2", "modules/budget/root/budget.tf.j2"):
        path = workspace.root / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# ours\n")
    with pytest.raises(TfstencilError, match="makes the same file as"):
        TemplateEngine.of(workspace)
