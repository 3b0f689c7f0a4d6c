"""What a workspace says in `guards.yaml` of types of resources that tfstencil does not know: read, and checked.

It can add what nobody has said, and ask for more than the tables do. It cannot take anything back from them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.classification.rows import row_of
from generator.checks.guards.classification.vocabulary import HOWS, QUIET
from generator.language.nodes import dotted, mapping, plain
from generator.parts.framework.classification import DATA, HOLDS, WORDS, in_words
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.checks.guards.classification.rows import TypeRow
    from generator.checks.guards.classification.table import Table
    from generator.language.nodes import Node
    from generator.problems import Problem
    from generator.terraform.provider_schema.attributes import KnownTypes

KEY: Final = "types"
_TYPE: Final = re.compile(r"[a-z][a-z0-9]*_[a-z0-9_]+")
_PATH: Final = re.compile(r"[a-z0-9_*]+(?:\.[a-z0-9_*]+)*")
_OURS: Final = "aws_"
_RULE: Final = "guards"


def own_rows(node: Node, source: str) -> dict[str, TypeRow]:
    """Return what is said of each type, where nothing is wrong with it.

    Args:
        node: below `types`.
        source: the file, for messages.
    """
    said = {
        kind: {path: str(plain(word)) for path, word in mapping(words).items()} for kind, words in mapping(node).items()
    }
    return marked_rows(in_words(said, source))


def marked_rows(written: Mapping[str, Mapping[str, Any]]) -> dict[str, TypeRow]:
    """Return rows that are written as the tables are, marked as those of a workspace or a part of its own."""
    return {kind: row_of({**row, "own": True}) for kind, row in written.items()}


def own_problems(node: Node, known: Table, provider: KnownTypes, *, key: str = KEY) -> Iterator[Problem]:
    """Yield all that is wrong with what is said of types.

    Args:
        node: what is said.
        known: what the tables say.
        provider: the types that the provider has; none where no schema was kept yet.
        key: of what is said, in its file.
    """
    if not isinstance(node.value, dict) or not node.value:
        yield node.problem(key, "must be a mapping, such as {aws_lambda_function: {role: access}}", rule=_RULE)
        return
    for kind, words in mapping(node).items():
        its_key = dotted([key, kind])
        wrong = _wrong_type(kind, provider)
        if wrong:
            yield words.problem(its_key, wrong[0], hint=wrong[1], rule=_RULE, at_key=True)
        elif not isinstance(words.value, dict) or not words.value:
            yield words.problem(its_key, f"must say of attributes which they are: {_choice()}", rule=_RULE)
        else:
            yield from _words((key, kind), words, known, provider)


def _wrong_type(kind: str, provider: KnownTypes) -> tuple[str, str] | None:
    if not _TYPE.fullmatch(kind):
        return "is not a type of resource, such as aws_lambda_function", ""
    if kind.startswith(_OURS) and provider.types and kind not in provider.types:
        close = closest(kind, provider.types)
        return "the AWS provider has no such type", f"did you mean {close}?" if close else ""
    return None


def _words(at: tuple[str, str], node: Node, known: Table, provider: KnownTypes) -> Iterator[Problem]:
    kind = at[1]
    for path, word in mapping(node).items():
        key, said = dotted([*at, path]), plain(word)
        if path == HOLDS:
            yield from _holding(kind, key, word, known)
        elif not isinstance(said, str) or said not in WORDS:
            close = closest(str(said), WORDS)
            yield word.problem(
                key, f"must be one of {_choice()}", hint=f"did you mean {close}?" if close else "", rule=_RULE
            )
        else:
            wrong = _said_already(kind, path, said, known) or _wrong_path(kind, path, provider)
            if wrong:
                yield word.problem(key, wrong[0], hint=wrong[1], rule=_RULE, at_key=True)


def _holding(kind: str, key: str, word: Node, known: Table) -> Iterator[Problem]:
    if plain(word) != DATA:
        yield word.problem(key, f"must be {DATA}: of the resource itself no more can be said", rule=_RULE)
    elif kind in known.holdings:
        yield word.problem(
            key, f"it is known to hold {known.holdings[kind]}", hint="leave it out", rule=_RULE, at_key=True
        )


def _wrong_path(kind: str, path: str, provider: KnownTypes) -> tuple[str, str] | None:
    if not _PATH.fullmatch(path):
        return "is not an attribute, such as vpc_config.subnet_ids", ""
    if "*" in path or kind not in provider.types:
        return None
    found = provider.attributes(kind, settable=False)
    known = {".".join(each.split(".")[:end]) for each in found for end in range(1, each.count(".") + 2)}
    if path in known:
        return None
    close = closest(path, known)
    return f"{kind} has no such attribute", f"did you mean {close}?" if close else ""


def _said_already(kind: str, path: str, word: str, known: Table) -> tuple[str, str] | None:
    """Return what speaks against one more word about an attribute; None for nothing."""
    if "*" in path:
        is_whole = path == "*" and known.is_known(kind)
        said = "tfstencil knows this type: name the attributes, so that what is new of it still asks"
        return (said, "") if is_whole else None
    rules = known.rules_of(kind, path)
    is_more = WORDS[word] not in QUIET and all(rule.how in QUIET for rule in rules)
    if not rules or is_more:
        return None
    said = f"tfstencil judges it already ({HOWS[rules[0].how].format(order='its values')})"
    return said, "leave it out; --allow permits one refused change"


def _choice() -> str:
    *first, last = WORDS
    return f"{', '.join(first)} or {last}"
