from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from tests.scheduler.jobs import decode, embed, final, interim, nobody
from voicemind.scheduler import LIGHT, RUNGS, Batch, Job, Ladder, Queue, Request, Rung
from voicemind.scheduler.queue import INTERIMS, PATIENT, TOLERANCE
from voicemind.speech.ports import Decode, Decoded

TRACKS = "ABCDEF"


@dataclass
class Book:
    """A queue under random use, and what ought to be true of it."""

    queue: Queue
    lanes: int
    now: float = 0.0
    submitted: list[Job] = field(default_factory=list)
    dropped: list[Request] = field(default_factory=list)
    taken: list[Job] = field(default_factory=list)
    running: list[Batch] = field(default_factory=list)

    def submit(self, job: Job) -> None:
        self.submitted.append(job)
        self.dropped += self.queue.submit(job, self.now)

    def take(self) -> Batch | None:
        waiting = self.waiting()
        batch = self.queue.take(self.now)
        if batch is None:
            return None
        self.taken += batch.jobs
        self.running.append(batch)
        self.check_batch(batch, waiting)
        return batch

    def waiting(self) -> list[Job]:
        gone = {id(job.request) for job in self.taken} | {id(request) for request in self.dropped}
        return [job for job in self.submitted if id(job.request) not in gone]

    def check_batch(self, batch: Batch, waiting: list[Job]) -> None:
        kinds = {(type(job.request), job.interim) for job in batch.jobs}
        assert len(kinds) == 1
        assert len(self.running) <= self.lanes
        if isinstance(batch.jobs[0].request, Decode) and not batch.interim:
            assert len(batch.jobs) == 1  # its text must not depend on others
        firm = [job.due for job in waiting if not job.interim]
        if batch.interim:
            assert len(batch.jobs) <= INTERIMS
            tracks = [job.track for running in self.running if running.interim for job in running.jobs]
            assert len(tracks) == len(set(tracks))  # one at a time, of each track
        else:
            assert batch.jobs[0].due == min(firm)
            assert [job.due for job in batch.jobs] == sorted(job.due for job in batch.jobs)

    def finish(self, index: int) -> None:
        if self.running:
            batch = self.running.pop(index % len(self.running))
            self.queue.finish(batch, self.now)


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    due = draw(st.floats(0, 60))
    track, utterance = draw(st.sampled_from(TRACKS)), draw(st.integers(0, 3))
    match draw(st.sampled_from(["final", "interim", "interim", "embed"])):
        case "final":
            return final(track, utterance, due)
        case "interim":
            return interim(track, utterance, due)
        case _:
            return embed(due)


STEPS = st.lists(st.one_of(jobs(), st.just("take"), st.integers(0, 3), st.floats(0.1, 3.0)), max_size=80)


@given(STEPS, st.integers(1, 3), st.booleans())
def test_whatever_comes_finals_are_run_and_interims_are_run_or_dropped(
    steps: list[Job | str | int | float], lanes: int, behind: bool
) -> None:
    book = Book(Queue(lanes, Ladder() if behind else None), lanes)
    for step in steps:
        match step:
            case Job():
                book.submit(step)
            case "take":
                book.take()
            case int():
                book.finish(step)
            case float():
                book.now += step
            case _:
                raise AssertionError
    while book.waiting() or book.running:
        while book.take():
            pass
        assert book.running
        book.finish(0)

    assert len(book.queue) == 0
    assert book.queue.audio == 0.0
    assert all(isinstance(request, Decode) and not request.final for request in book.dropped)
    ended = [id(job.request) for job in book.taken] + [id(request) for request in book.dropped]
    assert sorted(ended) == sorted(id(job.request) for job in book.submitted)


@given(st.lists(st.floats(0, 20), min_size=1, max_size=30))
def test_finals_are_run_in_the_order_of_their_deadlines(dues: list[float]) -> None:
    queue = Queue(1)
    for number, due in enumerate(dues):
        queue.submit(final(utterance=number, due=due), 0.0)

    found = []
    while batch := queue.take(0.0):
        found.append(batch.jobs[0].due)
        queue.finish(batch, 0.0)

    assert found == sorted(dues)


def test_an_interim_may_be_late_before_a_final_has_to_wait_for_it() -> None:
    queue = Queue(1)
    queue.submit(interim(due=10.0), 9.0)
    queue.submit(final("B", due=10.0 + TOLERANCE), 9.0)
    assert taken(queue) == ["B"]

    queue = Queue(1)
    queue.submit(interim(due=10.0), 9.0)
    queue.submit(final("B", due=10.1 + TOLERANCE), 9.0)
    assert taken(queue) == ["A"]


def taken(queue: Queue, now: float = 9.0) -> list[str]:
    batch = queue.take(now)
    assert batch is not None
    return [job.request.track for job in batch.jobs if isinstance(job.request, Decode)]


