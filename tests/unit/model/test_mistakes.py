"""Mistakes of every kind in one environment are told together, each where a person can mend it, and none of them twice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from generator.errors import SpecError
from generator.model.loading.load import load_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.problems import Problem
    from generator.workspace import Workspace

    WorkspaceOf = Callable[[Mapping[str, str]], Workspace]

BASE = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds:
  main:
    runtime: {nodejs: 22}
    phases: {build: [make]}
"""


@pytest.fixture
def told(workspace_of: WorkspaceOf) -> Callable[..., list[str]]:
    """Return what is wrong with dev over BASE, as a person sees it; further specs by name."""

    def tell(own: str, base: str = BASE, **others: str) -> list[str]:
        return [
            str(problem).removeprefix("environments/") for problem in problems_of(workspace_of, own, base, **others)
        ]

    return tell


def problems_of(workspace_of: WorkspaceOf, own: str, base: str = BASE, **others: str) -> tuple[Problem, ...]:
    workspace = workspace_of({"_base": base, "dev": f"extends: _base\n{own}", **others})
    with pytest.raises(SpecError) as caught:
        load_environment(workspace, "dev")
    return caught.value.problems


def places(lines: list[str]) -> list[str]:
    return [": ".join(line.split(": ")[:2]) for line in lines]


def test_mistakes_of_reading_merging_variables_and_types_are_told_together_in_order(
    told: Callable[..., list[str]],
) -> None:
    found = told(
        """\
description: no
logs: {x: null}
tags: {Note: "@{stak}", Team: 7}
builds:
  main:
    timeout: 900h
    tiemout: 15m
    concurrent_builds: 010
    phases: {install+: [npm ci], build: [null, 3]}
""",
    )
    assert places(found) == [
        "dev.yaml:2:14: description",
        "dev.yaml:3:8: logs.x",
        "dev.yaml:4:15: tags.Note",
        "dev.yaml:4:31: tags.Team",
        "dev.yaml:7:14: builds.main.timeout",
        "dev.yaml:8:5: builds.main.tiemout",
        "dev.yaml:9:24: builds.main.concurrent_builds",
        "dev.yaml:10:14: builds.main.phases.install",
        "dev.yaml:10:42: builds.main.phases.build[0]",
        "dev.yaml:10:48: builds.main.phases.build[1]",
    ]


@pytest.mark.parametrize(
    ("own", "place"),
    [
        pytest.param("account: 012345670123", "dev.yaml:2:10: account", id="a required value"),
        pytest.param('account: 012345670123\ndescription: "@{account}"', "dev.yaml:2:10: account", id="a variable"),
        pytest.param("builds: &x", "dev.yaml:2:9: builds", id="a section"),
        pytest.param("builds=: {main: no}", "dev.yaml:2:17: builds.main", id="all there was in a section"),
        pytest.param("builds=: {main: {runtime: {nodejs: 022}}}", "dev.yaml:2:36: builds.main.runtime.nodejs", id="all there was in a mapping"),
        pytest.param("registry: {repositories: [no]}", "dev.yaml:2:27: registry.repositories[0]", id="all there was in a list"),
        pytest.param("source=: {type: no, repository: https://github.com/a/b}", "dev.yaml:2:17: source.type", id="a choice"),
        pytest.param("tags: {Owner: no}", "dev.yaml:2:15: tags.Owner", id="a required tag"),
        pytest.param("tags: {on: x, Owner: null}", "dev.yaml:2:8: tags", id="a key"),
        pytest.param("required_tags+: [no, Owner]", "dev.yaml:2:18: required_tags[0]", id="an item of a list"),
        pytest.param("class: no", "dev.yaml:2:8: class", id="the class"),
        pytest.param("logs: {retention_days: *x}", "dev.yaml:2:24: logs.retention_days", id="an alias"),
    ],
)  # fmt: skip
def test_a_refused_value_is_told_once_and_nothing_that_only_follows_from_it(
    told: Callable[..., list[str]], own: str, place: str
) -> None:
    base = BASE.replace('account: "111122223333"\n', "") if own.startswith("account") else BASE
    assert places(told(own, base)) == [place]


