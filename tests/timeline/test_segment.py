from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.strategies import raw_segments, times
from voicemind.timeline.segment import Segment, gaps, intersection, total, union

STEP = 1 / 16  # the middle of every grid cell of the strategies lies on it
CELLS = [i / 8 + STEP for i in range(250)]


def cover(segments: list[Segment]) -> set[float]:
    """Which cells of the grid a list of segments covers: a second, slower algebra to check against."""
    return {cell for cell in CELLS if any(cell in segment for segment in segments)}


def test_a_segment_is_half_open() -> None:
    segment = Segment(1.0, 2.0)
    assert 1.0 in segment
    assert 2.0 not in segment
    assert segment.duration == 1.0


def test_an_empty_or_inverted_segment_is_false_and_lasts_no_time() -> None:
    assert not Segment(1.0, 1.0)
    assert not Segment(2.0, 1.0)
    assert Segment(2.0, 1.0).duration == 0.0
    assert 1.5 not in Segment(2.0, 1.0)


def test_segments_that_touch_share_nothing() -> None:
    assert not Segment(0.0, 1.0).overlaps(Segment(1.0, 2.0))


def test_segments_sort_by_start_then_end() -> None:
    assert sorted([Segment(1, 3), Segment(0, 9), Segment(1, 2)]) == [Segment(0, 9), Segment(1, 2), Segment(1, 3)]


def test_union_closes_gaps_up_to_the_one_allowed() -> None:
    apart = [Segment(0.0, 1.0), Segment(1.5, 2.0), Segment(3.0, 4.0)]
    assert union(apart, gap=0.5) == [Segment(0.0, 2.0), Segment(3.0, 4.0)]
    assert union(apart, gap=0.49) == apart


@given(raw_segments, raw_segments, times)
def test_and_holds_exactly_the_common_times(a: Segment, b: Segment, time: float) -> None:
    assert (time in (a & b)) == (time in a and time in b)
    assert bool(a & b) == a.overlaps(b) == b.overlaps(a)


@given(raw_segments, raw_segments)
def test_or_is_the_smallest_cover(a: Segment, b: Segment) -> None:
    both = [s for s in (a, b) if s]
    if both:
        assert a | b == Segment(min(s.start for s in both), max(s.end for s in both))
    else:
        assert not a | b


@given(st.lists(raw_segments))
def test_union_is_sorted_disjoint_and_covers_the_same(segments: list[Segment]) -> None:
    merged = union(segments)
    assert cover(merged) == cover(segments)
    assert all(a.end < b.start for a, b in pairwise(merged))
    assert all(merged)
    assert union(merged) == merged


@given(st.lists(raw_segments), st.lists(raw_segments))
def test_intersection_covers_what_both_cover(a: list[Segment], b: list[Segment]) -> None:
    assert cover(intersection(a, b)) == cover(a) & cover(b)
    assert intersection(a, b) == intersection(b, a)


@given(st.lists(raw_segments), raw_segments)
def test_gaps_are_what_is_left_of_the_frame(segments: list[Segment], within: Segment) -> None:
    free = gaps(segments, within)
    assert cover(free) == cover([within]) - cover(segments)
    assert free == union(free)


@given(st.lists(raw_segments))
def test_total_counts_overlapped_time_once(segments: list[Segment]) -> None:
    assert total(segments) == len(cover(segments)) / 8
