from collections.abc import Callable, Iterable

import numpy as np
import pytest

from tests.speech.test_diarizer import Spoken
from tests.speech.test_live import TALK, perfect
from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.speech.company import Company
from voicemind.speech.live import LiveConfig
from voicemind.speech.live_voices import Given, LiveVoices
from voicemind.speech.people import PeopleConfig
from voicemind.speech.ports import Localize, Localized
from voicemind.timeline.event import Joined, Participant, Revised, Speech
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

MICROPHONE = Participant("mic", "Meeting room")
Answer = Callable[[Localize, Spoken], Localized]


def turn(start: float, end: float) -> Turn:
    """A turn with a word each half second."""
    words = tuple(Word(f"w{t:g}", Segment(t, t + 0.5)) for t in np.arange(start, end, 0.5).tolist())
    text = " ".join(word.text for word in words)
    return Turn(f"room-{start:g}", Segment(start, end), "mic", text, words, track="room")


def run(
    spoken: Spoken,
    turns: Iterable[Turn],
    seconds: float,
    config: LiveConfig | None = None,
    answer: Answer = perfect,
    company: Company | None = None,
) -> list[tuple[float, Given]]:
    """What is given out at which second heard; a turn is decoded half a second after its end."""
    voices = LiveVoices("room", company or Company(MICROPHONE), config)
    given: list[tuple[float, Given]] = []
    ready = sorted(turns, key=lambda t: t.segment.end)
    heard = 0.0
    while heard < seconds:
        requests = voices.feed(AudioFrame(np.zeros(8000, np.float32), round(heard * SAMPLE_RATE)))
        heard += 0.5
        given += [(heard, one) for request in requests for one in voices.accept(answer(request, spoken))]
        while ready and ready[0].segment.end + 0.5 <= heard:
            given += [(heard, one) for one in voices.hold(ready.pop(0))]
        assert voices.earliest_end <= heard
    given += [(heard, one) for late in ready for one in voices.hold(late)]
    given += [(heard, one) for request in voices.flush() for one in voices.accept(answer(request, spoken))]
    return given + [(heard, one) for one in voices.close()]


def drifting(request: Localize, spoken: Spoken) -> Localized:
    """One voice, that sounds like another person's in the beginning and like both later."""
    found = perfect(request, spoken)
    end = request.start / SAMPLE_RATE + 10
    parts = (1.0, 0.0) if end <= 6 else (0.3, 1.0) if end <= 9 else (1.0, 0.9)
    vector = np.zeros(192, np.float32)
    vector[:2] = parts
    vectors = tuple(None if v is None else (vector / np.linalg.norm(vector)).astype(np.float32) for v in found.vectors)
    return Localized(found.request, found.activity, vectors, found.seconds)


def minutes(given: Iterable[tuple[float, Given]]) -> Minutes:
    found = Minutes()
    for _, one in given:
        found.add(one)
    return found


def test_a_turn_comes_with_its_speakers_two_seconds_after_it() -> None:
    given = run(TALK, [turn(1, 10), turn(13, 19)], 30)
    turns = [(heard, one.id, one.speaker) for heard, one in given if isinstance(one, Turn)]
    assert [(key, speaker) for _, key, speaker in turns] == [("room-1", "mic/1"), ("room-13", "mic/2")]
    for (heard, *_), end in zip(turns, (10, 19), strict=True):
        assert end < heard <= end + 2.0


def test_a_turn_of_two_is_cut_and_no_word_is_lost() -> None:
    whole = turn(9, 19)
    given = run(TALK, [whole], 30)
    parts = list(minutes(given).transcript)
    assert [part.speaker for part in parts] == ["mic/1", "mic/2"]
    assert [word for part in parts for word in part.words] == list(whole.words)


def test_people_are_introduced_before_they_are_named() -> None:
    met: set[str] = set()
    for _, one in run(TALK, [turn(1, 10), turn(13, 19), turn(23, 29)], 30):
        match one:
            case Joined(_, participant):
                assert participant.id not in met
                assert participant.name == f"Meeting room {participant.id[-1]}"
                met.add(participant.id)
            case Speech() | Turn():
                assert one.speaker in met
            case Revised():
                assert {turn.speaker for turn in one.turns} | {speech.speaker for speech in one.speech} <= met
    assert met == {"mic/1", "mic/2"}


