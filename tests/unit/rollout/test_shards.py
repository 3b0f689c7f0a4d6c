"""Environments divided among machines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator.rollout.shards import dealt, packed

_NAMES = st.lists(st.sampled_from([f"e{number}" for number in range(40)]), unique=True, min_size=1)


@given(
    _NAMES,
    st.dictionaries(st.sampled_from([f"e{number}" for number in range(40)]), st.floats(0.1, 900)),
    st.integers(1, 50),
)
def test_every_environment_is_in_exactly_one_shard_and_none_is_empty(
    names: list[str], seconds: dict[str, float], shards: int
) -> None:
    found = packed(names, seconds, shards)
    assert sorted(name for shard in found for name in shard) == sorted(names)
    assert all(found)
    assert len(found) == min(shards, len(names))


@given(_NAMES, st.integers(1, 50))
def test_equal_shards_leave_out_nothing(names: list[str], shards: int) -> None:
    found = [name for shard in range(1, shards + 1) for name in dealt(names, shard, shards)]
    assert sorted(found) == sorted(names)


def test_the_longest_goes_alone_where_the_others_take_as_long_together() -> None:
    seconds = {"a": 60.0, "b": 20.0, "c": 20.0, "d": 20.0}
    assert packed(["a", "b", "c", "d"], seconds, 2) == [["a"], ["b", "c", "d"]]


def test_what_nobody_has_timed_counts_as_the_median() -> None:
    assert packed(["a", "b", "new"], {"a": 5.0, "b": 30.0}, 2) == [["b"], ["a", "new"]]
