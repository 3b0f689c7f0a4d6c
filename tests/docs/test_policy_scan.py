"""What the policy scan is told to pass over stands in the documentation, with its reason."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def test_every_suppression_of_the_scan_is_documented_with_its_reason() -> None:
    found = set()
    for template in sorted((REPOSITORY / "templates").rglob("*.j2")):
        module = template.relative_to(REPOSITORY / "templates/modules").parts[0] if "modules" in template.parts else ""
        for check, reason in re.findall(r"#checkov:skip=(\w+):(.+)", template.read_text()):
            found.add((check, module, reason.strip()))
    text = (REPOSITORY / "docs/policy-scan.md").read_text()
    documented = {
        tuple(cell.strip(" `") for cell in line.strip("|").split("|", 2))
        for line in text.splitlines()
        if line.startswith("| `CKV")
    }
    assert documented == found
