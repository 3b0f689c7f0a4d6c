"""A folder for temporary files that sockets fit into: TMPDIR, or where that is of no use, the system's own.

Terraform and its provider talk through a socket whose path may take some hundred characters. With a longer TMPDIR, or
one that does not exist, the provider ends without a word.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

# The shortest limit of any system is 104, and what is made inside takes up to 40.
_LONGEST: Final = 60
_USUAL: Final = ("/tmp", "/var/tmp")  # noqa: S108  # the files in it have names that nobody can foresee


def temporary_folder(environ: Mapping[str, str]) -> str:
    """Return the folder that `TMPDIR` names, or another one where it cannot serve.

    Raises:
        ToolError: there is none.
    """
    wanted = environ.get("TMPDIR", "")
    found = next((folder for folder in (wanted, *_USUAL) if folder and _serves(folder)), "")
    if not found:
        raise ToolError(
            f"no folder for temporary files: neither TMPDIR ({wanted or 'not set'}) nor {' nor '.join(_USUAL)} serves",
            hint=f"set TMPDIR to a folder that can be written, with a path of {_LONGEST} characters at most",
        )
    return found


def _serves(folder: str) -> bool:
    absolute = Path(folder).is_absolute() and len(os.fsencode(folder)) <= _LONGEST
    return absolute and Path(folder).is_dir() and os.access(folder, os.W_OK | os.X_OK)
