"""Which environments come before which, and by which labels they are selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.errors import SpecError, UsageError
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.labels import labelled
from generator.operations.targets.targets import targets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

_BASE = """\
stack: shop
class: dev
region: us-east-1
account: "111122223333"
tags: {Owner: platform-team, CostCenter: "1234"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
notifications: {}
"""


def _workspace(make: MakeWorkspace, **specs: str) -> Workspace:
    return make({"_base": _BASE, **{name: f"extends: _base\n{text}\n" for name, text in specs.items()}})


def _problems(workspace: Workspace, *names: str) -> list[tuple[str, str, str]]:
    try:
        Assembly(workspace).load(names or workspace.environment_names())
    except SpecError as error:
        return [(str(each.place), each.message, each.hint) for each in error.problems]
    return []


def test_environments_may_need_others_of_the_workspace(workspace_of: MakeWorkspace) -> None:
    workspace = _workspace(workspace_of, app="needs: [network, data]", data="needs: [network]", network="")
    assert _problems(workspace) == []


@pytest.mark.parametrize(
    ("needs", "message", "hint"),
    [
        ("[netwrok]", "there is no environment netwrok", "did you mean network?"),
        ("[_base]", "must be the name of an environment", ""),
        ("[network, network]", "network is there twice", "keep one of them"),
        ("[app]", "no order satisfies this: app needs app", "remove one of these needs"),
        ("network", "must be a list", ""),
        ("[1]", "", ""),
        ("[Network]", "must be the name of an environment", ""),
    ],
)
def test_a_wrong_need_is_named_with_its_place(workspace_of: MakeWorkspace, needs: str, message: str, hint: str) -> None:
    workspace = _workspace(workspace_of, app=f"needs: {needs}", network="")
    (found,) = _problems(workspace)
    assert found[0].startswith("environments/app.yaml:2:")
    assert message in found[1]
    assert hint in found[2]


def test_a_circle_is_refused_at_each_of_its_places_whichever_is_checked(workspace_of: MakeWorkspace) -> None:
    workspace = _workspace(workspace_of, a="needs: [b]", b="needs: [c]", c="needs: [a]")
    assert [(place, message) for place, message, _ in _problems(workspace)] == [
        ("environments/a.yaml:2:9", "no order satisfies this: a needs b needs c needs a"),
        ("environments/b.yaml:2:9", "no order satisfies this: b needs c needs a needs b"),
        ("environments/c.yaml:2:9", "no order satisfies this: c needs a needs b needs c"),
    ]
    assert [place for place, _, _ in _problems(workspace, "b")] == ["environments/b.yaml:2:9"]


def test_a_need_whose_own_spec_is_wrong_is_told_where_it_is_checked(workspace_of: MakeWorkspace) -> None:
    workspace = _workspace(workspace_of, app="needs: [network]", network="regoin: x")
    assert _problems(workspace, "app") == []


@pytest.mark.parametrize("wrong", ["regoin: x", "builds: {main: {timeout: 900h}}", "account: '1'"])
def test_a_wrong_need_is_told_beside_what_else_is_wrong(workspace_of: MakeWorkspace, wrong: str) -> None:
    workspace = _workspace(workspace_of, app=f"{wrong}\nneeds: [netwrok]", network="needs: [app]")
    told = [message for _, message, _ in _problems(workspace)]
    assert "there is no environment netwrok" in told
    assert len(told) == 2


def test_a_circle_through_a_wrong_spec_is_told(workspace_of: MakeWorkspace) -> None:
    workspace = _workspace(workspace_of, a="regoin: x\nneeds: [b]", b="needs: [a]")
    circles = [message for _, message, _ in _problems(workspace) if "no order" in message]
    assert set(circles) == {
        "no order satisfies this: a needs b needs a",
        "no order satisfies this: b needs a needs b",
    }
    assert any("no order" in message for _, message, _ in _problems(workspace, "b"))


@pytest.mark.parametrize("needs", ["[Network]", "network", "[1]"])
def test_a_need_that_cannot_be_read_is_told_once(workspace_of: MakeWorkspace, needs: str) -> None:
    workspace = _workspace(workspace_of, app=f"regoin: x\nneeds: {needs}", network="needs: [app]")
    assert len(_problems(workspace)) == 2


def test_a_spec_that_cannot_be_read_needs_nothing(workspace_of: MakeWorkspace) -> None:
    workspace = _workspace(workspace_of, app="a: [", network="needs: [app]")
    assert not any("no order" in message for _, message, _ in _problems(workspace))


def test_what_is_needed_by_what_is_needed_comes_first_as_well(workspace_of: MakeWorkspace) -> None:
    workspace = _workspace(workspace_of, app="needs: [data]", data="needs: [network]", network="")
    (app,) = targets_of(workspace, ["app"], fresh=False)
    assert app.needs == ("data", "network")


def test_what_a_wrong_spec_needs_is_not_known_where_that_one_is_not_chosen(workspace_of: MakeWorkspace) -> None:
    workspace = _workspace(workspace_of, app="needs: [data]", data="regoin: x\nneeds: [network]", network="")
    (app,) = targets_of(workspace, ["app"], fresh=False)
    assert app.needs == ("data",)


def test_what_two_need_is_needed_once(workspace_of: MakeWorkspace) -> None:
    specs = {"app": "needs: [left, right]", "left": "needs: [base]", "right": "needs: [base]", "base": ""}
    workspace = _workspace(workspace_of, top="needs: [app]", **specs)
    assert _problems(workspace) == []
    (top,) = targets_of(workspace, ["top"], fresh=False)
    assert top.needs == ("app", "base", "left", "right")


def test_labels_select_environments(workspace_of: MakeWorkspace) -> None:
    workspace = _workspace(
        workspace_of, a="labels: {team: pay, tier: one}", b="labels: {team: pay}", c="labels: {team: shop}"
    )
    assert labelled(workspace, [], ["team=pay"]) == ["a", "b"]
    assert labelled(workspace, [], ["team=pay", "tier"]) == ["a"]
    assert labelled(workspace, ["b", "c"], ["team"]) == ["b", "c"]


@pytest.mark.parametrize(
    ("label", "hint"),
    [
        ("team=pya", "did you mean team=pay?"),
        ("owner", "there are: team=pay"),
        ("", "write"),
        ("team=", "write"),
        ("=x", "write"),
    ],
)
def test_a_label_that_nothing_bears_is_refused(workspace_of: MakeWorkspace, label: str, hint: str) -> None:
    with pytest.raises(UsageError) as found:
        labelled(_workspace(workspace_of, a="labels: {team: pay}"), [], [label])
    assert found.value.hint
    assert hint in found.value.hint


def test_without_any_label_it_says_so(workspace_of: MakeWorkspace) -> None:
    with pytest.raises(UsageError) as found:
        labelled(_workspace(workspace_of, a=""), [], ["team"])
    assert found.value.hint == "there are: no labels at all"
