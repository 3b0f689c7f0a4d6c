"""The same stack as a Kapitan inventory: one target an environment, the same files, values from the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def make_inventory(folder: Path, files: Mapping[str, str], names: list[str]) -> Path:
    """Write a Kapitan project whose templates are `files` of one environment, its name put in by Jinja.

    Args:
        folder: where to.
        files: text of the rendered files by path, as tfstencil renders them for the first of `names`.
        names: the targets.

    Returns:
        `folder`.
    """
    for path, text in files.items():
        template = folder / "templates" / path
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_text(text.replace(names[0], "{{ inventory.parameters.environment }}"))
    compiled = [{"input_type": "jinja2", "input_paths": ["templates"], "output_path": "."}]
    targets = folder / "inventory" / "targets"
    targets.mkdir(parents=True)
    (folder / "inventory" / "classes").mkdir()
    for name in names:
        parameters = {"environment": name, "kapitan": {"compile": compiled, "vars": {"target": name}}}
        (targets / f"{name}.yml").write_text(yaml.safe_dump({"parameters": parameters}))
    return folder
