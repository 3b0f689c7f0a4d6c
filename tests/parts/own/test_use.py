"""A part in use: its keys, defaults, rules, claims, contributions and modules are those of any part."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from own_parts import FILES, MAIN, PART, RESOURCE, SPEC, USED, workspace_with

from generator.claims.catalog import claims
from generator.errors import SpecError, TemplateError
from generator.explain.explain import explain, find_key
from generator.model.documents.reference import reference
from generator.model.documents.schema import file_schema
from generator.model.environment import EnvironmentSpec
from generator.model.loading.load import load_environment, load_environments
from generator.model.names import Names
from generator.operations.inputs.assembly import Assembly
from generator.parts.access.role_policies import role_policies
from generator.parts.framework.scope import Scope
from generator.parts.framework.stack import contributions, derive
from generator.parts.own.sources.files import digest_of
from generator.readback.expectation import Expectation
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workspace import Workspace


def rendered(workspace: Workspace, name: str = "dev") -> dict[str, str]:
    return render_stack(TemplateEngine.of(workspace), derive(load_environment(workspace, name)))


def problems(workspace: Workspace, name: str = "dev") -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_environment(workspace, name)
    return [str(problem) for problem in caught.value.problems]


def test_the_module_is_called_with_its_arguments(tmp_path: Path) -> None:
    texts = rendered(workspace_with(tmp_path))
    assert texts["alert_bot.tf"].partition("\n\n")[2] == (
        'module "alert_bot" {\n'
        '  source = "./modules/alert_bot"\n\n'
        '  group    = "/aws/lambda/shop-dev-alert-bot"\n'
        "  patience = 5\n"
        '  schedule = "rate(1 hour)"\n'
        "  tags     = local.tags\n\n"
        "  memory = 128\n\n"
        "  topic = module.notifications.topic_arn\n"
        "}\n"
    )
    assert 'variable "topic"' in texts["modules/alert_bot/variables.tf"]
    assert 'output "alert_bot_group_name"' in texts["outputs.tf"]
    assert "module.alert_bot.group_name" in texts["outputs.tf"]


def test_a_part_that_no_spec_speaks_of_is_off(tmp_path: Path) -> None:
    texts = rendered(workspace_with(tmp_path, spec=SPEC))
    assert not [path for path in texts if "alert_bot" in path]
    assert "alert_bot" not in "".join(texts.values())


def test_the_default_of_the_class_stands_at_its_place(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, spec=SPEC.replace("class: dev", "class: prod") + USED, name="prod")
    environment = load_environment(workspace, "prod")
    found = find_key(explain(workspace, environment), "alert_bot.memory", type(environment.spec))
    assert (found.value, found.origin.layer) == (512, "class prod")
    assert str(found.origin.place) == "parts/alert-bot/part.yaml:7:83"


def test_a_class_without_a_default_has_none(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, spec=SPEC.replace("class: dev", "class: staging") + USED, name="staging")
    spec: Any = load_environment(workspace, "staging").spec
    assert spec.alert_bot.memory is None


@pytest.mark.parametrize(
    ("used", "message"),
    [
        ("alert_bot: {scedule: rate(1 hour)}", "environments/dev.yaml:10:13: alert_bot.scedule: is not a key of the spec; did you mean schedule?"),
        ("alert_bto: {}", "environments/dev.yaml:10:1: alert_bto: is not a key of the spec; did you mean alert_bot?"),
        ("alert_bot: {}", "alert_bot.schedule: is missing; add schedule: rate(1 hour)"),
        ("alert_bot: {schedule: rate(1 hour), memory: 3}", "alert_bot.memory: must be 128 or more, got 3"),
        ("alert_bot: {schedule: rate(1 hour), patience: 1h}", "alert_bot.patience: must be 1m to 15m"),
        ("alert_bot: {schedule: rate(1 hour), builds: [mian]}", "alert_bot.builds[0]: there is no build mian; there are: main"),
        ("alert_bot: {schedule: rate(1 hour), topic: x}", "alert_bot.topic: must be one of notifications.topic_arn"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_spec_is_told_with_its_place(tmp_path: Path, used: str, message: str) -> None:
    assert any(message in line for line in problems(workspace_with(tmp_path, spec=f"{SPEC}{used}\n")))


def test_what_a_reference_needs_is_told(tmp_path: Path) -> None:
    spec = f"{SPEC}{USED}".replace("notifications: {email: [team@acme-platform.example]}", "notifications: null")
    found = problems(workspace_with(tmp_path, spec=spec))
    assert "alert_bot.topic: notifications.topic_arn is not there: this environment has no notifications" in "".join(
        found
    )


def test_a_rule_of_the_part_is_told_at_its_input(tmp_path: Path) -> None:
    spec = SPEC.replace("class: dev", "class: prod") + USED.replace("}", ", memory: 128}", 1)
    (found,) = problems(workspace_with(tmp_path, spec=spec, name="prod"), "prod")
    assert "alert_bot.memory: prod needs 256 MB or more, and shop-prod has 128; leave memory out" in found


def test_a_rule_about_each_item_names_the_item(tmp_path: Path) -> None:
    rule = "  - {if: 'not builds[item].privileged', each: inputs.builds, at: builds, message: '@{item} must be privileged'}\n"
    workspace = workspace_with(tmp_path, PART.replace("rules:\n", f"rules:\n{rule}"))
    assert any("alert_bot.builds: main must be privileged" in line for line in problems(workspace))


def test_a_name_that_aws_does_not_take_is_told(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, PART.replace("/aws/lambda/@{prefix}-alert-bot", "aws/@{prefix} x"))
    assert any(
        "alert_bot: makes the name of the log group 'aws/shop-dev x', which must be" in line
        for line in problems(workspace)
    )


def test_two_environments_of_one_name_are_told(tmp_path: Path) -> None:
    part = PART.replace("/aws/lambda/@{prefix}-alert-bot", "/aws/lambda/@{stack}-alert-bot")
    workspace = workspace_with(tmp_path, part, files={"environments/dev-two.yaml": SPEC + USED})
    with pytest.raises(SpecError, match="log group /aws/lambda/shop-alert-bot is also claimed by"):
        Assembly(workspace).load(["dev", "dev-two"])
    found = [text for text, _ in claims("dev", load_environment(workspace, "dev").spec)]
    assert "log-group aws/111122223333/eu-west-1 /aws/lambda/shop-alert-bot" in found


def test_what_the_part_asks_of_others_is_added_up(tmp_path: Path) -> None:
    spec = load_environment(workspace_with(tmp_path), "dev").spec
    asked = contributions(Scope.of("dev", spec))
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/shop-dev-alert-bot"
    assert arn in asked.log_groups
    assert [each.value for each in asked.variables if each.name == "BOT_LOG"] == ["/aws/lambda/shop-dev-alert-bot"]
    assert [each.commands for each in asked.commands if each.phase == "install"] == [
        ("echo /aws/lambda/shop-dev-alert-bot",)
    ]
    assert [each.resources for each in asked.permissions if each.sid == "AlertBot1A"] == [(f"{arn}:*",)]


def permitted(text: str) -> str:
    """Return what the call of module `access` says of the statements of build `main`."""
    return text.partition("      statements = ")[2].partition("\n      }\n")[0]


def test_a_role_may_use_an_output_of_the_part(tmp_path: Path) -> None:
    texts = rendered(workspace_with(tmp_path, PART.replace(RESOURCE, f"{{output: group_name}}, {RESOURCE}")))
    group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/shop-dev-alert-bot:*"
    lines = f'resources = [\n            "{group}",\n            module.alert_bot.group_name,\n          ]\n'
    assert lines in permitted(texts["access.tf"])


def test_a_role_may_use_an_output_of_another_part_where_that_is_on(tmp_path: Path) -> None:
    part = PART.replace(RESOURCE, "{output: encryption.key_arn}")
    texts = rendered(workspace_with(tmp_path, part, spec=f"{SPEC}{USED}encryption: {{}}\n"))
    assert "resources  = [module.encryption.key_arn]" in permitted(texts["access.tf"])
    assert "module.encryption" not in "".join(rendered(workspace_with(tmp_path, part)).values())


def test_the_size_of_a_role_counts_an_output_as_a_long_arn(tmp_path: Path) -> None:
    statements = "".join(
        f"        - {{actions: [logs:GetLogEvents], resources: [{{output: group_name}}, '{number}']}}\n"
        for number in range(10)
    )
    before, _, after = PART.partition("        - actions: [logs:GetLogEvents]\n")
    again = f"    - builds: inputs.builds\n      statements:\n{statements}"
    part = before + statements + 5 * again + after.partition(f"[{RESOURCE}]\n")[2]
    spec = load_environment(workspace_with(tmp_path, part), "dev").spec
    (role,) = role_policies(spec, Names.of("dev", spec))
    assert role.characters > 60 * 100


def test_the_key_is_handed_on_where_the_stack_has_one(tmp_path: Path) -> None:
    texts = rendered(workspace_with(tmp_path, spec=f"{SPEC}{USED}encryption: {{}}\n"))
    assert "  kms_key_arn = module.encryption.key_arn\n" in texts["alert_bot.tf"]


def test_schema_and_reference_know_the_part(tmp_path: Path) -> None:
    model = type(load_environment(workspace_with(tmp_path), "dev").spec)
    schema = file_schema(model)
    assert "alert_bot" in schema["properties"]
    described = schema["$defs"]["AlertBotPart"]["properties"]["memory"]["description"]
    assert described.endswith("Default by class: dev 128, staging null, prod 512.")
    assert "## `alert_bot`" in reference(model)
    assert "| `patience` | duration from 1m to 15m | `5m` |" in reference(model)
    assert "alert_bot" not in EnvironmentSpec.model_fields


def test_workspaces_do_not_see_the_parts_of_each_other(tmp_path: Path) -> None:
    one, other = workspace_with(tmp_path / "one"), workspace_with(tmp_path / "two", spec=SPEC)
    assert load_environments(one, ["dev"])[0].spec.model_fields_set
    assert "alert_bot" in type(load_environment(one, "dev").spec).model_fields
    (tmp_path / "two" / "parts" / "alert-bot" / "part.yaml").write_text(PART.replace("  memory:", "  memory_size:"))
    (tmp_path / "two" / "parts" / "alert-bot" / "templates" / "variables.tf.j2").write_text(
        'variable "memory_size" {}\n'
    )
    with pytest.raises(SpecError):
        load_environment(other, "dev")


def test_a_changed_part_is_read_again_and_makes_renders_stale(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path)
    before = Assembly(workspace).templates
    spec: Any = load_environment(workspace, "dev").spec
    assert spec.alert_bot.memory == 128
    (tmp_path / "parts/alert-bot/part.yaml").write_text(PART.replace("dev: 128", "dev: 1280"))
    changed: Any = load_environment(workspace, "dev").spec
    assert changed.alert_bot.memory == 1280
    assert Assembly(workspace).templates != before


@pytest.mark.thorough
def test_arguments_and_shapes_go_through_a_pipe(tmp_path: Path) -> None:
    stack = derive(load_environment(workspace_with(tmp_path), "dev"))
    assert pickle.loads(pickle.dumps(stack.root["alert_bot"])) == stack.root["alert_bot"]  # noqa: S301  # of our own
    assert pickle.loads(pickle.dumps(stack.shapes["alert_bot"])) == stack.shapes["alert_bot"]  # noqa: S301  # of our own
    assert hash(stack.shapes["alert_bot"]) == hash(
        derive(load_environment(workspace_with(tmp_path), "dev")).shapes["alert_bot"]
    )


def test_a_call_that_the_part_writes_itself_counts(tmp_path: Path) -> None:
    root = 'module "alert_bot" {\n  source = "./modules/alert_bot"\n  memory = {{ alert_bot.memory | hcl }}\n}\n'
    text = f"{{% if alert_bot is not none %}}\n{root}{{% endif %}}\n"
    texts = rendered(workspace_with(tmp_path, files={"parts/alert-bot/templates/root.tf.j2": text}))
    assert "  memory = 128\n}" in texts["alert_bot.tf"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('resource "aws_x" "y" {\n  provisioner "local-exec" {\n    command = "id"\n  }\n}\n', "a provisioner runs programs"),
        ('resource "aws_x" "y" {\n  provisioner local-exec {\n  }\n}\n', "a provisioner runs programs"),
        ('data "external" "x" {\n  program = ["id"]\n}\n', "external is of another provider"),
        ('data "http" "x" {\n}\n', "http is of another provider"),
        ('provider "aws" {\n  region = "x"\n}\n', "a module configures no provider"),
        ('terraform {\n  required_providers {\n    null = {\n      source = "hashicorp/null"\n    }\n  }\n}\n', "provider null is another one"),
        ('terraform {\n  required_providers {\n    aws = {\n      source = "evil/aws"\n    }\n  }\n}\n', "a provider comes from evil/aws"),
        ('terraform {\n  backend "s3" {\n  }\n}\n', "a module has no backend"),
        ('module "x" {\n  source = "git::https://example.com/x"\n}\n', "which does not lie in the part"),
        ('module "x" {\n  source = "./../../x"\n}\n', "which does not lie in the part"),
        ('locals {\n  x = file("/etc/passwd")\n}\n', 'file() may read "${path.module}/…" only'),
        ('locals {\n  x = "a${file("/etc/passwd")}"\n}\n', 'file() may read "${path.module}/…" only'),
        ('locals {\n  x = file("${path.module}/../../../x")\n}\n', 'file() may read "${path.module}/…" only'),
        ('# /*\ndata "external" "x" {\n}\n# */\n', "external is of another provider"),
        ('locals {\n  x = "/*"\n}\ndata "external" "x" {\n}\nlocals {\n  y = "*/"\n}\n', "external is of another provider"),
        ("locals {\n  x = provider::x::run()\n}\n", "functions of providers"),
        ('data "terraform_remote_state" "x" {\n}\n', "terraform_remote_state is of another provider"),
    ],
)  # fmt: skip
def test_what_runs_programs_or_brings_providers_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    workspace = workspace_with(tmp_path, files={"parts/alert-bot/templates/main.tf.j2": MAIN + text})
    with pytest.raises(TemplateError) as caught:
        rendered(workspace)
    assert reason in str(caught.value)
    assert caught.value.place.file == "parts/alert-bot/templates/main.tf.j2"


@pytest.mark.parametrize(
    "text",
    [
        '# provisioner "local-exec" {\n',
        'locals {\n  x = "provider \\"aws\\" {"\n}\n',
        'locals {\n  x = <<-EOT\n    provider "aws" {\n    }\n  EOT\n}\n',
        'locals {\n  x = file("${path.module}/policy.json")\n  y = templatefile("${path.module}/a/b.tpl", {})\n}\n',
        'module "x" {\n  source = "./inner"\n}\n',
        'resource "terraform_data" "x" {\n}\n',
        'output "x" {\n  value       = 1\n  description = "Some file(s)."\n}\n',
    ],
)
def test_what_only_looks_like_that_is_not(tmp_path: Path, text: str) -> None:
    workspace = workspace_with(tmp_path, files={"parts/alert-bot/templates/main.tf.j2": MAIN + text})
    assert rendered(workspace)["modules/alert_bot/main.tf"].endswith(text)


def test_a_part_may_do_that_where_just_its_text_is_allowed(tmp_path: Path) -> None:
    text = MAIN + 'data "external" "x" {\n}\n'
    workspace = workspace_with(tmp_path, files={"parts/alert-bot/templates/main.tf.j2": text})
    digest = digest_of(tmp_path / "parts" / "alert-bot")
    (tmp_path / "parts.lock.yaml").write_text(f"allow: {{alert-bot: {digest}}}\n")
    assert "external" in rendered(workspace)["modules/alert_bot/main.tf"]
    (tmp_path / "parts/alert-bot/templates/main.tf.j2").write_text(f"{text}\n")
    with pytest.raises(TemplateError, match="external is of another provider"):
        rendered(workspace)


def test_a_template_of_a_part_is_rendered_within_limits(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path)
    engine = TemplateEngine.of(workspace)
    assert engine._worker is not None
    assert engine._confined == {f"modules/alert_bot/{path.removeprefix('templates/')}" for path in FILES if "/" in path}


def test_the_part_is_read_back(tmp_path: Path) -> None:
    class Answers:
        """Stands for AWS."""

        def ask(self, *_: object, **arguments: object) -> dict[str, Any]:
            return {"logGroups": [{"logGroupName": arguments["logGroupNamePrefix"]}]}

    environment = load_environment(workspace_with(tmp_path), "dev")
    part = environment.spec.catalog.parts[-1]
    names = Scope.of("dev", environment.spec).names
    (check,) = part.read_back().checks
    answers: Any = Answers()
    found = list(check(Expectation(environment.spec, names, answers, key_arn="", key_exists=False)))
    assert [(each.aspect, each.ok) for each in found] == [("exists", True), ("logGroups.0.logGroupName", True)]
