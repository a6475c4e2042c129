import datetime
from collections import deque

from voicemind.insight.asked import Request, Requests
from voicemind.insight.clauses import Clause
from voicemind.insight.people import Roster
from voicemind.insight.tasks import Task, TaskReader
from voicemind.timeline.event import Participant
from voicemind.timeline.segment import Segment

DUE = datetime.date(2026, 3, 13)


def clause(text: str, at: float, speaker: str) -> Clause:
    return Clause(text, speaker, Segment(at, at + 1), (f"t{at:.0f}",), 0)


def requests() -> Requests:
    roster = Roster()
    for name in ("Maya", "Tom", "Priya"):
        roster.add(Participant(name.lower(), name))
    return Requests(TaskReader(datetime.date(2026, 3, 9), roster), roster, deque())


def ask(addressee: str | None = "tom", due: datetime.date | None = None, offered: bool = False) -> Request:
    task = Task("Send me my list today", frozenset({"list", "valu"}), 0.5, due, referring=False)
    return Request(task, clause("Could you send me my list?", 1, "maya"), addressee, offered)


def test_the_addressee_accepts() -> None:
    known = requests()
    known.add(ask())
    assert known.awaits("tom")
    assert known.answer(clause("Okay", 3, "priya")) is None  # was not asked
    settled = known.answer(clause("Sure, by Friday", 4, "tom"))
    assert settled is not None
    assert (settled.owner, settled.task.due) == ("tom", DUE)
    assert settled.task.text == "Send Maya Maya's list today"
    assert settled.clause.evidence == ("t1", "t4")
    assert known.answer(clause("Yes", 5, "tom")) is None


def test_somebody_else_takes_it() -> None:
    known = requests()
    known.add(ask())
    assert known.answer(clause("Sorry, I can't", 3, "tom")) is None
    settled = known.answer(clause("I'll do it", 5, "priya"))
    assert settled is not None
    assert settled.owner == "priya"


def test_another_day_is_offered_and_taken() -> None:
    known = requests()
    known.add(ask())
    known.answer(clause("I can't this week", 3, "tom"))
    settled = known.answer(clause("Next week is fine", 5, "maya"))
    assert settled is not None
    assert (settled.owner, settled.task.due) == ("tom", datetime.date(2026, 3, 20))


def test_offers() -> None:
    known = requests()
    known.add(ask(None, offered=True))
    settled = known.answer(clause("Yes, please", 3, "tom"))
    assert settled is not None
    assert settled.owner == "maya"
    known.add(ask(None, offered=True))
    settled = known.answer(clause("No, let me do it", 3, "priya"))
    assert settled is not None
    assert settled.owner == "priya"


def test_expiry() -> None:
    known = requests()
    known.add(ask(due=DUE))
    known.add(ask(None))
    assert known.expired(10) == []
    assert [s.owner for s in known.expired(60)] == ["tom"]
    assert known.expired(60) == []


def test_a_mere_yes_comes_at_once() -> None:
    known = requests()
    known.add(ask(None))
    for at in (3, 5, 7):
        assert known.answer(clause("The weather is nice", at, "priya")) is None
    assert known.answer(clause("Yes", 9, "tom")) is None


def test_take_back_and_forget() -> None:
    known = requests()
    assert not known.take_back()
    known.add(ask())
    assert known.take_back()
    known.add(ask())
    known.forget(("t1", 0))
    assert known.answer(clause("Sure", 3, "tom")) is None
