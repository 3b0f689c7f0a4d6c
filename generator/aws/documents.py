"""Documents as AWS receives and counts them."""

from __future__ import annotations

import json
from typing import Any

import yaml


def _text(dumper: Any, text: str) -> Any:  # noqa: ANN401  # PyYAML's dumpers and nodes come without types
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else '"')


# Terraform's yamlencode is a port of the library that PyYAML uses; everything is written out, however often it occurs.
_Dumper: Any = type("_Dumper", (getattr(yaml, "CSafeDumper", yaml.SafeDumper),), {"ignore_aliases": lambda *_: True})
_Dumper.add_representer(str, _text)


def json_text(value: object) -> str:
    """Return a value as Terraform's jsonencode writes it: compact, keys sorted, and safe inside a web page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def yaml_text(value: object) -> str:
    """Return a value as Terraform's yamlencode writes it."""
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, width=80)
    return text


def without_spaces(policy: str) -> int:
    """Count the characters of a policy as IAM does, which leaves white space out."""
    return len("".join(policy.split()))
