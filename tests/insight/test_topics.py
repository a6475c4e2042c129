import itertools

from tests.insight.talk import items, run, standing
from tests.insight.test_boundaries import talk
from voicemind.insight.topics import Topics
from voicemind.timeline.event import Agenda, Event, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def ticked(turns: list[Turn]) -> list[Event]:
    end = int(turns[-1].time)
    return sorted([*turns, *(Tick(float(t)) for t in range(1, end))], key=lambda e: (e.time, isinstance(e, Tick)))


def gapless(topics: list[Insight]) -> bool:
    return all(a.segment.end == b.segment.start for a, b in itertools.pairwise(topics))


def test_timeline() -> None:
    turns = talk(180)
    topics = standing(run(Topics(), ticked(turns)), "topic")
    assert [t.segment for t in topics] == [Segment(0, 180), Segment(180, turns[-1].time)]
    assert gapless(topics)
    assert [t.id for t in topics] == ["topic:t00", "topic:t18"]
    assert all(t.data == {"agenda_item": None} for t in topics)
    assert any(word in topics[0].text for word in ("catalogue", "budget", "lamps", "pages", "winter", "chairs"))


def test_agenda_item_gives_the_label() -> None:
    turns = talk(180, cue="Now, the network outage.")
    events = [Agenda(0, items("Network outage", "Holidays")), *ticked(turns)]
    topics = standing(run(Topics(), events), "topic")
    assert topics[-1].text == "Network outage"
    assert topics[-1].data == {"agenda_item": "item-1"}


def test_shown_while_the_meeting_goes_on_and_revised() -> None:
    topics = Topics()
    given: list[Insight] = []
    for event in ticked(talk(180)):
        given += topics.feed(event)
        standing_now = {i.id: i for i in given if i.kind == "topic"}
        assert gapless(standing(standing_now, "topic"))
    assert given[0].id == "topic:t00"
    assert len({i.id for i in given}) == 2


def test_no_talk_no_topics() -> None:
    assert not run(Topics(), [Agenda(0, items("Budget")), Tick(30.0)])
    assert not run(Topics(), [Turn("a", Segment(0, 1), "x", "")])


def test_talk_without_content_is_small_talk() -> None:
    (topic,) = run(Topics(), [Turn("a", Segment(0, 5), "x", "yes and so on it is")]).values()
    assert topic.text == "small talk"


def test_one_turn() -> None:
    (topic,) = run(Topics(), [Turn("a", Segment(3, 5), "x", "The budget is tight.")]).values()
    assert topic.segment == Segment(3, 5)
    assert topic.evidence == ("a",)
