import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.speech.clustering import ClusterConfig, assign, centroids

SIZE = 24


def voices(counts: list[int], spread: float = 0.1, seed: int = 0) -> np.ndarray:
    """So many unit vectors of each of some people, who lie at right angles."""
    generator = np.random.default_rng(seed)
    found = []
    for person, count in enumerate(counts):
        vectors = generator.normal(0, spread, (count, SIZE)) / SIZE**0.5
        vectors[:, person] += 1
        found.append(vectors)
    vectors = np.concatenate(found)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@given(st.lists(st.integers(2, 12), min_size=1, max_size=6), st.integers(0, 1000))
def test_as_many_people_as_there_are(counts: list[int], seed: int) -> None:
    vectors = voices(counts, seed=seed)
    people = centroids(vectors, np.full(len(vectors), 3.0), ClusterConfig(), None)

    assert len(people) == len(counts)
    assert np.allclose(np.linalg.norm(people, axis=1), 1, atol=1e-5)
    assert sorted(int(person.argmax()) for person in people) == list(range(len(counts)))


def test_a_short_odd_sound_is_nobody() -> None:
    vectors = voices([6, 6, 1])
    seconds = np.array([3.0] * 12 + [0.6])
    assert len(centroids(vectors, seconds, ClusterConfig(), None)) == 2


@pytest.mark.parametrize("count", [1, 2, 3])
def test_people_may_be_given_as_a_number(count: int) -> None:
    vectors = voices([6, 6, 6])
    assert len(centroids(vectors, np.full(18, 3.0), ClusterConfig(), count)) == count


def test_a_number_does_not_make_an_odd_vector_a_person() -> None:
    vectors = voices([6, 6, 1])
    seconds = np.array([3.0] * 12 + [1.0])
    people = centroids(vectors, seconds, ClusterConfig(shortest=0.5, least=2.0), 2)
    assert sorted(int(person.argmax()) for person in people) == [0, 1]


def test_one_vector_is_one_person() -> None:
    vectors = voices([1])
    assert np.array_equal(centroids(vectors, np.array([0.3]), ClusterConfig(), None), vectors)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 100))
def test_two_who_speak_in_a_window_are_two_people_while_there_are_enough(rows: int, people: int, seed: int) -> None:
    similarity = np.random.default_rng(seed).uniform(-1, 1, (rows, people))
    found = assign(similarity)
    assert len(set(found.tolist())) == min(rows, people)


def test_the_one_left_over_is_whom_they_sound_like() -> None:
    assert assign(np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.7]])).tolist() == [0, 0, 1]


def test_who_says_little_and_sounds_like_nobody_is_somebody() -> None:
    vectors = np.eye(4, dtype=np.float32)[[0, 0, 1, 1, 2, 2, 3]]
    seconds = np.array([5.0, 5.0, 4.0, 4.0, 1.2, 1.2, 1.0])  # of the third 2.4 seconds in all, of the fourth one
    assert np.array_equal(centroids(vectors, seconds, ClusterConfig(), None), np.eye(4, dtype=np.float32)[:3])


def test_who_says_little_and_sounds_like_somebody_is_them() -> None:
    near = np.array([0.5, 0.0, 0.87, 0.0], np.float32)
    vectors = np.stack([*np.eye(4, dtype=np.float32)[[0, 1]], near, near])
    assert len(centroids(vectors, np.array([5.0, 5.0, 1.5, 1.5]), ClusterConfig(), None)) == 2
