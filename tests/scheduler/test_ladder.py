from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from voicemind.scheduler import LIGHT, RUNGS, Ladder
from voicemind.scheduler.ladder import BEHIND, CALM, LONGEST_CALM, ROOM, SETTLE

STEP = 0.25  # seconds between two observations
HOUR = 3600.0


def climb(ladder: Ladder, seconds: float, lag: float, busy: float, start: float = 0.0) -> list[int]:
    """Steps of the ladder under a constant observation."""
    found = []
    for number in range(round(seconds / STEP)):
        ladder.observe(start + number * STEP, lag, busy)
        found.append(ladder.step)
    return found


def test_the_rungs_cost_less_and_less() -> None:
    rungs = [*RUNGS, LIGHT]
    for better, worse in pairwise(rungs):
        assert worse.spacing >= better.spacing
        assert (worse.beam or 5) <= (better.beam or 5)
        assert worse.light >= better.light
        assert worse != better


def test_who_is_behind_goes_down_step_by_step_and_no_further_than_the_last_rung() -> None:
    steps = climb(Ladder(), 60, lag=5.0, busy=1.0)

    assert steps == sorted(steps)
    assert steps[0] == 0
    assert set(steps) == set(range(len(RUNGS)))
    assert steps.index(1) * STEP >= SETTLE


def test_a_moment_behind_changes_nothing() -> None:
    ladder = Ladder()
    for number in range(100):
        climb(ladder, SETTLE - 2 * STEP, lag=2 * BEHIND, busy=1.0, start=number * 4.0)
        climb(ladder, STEP, lag=0.0, busy=1.0, start=number * 4.0 + 3.0)
    assert ladder.step == 0


def test_where_there_is_room_again_it_goes_back_to_the_best() -> None:
    ladder = Ladder()
    climb(ladder, 60, lag=5.0, busy=1.0)
    steps = climb(ladder, 120, lag=0.0, busy=0.0, start=60.0)
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == 0
    assert steps.index(len(RUNGS) - 2) * STEP >= CALM


def test_without_room_it_stays_although_nothing_is_late() -> None:
    ladder = Ladder()
    climb(ladder, 5, lag=5.0, busy=1.0)
    before = ladder.step
    assert set(climb(ladder, HOUR, lag=0.0, busy=ROOM + 0.1, start=5.0)) == {before}


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1), st.floats(0.01, 5)), max_size=100))
def test_it_never_skips_a_rung(observations: list[tuple[float, float, float]]) -> None:
    ladder, now = Ladder(), 0.0
    for lag, busy, elapsed in observations:
        before = ladder.step
        now += elapsed
        ladder.observe(now, lag, busy)
        assert abs(ladder.step - before) <= 1
        assert ladder.rung == RUNGS[ladder.step]


@given(st.lists(st.floats(0, 3), min_size=len(RUNGS), max_size=len(RUNGS)))
def test_a_constant_load_does_not_make_it_swing(loads: list[float]) -> None:
    """``loads`` are the shares of the lanes that the work takes on each rung: less on each, as it may be."""
    loads = sorted(loads, reverse=True)
    ladder = Ladder()
    steps = run(ladder, lambda step: loads[step], HOUR)
    changes = sum(a != b for a, b in pairwise(steps))
    # At first down to where it fits; then a step back that was wrong each time that the wait has doubled.
    tries = 1 + next(n for n in range(30) if CALM * 2**n >= LONGEST_CALM)
    assert changes <= len(RUNGS) + 2 * (tries + HOUR / LONGEST_CALM)
    late = steps[len(steps) // 2 :]
    assert sum(a != b for a, b in pairwise(late)) <= 2 * HOUR / 2 / LONGEST_CALM + 2


def run(ladder: Ladder, load: Callable[[int], float], seconds: float) -> list[int]:
    """Steps of the ladder on a machine whose backlog grows with what is too much."""
    backlog, steps = 0.0, []
    for number in range(round(seconds / STEP)):
        share = load(ladder.step)
        backlog = max(0.0, backlog + (share - 1.0) * STEP)
        ladder.observe(number * STEP, backlog, 1.0 if backlog else share)
        steps.append(ladder.step)
    return steps
