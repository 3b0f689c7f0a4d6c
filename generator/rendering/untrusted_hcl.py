"""What the Terraform of a part that nobody installed may not hold: programs, files elsewhere, other providers.

Its text is looked at as Terraform will read it, after rendering: no template can hide what it says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    Finding = tuple[int, str]

_LABEL: Final = r'(?:"([^"\n]*)"|([A-Za-z_][\w-]*))'
_BLOCK: Final = re.compile(rf"^[ \t]*([A-Za-z_][\w-]*)(?:[ \t]+{_LABEL})?(?:[ \t]+{_LABEL})?[ \t]*\{{", re.MULTILINE)
_REFUSED: Final = {
    "provisioner": "a provisioner runs programs",
    "connection": "a connection runs programs elsewhere",
    "provider": "a module configures no provider",
    "backend": "a module has no backend",
    "cloud": "a module has no backend",
}
_TYPED: Final = frozenset({"resource", "data", "ephemeral"})
# Of Terraform's own, what reads nothing and runs nothing.
_BUILT_IN: Final = frozenset({"terraform_data"})
_SOURCE: Final = re.compile(r'^[ \t]*source[ \t]*=[ \t]*(?:"([^"\n]*)"|(.*))', re.MULTILINE)
_FILE: Final = re.compile(
    r"\b(file|filebase64|fileexists|fileset|templatefile|file(?:base64)?(?:md5|sha1|sha256|sha512))\s*\("
)
_FILE_HERE: Final = re.compile(r'\s*(?:"\$\{path\.module\}/((?:(?!\.\.)[\w./-])*)"|path\.module\s*[,)])')
_HEREDOC: Final = re.compile(r"<<-?([A-Za-z_][\w-]*)[^\n]*\n")
_PROVIDER: Final = "hashicorp/aws"


def findings(path: str, text: str) -> Iterator[Finding]:
    """Yield line and reason of everything in a file of a module that is refused.

    Args:
        path: of the rendered file.
        text: what it says.
    """
    if path.endswith(".tf.json"):
        yield 1, "Terraform in JSON is not looked at, and so not taken"
    if not path.endswith((".tf", ".hcl")):
        return
    code, inside = masked(text)
    found = [*_blocks(code), *_files(text, inside)]
    yield from sorted(set(found))


def _blocks(code: str) -> Iterator[Finding]:
    for block in _BLOCK.finditer(code):
        kind, first = block[1], block[2] if block[2] is not None else block[3]
        line = code.count("\n", 0, block.start(1)) + 1
        if first and "\\" in first:
            yield line, "a label is written with an escape"
        elif kind in _REFUSED:
            yield line, _REFUSED[kind]
        elif kind in _TYPED and first and not first.startswith("aws_") and first not in _BUILT_IN:
            yield line, f"{first} is of another provider than {_PROVIDER}, or reads elsewhere"
        elif kind == "required_providers":
            yield from _providers(code, block.end(), line)
        elif kind == "module":
            yield from _called(code, block.end(), line)
    # Functions of providers, and a block whose head takes several lines or has more labels than any has.
    for match in re.finditer(r"\bprovider::", code):
        yield code.count("\n", 0, match.start()) + 1, "functions of providers are of other providers"


def _body(code: str, start: int) -> str:
    depth, at = 1, start
    while at < len(code) and depth:
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        at += 1
    return code[start:at]


def _providers(code: str, start: int, line: int) -> Iterator[Finding]:
    body = _body(code, start)
    for name in re.findall(r"^[ \t]*([A-Za-z_][\w-]*)[ \t]*=[ \t]*[{\"]", body, re.MULTILINE):
        if name not in {"aws", "source", "version"}:
            yield line, f"provider {name} is another one than {_PROVIDER}"
    for source in _SOURCE.finditer(body):
        if source[1] != _PROVIDER:
            yield line, f"a provider comes from {source[1] or source[2]}, and not from {_PROVIDER}"


def _called(code: str, start: int, line: int) -> Iterator[Finding]:
    for source in _SOURCE.finditer(_body(code, start)):
        where = source[1] or ""
        if not where.startswith("./") or ".." in where.split("/"):
            yield line, f"a module comes from {source[1] or source[2]}, which does not lie in the part"


def _files(text: str, inside: str) -> Iterator[Finding]:
    """Yield what reads files elsewhere; `inside` has expressions in texts as well, at the same places."""
    for call in _FILE.finditer(inside):
        here = _FILE_HERE.match(text, call.end())
        if here is None or ".." in (here[1] or "").split("/"):
            yield text.count("\n", 0, call.start()) + 1, f'{call[1]}() may read "${{path.module}}/…" only'


def masked(text: str) -> tuple[str, str]:
    """Blank what is no code, and keep every place.

    Returns:
        The text without comments, heredocs and the inside of texts that hold expressions; and the text without
        comments and literal text, but with the expressions in texts.
    """
    code, inside = list(text), list(text)
    at = 0
    while at < len(text):
        two = text[at : at + 2]
        if text[at] == "#" or two == "//":
            at = _blank(code, inside, at, _end(text, "\n", at))
        elif two == "/*":
            end = text.find("*/", at + 2)
            at = _blank(code, inside, at, len(text) if end < 0 else end + 2)
        elif text[at] == '"':
            at = _string(text, at, code, inside)
        elif heredoc := _HEREDOC.match(text, at):
            at = _here(text, heredoc, code)
        else:
            at += 1
    return "".join(code), "".join(inside)


def _end(text: str, sign: str, start: int) -> int:
    found = text.find(sign, start)
    return len(text) if found < 0 else found


def _blank(code: list[str], inside: list[str], start: int, end: int) -> int:
    for at in range(start, end):
        if code[at] != "\n":
            code[at] = inside[at] = " "
    return end


def _here(text: str, heredoc: re.Match[str], code: list[str]) -> int:
    closed = re.compile(rf"^[ \t]*{re.escape(heredoc[1])}[ \t]*$", re.MULTILINE).search(text, heredoc.end())
    end = closed.end() if closed else len(text)
    for at in range(heredoc.start(), end):
        if code[at] != "\n":
            code[at] = " "
    return end


def _string(text: str, start: int, code: list[str], inside: list[str]) -> int:
    """Go over a text in quotes; literal ones stay in the code, where they may be labels and sources."""
    depth, at, has_code = 0, start + 1, False
    while at < len(text):
        sign = text[at]
        if depth:
            if sign == '"':
                at = _string(text, at, code, inside)
                continue
            depth += {"{": 1, "}": -1}.get(sign, 0)
        elif sign == "\\":
            at += 1
        elif text[at : at + 2] in {"${", "%{"} and text[at - 1] != sign:
            depth, has_code = 1, True
            at += 1
        elif sign in {'"', "\n"}:
            break
        else:
            inside[at] = " "
        at += 1
    end = min(at + 1, len(text))
    if has_code:
        for place in range(start + 1, end - 1):
            if code[place] != "\n":
                code[place] = "~"
    return end
