import numpy as np
import pytest

from tests.fakes import ScriptedAsr
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.speech.ports import Decode, Decoded
from voicemind.speech.transcriber import Transcriber
from voicemind.speech.utterance import Utterance, Voiced
from voicemind.timeline.transcript import Interim, Turn


def utterance(number: int, start: float, seconds: float, *, closed: bool = True) -> Utterance:
    first, size = round(start * SAMPLE_RATE), round(seconds * SAMPLE_RATE)
    return Utterance(number, first, np.zeros(size, np.float32), Voiced(first + 4800, first + size - 3200), closed)


def answer(asr: ScriptedAsr, requests: list[Decode]) -> list[Decoded]:
    return asr.transcribe(requests)


def test_a_closed_utterance_becomes_a_turn() -> None:
    transcriber = Transcriber("t1", "maya", "en")
    asr = ScriptedAsr({("t1", 0): "Good morning."})

    [request] = transcriber.feed(utterance(0, 1.0, 2.0))
    [turn] = transcriber.accept(answer(asr, [request])[0])

    assert isinstance(turn, Turn)
    assert (turn.text, turn.speaker, turn.track, turn.language) == ("Good morning.", "maya", "t1", "en")
    assert turn.segment.start == pytest.approx(1.3)
    assert turn.segment.end == pytest.approx(2.8)
    assert turn.id == "t1-00001300"


def test_nothing_said_is_no_turn() -> None:
    transcriber = Transcriber("t1", "maya", "en")
    [request] = transcriber.feed(utterance(0, 0.0, 1.0))

    assert transcriber.accept(Decoded(request, "")) == []
    assert transcriber.earliest_end is None


def test_interims_agree_step_by_step_and_force_what_is_agreed() -> None:
    transcriber = Transcriber("t1", "maya", "en")
    asr = ScriptedAsr({("t1", 0): "we will meet on Monday"})

    [first] = transcriber.feed(utterance(0, 0.0, 1.0, closed=False))
    [shown] = transcriber.accept(answer(asr, [first])[0])
    assert isinstance(shown, Interim)
    assert (shown.agreed, shown.tentative) == ("", "we will")

    [second] = transcriber.feed(utterance(0, 0.0, 2.0, closed=False))
    assert second.prefix == ()
    [shown] = transcriber.accept(answer(asr, [second])[0])
    assert isinstance(shown, Interim)
    assert (shown.agreed, shown.tentative) == ("we will", "meet on")

    [third] = transcriber.feed(utterance(0, 0.0, 2.5, closed=False))
    assert "".join(piece.text for piece in third.prefix) == " we will"


def test_an_interim_that_comes_after_its_final_was_asked_for_is_not_shown() -> None:
    transcriber = Transcriber("t1", "maya", "en")
    asr = ScriptedAsr()
    [interim] = transcriber.feed(utterance(0, 0.0, 1.0, closed=False))
    [final] = transcriber.feed(utterance(0, 0.0, 1.5))

    assert transcriber.accept(answer(asr, [interim])[0]) == []
    assert len(transcriber.accept(answer(asr, [final])[0])) == 1
    assert transcriber.accept(answer(asr, [interim])[0]) == []


def test_finals_are_asked_for_one_by_one_until_the_language_is_known() -> None:
    transcriber = Transcriber("t1", "maya")
    asr = ScriptedAsr(language=lambda number: ("de", 0.5) if number == 0 else ("fr", 0.95))

    [first] = transcriber.feed(utterance(0, 0.0, 2.0))
    assert first.language is None
    assert transcriber.feed(utterance(1, 3.0, 2.0)) == []

    _, second = transcriber.accept(answer(asr, [first])[0])
    assert isinstance(second, Decode)
    assert second.language is None
    transcriber.accept(answer(asr, [second])[0])

    [third] = transcriber.feed(utterance(2, 6.0, 2.0))
    [fourth] = transcriber.feed(utterance(3, 9.0, 2.0))
    assert (third.language, fourth.language) == ("fr", "fr")


def test_a_language_that_is_never_sure_is_the_likeliest_after_a_while() -> None:
    transcriber = Transcriber("t1", "maya")
    asr = ScriptedAsr(language=lambda number: ("de", 0.6) if number % 3 else ("nl", 0.5))
    for number in range(4):
        [request] = transcriber.feed(utterance(number, number * 5.0, 4.0))
        transcriber.accept(answer(asr, [request])[0])

    [request] = transcriber.feed(utterance(4, 30.0, 4.0))

    assert request.language == "de"


def test_the_earliest_end_is_of_the_first_turn_still_to_come() -> None:
    transcriber = Transcriber("t1", "maya", "en")
    requests = transcriber.feed(utterance(0, 0.0, 2.0)) + transcriber.feed(utterance(1, 3.0, 2.0))
    assert transcriber.earliest_end == pytest.approx(1.8)

    transcriber.accept(answer(ScriptedAsr(), requests[:1])[0])

    assert transcriber.earliest_end == pytest.approx(4.8)
