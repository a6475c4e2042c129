import pytest

from tests.insight.talk import run, standing
from voicemind.insight.balance import corrected_gini
from voicemind.insight.dynamics import Dynamics
from voicemind.timeline.event import Event, Joined, Left, Participant, Revised, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def meeting(parts: dict[str, float], minutes: int, people: tuple[str, ...] = ()) -> list[Event]:
    """Everybody speaks in turn, in each minute for the given seconds."""
    events: list[Event] = [Joined(0, Participant(p.lower(), p)) for p in (people or tuple(parts))]
    for minute in range(minutes):
        time = 60.0 * minute
        for name, seconds in parts.items():
            segment = Segment(time, time + seconds)
            if segment:
                events += [Speech(segment, name, name.lower())]
                events += [Turn(f"{name}{minute}", segment, name.lower(), "words")]
            time += seconds
        events += [Tick(60.0 * minute + s) for s in range(1, 61)]
    return sorted(events, key=lambda e: (e.time, isinstance(e, Tick)))


def balance(found: dict[str, Insight], scope: str = "meeting") -> Insight:
    return found[f"balance:{scope}"]


def test_balance_of_the_meeting() -> None:
    data = balance(run(Dynamics(), meeting({"Ana": 30, "Bo": 20, "Cy": 0}, 5))).data
    assert {s["name"]: s["share"] for s in data["speakers"]} == {"Ana": 0.6, "Bo": 0.4, "Cy": 0.0}
    assert data["gini"] == pytest.approx(corrected_gini([150, 100, 0]), abs=1e-4)
    assert data["silence_share"] == pytest.approx(1 / 6, abs=1e-3)
    assert data["overlap_share"] == 0.0
    assert data["scope"] == "meeting"


def test_window_forgets() -> None:
    early = meeting({"Ana": 50, "Bo": 0}, 5)
    late = [e for e in meeting({"Ana": 0, "Bo": 50}, 10) if e.time > 300]
    found = run(Dynamics(), [*early, *late])
    assert {s["name"]: s["share"] for s in balance(found, "window").data["speakers"]} == {"Ana": 0.0, "Bo": 1.0}
    assert {s["name"]: s["share"] for s in balance(found).data["speakers"]} == {"Ana": 0.5, "Bo": 0.5}


def test_overlap_leaves_out_bleed() -> None:
    speech = [Speech(Segment(0, 10), "a", "a"), Speech(Segment(9.8, 20), "b", "b"), Speech(Segment(18, 22), "a", "a")]
    found = run(Dynamics(), [*speech, Tick(22.0)])
    assert balance(found).data["overlap_share"] == pytest.approx(2 / 22, abs=1e-3)


def test_somebody_dominates() -> None:
    found = run(Dynamics(), meeting({"Ana": 40, "Bo": 6, "Cy": 4, "Di": 3}, 30))
    alerts = standing(found, "dominance")
    assert {(i.speaker, i.data["scope"]) for i in alerts} == {("Ana", "meeting")}
    assert alerts[0].data["share"] == pytest.approx(40 / 53, abs=0.03)
    assert alerts[0].evidence
    assert alerts[0].confidence <= 0.95


def test_nobody_dominates_an_even_talk() -> None:
    assert not standing(run(Dynamics(), meeting({"Ana": 15, "Bo": 14, "Cy": 13, "Di": 12}, 30)), "dominance")


def test_half_of_the_talk_among_four_is_not_dominance() -> None:
    assert not standing(run(Dynamics(), meeting({"Maya": 12, "Tom": 29, "Priya": 6, "Victor": 8}, 10)), "dominance")


def test_one_person_dominates_nobody() -> None:
    found = run(Dynamics(), meeting({"Ana": 55}, 30))
    assert not standing(found, "dominance")
    assert not standing(found, "silent")
    assert balance(found).data["entropy"] == 1.0


def test_a_presentation_in_an_even_meeting_is_withdrawn_at_the_end() -> None:
    even = meeting({"Ana": 14, "Bo": 14, "Cy": 14, "Di": 14}, 60)
    long = [e for e in meeting({"Ana": 55, "Bo": 0, "Cy": 0, "Di": 0}, 12) if not isinstance(e, Joined)]
    events = [*long, *(e for e in even if e.time > 720)]
    given: list[Insight] = []
    dynamics = Dynamics()
    for event in [*(e for e in even if isinstance(e, Joined)), *events]:
        given += dynamics.feed(event)
    assert [i for i in given if i.kind == "dominance"]
    last = {i.id: i for i in [*given, *dynamics.flush()] if i.kind == "dominance"}
    assert {i.state for i in last.values()} <= {"withdrawn", "closed"}


