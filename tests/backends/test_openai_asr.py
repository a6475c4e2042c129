"""The transcription service against a server of its own, on this machine."""

import io
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from tests.backends.asr_service import Answer, Service, serving
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.backends import openai_asr
from voicemind.backends.openai_asr import OpenAiAsr
from voicemind.errors import BackendError
from voicemind.speech.ports import Decode

SAID = {
    "task": "transcribe",
    "language": "german",
    "duration": 1.5,
    "text": "Guten Morgen zusammen.",
    "words": [
        {"word": "Guten", "start": 0.2, "end": 0.5},
        {"word": "Morgen", "start": 0.5, "end": 0.9},
        {"word": "zusammen.", "start": 0.9, "end": 1.4},
    ],
    "segments": [{"avg_logprob": -0.2, "no_speech_prob": 0.01}],
}


def ask(*, final: bool = True, language: str | None = None, start: int = 0) -> Decode:
    sound = np.full(round(1.5 * SAMPLE_RATE), 0.25, np.float32)
    return Decode("A", 0, start, sound, final, 0.0, language=language)


@contextmanager
def asking(*answers: Answer, **options: float | bool | str) -> Iterator[tuple[OpenAiAsr, Service]]:
    with serving(*answers) as service:
        asr = OpenAiAsr(service.url, **options)  # type: ignore[arg-type]
        try:
            yield asr, service
        finally:
            asr.close()


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_asr, "FIRST_WAIT", 0.01)


def test_a_final_has_text_words_and_language() -> None:
    with asking(Answer(SAID), key="secret", model="whisper-large") as (asr, _):
        [answer] = asr.transcribe([ask(start=10 * SAMPLE_RATE)])

    assert answer.text == "Guten Morgen zusammen."
    assert [word.text for word in answer.words] == ["Guten", "Morgen", "zusammen."]
    assert answer.words[1].segment.start == pytest.approx(10.5)
    assert answer.words[1].segment.end == pytest.approx(10.9)
    assert answer.confidence == pytest.approx(np.exp(-0.2))
    assert answer.language == "de"
    assert answer.languages[0][0] == "de"
    assert asr.name == "whisper-large"


def test_what_is_sent_is_what_the_api_asks_for() -> None:
    with asking(Answer(SAID), key="secret", model="whisper-large") as (asr, service):
        asr.transcribe([ask(language="de")])

    [asked] = service.asked
    assert asked["path"] == "/v1/audio/transcriptions"
    assert asked["key"] == "Bearer secret"
    assert asked["model"] == ["whisper-large"]
    assert asked["language"] == ["de"]
    assert asked["response_format"] == ["verbose_json"]
    assert asked["timestamp_granularities[]"] == ["word", "segment"]
    with wave.open(io.BytesIO(asked["file"][0])) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (SAMPLE_RATE, 1, 2)
        pcm = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
    assert len(pcm) == round(1.5 * SAMPLE_RATE)
    assert pcm[0] / 32767 == pytest.approx(0.25, abs=1e-3)


def test_words_to_expect_are_the_prompt() -> None:
    with asking(Answer(SAID)) as (asr, service):
        asr.transcribe([replace(ask(), hints=("Northgate", "Launch date")), ask()])

    assert service.asked[0]["prompt"] == ["Northgate, Launch date."]
    assert "prompt" not in service.asked[1]


def test_no_key_is_no_header_and_no_language_is_no_field() -> None:
    with asking(Answer(SAID)) as (asr, service):
        asr.transcribe([ask()])

    assert service.asked[0]["key"] is None
    assert "language" not in service.asked[0]


def test_a_service_that_knows_only_text_will_do() -> None:
    with asking(Answer({"text": " Yes, exactly "})) as (asr, _):
        [answer] = asr.transcribe([ask(language="en")])

    assert answer.text == "Yes, exactly"
    assert [word.text for word in answer.words] == ["Yes,", "exactly"]
    assert answer.words[0].segment.end <= answer.words[1].segment.start
    assert answer.words[1].segment.end <= 1.5
    assert answer.languages == ()


def test_what_nobody_said_is_left_out() -> None:
    made_up = {
        "text": "Thanks for watching!",
        "language": "english",
        "segments": [{"avg_logprob": -1.2, "no_speech_prob": 0.8}],
    }
    with asking(Answer(made_up)) as (asr, _):
        [answer] = asr.transcribe([ask()])

    assert answer.text == ""
    assert answer.words == ()


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_said_at_once(status: int) -> None:
    refusal = Answer({"error": {"message": "Incorrect API key provided"}}, status)
    with (
        asking(refusal, key="wrong") as (asr, service),
        pytest.raises(BackendError, match=r"refuses the key .*Incorrect API key.*VOICEMIND_ASR_KEY"),
    ):
        asr.transcribe([ask()])

    assert len(service.asked) == 1


