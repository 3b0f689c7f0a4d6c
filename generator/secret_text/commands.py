"""Recognise a secret that a command of the shell is given in plain text.

A flag means something else with every program (`docker login -p`, `mkdir -p`), so short ones are known by theirs. What
the shell fills in (`$PASSWORD`, `$(…)`) is no secret, and neither is a file that holds one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.secret_text.words import is_literal, says_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    # Where a secret begins and ends, and what it is.
    Found = tuple[tuple[int, int], str]

_WORD: Final = r"""(?P<value>"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s"'|;&<>(),\]}]+)"""
# Up to there the arguments of one program go.
_ARGUMENTS: Final = r"(?:(?!&&|[|;\n]).)*?"

_ASSIGNED: Final = re.compile(r"(?<![\w.$@{/:-])(?P<dashes>--?)?(?P<name>[A-Za-z_][\w.-]*)=(?!=)")
_FLAG: Final = re.compile(rf"(?<!\S)--?(?P<name>[A-Za-z][\w-]{{2,}})\s+(?!-){_WORD}")
_SETTING: Final = re.compile(rf"\b(?:config|configure)\s+set\s+(?P<name>[^\s=]+)[\s=]+{_WORD}")
_HEADER: Final = re.compile(
    r"""(?:-H|--header)[\s=]*["']?(?P<name>[\w-]+):\s*(?:(?:Bearer|Basic|Token|Digest)\s+)?(?P<value>[^\s"']+)""",
    re.IGNORECASE,
)
_VALUE: Final = re.compile(_WORD)
# A flag that takes the name of a secret, or the way to sign in, and not the secret itself.
_NAMES_ONE: Final = re.compile(r"(?:.*-)?(?:secrets?|auth|credentials?|pat)", re.IGNORECASE)


def _given(programs: str, flags: str) -> re.Pattern[str]:
    """Return the pattern of a password that one of some programs is given with a flag."""
    return re.compile(rf"(?<![\w.$-])(?:{programs})(?![\w-]){_ARGUMENTS}\s(?:{flags}){_WORD}")


_SIGN_IN: Final = (
    r"(?:docker|podman|nerdctl|buildah|skopeo|oras|crane|regctl|helm|az|oc|cf|ecs-cli|heroku)"
    r"(?:\s+registry)?\s+(?:registry\s+)?login"
)
_GIVEN: Final = (
    _given(_SIGN_IN, r"-p[\s=]*"),
    _given(r"sshpass|mongo(?:sh|dump|restore|import|export)?|twine\s+upload|cqlsh|influx|rabbitmqadmin", r"-p\s*"),
    _given(r"mysql(?:dump|admin|import|check)?|mariadb(?:-dump|-admin)?|7za?", r"-p(?=[^\s])"),
    _given(r"sqlcmd|bcp|zip|unzip|zipcloak", r"-P\s*"),
    _given(r"redis-cli", r"-a\s*"),
    _given(r"ldapsearch|ldapadd|ldapmodify|ldapwhoami", r"-w\s*"),
    _given(r"dotnet\s+nuget\s+push|nuget\s+push", r"(?:-k|-ApiKey)\s+"),
    _given(r"vault\s+login", r"(?!-)"),
    _given(r"openssl|keytool|jarsigner", r"(?:-\w+\s+)?pass:"),
)
_PAIRED: Final = (
    _given(r"curl|wget|http|https|xh", r"(?:-u|-U|-a|--user|--proxy-user|--auth|--proxy-auth)[\s=]*"),
    _given(r"smbclient|mount\.cifs|rpcclient", r"-U\s*"),
)
_READS_ONE: Final = (
    r"--password-stdin|--passphrase-fd|--with-token|--pass-stdin|\bsudo\s+(?:\S+\s+)*?-\w*S\b|\bchpasswd\b|\bpasswd\b"
    r"|-pass\s+stdin|\b(?:docker|podman|vault|gh\s+auth)\s+login\b"
)
_FED: Final = re.compile(
    rf"(?<![\w.$-])(?:echo|printf)\s+(?:-[neE]+\s+|[\"']?%s(?:\\n)?[\"']?\s+)*{_WORD}\s*\|[^|;\n]*(?:{_READS_ONE})"
)


def secrets_of_command(command: str) -> Iterator[Found]:
    """Yield each value in a command that seems to be a secret, with its place."""
    yield from _assigned(command)
    yield from _named(command)
    for pattern in (*_GIVEN, _FED):
        for match in pattern.finditer(command):
            if is_literal(match["value"]):
                yield match.span("value"), "a password"
    for pattern in _PAIRED:
        for match in pattern.finditer(command):
            _, mark, password = match["value"].strip("\"'").partition("%" if "%" in match["value"] else ":")
            if mark and is_literal(password):
                yield match.span("value"), "a password after the name of a user"


def _named(command: str) -> Iterator[Found]:
    """Yield what follows a flag, a setting or a header of a name that says that it is a secret."""
    for pattern in (_FLAG, _SETTING):
        for match in pattern.finditer(command):
            name = match["name"].rpartition(":")[2]
            if says_secret(name) and not _NAMES_ONE.fullmatch(name) and is_literal(match["value"]):
                yield match.span("value"), f"a secret after {name}"
    for match in _HEADER.finditer(command):
        is_secret = says_secret(match["name"]) or match["name"].lower().endswith("authorization")
        if is_secret and is_literal(match["value"]):
            yield match.span("value"), "a token in a header"


def _assigned(command: str) -> Iterator[Found]:
    for match in _ASSIGNED.finditer(command):
        value = _VALUE.match(command, match.end())
        name = match["name"]
        if value is None or not says_secret(name, value["value"]) or not is_literal(value["value"]):
            continue
        # `--secret id=npm,src=.npmrc`, `--set-secrets A=b:latest`: which one, and where it is.
        if not (match["dashes"] and _NAMES_ONE.fullmatch(name)):
            yield value.span("value"), f"a secret in {name}"
