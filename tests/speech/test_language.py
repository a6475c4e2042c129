import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.speech.language import LONGEST_SECONDS, LanguageLock, weighed

German = (("de", 0.95), ("en", 0.03), ("nl", 0.02))
Unsure = (("en", 0.4), ("de", 0.35), ("nl", 0.25))


def test_a_language_that_is_given_stays() -> None:
    lock = LanguageLock("en")
    lock.learn(German, 10.0)

    assert lock.language == "en"


def test_two_sure_seconds_are_enough() -> None:
    lock = LanguageLock()
    assert lock.likely == ()
    lock.learn(German, 2.0)

    assert lock.language == "de"


def test_half_a_second_is_not() -> None:
    lock = LanguageLock()
    lock.learn((("en", 0.79), ("ar", 0.02), ("it", 0.01)), 0.6)  # what base says of a short Italian word

    assert lock.language is None
    lock.learn((("it", 0.96), ("la", 0.02), ("en", 0.005)), 2.0)
    assert lock.language == "it"


def test_once_known_it_never_changes() -> None:
    lock = LanguageLock()
    lock.learn(German, 3.0)
    for _ in range(20):
        lock.learn((("en", 1.0),), 10.0)

    assert lock.language == "de"


def test_doubts_add_up_to_the_likeliest_after_a_while() -> None:
    lock = LanguageLock()
    for _ in range(round(LONGEST_SECONDS)):
        lock.learn(Unsure, 1.0)

    assert lock.language == "en"


def test_what_was_not_named_may_still_be_it() -> None:
    lock = LanguageLock()
    lock.learn((("de", 0.5),), 1.5)
    lock.learn((("fr", 0.99), ("de", 0.01)), 2.0)

    assert lock.language == "fr"


def test_candidates_are_all_there_is() -> None:
    lock = LanguageLock(candidates=("de", "en"))
    assert dict(lock.likely) == {"de": 0.5, "en": 0.5}
    lock.learn((("nl", 0.9), ("de", 0.08), ("en", 0.001)), 2.0)

    assert lock.language == "de"


def test_one_candidate_is_known_at_once() -> None:
    assert LanguageLock(candidates=("ja",)).language == "ja"


def test_noise_without_a_language_teaches_nothing() -> None:
    lock = LanguageLock()
    lock.learn((), 20.0)

    assert lock.language is None


def test_what_is_detected_is_weighed_with_what_is_likely() -> None:
    assert weighed(Unsure, ()) == Unsure
    assert weighed(Unsure, (("de", 0.5), ("nl", 0.5)))[0][0] == "de"
    assert "en" not in dict(weighed(Unsure, (("de", 0.5), ("nl", 0.5))))
    assert weighed(Unsure, (("de", 0.9), ("", 0.1)))[0][0] == "de"
    assert weighed((("fr", 1.0),), (("de", 0.5), ("en", 0.5))) == (("de", 0.5), ("en", 0.5))


codes = st.sampled_from(["en", "de", "es", "it", "pt", "ja", "zh"])
found = st.dictionaries(codes, st.floats(0.001, 1.0), min_size=1).map(
    lambda d: tuple((k, v / max(1.0, sum(d.values()))) for k, v in d.items())
)


@given(st.lists(st.tuples(found, st.floats(0.1, 5.0)), max_size=8))
def test_what_is_likely_adds_up_to_one_and_a_lock_holds(
    answers: list[tuple[tuple[tuple[str, float], ...], float]],
) -> None:
    lock = LanguageLock()
    locked = None
    for detected, seconds in answers:
        lock.learn(detected, seconds)
        assert locked is None or lock.language == locked
        locked = lock.language
        assert sum(p for _, p in lock.likely) == pytest.approx(1.0)
    assert locked != ""