def test_a_refused_request_is_said_at_once() -> None:
    with (
        asking(Answer({"error": {"message": "no such model"}}, 404)) as (asr, service),
        pytest.raises(BackendError, match=r"refuses the request \(404, no such model\)"),
    ):
        asr.transcribe([ask()])

    assert len(service.asked) == 1


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    busy = Answer({"error": {"message": "slow down"}}, 429, {"Retry-After": "1"})
    with asking(busy, Answer(SAID)) as (asr, service):
        began = time.monotonic()
        [answer] = asr.transcribe([ask()])

    assert answer.text == "Guten Morgen zusammen."
    assert time.monotonic() - began >= 1.0
    assert asr.retries == 1
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    "failure", [Answer("oops", 500), Answer({}, 503), Answer("<html>", 200), Answer("", 408)], ids=lambda a: a.status
)
def test_a_final_is_not_lost_when_the_service_fails_for_a_while(failure: Answer) -> None:
    with asking(failure, failure, failure, Answer(SAID)) as (asr, service):
        [answer] = asr.transcribe([ask()])

    assert answer.text == "Guten Morgen zusammen."
    assert len(service.asked) == 4
    assert asr.retries == 3


def test_a_slow_answer_is_not_waited_for_for_ever() -> None:
    with asking(Answer(SAID, delay=2.0), Answer(SAID), timeout=0.8) as (asr, service):
        [answer] = asr.transcribe([ask()])

    assert answer.text == "Guten Morgen zusammen."
    assert len(service.asked) >= 2


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Answer("oops", 500), "answered 500, oops"),
        (Answer("<html>hello</html>"), "not JSON"),
        (Answer(SAID, delay=3.0), "did not answer in time"),
    ],
)
def test_a_service_that_stays_broken_is_a_backend_error(failure: Answer, said: str) -> None:
    with asking(failure, patience=0.2, timeout=1.0) as (asr, _), pytest.raises(BackendError, match=said):
        asr.transcribe([ask()])


@pytest.mark.parametrize("body", [{"txt": "hello"}, ["hello"], "null", {"text": "a", "words": [{"word": "a"}]}])
def test_json_that_is_no_transcription_is_said_at_once(body: object) -> None:
    with asking(Answer(body)) as (asr, service), pytest.raises(BackendError, match="no transcription"):
        asr.transcribe([ask()])

    assert len(service.asked) == 1


def test_a_service_that_is_not_there_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_asr, "FIRST_PATIENCE", 0.1)
    with serving(Answer(SAID)) as service:
        url = service.url  # a port that nobody listens on any more
    asr = OpenAiAsr(url)

    with pytest.raises(BackendError, match="cannot be reached"):
        asr.transcribe([ask()])
    asr.close()


def test_what_is_no_address_is_said_at_once() -> None:
    with pytest.raises(BackendError, match="no address"):
        OpenAiAsr("ftp://example.org/v1").transcribe([ask()])


def test_interims_cost_nothing_unless_they_are_wanted() -> None:
    with asking(Answer(SAID)) as (asr, service):
        [answer] = asr.transcribe([ask(final=False)])
        assert answer.text == ""
        assert service.asked == []

    with asking(Answer(SAID), interims=True) as (asr, service):
        [answer] = asr.transcribe([ask(final=False)])
        assert answer.text == "Guten Morgen zusammen."
        assert "".join(piece.text for piece in answer.pieces) == " Guten Morgen zusammen."


def test_an_interim_gets_one_try() -> None:
    with asking(Answer("oops", 500), Answer(SAID), interims=True) as (asr, service):
        [answer] = asr.transcribe([ask(final=False)])

    assert answer.text == ""
    assert len(service.asked) == 1


def test_closing_ends_the_wait_for_another_try() -> None:
    with asking(Answer({}, 429, {"Retry-After": "60"})) as (asr, service):
        failed: list[BaseException] = []

        def run() -> None:
            try:
                asr.transcribe([ask()])
            except BackendError as error:
                failed.append(error)

        # It has answered before, so that it is waited for.
        asr._answered = True
        thread = threading.Thread(target=run)
        thread.start()
        while not service.asked:
            time.sleep(0.01)
        asr.close()
        thread.join(timeout=20)

    assert not thread.is_alive()
    assert failed


def test_closing_ends_the_wait_for_an_answer() -> None:
    failed: list[BaseException] = []
    with asking(Answer(SAID, delay=120.0)) as (asr, service):

        def run() -> None:
            try:
                asr.transcribe([ask()])
            except BackendError as error:
                failed.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        while not service.asked:
            time.sleep(0.01)
        asr.close()
        thread.join(timeout=20)

    assert not thread.is_alive()
    assert "given up" in str(failed[0])
    with pytest.raises(BackendError, match="given up"):
        asr.transcribe([ask()])


def test_answers_come_in_the_order_of_the_requests() -> None:
    texts = [{"text": text} for text in ("one", "two", "three")]
    with asking(*map(Answer, texts)) as (asr, _):
        answers = asr.transcribe([ask(language="en") for _ in texts])

    assert [answer.text for answer in answers] == ["one", "two", "three"]