def test_the_talk_is_that_of_the_people() -> None:
    found = minutes(run(TALK, [], 30)).annotation.talk_time()
    assert found == {"mic/1": pytest.approx(19, abs=0.2), "mic/2": pytest.approx(9, abs=0.2)}


def test_what_was_wrong_at_two_seconds_is_revised_at_five() -> None:
    def uncertain(request: Localize, spoken: Spoken) -> Localized:
        """Windows that end by 11 s take the second person for the first."""
        early = request.start / SAMPLE_RATE + 10 <= 11
        return perfect(request, [(s, e, 5) for s, e, _ in spoken] if early else spoken)

    spoken: Spoken = [(0, 6, 5), (6, 7, 2), (9, 11, 2), (13, 30, 2)]
    given = run(spoken, [turn(1, 6), turn(9, 10.5)], 30, answer=uncertain)
    first = next((h, one) for h, one in given if isinstance(one, Turn) and one.id == "room-9")
    revised = [(h, one) for h, one in given if isinstance(one, Revised) and one.turns]
    assert first[1].speaker == "mic/1"
    assert [(t.id, t.speaker) for t in revised[0][1].turns] == [("room-9", "mic/2")]
    assert 12 <= revised[0][0] <= 10.5 + 5 + 1
    assert minutes(given).transcript["room-9"].speaker == "mic/2"


def test_people_who_are_one_after_all_are_one_in_all_that_was_said() -> None:
    spoken: Spoken = [(i + 0.1, i + 0.9, 1) for i in range(30)]
    config = LiveConfig(join=10, people=PeopleConfig(same=0.6, follow=0.0))
    given = run(spoken, [turn(1, 3), turn(7, 8), turn(20, 22)], 30, config, drifting)
    assert any(isinstance(one, Turn) and one.speaker == "mic/2" for _, one in given)
    assert {one.speaker for one in minutes(given).transcript} == {"mic/1"}
    assert minutes(given).annotation.labels() == ["mic/1"]


def test_where_nobody_is_heard_the_words_are_the_microphones() -> None:
    given = run([], [turn(1, 3)], 8)
    assert [(one.id, one.speaker) for one in minutes(given).transcript] == [("room-1", "mic")]
    assert [one.participant for _, one in given if isinstance(one, Joined)] == [MICROPHONE]


def test_nothing_at_all() -> None:
    voices = LiveVoices("room", Company(MICROPHONE))
    assert (voices.flush(), voices.close(), voices.pending, voices.waiting) == ([], [], False, None)


def test_people_are_known_again_on_the_next_track() -> None:
    """The second begins with who spoke second on the first: the same ids, and nobody is introduced twice."""
    company = Company(MICROPHONE)
    first = run(TALK, [], 30, company=company)
    second = run([(1, 12, 2), (13, 20, 5), (21, 29, 4)], [], 30, company=company)
    assert {one.participant.id for _, one in first if isinstance(one, Joined)} == {"mic/1", "mic/2"}
    assert [one.participant.id for _, one in second if isinstance(one, Joined)] == ["mic/3"]
    said = minutes(second).annotation
    assert [said.segments(who)[0].start for who in ("mic/2", "mic/1", "mic/3")] == pytest.approx([1, 13, 21], abs=0.1)


def test_after_a_restart_nobody_is_given_the_id_of_somebody_else() -> None:
    company = Company(MICROPHONE)
    company.note("mic/4")
    given = run(TALK, [], 30, company=company)
    people = [one.participant for _, one in given if isinstance(one, Joined)]
    assert [(person.id, person.name) for person in people] == [("mic/5", "Meeting room 5"), ("mic/6", "Meeting room 6")]


def test_who_turned_out_to_be_somebody_else_is_said_to_be_gone() -> None:
    config = LiveConfig(join=10, people=PeopleConfig(same=0.6, follow=0.0))
    spoken: Spoken = [(i + 0.1, i + 0.9, 1) for i in range(30)]
    given = run(spoken, [turn(1, 3), turn(7, 8), turn(20, 22)], 30, config, drifting)
    assert [one.gone for _, one in given if isinstance(one, Revised) and one.gone] == [("mic/2",)]
    assert list(minutes(given).participants) == ["mic/1"]