def test_alert_ends_when_the_others_speak() -> None:
    first = meeting({"Ana": 54, "Bo": 2, "Cy": 1, "Di": 1}, 15)
    later = [e for e in meeting({"Ana": 10, "Bo": 15, "Cy": 15, "Di": 15}, 60) if e.time > 900]
    found = run(Dynamics(), [*first, *later])
    states = [insight.state for insight in found.values() if insight.kind == "dominance"]
    assert states
    assert "open" not in states


def test_who_has_not_been_heard() -> None:
    found = run(Dynamics(), meeting({"Ana": 25, "Bo": 25}, 6, people=("Ana", "Bo", "Cy")))
    (silent,) = standing(found, "silent")
    assert silent.speaker == "Cy"
    assert silent.id == "silent:cy"


def test_who_left_or_spoke_is_not_silent() -> None:
    events = meeting({"Ana": 25, "Bo": 25}, 12, people=("Ana", "Bo", "Cy", "Di"))
    gone: list[Event] = [Left(30, Participant("cy", "Cy")), Speech(Segment(640, 650), "Di", "di")]
    found = run(Dynamics(), sorted([*events, *gone], key=lambda e: (e.time, isinstance(e, Tick))))
    assert {i.speaker: i.state for i in found.values() if i.kind == "silent"} == {"Di": "closed"}


def test_nothing_said_nothing_measured() -> None:
    assert not run(Dynamics(), [Joined(0, Participant("a", "A")), *(Tick(float(t)) for t in range(400))])


def test_cost_stays_linear() -> None:
    """A meeting of ten hours: what is kept for the last five minutes does not grow."""
    dynamics = Dynamics()
    for minute in range(600):
        dynamics.feed(Speech(Segment(60 * minute, 60 * minute + 20), "a", "a"))
        dynamics.feed(Speech(Segment(60 * minute + 20, 60 * minute + 50), "b", "b"))
        dynamics.feed(Tick(60.0 * minute + 60))
    assert len(dynamics._heard.anyone.since(dynamics._time - 300)) <= 6


def test_a_revision_gives_the_talk_to_who_spoke() -> None:
    """Two at one microphone were heard as three; the balance is that of two who speak alike."""
    speech = {"room/1": (0, 60), "room/2": (60, 90), "room/3": (90, 120)}
    events: list[Event] = [Joined(0, Participant(who, who)) for who in speech]
    events += [Speech(Segment(*time), "room", who) for who, time in speech.items()]
    events += [Turn(who, Segment(*time), who, "words", track="room") for who, time in speech.items()]
    events += [Tick(121)]
    joined = {"room/1": "room/1", "room/2": "room/2", "room/3": "room/2"}
    heard = tuple(Speech(Segment(*time), "room", joined[who]) for who, time in speech.items())
    turns = (Turn("room/3", Segment(90, 120), "room/2", "words", track="room"),)
    events += [Revised(125, turns, heard, gone=("room/3",)), Tick(127)]
    data = balance(run(Dynamics(), events)).data
    assert {s["name"]: s["talk_seconds"] for s in data["speakers"]} == {"room/1": 60, "room/2": 60}
    assert (data["gini"], data["silence_share"]) == (0.0, pytest.approx(7 / 127, abs=1e-3))


def test_a_relabelled_turn_takes_its_time_with_it() -> None:
    first, second = Turn("t0", Segment(0, 10), "a", "words", track="mix"), Segment(10, 30)
    events: list[Event] = [Speech(Segment(0, 30), "mix", "a"), first, Tick(31)]
    events += [Turn("t1", second, "a", "words", track="mix")]
    events += [Revised(32, (Turn("t1", second, "b", "words", track="mix"),)), Tick(40)]
    data = balance(run(Dynamics(), events)).data
    assert {s["id"]: s["talk_seconds"] for s in data["speakers"]} == {"a": 10, "b": 20}


def test_who_turned_out_to_be_somebody_else_is_not_silent() -> None:
    events = meeting({"A": 20, "B": 20}, 12, people=("A", "B", "C"))
    found = run(Dynamics(), [*events, Revised(725.0, (), (), gone=("c",))])
    assert [i.state for i in found.values() if i.kind == "silent"] == ["withdrawn"]
