"""What `part check` found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import plural
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.operations.parts.check import PartProof


def proof_report(proofs: Sequence[PartProof]) -> Report:
    """Say what is wrong with parts, and what of them was proved."""
    document = {"ok": all(proof.ok for proof in proofs), "parts": [_as_data(proof) for proof in proofs]}
    return Report(document, list(_messages(proofs)))


def _as_data(proof: PartProof) -> dict[str, object]:
    return {
        "part": proof.name,
        "ok": proof.ok,
        "digest": proof.digest,
        "shapes": proof.shapes,
        "tests": proof.tests,
        "examples": proof.examples,
        "contracts": proof.contracts,
        "written": proof.written,
        "problems": [
            {
                "file": problem.place.file if problem.place else "",
                "line": problem.place.line if problem.place else 0,
                "column": problem.place.column if problem.place else 0,
                "key": problem.key,
                "message": problem.message,
                "hint": problem.hint,
                "severity": problem.severity,
            }
            for problem in proof.problems
        ],
    }


def _messages(proofs: Sequence[PartProof]) -> Iterator[Message]:
    for proof in proofs:
        for problem in sorted(proof.problems, key=lambda each: each.sort_key):
            tone = "error" if problem.severity == "error" else "warn"
            yield Message("error" if tone == "error" else "warn", str(problem))
        for file in proof.written:
            yield Message("done", f"wrote parts/{proof.name}/{file}")
        if proof.runs_programs:
            hint = f"to allow just this text, write into parts.lock.yaml: allow: {{{proof.name}: {proof.digest}}}"
            yield Message("note", hint)
        if proof.ok:
            counts = (
                plural(proof.shapes, "shape"), plural(proof.tests, "test"),
                plural(proof.examples, "example"), plural(proof.contracts, "contract"),
            )  # fmt: skip
            yield Message("done", f"part {proof.name} is proved: {', '.join(counts)}")
