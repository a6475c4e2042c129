"""Hypothesis strategies of the vocabulary."""

import datetime

from hypothesis import settings
from hypothesis import strategies as st

from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.annotation import Annotation, Labelled
from voicemind.timeline.event import Agenda, Joined, Participant, Speech
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

few = settings(max_examples=40)  # for whole meetings, which are dear to draw

# A grid of eighths makes touching and equal edges likely, and is exact in binary.
times = st.integers(0, 240).map(lambda n: n / 8)
raw_segments = st.builds(Segment, times, times)  # also empty and inverted ones
labels = st.sampled_from(["Maya", "Tom", "Priya", "Victor Hugo", "Victor_Hugo", ""])
tracks = st.sampled_from(["", "a", "b"])
annotations = st.lists(st.builds(Labelled, raw_segments, labels, tracks), max_size=12).map(Annotation)

any_time = st.floats(-1e4, 1e6, allow_nan=False)
any_segment = st.builds(Segment, any_time, any_time)
any_text = st.text(max_size=80)  # controls, markup, right-to-left, lone surrogates: everything
speakers = st.sampled_from(["p1", "p2", "p3"])

_talk = st.text(st.sampled_from("aé語<>&-.,!? \n"), max_size=300)


@st.composite
def turns(draw: st.DrawFn, number: int) -> Turn:
    """A turn of any text and times; with the words of its text, of another text, or without any."""
    text = draw(st.one_of(any_text, _talk))
    spoken = draw(st.sampled_from([text, text, "something else"])).split()
    words = tuple(Word(word, draw(any_segment), draw(st.floats(0, 1))) for word in spoken[: draw(st.integers(0, 200))])
    return Turn(f"turn-{number}", draw(any_segment), draw(speakers), text, words, language="en")


@st.composite
def meetings(draw: st.DrawFn) -> Minutes:
    """Minutes of anything that could ever be said by people with any names."""
    minutes = Minutes(draw(any_text), draw(st.none() | st.dates(datetime.date(1990, 1, 1))), "tiny.en")
    for speaker in draw(st.sets(speakers)):
        minutes.add(Joined(0.0, Participant(speaker, draw(any_text))))
    for segment in draw(st.lists(any_segment, max_size=6)):
        minutes.add(Speech(segment, "track", draw(speakers)))
    for number in range(draw(st.integers(0, 5))):
        minutes.add(draw(turns(number)))
    titles = draw(st.lists(any_text, max_size=3))
    minutes.add(Agenda(0.0, tuple(AgendaItem(f"item-{i}", title) for i, title in enumerate(titles))))
    for number, kind in enumerate(draw(st.lists(st.sampled_from(KINDS), max_size=6))):
        data = draw(st.dictionaries(st.sampled_from(KEYS), any_text | st.floats() | st.none() | st.booleans()))
        minutes.add(
            Insight(kind, draw(any_segment), draw(any_text), draw(st.none() | speakers), (f"turn-{number}",), data=data)
        )
    return minutes


KINDS = ["action", "decision", "question", "avoided", "heat", "summary", "acronym", "topic", "floor_take", "coverage"]
KEYS = ["owner", "due", "done", "why", "answered", "by", "of", "item", "coverage", "seconds", "status", "agenda_item"]
