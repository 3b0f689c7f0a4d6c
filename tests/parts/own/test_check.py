"""`part check`: what is sound is proved, and each kind of fault is told with its place before anybody uses the part."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import pytest
from own_parts import SPEC

from generator.errors import UsageError
from generator.operations.parts.check import PartProof, check
from generator.operations.parts.new import new
from generator.operations.run import Run
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

PROVED: Final = "contracts/minimal.yaml"
# By part: a file, what is changed in it, and into what.
CHANGES: Final = {
    "loose": [
        ("templates/main.tf.j2", "name              =", "name ="),
        ("templates/main.tf.j2", "  tags = var.tags\n", "  colour = 1\n{% if false %}\n  tags = 1\n{% endif %}\n"),
    ],
    "sour": [("tests/sour.tftest.hcl.j2", "== 7", "== 8")],
    "other": [(PROVED, "retention_in_days: 7", "retention_in_days: 8")],
    "nosy": [
        ("part.yaml", "outputs:", "guards: {aws_s3_bucket: {policy: harmless}}\noutputs:"),
        ("examples/minimal.yaml", "nosy: {}", "nosy: {retention_day: 7}"),
    ],
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("stacks")
    (root / "environments").mkdir()
    (root / "environments" / "dev.yaml").write_text(SPEC)
    found = Workspace(root)
    for name in ("site", *CHANGES):
        new(found, name)
    for name, changes in CHANGES.items():
        for path, old, text in changes:
            file = root / "parts" / name / path
            assert old in file.read_text()
            file.write_text(file.read_text().replace(old, text))
    (root / "parts/other/examples/more.yaml").write_text("other: {retention_days: 30}\n")
    return found


@pytest.fixture(scope="module")
def proofs(workspace: Workspace) -> dict[str, PartProof]:
    """Prove them all in one call."""
    return {proof.name: proof for proof in check(Run(workspace))}


def told(proof: PartProof) -> list[str]:
    return [str(problem) for problem in proof.problems]


pytestmark = [pytest.mark.terraform, pytest.mark.slow, pytest.mark.xdist_group("part_check")]


def test_a_new_part_is_proved_as_it_is(proofs: dict[str, PartProof]) -> None:
    site = proofs["site"]
    assert told(site) == []
    assert (site.ok, site.shapes, site.tests, site.examples, site.contracts) == (True, 1, 1, 1, 1)


def test_layout_types_and_branches_are_told_at_once(proofs: dict[str, PartProof]) -> None:
    found = told(proofs["loose"])
    assert not proofs["loose"].ok
    assert any("parts/loose/templates/main.tf.j2:" in line and "no shape" in line for line in found), found
    assert any("main.tf.j2" in line and "terraform fmt would change" in line for line in found), found
    assert any("main.tf.j2" in line and "Unsupported argument" in line and '"colour"' in line for line in found), found


def test_a_test_that_fails_is_told_with_what_it_says(proofs: dict[str, PartProof]) -> None:
    (found,) = told(proofs["sour"])
    assert found.startswith("parts/sour/tests")
    assert "The log group must keep its events for retention_days." in found


def test_a_contract_that_does_not_hold_is_told_with_its_place(proofs: dict[str, PartProof]) -> None:
    found = told(proofs["other"])
    assert not proofs["other"].ok
    place = "parts/other/contracts/minimal.yaml:5:24: module.other.aws_cloudwatch_log_group.this retention_in_days"
    assert any(line.startswith(place) and "expected 8, got 7" in line for line in found), found
    assert any(line.startswith("parts/other/contracts/more.yaml") and "is missing" in line for line in found), found


def test_what_it_says_to_the_guards_and_its_examples_are_judged(proofs: dict[str, PartProof]) -> None:
    found = told(proofs["nosy"])
    assert any("guards.aws_s3_bucket.policy: tfstencil judges it already" in line for line in found), found


def test_a_typo_in_an_example_is_told_in_the_example(workspace: Workspace) -> None:
    file = workspace.root / "parts/nosy/part.yaml"
    file.write_text(file.read_text().replace("guards: {aws_s3_bucket: {policy: harmless}}\n", ""))
    (proof,) = check(Run(workspace), ["nosy"])
    place = "parts/nosy/examples/minimal.yaml:1:8: nosy.retention_day: is not a key of the spec"
    assert any(line.startswith(place) for line in told(proof)), told(proof)


def test_new_values_are_taken_over_into_the_contract(workspace: Workspace) -> None:
    (proof,) = check(Run(workspace), ["other"], update=True)
    assert told(proof) == []
    assert sorted(proof.written) == ["contracts/minimal.yaml", "contracts/more.yaml"]
    assert "retention_in_days: 7" in (workspace.root / "parts/other/contracts/minimal.yaml").read_text()
    assert "retention_in_days: 30" in (workspace.root / "parts/other/contracts/more.yaml").read_text()


def test_the_example_parts_are_proved(repository: Path, tmp_path: Path) -> None:
    for folder in ("environments", "parts"):
        shutil.copytree(repository / "examples" / folder, tmp_path / folder)
    found = check(Run(Workspace(tmp_path)))
    assert [told(proof) for proof in found] == [[], [], []]
    assert [(proof.name, proof.shapes, proof.contracts) for proof in found] == [
        ("alert-bot", 4, 2),
        ("shared-files", 2, 1),
        ("static-site", 2, 1),
    ]


def test_a_part_that_is_not_there_is_told(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="there is no part 'sit' in parts/"):
        check(Run(workspace), ["sit"])
    with pytest.raises(UsageError, match="there is no part in parts/"):
        check(Run(Workspace(tmp_path)))