def test_what_was_refused_in_a_base_is_not_missed_above_it(told: Callable[..., list[str]]) -> None:
    found = told("tags: {Team: null}\nbuilds: {main: {phases: {install+: [a], build+: [b]}}}\nlogs: {retention_days: x}",
        BASE.replace("{build: [make]}", "{install: no, build: 012}").replace("Owner: team", "Owner: team, Team: 1.0"))  # fmt: skip
    assert places(found) == [
        "_base.yaml:4:27: tags.Team",
        "_base.yaml:9:23: builds.main.phases.install",
        "_base.yaml:9:34: builds.main.phases.build",
        "dev.yaml:4:24: logs.retention_days",
    ]


@pytest.mark.parametrize("text", ["- a", "a", "[]", "# nothing"])
@pytest.mark.parametrize("name", ["_base", "dev"])
def test_a_file_without_a_mapping_is_told_and_nothing_that_follows_from_it(
    name: str, text: str, workspace_of: WorkspaceOf
) -> None:
    workspace = workspace_of({"_base": BASE, "dev": "extends: _base\nregion: 7", name: text})
    with pytest.raises(SpecError) as caught:
        load_environment(workspace, "dev")
    files = [str(problem.place).split(":")[0] for problem in caught.value.problems]
    # What the environment itself says wrongly is wrong whatever its base may say.
    assert files == [f"environments/{name}.yaml"] + ["environments/dev.yaml"] * (name == "_base")


@pytest.mark.parametrize("refused", ["no", "*old", "3.10"])
def test_where_all_of_a_mapping_was_refused_it_is_not_called_too_short(
    told: Callable[..., list[str]], refused: str
) -> None:
    assert places(told(f"builds: {{api: {{runtime: {{nodejs: {refused}}}}}}}")) == [
        "dev.yaml:2:34: builds.api.runtime.nodejs"
    ]


def test_a_class_that_was_refused_is_not_asked_for(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": BASE, "qa": "extends: _base\nclass: no\n"})
    with pytest.raises(SpecError) as caught:
        load_environment(workspace, "qa")
    assert [problem.key for problem in caught.value.problems] == ["class"]


def test_beside_a_class_that_was_refused_the_inherited_one_tells_of_other_mistakes(workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"_base": f"{BASE}class: dev\n", "qa": "extends: _base\nclass: no\nregion: 7\n"})
    with pytest.raises(SpecError) as caught:
        load_environment(workspace, "qa")
    assert [problem.key for problem in caught.value.problems] == ["class", "region"]


def test_rules_say_what_holds_whatever_becomes_of_a_wrong_value(told: Callable[..., list[str]]) -> None:
    clash, at = "artifacts: {encryption: kms}\n", "dev.yaml:2:25: artifacts.encryption"
    assert places(told(clash)) == [at]
    assert places(told(f"{clash}description: no")) == [at, "dev.yaml:3:14: description"]
    # With a key of the stack it would be right.
    assert places(told(f"{clash}encryption: no")) == ["dev.yaml:3:13: encryption"]
    assert places(told(f"{clash}encryption: 7")) == ["dev.yaml:3:13: encryption"]


def test_rules_say_nothing_of_a_value_that_stands_in_for_a_wrong_one(told: Callable[..., list[str]]) -> None:
    base = BASE.replace("nodejs: 22", "nodejs: 18")
    assert places(told("builds: none", base)) == ["dev.yaml:2:9: builds"]
    assert places(told("builds=: {main: none}", base)) == ["dev.yaml:2:17: builds.main"]


@pytest.mark.parametrize("runtime", ["go", "node", "py", "rust", "Golang"])
@pytest.mark.parametrize("image", ["", ", image: aws/codebuild/amazonlinux-x86_64-lambda-standard:go1.21"])
def test_rules_say_nothing_of_a_runtime_that_nobody_wrote(
    told: Callable[..., list[str]], runtime: str, image: str
) -> None:
    compute = ", compute: lambda-1gb" if image else ""
    own = f'builds=: {{main: {{runtime: {{{runtime}: "1.23"}}, phases: {{build: [make]}}{image}{compute}}}}}'
    assert places(told(own)) == [f"dev.yaml:2:28: builds.main.runtime.{runtime}"]


@pytest.mark.parametrize("word", ["dve", "prd", "live", "[dev]", "5"])
def test_rules_say_nothing_of_a_class_that_nobody_wrote(told: Callable[..., list[str]], word: str) -> None:
    assert places(told(f"class: {word}")) == ["dev.yaml:2:8: class"]
    # Of class prod the key is there, which kms needs.
    found = told(f"class: {word}\nrequired_tags: [Cost]\nartifacts: {{encryption: kms}}")
    assert [line.split(": ")[1] for line in found] == ["tags", "class"]


