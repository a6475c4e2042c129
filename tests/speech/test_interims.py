import numpy as np

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.speech.interims import CONTEXT, TRIM_AFTER, InterimWindow, OpenUtterance
from voicemind.speech.ports import Decode, Decoded, Piece
from voicemind.speech.utterance import Utterance, Voiced

START = 16_000  # sample at which the utterance begins


def heard(seconds: float) -> Utterance:
    size = round(seconds * SAMPLE_RATE)
    return Utterance(0, START, np.arange(size).astype(np.float32), Voiced(START, START + size), closed=False)


def answer(window: InterimWindow, text: str, step: float = 0.5) -> Decoded:
    """A recogniser's answer: a word each ``step`` seconds of the window."""
    offset = window.start / SAMPLE_RATE
    pieces = tuple(
        Piece(f" {word}", (hash(word),), offset + (i + 1) * step if window.timed else None)
        for i, word in enumerate(text.split())
    )
    request = Decode(
        "A", 0, window.start, window.samples, False, 0.0, window.prefix, before=window.before, timed=window.timed
    )
    return Decoded(request, text, pieces=pieces)


def ask(utterance: OpenUtterance, seconds: float) -> InterimWindow:
    window = utterance.window(heard(seconds))
    assert window is not None
    return window


def text(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces).strip()


def test_a_short_window_is_the_whole_utterance_and_needs_no_times() -> None:
    window = ask(OpenUtterance(0, START), 1.0)

    assert (window.start, len(window.samples), window.prefix, window.before) == (START, SAMPLE_RATE, (), ())
    assert not window.timed


def test_times_of_words_are_asked_for_once_a_window_is_long_enough() -> None:
    utterance = OpenUtterance(0, START)

    assert not ask(utterance, TRIM_AFTER - 0.5).timed
    assert ask(utterance, TRIM_AFTER).timed


def test_a_long_window_is_trimmed_to_what_is_not_agreed_and_some_words_before() -> None:
    utterance = OpenUtterance(0, START)
    utterance.accept(answer(ask(utterance, 3.0), "one two three four five six"))
    window = ask(utterance, 4.0)
    assert window.timed
    utterance.accept(answer(window, "one two three four five six seven eight"))

    trimmed = ask(utterance, 5.0)

    agreed_end = START / SAMPLE_RATE + 3.0
    assert text(trimmed.prefix) == "six"
    assert text(trimmed.before) == "one two three four five"
    assert trimmed.start / SAMPLE_RATE <= agreed_end - CONTEXT
    assert trimmed.samples[0] == trimmed.start - START  # they are the samples from there on


def test_what_a_trimmed_window_says_goes_on_from_what_is_agreed() -> None:
    utterance = OpenUtterance(0, START)
    utterance.accept(answer(ask(utterance, 3.0), "one two three four five six"))
    utterance.accept(answer(ask(utterance, 4.0), "one two three four five six seven eight"))

    agreed, tentative = utterance.accept(answer(ask(utterance, 5.0), "six seven eight nine"))

    assert text(agreed) == "one two three four five six seven eight"
    assert text(tentative) == "nine"


def test_commas_and_capitals_do_not_keep_words_from_being_agreed() -> None:
    utterance = OpenUtterance(0, START)
    utterance.accept(answer(ask(utterance, 1.0), "well yes"))

    agreed, _ = utterance.accept(answer(ask(utterance, 2.0), "Well, yes. But"))

    assert text(agreed) == "Well, yes."


def test_a_decoder_that_goes_round_is_not_shown_doing_so() -> None:
    utterance = OpenUtterance(0, START)

    _, shown = utterance.accept(answer(ask(utterance, 2.0), "I tested it with I tested it with"))
    assert text(shown) == "I tested it with"

    _, shown = utterance.accept(answer(ask(utterance, 3.0), "it was very very good, and it was very late"))
    assert text(shown) == "it was very very good, and it was very late"


def test_a_loop_is_never_agreed() -> None:
    utterance = OpenUtterance(0, START)
    for seconds in (2.0, 3.0, 4.0):
        agreed, _ = utterance.accept(answer(ask(utterance, seconds), "I tested it with I tested it with"))

    assert text(agreed) == "I tested it with"


def test_an_answer_that_contradicts_what_is_agreed_is_not_shown() -> None:
    utterance = OpenUtterance(0, START)
    first = ask(utterance, 1.0)
    utterance.accept(answer(first, "one two"))
    utterance.accept(answer(ask(utterance, 2.0), "one two three"))

    agreed, tentative = utterance.accept(answer(first, "one too many"))

    assert (text(agreed), tentative) == ("one two", ())


def test_the_longer_a_window_the_fewer_interims() -> None:
    utterance = OpenUtterance(0, START)
    ask(utterance, 14.0)

    assert utterance.window(heard(14.7)) is None
    assert utterance.window(heard(16.0)) is not None
