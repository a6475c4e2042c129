"""A small meeting that has something in every section."""

import datetime

from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Joined, Participant, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

TURNS = (
    ("t1", 0.0, 4.0, "p1", "Good morning. Let us start with the budget."),
    ("t2", 4.5, 9.0, "p1", "Tom, where are we?"),
    ("t3", 9.0, 15.0, "p2", "We are fine. I will send the numbers by Friday."),
    ("t4", 14.0, 15.5, "p3", "Can we afford the launch?"),
    ("t5", 16.0, 20.0, "p1", "Then it is decided: we launch in May."),
)


def speech(minutes: Minutes) -> None:
    for speaker, name in (("p1", "Maya"), ("p2", "Tom"), ("p3", "Priya"), ("p4", "Victor")):
        minutes.add(Joined(0.0, Participant(speaker, name)))
    for turn_id, start, end, speaker, text in TURNS:
        segment = Segment(start, end)
        minutes.add(Speech(segment, speaker, speaker))
        parts = text.split()
        step = segment.duration / len(parts)
        words = tuple(
            Word(word, Segment(start + i * step, start + (i + 0.9) * step), 0.9) for i, word in enumerate(parts)
        )
        minutes.add(Turn(turn_id, segment, speaker, text, words, confidence=0.87654, language="en"))


WHOLE = Segment(0.0, 70.0)


def messages() -> list[Insight]:
    return [
        Insight(
            "action", Segment(9, 15), "Send the numbers.", "p2", ("t3",), 0.8, {"owner": "Tom", "due": "2026-03-13"}
        ),
        Insight(
            "action", Segment(16, 20), "Book the hall", "p1", ("t5",), data={"owner": None, "due": None, "done": True}
        ),
        Insight("action", Segment(0, 4), "Nothing", "p1", ("t1",), state="withdrawn"),
        Insight("decision", Segment(16, 20), "The launch is in May", "p1", ("t5",), shown=21.0),
        Insight("question", Segment(14, 15.5), "Can we afford the launch?", "p3", ("t4",), data={"answered": False}),
        Insight("question", Segment(4.5, 9), "Tom, where are we?", "p1", ("t2",), data={"answered": True}),
        Insight("avoided", WHOLE, "Audit was not touched", data={"why": "not touched", "item": "Audit"}),
        Insight("avoided", Segment(14, 15.5), "Twice", evidence=("t4",), data={"why": "unanswered"}),
        Insight("avoided", Segment(0, 4), "Hiring was dropped", evidence=("t1",), data={"why": "dropped"}),
        Insight("dominance", WHOLE, "Maya led the talk", "p1"),
        Insight("acronym", Segment(1, 2), "A plug-in's finding", evidence=("t1",)),
        Insight("summary", WHOLE, "The budget is fine and the launch is in May."),
    ]


def figures() -> list[Insight]:
    balance = {"gini": 0.36, "entropy": 0.8, "overlap_share": 0.025, "silence_share": 0.1, "per_minute": [1, 2]}
    return [
        Insight("balance", WHOLE, "", id="balance", data=balance),
        Insight("balance", Segment(0, 60), "", id="balance:window", data={"scope": "window", "gini": 0.99}),
        Insight("floor_take", Segment(14, 15), "", evidence=("t4",), data={"by": "p3", "of": "Tom"}),
        Insight(
            "coverage",
            WHOLE,
            "",
            id="c1",
            data={"item": "i1", "title": "Budget", "coverage": 0.75, "seconds": 12.5, "status": "covered"},
        ),
        Insight(
            "coverage",
            WHOLE,
            "",
            id="c2",
            data={"item": "i2", "title": "Launch", "coverage": 0.2, "seconds": 4.0, "status": "touched"},
        ),
        Insight("topic", Segment(0, 15.5), "Budget and numbers", data={"agenda_item": "i1"}),
        Insight("topic", Segment(15.5, 70), "Launch", data={"agenda_item": None}),
        Insight("relevance", WHOLE, "", data={"scores": [[30, 0.75], (15, 0.25)]}),
    ]


def planning() -> Minutes:
    """Minutes with every kind of insight."""
    minutes = Minutes("Planning", datetime.date(2026, 3, 9), "tiny.en")
    minutes.add(
        Agenda(0.0, (AgendaItem("i1", "Budget", 10, "Tom"), AgendaItem("i2", "Launch"), AgendaItem("i3", "Audit")))
    )
    speech(minutes)
    minutes.add(Tick(70.0))
    for insight in (*messages(), *figures()):
        minutes.add(insight)
    return minutes
