import numpy as np

from voicemind.speech.ports import Localize, Localized
from voicemind.speech.votes import FRAME, OFFSET, Votes, first_frame, runs


def answer(first: int, *speakers: str) -> Localized:
    """A window whose first frame is ``first``; a string a local speaker, x where they speak."""
    activity = np.array([[mark == "x" for mark in speaker] for speaker in speakers]).T
    request = Localize("mix", first * FRAME - OFFSET, np.zeros(0, np.float32), 0.0)
    return Localized(request, activity, (None,) * len(speakers), (0.0,) * len(speakers))


def drawn(speaks: np.ndarray) -> list[str]:
    return ["".join("x" if mark else "." for mark in person) for person in speaks.T]


def test_the_majority_of_the_windows_says_who_speaks() -> None:
    votes = Votes(6, 2)
    votes.add(answer(0, "xxx.."), {0: 0})
    votes.add(answer(1, "xx..."), {0: 0})
    votes.add(answer(2, "xx..."), {0: 1})
    assert drawn(votes.speaks()) == ["xxx...", "......"]


def test_two_speak_where_windows_count_two() -> None:
    votes = Votes(4, 3)
    votes.add(answer(0, "xxx.", ".xx."), {0: 2, 1: 0})
    assert drawn(votes.speaks()) == [".xx.", "....", "xxx."]


def test_who_is_nobody_known_speaks_for_nobody() -> None:
    votes = Votes(3, 1)
    votes.add(answer(0, "xxx"), {})
    assert drawn(votes.speaks()) == ["..."]


def test_what_lies_outside_the_frames_does_not_count() -> None:
    votes = Votes(3, 1, first=10)
    votes.add(answer(8, "xxxx"), {0: 0})
    votes.add(answer(12, "xxxx"), {0: 0})
    votes.add(answer(30, "x"), {0: 0})
    assert drawn(votes.speaks()) == ["xxx"]


def test_frames_move_on_and_people_come_and_are_joined() -> None:
    votes = Votes(4, 1)
    votes.add(answer(0, "xxxx"), {0: 0})
    votes.move(2)
    votes.move(1)  # never back
    votes.widen(2)
    votes.add(answer(4, "xx"), {0: 1})
    assert drawn(votes.speaks()) == ["xx..", "..xx"]
    votes.join({1: 0})
    assert drawn(votes.speaks()) == ["xxxx", "...."]
    votes.move(100)
    assert drawn(votes.speaks()) == ["....", "...."]


def test_a_window_begins_on_the_frame_of_its_sample() -> None:
    assert first_frame(10 * FRAME - OFFSET) == 10


def test_short_pauses_are_closed() -> None:
    active = np.array([1, 1, 0, 1, 0, 0, 0, 1], bool)
    assert runs(active) == [(0, 2), (3, 4), (7, 8)]
    assert runs(active, 1) == [(0, 4), (7, 8)]
    assert runs(active, 3) == [(0, 8)]
