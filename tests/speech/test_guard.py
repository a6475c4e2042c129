import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.speech.guard import Evidence, believable, floor, is_laughter, looping, repeats, spoken_words


def heard(
    text: str,
    *,
    logprob: float = -0.4,
    no_speech: float = 0.1,
    voice: float = 0.95,
    seconds: float = 1.0,
    language: str = "en",
) -> bool:
    return believable(Evidence(text, language, seconds, logprob, no_speech, voice))


@pytest.mark.parametrize(
    "text", ["Yes.", "Okay.", "Thank you.", "No, no, no.", "Mm-hmm.", "Uh-huh.", "はい。", "谢谢。"]
)
def test_short_words_that_people_say_come_through(text: str) -> None:
    assert heard(text, language="ja" if text == "はい。" else "zh" if text == "谢谢。" else "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you.", "en"),
        ("Thanks for watching!", "en"),
        ("Thank you. Thank you. Thank you.", "en"),
        ("Vielen Dank fürs Zuschauen.", "de"),
        ("¡Suscríbete al canal!", "es"),
        ("Sottotitoli creati dalla comunità Amara.org", "it"),
        ("Legendas pela comunidade Amara.org", "pt"),
        ("ご視聴ありがとうございました", "ja"),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "zh"),
        ("Thanks for watching!", "de"),
    ],
)
def test_phantoms_need_more_than_other_words(text: str, language: str) -> None:
    doubtful = {"logprob": -0.7, "voice": 0.8, "seconds": 2.0}

    assert not heard(text, language=language, **doubtful)
    assert heard("The budget is ready.", language=language, **doubtful)


def test_a_phrase_inside_a_sentence_is_none() -> None:
    assert heard("Thank you for the slides, they help.", logprob=-0.7, voice=0.8, seconds=2.0)


def test_what_the_recogniser_itself_doubts_is_left_out() -> None:
    assert not heard("Hello there.", logprob=-1.1, no_speech=0.7)
    assert heard("Hello there.", logprob=-1.1, no_speech=0.3)


def test_where_the_detector_doubts_too_more_is_needed() -> None:
    assert heard("Hello there.", logprob=-0.9, voice=0.97)
    assert not heard("Hello there.", logprob=-0.9, voice=0.8)
    assert heard("Hello there.", logprob=-0.6, voice=0.8)
    assert not heard("Hello there.", logprob=-0.6, voice=0.55)


@pytest.mark.parametrize(
    "text", ["Ha ha ha ha", "Hahaha!", "hehehehe", "Oh, oh, oh, oh!", "Da, ah, ah, ah, ah.", "ハハハ"]
)
def test_laughter_is_no_words(text: str) -> None:
    assert is_laughter(text)
    assert not heard(text, logprob=-0.1, voice=1.0)


@pytest.mark.parametrize(
    "text", ["Ha.", "Uh-huh.", "Oh!", "Hello", "Yeah, yeah, yeah.", "Ja, ja, ja.", "Oh, oh, oh, the report is late."]
)
def test_what_is_nearly_laughter_is_said(text: str) -> None:
    assert not is_laughter(text)


def test_ja_is_laughter_in_spanish_only() -> None:
    assert is_laughter("ja ja ja", "es")
    assert not is_laughter("ja ja ja", "de")


@pytest.mark.parametrize("text", ["", "...", "(laughs)", "[music]", "♪ ♪", "*coughs*"])
def test_notes_on_sounds_are_no_words(text: str) -> None:
    assert spoken_words(text) == []
    assert not heard(text, logprob=0.0, voice=1.0)


def test_nobody_says_ninety_letters_in_a_tenth_of_a_second() -> None:
    assert not heard("I will see you in the next video and do not forget to subscribe to my channel", seconds=0.1)


def test_a_word_put_to_a_long_sound_needs_more() -> None:
    assert not heard("No!", logprob=-1.2, voice=0.97, seconds=8.0)
    assert heard("No!", logprob=-1.2, voice=0.97, seconds=0.6)


def test_a_loop_is_noticed_and_speech_is_not() -> None:
    assert looping("fine with me " * 20)
    assert not looping("We can do that, and then we can go home.")
    assert not heard("received " * 30, logprob=-0.1, voice=1.0, seconds=30.0)


@pytest.mark.parametrize(
    ("text", "again"),
    [("Fine with me. Fine with me.", True), ("No, that is not what I said.", False), ("Okay.", False), ("", False)],
)
def test_a_text_that_starts_again_is_noticed(text: str, again: bool) -> None:
    assert repeats(text) is again


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_surer_the_detector_the_less_is_needed(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert floor(low) >= floor(high)


@given(st.text(max_size=60), st.floats(-5, 0), st.floats(0, 1), st.floats(0, 1), st.floats(0, 20))
def test_better_evidence_never_makes_a_text_unbelievable(
    text: str, logprob: float, no_speech: float, voice: float, seconds: float
) -> None:
    if believable(Evidence(text, "en", seconds, logprob, no_speech, voice)):
        assert believable(Evidence(text, "en", seconds, logprob / 2, no_speech, voice))
        assert believable(Evidence(text, "en", seconds, logprob, no_speech / 2, voice))
        assert believable(Evidence(text, "en", seconds, logprob, no_speech, (1 + voice) / 2))
