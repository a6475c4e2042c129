import numpy as np

from voicemind.speech.people import People, PeopleConfig
from voicemind.speech.ports import Localize, Localized

NOBODY = np.zeros((3, 0))


def voice(*parts: float) -> np.ndarray:
    """A vector with these first coordinates."""
    vector = np.zeros(192, np.float32)
    vector[: len(parts)] = parts
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def answer(*speakers: tuple[np.ndarray | None, float]) -> Localized:
    """Local speakers who all speak, with their vectors and seconds of clean speech."""
    activity = np.zeros((10, 3), bool)
    activity[:, : len(speakers)] = True
    filled = [*speakers, *[(None, 0.0)] * (3 - len(speakers))]
    vectors, seconds = tuple(v for v, _ in filled), tuple(s for _, s in filled)
    return Localized(Localize("mix", 0, np.zeros(0, np.float32), 0.0), activity, vectors, seconds)


def before(people: People) -> np.ndarray:
    return np.zeros((3, len(people)))


def test_nobody_is_opened_on_little_speech() -> None:
    people = People()
    assert people.identify(answer((voice(1), 0.5)), before(people)) == {}
    assert people.identify(answer((voice(1), 2.0)), before(people)) == {0: 0}
    assert len(people) == 1


def test_a_known_voice_is_known_and_another_is_new() -> None:
    people = People()
    people.identify(answer((voice(1), 2.0)), before(people))
    found = people.identify(answer((voice(0, 1), 2.0), (voice(1, 0.2), 2.0)), before(people))
    assert found == {0: 1, 1: 0}


def test_no_two_of_a_window_are_one_person() -> None:
    people = People()
    people.identify(answer((voice(1), 3.0), (voice(0, 1), 3.0)), before(people))
    found = people.identify(answer((voice(1), 3.0), (voice(1, 0.1), 3.0)), before(people))
    assert sorted(found.values()) == [0, 1]


def test_who_speaks_on_is_followed_without_a_vector() -> None:
    people = People()
    people.identify(answer((voice(1), 3.0), (voice(0, 1), 3.0)), before(people))
    shares = np.array([[0.1, 0.9], [0.0, 0.0], [0.0, 0.0]])
    assert people.identify(answer((None, 0.0)), shares) == {0: 1}


def opened(config: PeopleConfig, *, together: int) -> People:
    """Two people who come to sound alike, after so many windows in which both speak."""
    people = People(config)
    people.identify(answer((voice(1, 0), 1.0)), before(people))
    people.identify(answer((voice(0.3, 1), 1.0)), before(people))
    for _ in range(together):
        people.identify(answer((voice(1, 0), 1.0), (voice(0.3, 1), 1.0)), before(people))
    for _ in range(6):
        people.identify(answer((voice(1, 0.8), 3.0)), np.array([[0.9, 0], [0, 0], [0, 0]]))
    for _ in range(6):
        people.identify(answer((None, 0.0), (voice(0.8, 1), 3.0)), np.array([[0.9, 0], [0, 0.9], [0, 0]]))
    return people


def test_people_who_turn_out_to_be_one_are_joined() -> None:
    people = opened(PeopleConfig(same=0.7), together=0)
    assert people.join() == {1: 0}
    assert people.join() == {}
    assert people.identify(answer((voice(0.8, 1), 3.0)), before(people)) == {0: 0}


def test_people_who_spoke_side_by_side_never_are() -> None:
    assert opened(PeopleConfig(same=0.7), together=4).join() == {}


def test_where_all_are_known_nobody_is_new_and_everybody_is_somebody() -> None:
    people = People(known=np.stack([voice(1), voice(0, 1)]), closed=True)
    assert people.identify(answer((voice(0, 0, 1), 9.0), (voice(0, 1), 9.0)), before(people)) == {0: 0, 1: 1}
    assert people.join() == {}


def test_silence_is_nobody() -> None:
    silent = answer()
    assert People().identify(silent, NOBODY) == {}
