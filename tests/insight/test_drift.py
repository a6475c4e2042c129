import itertools

from voicemind.insight.drift import CERTAIN, QUIET, SUSTAINED, DriftAlarm
from voicemind.insight.steps import STEP
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

SURE = (1 + CERTAIN) / 2


def play(chances: list[float], text: str = "the lemon cake in the harbour was closed") -> list[list[Insight]]:
    """One turn and one chance a step; what each step gives."""
    alarm, given = DriftAlarm(), []
    for number, chance in enumerate(chances):
        begin = number * STEP
        alarm.feed(Turn(f"t{number:02d}", Segment(begin, begin + 15), "a", text if chance > CERTAIN else "the budget"))
        given.append(alarm.step(begin + STEP, chance))
    return given


def test_said_after_it_was_sustained_and_closed_when_it_is_over() -> None:
    given = play([0.1] * 3 + [SURE] * (SUSTAINED + 2) + [0.2, 0.2])
    first = 3 + SUSTAINED - 1
    assert [bool(g) for g in given] == [False] * first + [True] * 4 + [False]
    [begun], [ended] = given[first], given[first + 3]
    assert begun.segment == Segment(3 * STEP, (first + 1) * STEP)
    assert begun.evidence[0] == "t03"
    assert "lemon" in " ".join(begun.data["about"])
    assert "ecognised" in begun.text
    assert ended.id == begun.id
    assert (begun.state, ended.state) == ("open", "closed")
    assert ended.segment.end > begun.segment.end


def test_a_break_begins_the_count_anew() -> None:
    assert not any(play(([SURE] * (SUSTAINED - 1) + [CERTAIN]) * 4))


def test_quiet_for_a_while_after_one() -> None:
    given = play(([SURE] * SUSTAINED + [0.0]) * 8)
    starts = [n for n, g in enumerate(given) if g and g[0].state == "open" and not given[n - 1]]
    assert len(starts) >= 2
    assert all(b - a >= QUIET for a, b in itertools.pairwise(starts))


def test_nothing_was_said() -> None:
    alarm = DriftAlarm()
    assert not any(alarm.step(STEP * n, SURE) for n in range(20))