def test_rules_ask_for_nothing_that_a_class_may_give(told: Callable[..., list[str]]) -> None:
    shared = (
        "stack: shop\nregion: eu-west-1\naccount: '111122223333'\ntags: {Owner: team, CostCenter: '1'}\nbackend: {}\n"
    )
    assert [line.split(": ")[1] for line in told("class: prd", shared)] == ["class"]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param(
            "stack: null",
            "dev.yaml:2:8: stack: is removed, but must have a value; give it a value, or take this null out",
            id="a null that removed a required value is where the mistake lies",
        ),
        pytest.param(
            "tags:\n\n  Owner: team\nrequired_tags: [Cost]",
            "dev.yaml:2:1: tags: the required tag Cost is missing; add Cost: … to tags",
            id="a mapping in lines of its own is shown by its key",
        ),
        pytest.param(
            "tags: {Owner: team}\nrequired_tags: [Cost]",
            "dev.yaml:2:7: tags: the required tag Cost is missing; add Cost: … to tags",
            id="a mapping in brackets is shown where it begins",
        ),
        pytest.param(
            'artifacts: {bucket: "@{stack}-@{account}-@{account}-@{account}-@{account}-@{account}"}',
            "dev.yaml:2:21: artifacts.bucket: must be 3 to 63 characters, not 69 (it is "
            '"shop-111122223333-111122223333-111122223333-111122223333-111…" once its variables are replaced); '
            "for example acme-platform-build-artifacts",
            id="a text that its variables make too long is shown as they make it",
        ),
        pytest.param(
            "description: [a]",
            "dev.yaml:2:14: description: must be a text, got a list; it may be: text, at most 200 characters",
            id="a list is not to be put into quotes",
        ),
        pytest.param(
            "description: true",
            "dev.yaml:2:14: description: must be a text, got true; put it in quotes",
            id="a value that is shown as it is written",
        ),
        pytest.param(
            f"region: {'x' * 80}",
            "dev.yaml:2:9: region: must be 1 to 25 characters, not 80; for example us-east-1",
            id="a value that is too long to be right",
        ),
        pytest.param(
            "region: us-est-1",
            'dev.yaml:2:9: region: is not a region that the AWS provider knows, got "us-est-1"; '
            "did you mean us-west-1 or us-east-1?",
            id="a region with a letter missing",
        ),
        pytest.param(
            "state: {bucket: acme-tfstate, region: eu-centrl-1}",
            'dev.yaml:2:39: state.region: is not a region that the AWS provider knows, got "eu-centrl-1"; '
            "did you mean eu-central-1?",
            id="a region of the state that does not exist",
        ),
        pytest.param(
            "region: eu-nowhere-1",
            'dev.yaml:2:9: region: is not a region that the AWS provider knows, got "eu-nowhere-1"; for example us-east-1',
            id="a region that is like none",
        ),
        pytest.param(
            f"logs: {{retention_days: {'x' * 80}}}",
            f'dev.yaml:2:24: logs.retention_days: must be a whole number, got "{"x" * 59}…"; '
            "write it without quotes and without a unit",
            id="a value that is too long to be shown",
        ),
        pytest.param(
            "builds: {main: {timeout: 15}}",
            "dev.yaml:2:26: builds.main.timeout: must be a duration with its unit, 5m to 36h, such as 15m or 1h30m, "
            "got 15; did you mean 15m?",
            id="a duration without its unit",
        ),
        pytest.param(
            "builds: {main: {timeout: 2 Hours}}",
            "dev.yaml:2:26: builds.main.timeout: must be a duration with its unit, 5m to 36h, such as 15m or 1h30m, "
            'got "2 Hours"; did you mean 2h?',
            id="a duration in words",
        ),
        pytest.param(
            "builds: {main: {runtime: {node: 22}}}",
            "dev.yaml:2:27: builds.main.runtime.node: the key 'node' must be one of dotnet, golang, java, nodejs, php, "
            "python or ruby; did you mean nodejs?",
            id="a key that is nearly one of a few",
        ),
        pytest.param(
            "artifacts: {encryption: rot13}",
            'dev.yaml:2:25: artifacts.encryption: must be one of aes256 or kms, got "rot13"; choose one of them',
            id="a choice that is near none",
        ),
        pytest.param(
            'required_tags: ["Cost\\u202e@{nope}"]',
            "dev.yaml:2:17: required_tags[0]: holds U+202E RIGHT-TO-LEFT OVERRIDE, an invisible formatting character; "
            "retype it without that character",
            id="a refused text is not searched for variables",
        ),
        pytest.param(
            "artifacts: {force_destroy: 1}",
            "dev.yaml:2:28: artifacts.force_destroy: must be true or false, got 1; write one of the two, without quotes",
            id="a number for a yes",
        ),
        pytest.param(
            "required_tags!append: [Cost]",
            "dev.yaml:2:1: required_tags!append: is not a key of the spec; "
            "write required_tags+ to append to a list, or required_tags= to replace a mapping",
            id="an operator as others spell it",
        ),
    ],
)
def test_a_mistake_is_told_where_it_can_be_mended_and_how(
    told: Callable[..., list[str]], own: str, expected: str
) -> None:
    assert told(own) == [expected]


