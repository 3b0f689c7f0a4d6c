"""One comparison of what the spec says with what exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One aspect of one resource.

    Attributes:
        subject: the resource, for people: `CodeBuild project nodejs-microservice-dev-main`.
        aspect: what was compared: `build timeout (minutes)`.
        expected: what the spec asks for; numbers, texts, booleans, or lists and mappings of them.
        found: what exists; None where there is nothing.
        spec_key: dotted key of the spec that decides it; "" where it is the same for every spec.
    """

    subject: str
    aspect: str
    expected: object
    found: object
    spec_key: str = ""

    @property
    def ok(self) -> bool:
        """Whether what exists is what the spec asks for."""
        return self.expected == self.found

    def as_dict(self) -> dict[str, object]:
        """Return the check for machine-readable output."""
        return {
            "subject": self.subject,
            "aspect": self.aspect,
            "expected": self.expected,
            "found": self.found,
            "ok": self.ok,
            "spec_key": self.spec_key,
        }
