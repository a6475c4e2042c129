import pytest

from voicemind.bench.streaming import (
    Ended,
    Latencies,
    StreamLog,
    TimedWord,
    flicker,
    latencies,
    longest_wait,
    percentile,
)

WORDS = [TimedWord(word, float(i), i + 0.5) for i, word in enumerate(["good", "morning", "everyone", "we", "begin"])]


def log(*updates: tuple[float, str, str]) -> StreamLog:
    """Updates of: when, what became settled, what may change."""
    found = StreamLog()
    for at, settled, tail in updates:
        found.show(at, tail, settled)
    return found


def test_a_word_counts_from_its_end_to_when_it_is_first_shown_and_to_when_it_stays() -> None:
    found = latencies(log((1.0, "", "Good"), (2.0, "", "Good morning,"), (4.0, "Good morning everyone.", "")), WORDS)

    assert found.shown == [0.5, 0.5, 1.5]
    assert found.settled == [3.5, 2.5, 1.5]
    assert found.ends == [1.5]
    assert found.missed == 2


def test_a_word_cannot_be_shown_before_it_is_said() -> None:
    words = [TimedWord("no", 0.0, 0.5), TimedWord("no", 10.0, 10.5)]
    assert latencies(log((1.0, "", "no no"), (11.0, "", "no no")), words).shown == [0.5, 0.5]


def test_what_follows_a_settled_text_is_looked_for_behind_it() -> None:
    words = [TimedWord(word, float(i), i + 0.5) for i, word in enumerate(["we", "go", "we", "stay", "we", "go"])]
    found = latencies(log((4.0, "We go, we stay,", ""), (6.0, "", "we go")), words)
    assert found.shown == [3.5, 2.5, 1.5, 0.5, 1.5, 0.5]


def test_the_longest_wait_is_while_somebody_speaks() -> None:
    words = [TimedWord("a", 0.0, 1.0), TimedWord("b", 1.2, 6.0), TimedWord("c", 30.0, 31.0)]
    assert longest_wait([], words) == 6.0
    assert longest_wait([0.5, 3.0, 4.0, 40.0], words) == 2.5
    assert longest_wait([], []) == 0.0


def test_flicker_is_what_is_taken_back_for_each_word_of_the_end() -> None:
    steady = log((1.0, "", "a"), (2.0, "", "a b"), (3.0, "a b", ""))
    assert flicker(steady) == 0.0
    # "x y" is taken back for "b", and at the end "c" for "d": three words, of four that stay
    restless = log((1.0, "", "a x y"), (2.0, "", "a b c"), (3.0, "a b", "c"), (4.0, "d e", ""))
    assert flicker(restless) == 3 / 4
    assert flicker(log()) is None


def test_a_row_has_the_percentiles_of_all_streams() -> None:
    row = Latencies(shown=[0.0, 1.0], finals=[2.0], ends=[], gap=3.0).row()
    assert row["interim_p50"] == 0.5
    assert row["interim_p95"] == pytest.approx(0.95)
    assert (row["final_p50"], row["end_p95"], row["gap"]) == (2.0, None, 3.0)
    assert percentile([], 50) is None


def test_a_stream_keeps_up_when_finals_interims_and_waits_are_short() -> None:
    good = Latencies(shown=[1.0], finals=[1.0], gap=2.0)
    assert good.keeps_up()
    assert not Latencies(shown=[1.0], finals=[2.1], gap=2.0).keeps_up()
    assert not Latencies(shown=[3.1], finals=[1.0], gap=2.0).keeps_up()
    assert not Latencies(shown=[1.0], finals=[1.0], gap=5.1).keeps_up()
    assert not Latencies().keeps_up()


def test_finals_count_from_the_end_of_their_utterance() -> None:
    found = log((2.0, "good", ""))
    found.finals.append(Ended(0.5, 2.0))
    assert latencies(found, WORDS).finals == [1.5]
    assert found.text == "good "
