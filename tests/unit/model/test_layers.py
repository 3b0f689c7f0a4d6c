"""Class defaults, bases and the environment become one; nothing merges in a way that was not written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from generator.errors import SpecError, UsageError
from generator.language.nodes import Node, find, plain
from generator.model.loading.layers import CLASSES, Merged, SpecCache, follows, is_within, resolve
from generator.model.loading.load import load_environment
from generator.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

    WorkspaceOf = Callable[[Mapping[str, str]], Workspace]


@pytest.fixture
def cache(tmp_path: Path) -> SpecCache:
    """Make a cache with class defaults that say their own name and nothing else."""
    folder = tmp_path / "classes"
    folder.mkdir()
    for name in CLASSES:
        (folder / f"{name}.yaml").write_text(f"# Defaults\ndefaults: {{from: {name}}}\n", encoding="utf-8")
    return SpecCache(folder)


def merge(workspace: Workspace, cache: SpecCache, name: str = "dev") -> object:
    """Return the merged values of an environment, without what its class adds."""
    values = plain(resolve(workspace, name, cache).root)
    assert isinstance(values, dict)
    return {key: value for key, value in values.items() if key not in {"class", "defaults"}}


def told(workspace: Workspace, cache: SpecCache, name: str = "dev") -> list[str]:
    """Return the problems as a person sees them."""
    return [str(problem).removeprefix("environments/") for problem in problems_of(workspace, cache, name)]


def problems_of(workspace: Workspace, cache: SpecCache, name: str = "dev") -> list[Problem]:
    """Return the problems, whether or not it can be told what the layers come to."""
    try:
        found = resolve(workspace, name, cache).problems
    except SpecError as error:
        found = error.problems
    assert all(isinstance(problem.key, str) for problem in found)
    return sorted(found, key=lambda problem: problem.sort_key)


def at(merged: Merged, *path: str | int) -> Node:
    node = find(merged.root, path)
    assert node is not None
    return node


def test_mappings_merge_and_scalars_and_lists_replace(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {
            "_base": "stack: web\ntags: {Owner: us, Team: core}\nbuilds: {main: {timeout: 15m, events: [a, b]}}\n",
            "dev": "extends: _base\nregion: eu-west-1\ntags: {Team: edge}\nbuilds: {main: {events: [c]}, extra: {}}\n",
        }
    )  # fmt: skip
    assert merge(workspace, cache) == {
        "stack": "web",
        "tags": {"Owner": "us", "Team": "edge"},
        "builds": {"main": {"timeout": "15m", "events": ["c"]}, "extra": {}},
        "region": "eu-west-1",
    }


@pytest.mark.parametrize(
    ("lower", "upper", "value"),
    [
        ("{b: c}", "text", "text"),
        ("{b: c}", "[d]", ["d"]),
        ("[b]", "{c: d}", {"c": "d"}),
        ("text", "{c: d}", {"c": "d"}),
        ("true", "false", False),
        ("1", "0", 0),
        ("text", "''", ""),
        ("[b]", "[]", []),
        ("{b: c}", "{}", {"b": "c"}),
    ],
)
def test_what_lies_higher_wins_whatever_its_kind(
    workspace_of: WorkspaceOf, cache: SpecCache, lower: str, upper: str, value: object
) -> None:
    workspace = workspace_of({"_base": f"a: {lower}\n", "dev": f"extends: _base\na: {upper}\n"})
    assert merge(workspace, cache) == {"a": value}


def test_null_removes_what_is_inherited(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {"_base": "a: b\nc: {d: e, f: g}\nh: [i]\n", "dev": "extends: _base\na: null\nc: {d: null}\nh: null\n"}
    )
    assert merge(workspace, cache) == {"c": {"f": "g"}}


def test_what_was_removed_can_be_set_again(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {"_base": "a: {b: c}\n", "_none": "extends: _base\na: null\n", "dev": "extends: _none\na: {d: e}\n"}
    )
    assert merge(workspace, cache) == {"a": {"d": "e"}}
    assert at(resolve(workspace, "dev", cache), "a").overrides is None


def test_a_plus_appends_to_the_inherited_list(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {"_base": "m: {email: [a, b]}\n", "_more": "extends: _base\nm: {email+: [c]}\n", "dev": "extends: _more\nm: {email+: [d]}\n"}
    )  # fmt: skip
    assert merge(workspace, cache) == {"m": {"email": ["a", "b", "c", "d"]}}
    email = at(resolve(workspace, "dev", cache), "m", "email")
    assert isinstance(email.value, list)
    assert [str(item.place) for item in email.value] == [
        "environments/_base.yaml:1:13",
        "environments/_base.yaml:1:16",
        "environments/_more.yaml:2:14",
        "environments/dev.yaml:2:14",
    ]
    assert email.overrides is not None
    assert plain(email.overrides) == ["a", "b", "c"]


def test_an_equals_sign_replaces_the_inherited_mapping(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "tags: {a: b, c: d}\n", "dev": "extends: _base\ntags=: {e: f}\n"})
    assert merge(workspace, cache) == {"tags": {"e": "f"}}
    overridden = at(resolve(workspace, "dev", cache), "tags").overrides
    assert overridden is not None
    assert plain(overridden) == {"a": "b", "c": "d"}


def test_an_equals_sign_may_stand_where_nothing_is_inherited(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    assert merge(workspace_of({"dev": "tags=: {e: f}\n"}), cache) == {"tags": {"e": "f"}}


def test_a_section_may_be_refused_where_nothing_is_inherited(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    assert merge(workspace_of({"dev": "tags: null\n"}), cache) == {"tags": None}


@pytest.mark.parametrize(
    ("base", "own", "expected"),
    [
        (
            "a: {}",
            "a: {b: {c: null}}",
            "2:9: a.b.c: removes what is not there: nothing is inherited here; give a value, or leave the key out",
        ),
        (
            "a: text",
            "a: {b: null}",
            "2:5: a.b: removes what is not there: nothing is inherited here; give a value, or leave the key out",
        ),
        (
            "a: {b: c}",
            "a=: {b: null}",
            "2:6: a.b: removes what is not there: nothing is inherited here; give a value, or leave the key out",
        ),
        (
            "a: [b]",
            "a: [b, {c: null}]",
            "2:9: a[1].c: removes what is not there: nothing is inherited here; give a value, or leave the key out",
        ),
        (
            "a: [b]",
            "a+: [[{c: null}]]",
            "2:8: a[0][0].c: removes what is not there: nothing is inherited here; give a value, or leave the key out",
        ),
        ("z: z", "a+: [b]", "2:1: a: a+ appends to a list, but none is inherited; write a: to set it"),
        ("z: z", "a: [{b+: [c]}]", "2:6: a[0].b: b+ appends to a list, but none is inherited; write b: to set it"),
        (
            "x: {a: {b: c}}",
            "x: {a+: [d]}",
            (
                "2:5: x.a: a+ appends to a list, but what is inherited at environments/_base.yaml:1:8 is none; "
                "write a: to replace it"
            ),
        ),
        (
            "a: {b: c}",
            "a+: [d]",
            (
                "2:1: a: a+ appends to a list, but what is inherited at environments/_base.yaml:1:4 is none; "
                "write a: to replace it"
            ),
        ),
    ],
)
def test_what_makes_no_sense_over_what_is_inherited_is_refused(
    workspace_of: WorkspaceOf, cache: SpecCache, base: str, own: str, expected: str
) -> None:
    workspace = workspace_of({"_base": f"{base}\n", "dev": f"extends: _base\n{own}\n"})
    assert told(workspace, cache) == [f"dev.yaml:{expected}"]


def test_problems_of_merging_are_told_for_all_layers_at_once(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "a: {x: null}\n", "dev": "extends: _base\nb: {x: null}\nc+: [d]\n"})
    assert [line.split(":")[:2] for line in told(workspace, cache)] == [["_base.yaml", "1"], ["dev.yaml", "2"], ["dev.yaml", "3"]]  # fmt: skip


def test_a_problem_of_a_base_is_told_for_every_environment_that_extends_it(
    workspace_of: WorkspaceOf, cache: SpecCache
) -> None:
    workspace = workspace_of({"_base": "a: {x: null}\n", "dev": "extends: _base\n", "dev-2": "extends: _base\n"})
    assert told(workspace, cache, "dev") == told(workspace, cache, "dev-2") != []


def test_values_keep_their_places_layers_and_what_they_override(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {"_base": "a: {b: one}\nc: d\n", "_eu": "extends: _base\na: {b: two}\n", "dev": "extends: _eu\na: {b: three}\n"}
    )
    merged = resolve(workspace, "dev", cache)
    chain = []
    node: Node | None = at(merged, "a", "b")
    while node is not None:
        chain.append((node.value, node.layer, str(node.place), str(node.key_place)))
        node = node.overrides
    assert chain == [
        ("three", "environments/dev.yaml", "environments/dev.yaml:2:8", "environments/dev.yaml:2:5"),
        ("two", "environments/_eu.yaml", "environments/_eu.yaml:2:8", "environments/_eu.yaml:2:5"),
        ("one", "environments/_base.yaml", "environments/_base.yaml:1:8", "environments/_base.yaml:1:5"),
    ]
    assert (at(merged, "c").layer, at(merged, "c").overrides) == ("environments/_base.yaml", None)
    assert at(merged, "defaults", "from").layer == "class dev"
    assert at(merged, "defaults", "from").place == Place("generator/model/loading/classes/dev.yaml", 2, 18)
    # A merged mapping replaced nothing.
    assert (at(merged, "a").overrides, at(merged, "a").layer) == (None, "environments/dev.yaml")
    assert merged.root.place == Place("environments/dev.yaml", 1, 1)


def test_replaced_values_of_another_kind_are_remembered(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "a: {b: c}\nd: e\n", "dev": "extends: _base\na: text\nd: {f: g}\n"})
    merged = resolve(workspace, "dev", cache)
    before = [at(merged, key).overrides for key in ("a", "d")]
    assert [node and plain(node) for node in before] == [{"b": "c"}, "e"]


def test_operators_are_spent_by_merging(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "a: [b]\nc: {d: e}\n", "dev": "extends: _base\na+: [c]\nc=: {f: g}\n"})
    merged = resolve(workspace, "dev", cache)
    assert (at(merged, "a").operator, at(merged, "c").operator) == ("", "")


def test_later_bases_win_over_earlier_ones_and_the_environment_over_all(
    workspace_of: WorkspaceOf, cache: SpecCache
) -> None:
    workspace = workspace_of(
        {
            "_one": "a: one\nb: one\nc: one\n",
            "_two": "b: two\nc: two\n",
            "dev": "extends: [_one, _two]\nc: own\n",
        }
    )
    assert merge(workspace, cache) == {"a": "one", "b": "two", "c": "own"}


def test_a_base_that_is_reached_twice_counts_once_beneath_both(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {
            "_root": "a: root\nb: root\n",
            "_left": "extends: _root\na: left\n",
            "_right": "extends: _root\nb: right\n",
            "dev": "extends: [_left, _right]\n",
        }
    )
    assert merge(workspace, cache) == {"a": "left", "b": "right"}
    sources = resolve(workspace, "dev", cache).sources
    assert [path.name for path in sources] == ["_root.yaml", "_left.yaml", "_right.yaml", "dev.yaml"]
    assert sources == tuple(workspace.environments / path.name for path in sources)


def test_an_environment_may_extend_another(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"prod": "a: b\nc: d\n", "prod-eu": "extends: prod\nc: e\n"})
    assert merge(workspace, cache, "prod-eu") == {"a": "b", "c": "e"}
    assert merge(workspace, cache, "prod") == {"a": "b", "c": "d"}


def test_an_order_that_contradicts_itself_is_refused(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_one": "a: b\n", "_two": "extends: _one\n", "dev": "extends: [_two, _one]\n"})
    assert told(workspace, cache) == [
        (
            "dev.yaml:1:17: extends: _one should win over _two, but lies beneath it already by what others extend; "
            "put _one before _two, or leave it out"
        )
    ]


def test_a_list_is_compared_with_the_order_that_others_ask_for(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {
            "_a": "a: a\n",
            "_b": "b: b\n",
            "_x": "extends: [_a, _b]\n",
            "_y": "extends: [_b, _a]\n",
            "dev": "extends: [_x, _y]\n",
        }
    )
    assert told(workspace, cache) == [
        (
            "_y.yaml:1:15: extends: _a should win over _b, but lies beneath it already by what others extend; "
            "put _a before _b, or leave it out"
        )
    ]


@pytest.mark.parametrize(
    ("extends", "column", "expected"),
    [
        ("_bas", 10, "no base _bas: environments/_bas.yaml does not exist; did you mean _base?"),
        ("other", 10, "no base other: environments/other.yaml does not exist; there are: _base, dev"),
        ("[_base, nowhere]", 18, "no base nowhere: environments/nowhere.yaml does not exist; there are: _base, dev"),
        ("../_base", 10, "'../_base' is not the name of a base; name a spec in environments/, without folder and without .yaml"),
        ("/etc/passwd", 10, "'/etc/passwd' is not the name of a base; name a spec in environments/, without folder and without .yaml"),
        ("a\\b", 10, "'a\\\\b' is not the name of a base; name a spec in environments/, without folder and without .yaml"),
        ("..", 10, "'..' is not the name of a base; name a spec in environments/, without folder and without .yaml"),
        ('"_base\\n"', 10, "'_base\\n' is not the name of a base; name a spec in environments/, without folder and without .yaml"),
        (".hidden", 10, "'.hidden' is not the name of a base; name a spec in environments/, without folder and without .yaml"),
        ("''", 10, "'' is not the name of a base; name a spec in environments/, without folder and without .yaml"),
        ("_base.yaml", 10, "_base.yaml is the name of a file; write _base"),
        ("_a.b.yaml", 10, "_a.b.yaml is the name of a file; write _a.b"),
        ("_base.yml", 10, "_base.yml is the name of a file; write _base"),
        ("[_base, _base]", 18, "_base is named twice; keep one of them"),
        ("[]", 10, "names no base; leave extends out, or name a base"),
        ("7", 10, "must be the name of a base, or a list of names; write extends: _base, or extends: [_base, _eu] where a later one wins"),
        ("null", 10, "must be the name of a base, or a list of names; write extends: _base, or extends: [_base, _eu] where a later one wins"),
        ("{a: b}", 10, "must be the name of a base, or a list of names; write extends: _base, or extends: [_base, _eu] where a later one wins"),
        ("[_base, [x]]", 18, "must be the name of a base, or a list of names; write extends: _base, or extends: [_base, _eu] where a later one wins"),
        ("dev", 10, "extends itself: dev -> dev; take one of these out"),
    ],
)  # fmt: skip
def test_a_base_that_cannot_be_is_refused_at_its_place(
    workspace_of: WorkspaceOf, cache: SpecCache, extends: str, column: int, expected: str
) -> None:
    workspace = workspace_of({"_base": "a: b\n", "dev": f"extends: {extends}\n"})
    assert told(workspace, cache) == [f"dev.yaml:1:{column}: extends: {expected}"]


def test_no_more_than_twenty_specs_are_listed_for_a_missing_base(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    specs = {f"_{number:02}": "a: b\n" for number in range(30)}
    workspace = workspace_of(specs | {"dev": "extends: elsewhere\n"})
    assert told(workspace, cache)[0].endswith("there are: " + ", ".join(f"_{number:02}" for number in range(20)))


def test_extends_takes_no_operator(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "a: b\n", "dev": "extends+: [_base]\n"})
    assert told(workspace, cache) == [
        (
            "dev.yaml:1:11: extends: extends takes no +: it is not inherited; "
            "write extends: _base, or extends: [_base, _eu] where a later one wins"
        )
    ]


def test_a_loop_is_shown_as_it_runs(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {"_a": "extends: _b\n", "_b": "extends: _c\n", "_c": "extends: _a\n", "dev": "extends: _a\n"}
    )
    assert told(workspace, cache) == [
        "_c.yaml:1:10: extends: extends itself: _a -> _b -> _c -> _a; take one of these out"
    ]


def test_a_chain_of_32_bases_is_followed_and_one_more_is_refused(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    specs = {f"_{number}": f"extends: _{number - 1}\n" for number in range(1, 34)} | {"_0": "a: b\n"}
    workspace = workspace_of(specs | {"dev": "extends: _31\n", "dev-more": "extends: _32\n"})
    assert merge(workspace, cache) == {"a": "b"}
    found = told(workspace, cache, "dev-more")
    assert found == ["_1.yaml:1:10: extends: a chain of more than 32 bases; merge some of them"]


def test_a_bad_base_and_a_bad_environment_are_told_together(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {
            "_one": "a: no\nextends: _missing\n",
            "_two": "b: 'open\n",
            "dev": "extends: [_one, _two]\nc: 012\nd: &x e\n",
        }
    )
    assert [line.split(": ")[0] for line in told(workspace, cache)] == [
        "_one.yaml:1:4",
        "_one.yaml:2:10",
        "_two.yaml:1:4",
        "dev.yaml:2:4",
        "dev.yaml:3:4",
    ]


def test_the_problems_of_a_base_that_is_reached_twice_are_told_once(
    workspace_of: WorkspaceOf, cache: SpecCache
) -> None:
    workspace = workspace_of(
        {"_a": "x: no\n", "_b": "extends: _a\n", "_c": "extends: _a\n", "dev": "extends: [_b, _c, _nil]\n"}
    )
    assert len(told(workspace, cache)) == 2


def test_a_missing_base_is_told_wherever_it_is_named(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_b": "extends: _nil\n", "dev": "extends: [_nil, _b]\n"})
    assert [line.split(": ")[0] for line in told(workspace, cache)] == ["_b.yaml:1:10", "dev.yaml:1:11"]


@pytest.mark.parametrize("extends", ["no", "[no]", "&x [_base]", ""])
def test_a_refused_name_of_a_base_is_told_once(workspace_of: WorkspaceOf, cache: SpecCache, extends: str) -> None:
    workspace = workspace_of({"_base": "a: b\n", "dev": f"extends: {extends}\n"})
    assert len(told(workspace, cache)) == 1


@pytest.mark.parametrize("outside", ["outside.yaml", "workspace/zzz.yaml", "workspace/environments-2.yaml"])
def test_a_link_that_leads_out_of_the_folder_is_refused(
    workspace_of: WorkspaceOf, cache: SpecCache, tmp_path: Path, outside: str
) -> None:
    workspace = workspace_of({"dev": "extends: [_link, _inside, _below]\n", "_real": "a: b\n"})
    (tmp_path / outside).write_text("secret: value\n", encoding="utf-8")
    (workspace.environments / "shared").mkdir()
    (workspace.environments / "shared" / "eu.yaml").write_text("c: d\n", encoding="utf-8")
    (workspace.environments / "_link.yaml").symlink_to(tmp_path / outside)
    (workspace.environments / "_inside.yaml").symlink_to("_real.yaml")
    (workspace.environments / "_below.yaml").symlink_to("shared/eu.yaml")
    assert told(workspace, cache) == [
        (
            "_link.yaml:1:1: is a link that leads out of the folder of the specs; "
            "put the file itself there; what a spec is made of lies in the workspace"
        )
    ]


def test_a_link_inside_a_linked_folder_is_followed(workspace_of: WorkspaceOf, cache: SpecCache, tmp_path: Path) -> None:
    workspace = workspace_of({"dev": "extends: _link\n", "_real": "a: b\n"})
    (workspace.environments / "_link.yaml").symlink_to("_real.yaml")
    os.rename(workspace.environments, tmp_path / "elsewhere")  # noqa: PTH104  # Path.rename would move the property along
    workspace.environments.symlink_to(tmp_path / "elsewhere")
    assert merge(workspace, cache) == {"a": "b"}


def test_an_unknown_environment_is_wrong_usage(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    with pytest.raises(UsageError, match=r"environments/nope\.yaml does not exist"):
        resolve(workspace_of({"dev": "a: b\n"}), "nope", cache)


def test_a_base_that_cannot_be_read_is_a_problem(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"dev": f"extends: [_folder, {'x' * 300}]\n"})
    (workspace.environments / "_folder.yaml").mkdir()
    found = told(workspace, cache)
    assert found[0] == "_folder.yaml:1:1: is not a file; a spec is a YAML file in environments/"
    assert found[1].endswith("cannot be read: File name too long; check the file and its permissions")


@pytest.mark.parametrize(
    ("name", "own", "environment_class", "layer"),
    [
        ("dev", "a: b", "dev", "environment name"),
        ("staging-eu", "a: b", "staging", "environment name"),
        ("prod-eu-1", "a: b", "prod", "environment name"),
        ("canary", "class: prod", "prod", "environments/canary.yaml"),
        ("dev", "class: prod", "prod", "environments/dev.yaml"),
    ],
)
def test_the_class_comes_from_the_spec_or_else_from_the_name(  # noqa: PLR0913, PLR0917  # a table of cases
    workspace_of: WorkspaceOf, cache: SpecCache, name: str, own: str, environment_class: str, layer: str
) -> None:
    merged = resolve(workspace_of({name: f"# first\n{own}\n"}), name, cache)
    assert merged.environment_class == environment_class
    assert (at(merged, "class").value, at(merged, "class").layer) == (environment_class, layer)
    assert at(merged, "defaults", "from").value == environment_class
    if layer == "environment name":
        assert at(merged, "class").place == Place(f"environments/{name}.yaml", 1, 1)
        assert at(merged, "class").source.excerpt(1) == "# first"


def test_the_class_of_a_base_counts_and_the_higher_layer_wins(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {
            "_base": "class: dev\n",
            "_live": "extends: _base\nclass: prod\n",
            "canary": "extends: _live\n",
            "quiet": "extends: _live\nclass: staging\n",
            "dev-x": "extends: _live\nclass: null\n",
        }
    )
    found = {name: resolve(workspace, name, cache) for name in ("canary", "quiet", "dev-x")}
    assert {name: merged.environment_class for name, merged in found.items()} == {
        "canary": "prod",
        "quiet": "staging",
        "dev-x": "dev",
    }
    assert {name: at(merged, "defaults", "from").value for name, merged in found.items()} == {
        "canary": "prod",
        "quiet": "staging",
        "dev-x": "dev",
    }
    assert at(found["dev-x"], "class").layer == "environment name"


def test_a_class_that_cannot_be_told_is_asked_for(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "z: z\n", "production": "# x\nextends: _base\n", "development-1": "a: b\n"})
    assert told(workspace, cache, "production") == [
        (
            "production.yaml:1:1: class: the name production does not tell the class of the environment; "
            "write class: dev, staging or prod"
        )
    ]
    assert "does not tell the class" in told(workspace, cache, "development-1")[0]


@pytest.mark.parametrize("said", ["", "class: prd\n"])
def test_a_wrong_class_hides_no_other_mistake(said: str, workspace_of: WorkspaceOf) -> None:
    workspace = workspace_of({"qa": f"{said}stack: X!\nbilds: {{}}\nbuilds: {{main: {{timeout: 900h}}}}\n"})
    with pytest.raises(SpecError) as caught:
        load_environment(workspace, "qa")
    found = [problem.key for problem in caught.value.problems]
    assert found.count("class") == 1
    assert {"stack", "bilds", "builds.main.timeout", "account"} <= set(found)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("production", "did you mean prod?"),
        ("other", "it chooses the defaults"),
        ("[dev]", "it chooses the defaults"),
        ("stage", "did you mean staging?"),
        ("development", "did you mean dev?"),
    ],
)
def test_an_unknown_class_is_refused(workspace_of: WorkspaceOf, cache: SpecCache, value: str, hint: str) -> None:
    workspace = workspace_of({"dev": f"class: {value}\n"})
    assert told(workspace, cache) == [f"dev.yaml:1:8: class: must be dev, staging or prod; {hint}"]


def test_extends_is_consumed_and_class_stays(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "a: b\n", "dev": "extends: _base\nclass: dev\n"})
    root = resolve(workspace, "dev", cache).root
    assert plain(root) == {"defaults": {"from": "dev"}, "a": "b", "class": "dev"}


def test_the_defaults_of_a_class_lie_beneath_all_and_can_be_overridden(
    workspace_of: WorkspaceOf, cache: SpecCache
) -> None:
    workspace = workspace_of(
        {"_base": "defaults: {from: base}\n", "dev": "extends: _base\n", "dev-2": "defaults: null\n"}
    )
    node = at(resolve(workspace, "dev", cache), "defaults", "from")
    assert node.value == "base"
    assert node.overrides is not None
    assert (node.overrides.value, node.overrides.layer) == ("dev", "class dev")
    assert find(resolve(workspace, "dev-2", cache).root, ("defaults",)) is None


def test_wrong_class_defaults_are_told_and_not_passed_over(
    workspace_of: WorkspaceOf, tmp_path: Path, cache: SpecCache
) -> None:
    (tmp_path / "classes" / "dev.yaml").write_text("a: no\n", encoding="utf-8")
    with pytest.raises(SpecError, match=r"generator/model/loading/classes/dev\.yaml:1:4: a: no is ambiguous"):
        resolve(workspace_of({"dev": "b: c\n"}), "dev", cache)


@pytest.mark.parametrize("name", CLASSES)
def test_the_class_defaults_that_ship_are_sound(workspace_of: WorkspaceOf, name: str) -> None:
    merged = resolve(workspace_of({name: "stack: web\n"}), name, SpecCache())
    assert find(merged.root, ("artifacts", "encryption")) is not None


def test_environments_do_not_change_what_they_share(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {
            "_base": "a: {b: c, l: [x]}\nk: v\n",
            "dev": "extends: _base\na: {b: null, l+: [z]}\nk: null\n",
            "dev-2": "extends: _base\n",
            "dev-3": "extends: _base\na: {b: d, e: f}\n",
        }
    )
    expected = {
        "dev": {"a": {"l": ["x", "z"]}},
        "dev-2": {"a": {"b": "c", "l": ["x"]}, "k": "v"},
        "dev-3": {"a": {"b": "d", "l": ["x"], "e": "f"}, "k": "v"},
    }
    for _ in range(2):
        assert {name: merge(workspace, cache, name) for name in expected} == expected


def test_what_is_wrong_with_one_environment_is_not_told_of_another(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of(
        {"_base": "a: b\nc: d\n", "dev": "extends: _base\nx: {z: null}\na: null\n", "dev-2": "extends: _base\n"}
    )
    first, second = (resolve(workspace, name, cache) for name in ("dev", "dev-2"))
    assert [problem.key for problem in first.problems] == ["x.z"]
    assert list(first.removed) == [("a",)]
    assert (second.problems, second.removed) == ((), {})


def test_a_null_that_removed_something_is_known_whichever_layer_it_stands_in(
    workspace_of: WorkspaceOf, cache: SpecCache
) -> None:
    workspace = workspace_of(
        {"_a": "a: {b: c, d: e}\n", "_b": "extends: _a\na: {b: null}\n", "dev": "extends: _b\na: {d: null}\n"}
    )
    removed = resolve(workspace, "dev", cache).removed
    assert {path: str(node.place) for path, node in removed.items()} == {
        ("a", "b"): "environments/_b.yaml:2:8",
        ("a", "d"): "environments/dev.yaml:2:8",
    }


def test_what_lies_beneath_environments_is_merged_once_for_all_of_them(
    workspace_of: WorkspaceOf, cache: SpecCache
) -> None:
    workspace = workspace_of(
        {
            "_a": "m: {a: b}\n",
            "_b": "extends: _a\nm: {c: d}\n",
            "dev": "extends: _b\n",
            "dev-2": "extends: _b\n",
            "dev-3": "a: b\n",
            "dev-4": "a: b\n",
        }
    )
    alone, also = (resolve(workspace, name, cache) for name in ("dev-3", "dev-4"))
    assert at(alone, "defaults") is at(also, "defaults")
    first, second = (resolve(workspace, name, cache) for name in ("dev", "dev-2"))
    assert plain(at(first, "m")) == {"a": "b", "c": "d"}
    assert at(first, "m") is at(second, "m")
    assert at(first, "defaults") is at(second, "defaults")


@pytest.mark.parametrize(
    ("own", "name", "rule"),
    [
        pytest.param("x: {z: null}", "dev", "merge", id="what cannot be merged"),
        pytest.param("class: other", "dev", "class", id="an unknown class"),
        pytest.param("x: z", "qa", "class", id="a name that tells no class"),
        pytest.param("extends: nowhere", "dev", "extends", id="a base that cannot be"),
        pytest.param("extends: _out", "dev", "extends", id="a base outside of the folder"),
    ],
)
def test_every_kind_of_problem_has_its_rule(
    workspace_of: WorkspaceOf, cache: SpecCache, own: str, name: str, rule: str
) -> None:
    workspace = workspace_of({name: own})
    (workspace.environments / "_out.yaml").symlink_to("/etc/hostname")
    assert [problem.rule for problem in problems_of(workspace, cache, name)] == [rule]


@pytest.mark.parametrize("key", ["a", "a.b", "a.b.c", "a.b[0]", "a.b[0].c"])
def test_what_is_wrong_below_a_refused_value_may_follow_from_it(key: str) -> None:
    refused = [Problem(None, "", "the file"), Problem(None, "x", "other"), Problem(None, key.partition(".")[0], "this")]
    assert follows(key, refused)
    assert is_within(key, "a")


@pytest.mark.parametrize("key", ["ab", "b.a", "", "A", "ab.c"])
def test_what_is_wrong_elsewhere_does_not(key: str) -> None:
    assert not follows(key, [Problem(None, "", "the file"), Problem(None, "a", "this")])
    assert not is_within(key, "a")
    assert not is_within("a", "a.b")


def test_a_base_is_read_once_for_all_environments(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "a: {b: c}\n", "dev": "extends: _base\n", "dev-2": "extends: _base\n"})
    first = resolve(workspace, "dev", cache)
    workspace.spec_path("_base").unlink()
    second = resolve(workspace, "dev-2", cache)
    assert at(first, "a") is at(second, "a")


def test_the_same_base_over_another_class_is_merged_anew(workspace_of: WorkspaceOf, cache: SpecCache) -> None:
    workspace = workspace_of({"_base": "a: b\n", "dev": "extends: _base\n", "prod": "extends: _base\n"})
    found = [at(resolve(workspace, name, cache), "defaults", "from").value for name in ("dev", "prod", "dev")]
    assert found == ["dev", "prod", "dev"]
