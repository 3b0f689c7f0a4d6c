"""Whose fault it is when terraform refuses a batch, and what that environment alone would have been told."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.diagnostics import errors_in
from generator.errors import TerraformError
from generator.fleet.calls import STACKS, instance_of
from generator.fleet.root import SHARED
from generator.terraform.outer_modules import as_in_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from generator.diagnostics import Diagnostic
    from generator.fleet.calls import ModuleCall
    from generator.fleet.member import Member

_STACK: Final = re.compile(rf"{STACKS}/([^/]+)/")
_SHARED: Final = re.compile(rf"{SHARED}/(([^/]+)-[0-9a-f]{{12}})/")
_SHOWN: Final = 10
# Terraform's and go-plugin's words for a provider that is gone: nothing that is wrong with an environment.
_GONE: Final = re.compile(
    r"Plugin did not respond|Unrecognized remote plugin message|plugin exited before we could connect"
    r"|timeout while waiting for plugin to start|connection is shutting down|error reading from server: EOF"
)


def culprits(diagnostics: Iterable[Diagnostic], calls: Sequence[ModuleCall]) -> dict[str, list[Diagnostic]]:
    """Tell which environments the errors name, by an address or by a file that is theirs alone."""
    addresses = {call.address(member): member.name for call in calls for member in call.members}
    folders = {call.name: call.members[0].name for call in calls if not call.is_shared}
    found: dict[str, list[Diagnostic]] = {}
    for diagnostic in errors_in(diagnostics):
        stack = _STACK.match(diagnostic.file)
        name = addresses.get(instance_of(diagnostic.address)) or (folders.get(stack[1]) if stack else None)
        if name:
            found.setdefault(name, []).append(diagnostic)
    return found


def provider_died(error: TerraformError) -> bool:
    """Whether terraform failed because its provider was killed, or has crashed."""
    return bool(_GONE.search("\n".join([str(error), *map(str, errors_in(error.diagnostics))])))


def suspects(diagnostics: Iterable[Diagnostic], users: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the environments that share a module in which an error was found that names none of them."""
    files = (_SHARED.match(diagnostic.file) for diagnostic in errors_in(diagnostics))
    return {name for file in files if file for name in users.get(file[1], ())}


def own_error(
    member: Member, error: TerraformError, diagnostics: Sequence[Diagnostic], folder: Path, *, remark: str = ""
) -> TerraformError:
    """Write the error of one environment: files and addresses as in its own root.

    Args:
        member: the environment.
        error: what terraform said of the whole batch.
        diagnostics: those of its diagnostics that concern this environment.
        folder: the environment's rendered root.
        remark: what else is to be said.
    """
    own = tuple(_own(diagnostic, member) for diagnostic in diagnostics)
    said = "\n".join(str(diagnostic) for diagnostic in own[:_SHOWN]) or str(error)
    return TerraformError(
        f"{member.name} does not plan\n{said}{remark}",
        command=error.command,
        folder=folder,
        code=error.code,
        stderr=error.stderr,
        hint=error.hint if not own else "",
        diagnostics=own,
    )


def _own(diagnostic: Diagnostic, member: Member) -> Diagnostic:
    file = diagnostic.file.removeprefix(f"{STACKS}/{member.call}/")
    shared = _SHARED.match(file)
    if shared:
        file = f"modules/{shared[2]}/{file[shared.end() :]}"
    return replace(
        diagnostic,
        file=as_in_workspace(file),
        address=diagnostic.address.removeprefix(f"module.{member.call}."),
        summary=_own_words(diagnostic.summary, member),
        detail=_own_words(diagnostic.detail, member),
    )


def _own_words(text: str, member: Member) -> str:
    """Write modules, addresses and files of the batch as those of the environment's own root."""
    call = rf"\bmodule\.{re.escape(member.call)}(?![\w-])"
    text = re.sub(call, "the root module", re.sub(rf"{call}\.(?=\w)", "", text))
    return as_in_workspace(re.sub(_SHARED, r"modules/\2/", text.replace(f"{STACKS}/{member.call}/", "")))
