"""What two policies let through, compared as sets: measured against requests that are tried one by one."""

from __future__ import annotations

import functools
import itertools
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from policy_oracle import Request, applies

from generator.permissions.document import policy
from generator.permissions.policy import Account, Kind, Permissions
from generator.permissions.widening import wider

ACCOUNT = Account("111122223333")
NOW = 1_800_000_000.0
CALLERS = ["AWS:AIDA1", "AWS:AIDA2", "AWS:AIDA3", "Service:x.amazonaws.com", "Service:y.amazonaws.com"]
NAMED = ["s3:GetObject", "s3:GetSomething", "s3:PutObject", "sns:Publish"]
# Requests have two more that no statement names: what is left of `s3:*`, and of `*`, without all others.
ACTIONS = [*NAMED, "s3:DeleteObject", "sqs:SendMessage"]
RESOURCES = ["a", "a/b", "a/c", "b", "bb", "c", "cc"]
# By key: operators with what they may name, and the values that requests have.
KEYS: dict[str, tuple[list[str], list[str], list[tuple[str, ...]]]] = {
    "app:name": (
        [
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIfExists",
            "StringNotLikeIfExists",
        ],
        ["x", "y", "x*", "*", "?"],
        [(), ("x",), ("y",), ("xz",), ("z",), ("x*",), ("*",), ("?",), ("zz",)],
    ),
    "aws:TagKeys": (
        [
            f"{each}:String{name}"
            for each in ("ForAllValues", "ForAnyValue")
            for name in ("Equals", "NotEquals", "Like")
        ],
        ["x", "y", "*"],
        [tuple(each) for length in range(5) for each in itertools.combinations(("x", "y", "z", "*"), length)],
    ),
    "app:count": (
        [f"Numeric{name}" for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan")],
        ["1", "2", "3"],
        [(), *((str(half / 2),) for half in range(1, 8))],
    ),
    "aws:SourceIp": (
        ["IpAddress", "NotIpAddress", "IpAddressIfExists"],
        ["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "::/0"],
        [(), ("10.1.0.1",), ("10.2.0.1",), ("192.0.2.1",), ("2001:db8::1",)],
    ),
}


def _element(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda negated, value: {f"Not{name}" if negated else name: value}, st.sampled_from([False] * 5 + [True]), values
    )


def _conditions(key: str) -> st.SearchStrategy[dict[str, Any]]:
    operators, values, _ = KEYS[key]
    test = st.tuples(st.sampled_from(operators), st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))
    null = st.tuples(st.just("Null"), st.sampled_from([["true"], ["false"], ["true", "false"]]))
    of_key = st.lists(st.one_of(test, test, null), max_size=2).map(
        lambda found: {operator: {key: listed} for operator, listed in found}
    )
    secure = st.sampled_from(
        [{}, {}, {"Bool": {"aws:SecureTransport": ["true"]}}, {"BoolIfExists": {"aws:SecureTransport": ["false"]}}]
    )
    return st.builds(lambda one, other: {**one, **other}, of_key, secure)


def _statements(key: str) -> st.SearchStrategy[dict[str, Any]]:
    people = [{"AWS": ["AIDA1"]}, {"AWS": ["AIDA1", "AIDA2"]}, {"Service": ["x.amazonaws.com"]}, {"AWS": ["*"]}, "*"]
    return st.builds(
        lambda *parts: {name: value for part in parts for name, value in part.items()},
        st.sampled_from([{"Effect": "Allow"}, {"Effect": "Allow"}, {"Effect": "Deny"}]),
        _element("Principal", st.sampled_from(people)),
        _element("Action", st.lists(st.sampled_from([*NAMED, "s3:Get*", "s3:*", "*"]), min_size=1, max_size=2)),
        _element("Resource", st.lists(st.sampled_from(["a", "a/*", "a/b", "b*", "?", "*"]), min_size=1, max_size=2)),
        st.one_of(st.just({}), _conditions(key).map(lambda found: {"Condition": found} if found else {})),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    key = draw(st.sampled_from(sorted(KEYS)))
    statements = _statements(key)
    before = draw(st.lists(statements, max_size=3))
    # Often the same again, with something more or less: what is told apart then is small.
    kept = [each for each in before if draw(st.booleans())]
    after = draw(st.permutations([*kept, *draw(st.lists(statements, max_size=2))]))
    return key, _document(before), _document(after)


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _requests(key: str) -> list[Request]:
    contexts = [
        {key.lower(): values, "aws:securetransport": (secure,)} if values else {"aws:securetransport": (secure,)}
        for values in KEYS[key][2]
        for secure in ("true", "false")
    ]
    return [Request(*each) for each in itertools.product(CALLERS, ACTIONS, RESOURCES, contexts)]


@functools.cache
def _matched(text: str, effect: str, key: str) -> frozenset[int]:
    document = _document([json.loads(text)])
    return frozenset(index for index, each in enumerate(REQUESTS[key]) if applies(document, each, effect))


def _passing(document: dict[str, Any], effect: str, key: str) -> frozenset[int]:
    return frozenset().union(*(_matched(json.dumps(each), effect, key) for each in document["Statement"]))


def _is_wider(before: dict[str, Any], after: dict[str, Any], key: str) -> bool:
    is_new = _passing(after, "Allow", key) - _passing(before, "Allow", key)
    return bool((is_new | _passing(before, "Deny", key)) - _passing(after, "Deny", key))


def of(kind: Kind, document: dict[str, Any]) -> Permissions:
    return Permissions(kind, (policy(document),))


REST = [
    {"Effect": "Allow", "Principal": {"Service": ["x.amazonaws.com"]}, "Action": ["s3:*"], "Resource": ["a"]},
    {
        "Effect": "Deny",
        "Principal": {"Service": ["x.amazonaws.com"]},
        "Action": ["s3:PutObject", "s3:Get*"],
        "Resource": ["a"],
    },
]


@pytest.mark.thorough
@settings(max_examples=250, deadline=None)
@given(pairs())
@example(("app:count", _document([]), _document(REST)))
def test_permissions_are_wider_exactly_where_a_request_passes_that_did_not(
    drawn: tuple[str, dict[str, Any], dict[str, Any]],
) -> None:
    key, before, after = drawn
    found = wider(of(Kind.RESOURCE, before), of(Kind.RESOURCE, after), ACCOUNT, now=NOW)
    assert bool(found) is _is_wider(before, after, key)


NAMES = st.sampled_from(["a", "a/*", "a/${app:user}", "${app:user}/*", "${app:user}", "*", "b"])
OWN = st.builds(
    lambda effect, names, conditions: {"Effect": effect, "Action": "s3:GetObject", **names, **conditions},
    st.sampled_from(["Allow", "Allow", "Deny"]),
    _element("Resource", st.lists(NAMES, min_size=1, max_size=2)),
    st.sampled_from(
        [
            {},
            {"Condition": {"StringEquals": {"app:tag": ["${app:user}"]}}},
            {"Condition": {"StringNotEquals": {"app:tag": ["${app:user}"]}}},
            {"Condition": {"StringNotEquals": {"app:tag": ["b"]}, "StringLike": {"app:tag": ["${app:user}"]}}},
            {"Condition": {"StringLike": {"app:tag": ["*"]}}},
        ]
    ),
)
REQUESTS = {key: _requests(key) for key in KEYS}
REQUESTS["app:user"] = [
    Request("AWS:me", "s3:GetObject", resource, {"app:user": (user,), **({"app:tag": (tag,)} if tag else {})})
    for resource in ("a", "b", "c", "a/a", "a/b", "b/c", "c/c")
    for user in ("a", "b", "c", "a/b")
    for tag in ("", "a", "b", "c")
]


@pytest.mark.thorough
@settings(max_examples=250, deadline=None)
@given(st.lists(OWN, min_size=1, max_size=3), st.lists(OWN, min_size=1, max_size=3))
def test_no_request_passes_unseen_whatever_a_variable_stands_for(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    found = wider(of(Kind.IDENTITY, _document(before)), of(Kind.IDENTITY, _document(after)), ACCOUNT, now=NOW)
    if not found:
        assert not _is_wider(_document(before), _document(after), "app:user")


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(pairs())
def test_nothing_is_wider_than_itself_in_another_order(drawn: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    _, before, after = drawn
    both = [*before["Statement"], *after["Statement"]]
    for kind in Kind:
        whole = of(kind, _document(both))
        assert wider(whole, of(kind, _document(both[::-1])), ACCOUNT, now=NOW) == []
        assert wider(whole, Permissions(kind, (policy(before), policy(after))), ACCOUNT, now=NOW) == []
