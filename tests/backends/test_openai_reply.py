import pytest

from voicemind.backends.openai_reply import parse_reply
from voicemind.errors import BackendError


@pytest.mark.parametrize(
    ("name", "code"), [("english", "en"), ("German", "de"), ("ja", "ja"), ("klingon", ""), (None, "")]
)
def test_languages_come_by_name_or_code(name: str | None, code: str) -> None:
    assert parse_reply({"text": "a", "language": name}).language == code


def test_doubts_are_the_mean_over_segments_and_none_without() -> None:
    segments = [{"avg_logprob": -0.2, "no_speech_prob": 0.1}, {"avg_logprob": -0.4, "no_speech_prob": 0.3}]

    reply = parse_reply({"text": "a b", "segments": segments})

    assert reply.logprob == pytest.approx(-0.3)
    assert reply.no_speech == pytest.approx(0.2)
    assert parse_reply({"text": "a b"}).logprob == 0.0


def test_words_beyond_the_sound_end_with_it() -> None:
    [word] = parse_reply({"text": "a", "words": [{"word": " a ", "start": 0.5, "end": 9.0}]}).words(10.0, 1.0)

    assert (word.text, word.segment.start, word.segment.end) == ("a", 10.5, 11.0)


@pytest.mark.parametrize(
    "body", [None, [], "text", {"txt": ""}, {"text": "a", "words": [1]}, {"text": "a", "segments": [2]}]
)
def test_what_is_no_transcription_says_so(body: object) -> None:
    with pytest.raises(BackendError, match="no transcription"):
        parse_reply(body)