# Mistakes that have nothing to do with each other: the line of a spec that makes each, and the key at which it is told.
CATALOGUE: Mapping[str, tuple[str, str]] = {
    "a word that is ambiguous": ("description: no", "description"),
    "a number for a text": ("account: 12", "account"),
    "a key removed that must be": ("region: null", "region"),
    "a region that is none": ("state: {bucket: acme-states, region: eu-nowhere-1}", "state.region"),
    "an unknown key at the top": ("shell: x", "shell"),
    "an address of another kind": ("source: {repository: ftp://github.com/a/b}", "source.repository"),
    "a choice that is none": ("artifacts: {encryption: rot13}", "artifacts.encryption"),
    "a retention that AWS does not know": ("logs: {retention_days: 2}", "logs.retention_days"),
    "a tag that is ours": ("tags: {Stack: x}", "tags.Stack"),
    "a required tag that is missing": ("required_tags: [Cost]", "tags"),
    "an alias": ("access: *shared", "access"),
    "a variable that does not exist": ('notifications: {email: ["@{nope}@acme.example"]}', "notifications.email[0]"),
    "a list that is too short": ("registry: {repositories: []}", "registry.repositories"),
    "a secret that is no parameter": ("builds: {a: {runtime: {nodejs: 22}, phases: {build: [x]}, secrets: {X: {parameter: 'a b'}}}}", "builds.a.secrets.X.parameter"),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_as_many_mistakes_as_were_made_are_told_each_at_its_place(told: Callable[..., list[str]], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # which mistakes, and no secret
    made = [CATALOGUE[name] for name in chance.sample(sorted(CATALOGUE), chance.randint(2, 7))]
    found = [line for line in told("\n".join(line for line, _ in made)) if ": warning" not in line]
    assert sorted(line.split(": ")[1] for line in found) == sorted(key for _, key in made)
    lines = {key: number for number, (_, key) in enumerate(made, 2)}
    for line in found:
        place, key, *_ = line.split(": ")
        assert place.startswith("dev.yaml:" if key == "tags" else f"dev.yaml:{lines[key]}:") or key == "tags"


@pytest.mark.parametrize(
    ("own", "keys"),
    [
        pytest.param("pipeline: {deploy: {codedeploy: {}}}", ["pipeline", "pipeline.deploy.codedeploy"], id="a target that is none"),
        pytest.param("builds: {main: {secrets: {X: {parameter: 'a b'}}}}", ["builds.main.secrets.X.parameter"], id="a name that is none"),
        pytest.param("builds: {main: {secrets: {X: {paramter: /a/b}}}}", ["builds.main.secrets.X.paramter"], id="a key that is none"),
        pytest.param("builds: {main: {secrets: {X: {parameter: no}}}}", ["builds.main.secrets.X.parameter"], id="a name that is ambiguous"),
    ],
)  # fmt: skip
def test_one_mistake_is_told_once(told: Callable[..., list[str]], own: str, keys: list[str]) -> None:
    assert [line.split(": ")[1] for line in told(own)] == keys


def test_without_a_source_the_builds_are_judged_all_the_same(told: Callable[..., list[str]]) -> None:
    base = "".join(line for line in BASE.splitlines(keepends=True) if not line.startswith("source"))
    found = told("builds: {main: {variables: {DB_PASSWORD: hunter2}}}", base)
    assert any("builds.main.variables.DB_PASSWORD" in line for line in found)
    assert any("source: is missing" in line for line in found)


def test_a_base_that_cannot_be_read_hides_no_mistake_above_it(told: Callable[..., list[str]]) -> None:
    found = told("region: 7\ntags: {Team: null}\nphases+: [a]", "stack: [\n")
    assert [line.split(": ")[0].split(":")[0] for line in found] == ["_base.yaml", "dev.yaml", "dev.yaml"]
    found = told(
        "extends: _nope\nregion: 7".replace("extends: _nope\n", ""), BASE, dev="extends: [_base, _nope]\nregion: 7\n"
    )
    assert [": ".join(line.split(": ")[:2]) for line in found] == ["dev.yaml:1:18: extends", "dev.yaml:2:9: region"]


ALL = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop, connection: {approved: true}}
encryption: {}
artifacts: {encryption: kms, bucket_key: true, expire_after_days: 200}
registry: {repositories: [api, web]}
network: {managed: {cidr: 10.0.0.0/16, availability_zones: [eu-west-1a, eu-west-1b]}}
notifications: {email: [a@acme.example]}
budget: {amount: 10}
builds:
  main:
    runtime: {nodejs: 22}
    phases: {build: [make]}
    privileged: true
    network: true
    cache: s3
    cache_paths: [node_modules/**/*]
    push_to: [api]
    trigger: {push: {branches: [main]}}
    reports: {cover: {files: ["*.xml"], format: CLOVERXML}}
    secrets: {KEY: {secrets_manager: shop/x, json_key: a}}
  pack: {runtime: {nodejs: 22}, phases: {build: [make]}}
pipeline: {builds: [[pack]], deploy: {bucket: {bucket: acme-site}, artifact: pack}}
"""
ONE = [
    *(f"{key}:" for key in ("stack", "region", "account", "source", "encryption", "registry", "network", "builds")),
    *(f"{key}:" for key in ("notifications", "tags", "repository", "connection", "repositories", "bucket_key")),
    *(f"{key}:" for key in ("secrets_manager", "runtime", "phases", "cidr", "cache", "privileged", "files", "amount")),
]


@pytest.mark.thorough
@pytest.mark.parametrize("key", ONE)
def test_a_misspelt_key_is_one_mistake(told: Callable[..., list[str]], key: str) -> None:
    (found,) = told(
        "", ALL.replace(f" {key}", f" {key[:-1]}x:", 1) if f" {key}" in ALL else ALL.replace(key, f"{key[:-1]}x:", 1)
    )
    assert f"{key[:-1]}x: is not a key of the spec; did you mean {key[:-1]}?" in found


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("source: {type: github, repository: https://github.com/acme-platform/shop, connection: {approved: true}}", "source: github"),
        ("connection: {approved: true}", "connection: yes please"),
        ("encryption: kms", "encryption: rot13"),
        ("encryption: {}", "encryption: always"),
        ("repositories: [api, web]", "repositories: api"),
        ("repositories: [api, web]", "repositories: [Api, web]"),
        ('account: "111122223333"', 'account: "11112222333"'),
        ("cache: s3", "cache: S4"),
        ("format: CLOVERXML", "format: XML"),
        ("phases: {build: [make]}", "phases: {biuld: make}"),
        ("phases: {build: [make]}", "phases: make"),
        ("builds: [[pack]]", "builds: [[Pack!]]"),
        ("email: [a@acme.example]", "email: [acme.example]"),
        ("cidr: 10.0.0.0/16", "cidr: 10.0.0.0"),
        ("\n  pack:", "\n  Pack_it:"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_mistake_whatever_depends_on_it(
    told: Callable[..., list[str]], right: str, wrong: str
) -> None:
    assert len(told("", ALL.replace(right, wrong, 1))) == 1


def test_what_a_class_gives_is_not_missed_where_the_class_is_wrong(told: Callable[..., list[str]]) -> None:
    assert places(told("class: prdo", ALL.replace("budget: {amount: 10}", "budget: {}"))) == ["dev.yaml:2:8: class"]


@pytest.mark.parametrize(
    ("word", "meant"), [("js", "nodejs"), ("javascript", "nodejs"), ("rb", "ruby"), ("c#", "dotnet"), ("go", "golang")]
)
def test_a_runtime_under_another_name_is_known(told: Callable[..., list[str]], word: str, meant: str) -> None:
    (found,) = told(f"builds=: {{main: {{runtime: {{'{word}': '1'}}, phases: {{build: [make]}}}}}}")
    assert f"did you mean {meant}?" in found


def test_an_image_under_another_name_is_known(told: Callable[..., list[str]]) -> None:
    (found,) = told("builds: {main: {build_image: x}}")
    assert "did you mean image?" in found
