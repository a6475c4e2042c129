import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.insight.cover import Cover
from voicemind.timeline.segment import Segment, gaps, intersection, total, union

segments = st.lists(st.builds(lambda a, d: Segment(a, a + d), st.integers(0, 60), st.integers(0, 9)), max_size=30)


@given(segments, st.booleans())
def test_the_same_as_the_union(found: list[Segment], ordered: bool) -> None:
    cover = Cover()
    seen: list[Segment] = []
    for segment in sorted(found, key=lambda s: s.end) if ordered else found:
        assert union(cover.add(segment)) == gaps(seen, segment)
        seen.append(segment)
        assert cover.total == pytest.approx(total(seen))
        assert cover.since(-1) == union(seen)
    window = Segment(20, 40)
    assert cover.overlapping(window) == intersection(seen, [window])
    assert cover.seconds(window) == pytest.approx(total(intersection(seen, [window])))


def test_short_pieces_do_not_count() -> None:
    cover = Cover(shortest=0.3)
    cover.add(Segment(0, 0.2))
    assert cover.total == 0
    cover.add(Segment(0.2, 0.5))
    assert cover.total == pytest.approx(0.5)


def test_gap_joins() -> None:
    cover = Cover()
    cover.add(Segment(0, 10), gap=2)
    cover.add(Segment(11, 20), gap=2)
    cover.add(Segment(30, 31), gap=2)
    assert cover.longest == 20
