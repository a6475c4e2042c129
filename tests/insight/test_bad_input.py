"""What no meeting should be, through every analyzer: sensible output, and no failure."""

import datetime
import time

import pytest

from tests.insight.talk import dialogue, items, run, standing
from voicemind.insight.standard import standard_analyzers
from voicemind.timeline.event import Agenda, Event, Joined, Participant, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

DAY = datetime.date(2026, 3, 9)


def everything(events: list[Event]) -> dict[str, Insight]:
    found: dict[str, Insight] = {}
    for analyzer in standard_analyzers(DAY):
        found |= run(analyzer, events)
    return found


def of(text: str) -> dict[str, Insight]:
    return everything(dialogue(text).events)


def test_nothing_at_all() -> None:
    assert not standing(everything([]), "action")


def test_empty_turns() -> None:
    events: list[Event] = [Turn(f"t{n}", Segment(n, n + 1), "a", "  … ") for n in range(30)]
    assert not [i for i in everything(events).values() if i.kind in ("action", "decision", "question", "heat", "drift")]


def test_one_person() -> None:
    found = of("Ann> I will send the price list to legal by Friday.\nAnn> Is the office open on Monday?\n")
    assert [i.data["owner"] for i in standing(found, "action")] == ["Ann"]
    assert not standing(found, "dominance")
    assert not standing(found, "decision")


def test_an_agenda_in_another_language_accuses_nobody_of_drift() -> None:
    said = "Tom> The launch of the product needs two more weeks of testing.\nAda> Then we launch in April.\n" * 20
    found = of(f"@agenda Markteinführung; Haushalt für das nächste Jahr; Verschiedenes\n{said}")
    assert not standing(found, "drift")
    assert standing(found, "coverage")


def test_two_hundred_items() -> None:
    agenda = Agenda(0.0, items(*(f"Point {n} of the list about subject {n}" for n in range(200))))
    talk = dialogue("Tom> Now point seven of the list.\nAda> I will send the list to legal by Friday.\n" * 3)
    found = everything([agenda, *talk.events])
    assert len(standing(found, "coverage")) == 200
    assert len(standing(found, "action")) == 1


@pytest.mark.parametrize("name", ["I", "Will", "May"])
def test_people_who_are_called_like_words(name: str) -> None:
    said = f"{name}> I will send the list to legal by Friday.\nTom> We may see. Will that do? I think it may.\n"
    (action,) = standing(of(said), "action")
    assert action.data["owner"] == name
    assert not standing(of("Tom> I may come. It will rain in May.\n" + f"{name}> Yes.\n"), "action")


def long_meeting(turns: int) -> list[Event]:
    texts = (
        "The pump costs nine thousand euros a winter, as it is broken.",
        "I will send the offer to the city by Friday.",
        "Does anybody know when the city answers?",
        "Then we order the new pump in May.",
        "Yes.",
    )
    events: list[Event] = [Joined(0.0, Participant(p, p.title())) for p in ("ann", "bob", "cem")]
    for n in range(turns):
        segment, who = Segment(3.0 * n, 3.0 * n + 2.5), ("ann", "bob", "cem")[n % 3]
        text = f"{texts[n % 5]} Number {n % 97}."
        events += [Turn(f"t{n}", segment, who, text), Speech(segment, who, who), Tick(3.0 * n + 3)]
    return events


@pytest.mark.soak
def test_ten_thousand_turns_cost_ten_times_as_much_as_one_thousand() -> None:
    spent = []
    for turns in (1000, 10_000):
        start = time.process_time()
        everything(long_meeting(turns))
        spent.append(time.process_time() - start)
    print(f"1,000 turns {spent[0]:.1f} s, 10,000 turns {spent[1]:.1f} s of CPU")  # noqa: T201 - the figure
    assert spent[1] < 25 * spent[0]
