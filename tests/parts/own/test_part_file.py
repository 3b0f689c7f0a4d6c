"""What `part.yaml` says, and every way in which it can be wrong: each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from own_parts import PART, RESOURCE, workspace_with

from generator.parts.own.catalog import judge_parts

if TYPE_CHECKING:
    from pathlib import Path

WRONG = {
    "an_unknown_key": ("minimum: 128", "minimun: 128", "7:27: inputs.memory.minimun: is not a key of part.yaml; did you mean minimum?"),
    "an_unknown_type": ("type: integer", "type: integr", "7:18: inputs.memory.type: must be one of .* did you mean integer"),
    "a_limit_of_another_type": ("type: schedule,", "type: schedule, minimum: 1,", "inputs.schedule.minimum: does not limit a value of type schedule"),
    "a_limit_without_unit": ("minimum: 1m", "minimum: 1", "8:39: inputs.patience.minimum: 1 is not a duration"),
    "a_default_out_of_range": ("dev: 128,", "dev: 12,", "inputs.memory.default.dev: 12: "),
    "a_default_of_no_class": ("dev: 128,", "dve: 128,", "inputs.memory.default.dve: dve is not a class of environments; did you mean dev?"),
    "a_default_of_what_is_required": ("required: true,", "required: true, default: rate(1 day),", "inputs.schedule.default: counts never"),
    "an_unknown_module": ("to: notifications.", "to: notification.", "inputs.topic.to: there is no module notification; did you mean notifications?"),
    "an_unknown_output": ("notifications.topic_arn,", "notifications.topic_ar,", "module notifications has no output topic_ar; did you mean notifications.topic_arn?"),
    "a_list_of_nothing": ("type: list, of: {type: build},", "type: list,", "inputs.builds: an input of type list needs of"),
    "an_unknown_input_in_an_expression": ("inputs.topic is", "inputs.tpoic is", "shape.has_topic: names tpoic, which inputs does not have; did you mean inputs.topic?"),
    "an_expression_that_is_none": ("inputs.topic is not none", "inputs.topic is not (", "shape.has_topic: is not an expression"),
    "an_expression_with_two": ("inputs.topic is not none", "inputs.topic inputs", "shape.has_topic: is not an expression beyond"),
    "a_call_in_an_expression": ("inputs.topic is not none", "inputs.topic.upper()", "shape.has_topic: does what an expression may not: call"),
    "text_built_in_an_expression": ("inputs.topic is not none", "inputs.topic ~ 'x'", "does what an expression may not: concat"),
    "a_number_without_bounds": ("inputs.topic is not none", "9 ** 9 ** 9", "does what an expression may not: pow"),
    "an_unknown_filter": ("inputs.topic is not none", "inputs.topic | lowr", "uses lowr, which is not for expressions like this; did you mean lower?"),
    "an_attribute_of_python": ("inputs.topic is not none", "inputs.__class__", "names __class__, which inputs does not have"),
    "a_slice": ("inputs.topic is not none", "'inputs.builds[1:]'", "looks up by a slice"),
    "an_unknown_word": ("environment.class", "enviroment.class", "names enviroment, which an expression does not have; did you mean environment?"),
    "an_unknown_part_in_words": ("inputs.topic is not none", "parts.logs is none", "names logs, which parts does not have"),
    "a_rule_at_no_input": ("at: memory", "at: memroy", "rules[0].at: there is no input memroy; did you mean memory?"),
    "an_unknown_variable_in_a_text": ("@{prefix} has", "@{prefx} has", "rules[0].message: names prefx"),
    "an_open_variable": ("@{prefix} has", "@{prefix has", "rules[0].message: has @{ without a }"),
    "an_unknown_kind_of_names": ("kind: log-group", "kind: loggroup", "names.group.kind: loggroup is not a kind of names; did you mean log-group?"),
    "a_key_user_that_is_no_log_group": ("log_group: group}", "log_group: grup}", "contributes.key_users[0].log_group: grup is not a name of kind log-group"),
    "an_argument_of_two_kinds": ("{reference: encryption.key_arn}", "{reference: encryption.key_arn, text: x}", "arguments.kms_key_arn: says none, or several"),
    "an_argument_without_effect": ("  kms_key_arn:", "  kms_key_ar:", "arguments.kms_key_ar: has no effect"),
    "an_output_that_is_not_there": ("{group_name:", "{group_nam:", "outputs.group_nam: no template of the module has an output group_nam; did you mean group_name?"),
    "an_unknown_requirement": ("[notifications]", "[notification]", "requires.parts[0]: there is no part notification; did you mean notifications?"),
    "another_version_of_tfstencil": ("{parts:", '{tfstencil: ">=99", parts:', "requires.tfstencil: wants tfstencil >=99, and this is"),
    "another_name_than_the_folder": ("part: alert-bot", "part: alert-bat", "part: alert-bat is not the name of the folder, alert-bot"),
    "a_section_of_ours": ("version: 1.0.0", "version: 1.0.0\nsection: logs", "section: logs is taken by a key or a module of tfstencil"),
    "a_file_of_ours": ("version: 1.0.0", "version: 1.0.0\nsection: providers", "section: providers is taken"),
    "an_input_of_terraforms": ("  memory:", "  count:", "inputs.count: count cannot be the name of an input"),
    "an_input_of_pydantics": ("  memory:", "  copy:", "inputs.copy: copy cannot be the name of an input"),
    "an_operation_that_writes": ("describe_log_groups", "delete_log_group", "read_back[0].operation: must be an operation that only reads"),
    "a_listing_that_deletes": ("read_back:\n", "left_over: [{kind: log, service: logs, operation: delete_log_group, items: logGroups}]\nread_back:\n", "left_over[0].operation: must be an operation that lists"),
    "a_listing_with_another_key": ("read_back:\n", "left_over: [{kind: log, service: logs, operation: list_logs, itmes: logGroups}]\nread_back:\n", "left_over[0].itmes: is not a key of part.yaml; did you mean items?"),
    "a_path_as_a_name": ("part: alert-bot", "part: ../alert-bot", "part: must be lower-case letters, digits and hyphens"),
    "an_output_that_it_does_not_have": (RESOURCE, "{output: group_nam}", "resources[0].output: the part has no output group_nam; did you mean group_name?"),
    "an_output_of_no_module": (RESOURCE, "{output: notification.topic_arn}", "resources[0].output: there is no module notification; did you mean notifications?"),
    "an_output_that_a_module_does_not_have": (RESOURCE, "{output: notifications.topic}", "resources[0].output: module notifications has no output topic"),
    "an_output_under_another_key": (RESOURCE, "{outptu: group_name}", "resources[0].outptu: is not a key of part.yaml; did you mean output?"),
    "an_output_that_is_an_expression": (RESOURCE, '{output: "group_name + 1"}', "resources[0].output: must be an output of the part, or MODULE.OUTPUT"),
    "a_resource_that_is_neither": (RESOURCE, "[group_name]", "resources[0]: must be a text, got a list"),
    "a_role_that_waits_for_itself": (RESOURCE, "{output: builds.project_arns}", "goes round in a circle: the roles of builds would wait for builds, which waits for access"),
    "a_pattern_that_is_none": ("type: schedule, required: true", "type: text, pattern: '['", "inputs.schedule.pattern: is not a regular expression"),
}  # fmt: skip


def told(root: Path, part: str) -> list[str]:
    _, problems = judge_parts(workspace_with(root, part))
    return [str(problem) for problem in problems]


def test_a_part_without_a_mistake_is_taken(tmp_path: Path) -> None:
    catalog, problems = judge_parts(workspace_with(tmp_path))
    assert problems == []
    assert catalog.parts[-1].name == "alert_bot"


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in PART
    found = told(tmp_path, PART.replace(right, wrong, 1))
    assert all(line.startswith("parts/alert-bot/part.yaml:") for line in found)
    assert any(part_of(message, line) for line in found), found


def part_of(message: str, line: str) -> bool:
    return all(piece in line for piece in message.split(" .* "))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    part = PART.replace("kind: log-group", "kind: x").replace("inputs.topic is", "inputs.x is").replace("1.0.0", '"1"')
    assert (
        len(told(tmp_path, PART.replace("kind: log-group", "kind: x").replace("inputs.topic is", "inputs.x is"))) == 3
    )
    assert len(told(tmp_path / "other", part)) == 1, "what the file may say comes before what it means"


def test_a_role_does_not_wait_for_a_part_that_waits_for_the_roles(tmp_path: Path) -> None:
    part = PART.replace("encryption.key_arn", "builds.project_arns").replace(RESOURCE, "{output: group_name}")
    (message,) = told(tmp_path, part)
    assert "would wait for alert_bot, which waits for builds, which waits for access;" in message
    assert "write the ARN as text" in message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Alert", "is not the name of a part"),
        ("alert_bot", "is not the name of a part"),
        ("notes.txt", "is not the name of a part"),
    ],
)
def test_a_folder_of_another_name_is_told(tmp_path: Path, name: str, message: str) -> None:
    workspace = workspace_with(tmp_path)
    (tmp_path / "parts" / name).mkdir()
    assert [str(each) for each in judge_parts(workspace)[1]] == [
        f"parts/{name}:1:1: {message}; a part has a name of lower-case letters, digits and hyphens"
    ]


def test_links_and_folders_without_a_part_are_told(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path)
    (tmp_path / "parts" / "linked").symlink_to(tmp_path)
    (tmp_path / "parts" / "empty").mkdir()
    (tmp_path / "parts" / "alert-bot" / "templates" / "secret.tf").symlink_to("/etc/passwd")
    (tmp_path / "parts" / "file").write_text("")
    found = [str(each) for each in judge_parts(workspace)[1]]
    assert [line.partition(";")[0] for line in found] == [
        "parts/alert-bot/templates/secret.tf:1:1: is a link",
        "parts/file:1:1: is not a folder",
        "parts/linked:1:1: is a link, and not a folder of the workspace",
        "parts/empty/part.yaml:1:1: is missing, so that the folder is not a part",
    ]


def test_parts_that_require_each_other_are_told(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, PART.replace("[notifications]", "[other]"))
    other = PART.replace("alert-bot", "other", 1).replace("[notifications]", "[alert_bot]")
    for path in ("part.yaml", "templates/main.tf.j2"):
        target = tmp_path / "parts" / "other" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(other)
    assert all("goes round in a circle" in str(each) for each in judge_parts(workspace)[1])