def test_an_interim_that_replaces_another_keeps_its_place_in_the_line() -> None:
    queue = Queue(1)
    queue.submit(interim("A", due=1.0), 0.0)
    queue.submit(interim("B", due=2.0), 0.0)
    queue.submit(interim("A", due=3.0), 0.0)

    batch = queue.take(0.0)
    assert batch is not None
    assert [job.due for job in batch.jobs] == [1.0, 2.0]


def test_interims_of_several_tracks_go_together_but_leave_no_lane_idle() -> None:
    for lanes, expected in [(1, ["ABC", "DEF"]), (2, ["ABC", "DEF"]), (3, ["AB", "CD", "EF"])]:
        queue = Queue(lanes)
        for number, track in enumerate(TRACKS):
            queue.submit(interim(track, due=float(number)), 0.0)
        found = []
        while batch := queue.take(0.0):
            found.append("".join(job.request.track for job in batch.jobs if isinstance(job.request, Decode)))
            if lanes == 1:
                queue.finish(batch, 0.0)
        assert found == expected


def test_texts_are_embedded_together() -> None:
    queue = Queue(1)
    for due in (1.0, 2.0, 3.0):
        queue.submit(embed(due), 0.0)
    queue.submit(final(due=2.5), 0.0)

    batch = queue.take(0.0)
    assert batch is not None
    assert [job.due for job in batch.jobs] == [1.0, 2.0]


def test_patient_work_leaves_a_lane_for_what_is_urgent() -> None:
    queue = Queue(2)
    for number in range(3):
        queue.submit(final("upload", number, due=1000.0 + number), 0.0)
    assert taken(queue, 0.0) == ["upload"]
    assert queue.take(0.0) is None
    queue.submit(final("room", due=1.0), 0.0)
    assert taken(queue, 0.0) == ["room"]
    assert queue.take(0.0) is None

    alone = Queue(1)
    alone.submit(final("upload", due=PATIENT + 1), 0.0)
    assert taken(alone, 0.0) == ["upload"]


class Stuck(Ladder):
    """Stays on one rung."""

    def __init__(self, rung: Rung) -> None:
        super().__init__([rung])


def test_a_rung_spaces_the_interims_of_each_track() -> None:
    queue = Queue(1, Stuck(RUNGS[1]))
    queue.submit(interim("A", due=0.5), 0.0)
    batch = queue.take(0.0)
    assert batch is not None
    queue.finish(batch, 0.1)

    early, other, later = interim("A", due=1.2), interim("B", due=1.2), interim("A", due=2.0)
    assert queue.submit(early, 0.7) == [early.request]
    assert queue.submit(other, 0.7) == []
    assert queue.submit(later, 1.5) == []


def test_a_rung_lowers_the_beam_of_finals_and_then_the_model_but_not_of_patient_work() -> None:
    queue = Queue(2, Stuck(LIGHT))
    queue.submit(final(due=1.0), 0.0)
    queue.submit(final("upload", due=1000.0), 0.0)
    urgent, patient = queue.take(0.0), queue.take(0.0)
    assert urgent is not None
    assert patient is not None
    assert [(b.light, b.requests[0].beam) for b in (urgent, patient) if isinstance(b.requests[0], Decode)] == [
        (True, 1),
        (False, None),
    ]
    assert isinstance(urgent.jobs[0].request, Decode)
    assert urgent.jobs[0].request.beam is None  # what was asked for stays as it is


def test_lag_is_of_the_most_urgent_that_waits_or_runs() -> None:
    queue = Queue(1)
    assert queue.lag(5.0) == 0.0
    queue.submit(final(due=3.0), 0.0)
    queue.submit(interim("B", due=4.0), 0.0)
    assert queue.lag(2.0) == 0.0
    assert queue.lag(5.0) == 2.0
    batch = queue.take(5.0)
    assert batch is not None
    assert queue.lag(6.0) == 3.0
    queue.finish(batch, 6.0)
    assert queue.lag(6.0) == 2.0


def test_the_sound_that_waits_for_finals_is_counted() -> None:
    queue = Queue(1)
    queue.submit(final(seconds=3.0), 0.0)
    queue.submit(final(utterance=1, seconds=2.0), 0.0)
    queue.submit(interim("B"), 0.0)
    assert queue.audio == 5.0
    queue.take(0.0)
    assert queue.audio == 2.0


def test_callers_that_have_tracks_of_the_same_name_are_apart() -> None:
    queue = Queue(1)
    other: list[Decoded] = []
    queue.submit(interim(), 0.0)
    assert queue.submit(Job(decode(final=False), 1.0, other.append), 0.0) == []  # type: ignore[arg-type]
    assert queue.submit(Job(decode(final=False), 1.0, nobody), 0.0) != []
