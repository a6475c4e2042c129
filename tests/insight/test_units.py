from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.units import IPU_GAP, Units
from voicemind.timeline.segment import Segment, union


def test_short_pauses_are_inside_a_unit() -> None:
    units = Units(60.0)
    assert units.add("ann", Segment(0, 1)) == (Segment(0, 1), [])
    assert units.add("ann", Segment(1.2, 2)) == (Segment(0, 2), [Segment(0, 1)])
    assert units.add("ann", Segment(2.4, 3)) == (Segment(2.4, 3), [])
    assert list(units) == [("ann", Segment(0, 2)), ("ann", Segment(2.4, 3))]


def test_others() -> None:
    units = Units(60.0)
    units.add("ann", Segment(0, 1))
    units.add("bob", Segment(0, 2))
    assert list(units.others("ann")) == [("bob", Segment(0, 2))]


def test_what_is_long_ago_is_forgotten_but_for_the_last() -> None:
    units = Units(10.0)
    for start in (0, 5, 20):
        units.add("ann", Segment(start, start + 1))
    units.add("bob", Segment(0, 1))
    units.forget(21)
    assert list(units) == [("ann", Segment(20, 21)), ("bob", Segment(0, 1))]


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), max_size=30))
def test_in_any_order_the_units_are_the_same(speech: list[tuple[int, int]]) -> None:
    segments = [Segment(a / 4, (a + length) / 4) for a, length in speech]  # exact in floating point
    units = Units(1000.0)
    for segment in segments:
        units.add("ann", segment)
    assert [unit for _, unit in units] == union(segments, IPU_GAP - 1e-9)
