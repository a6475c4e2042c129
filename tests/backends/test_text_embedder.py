"""MiniLM: the published model's vectors, whatever else is embedded beside."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicemind.backends.text_embedder import MiniLm
from voicemind.insight.ports import TextEmbedder

# The first values that transformers 5.23.0 computes with the published weights, mean pooling and L2 norm.
PUBLISHED = {
    "We need to ship the release by Friday.": (-0.0078480, 0.0007962, 0.0332152, -0.0608023, -0.0020389),
    "Who owns the budget for the new office?": (-0.0054823, -0.0099631, 0.0401401, 0.0143084, -0.0418759),
    "Yes.": (-0.1291976, 0.0351913, 0.0142359, 0.0336480, 0.0358176),
    "Über die Straße — naïve café 42%?": (0.1179047, 0.0316291, -0.0332539, 0.0256107, -0.0406888),
}


@pytest.fixture(scope="module")
def encoder(model_folder: Callable[[str], Path]) -> TextEmbedder:
    return MiniLm(model_folder("minilm"))


def vectors(encoder: TextEmbedder, texts: list[str]) -> NDArray[np.float64]:
    return np.array(encoder.embed(texts))


def test_the_vectors_are_those_of_the_published_model(encoder: TextEmbedder) -> None:
    found = vectors(encoder, list(PUBLISHED))
    assert found.shape == (len(PUBLISHED), 384)
    assert np.allclose(found[:, :5], list(PUBLISHED.values()), atol=1e-6)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_sentences_of_one_meaning_are_near(encoder: TextEmbedder) -> None:
    groups = [
        ["We should hire another engineer for the backend team.", "The backend group needs one more developer."],
        ["The coffee machine in the kitchen is broken again.", "Somebody has to repair the espresso maker."],
        ["Let us move the launch to the second week of June.", "The release date shifts to mid June."],
    ]
    flat = vectors(encoder, list(itertools.chain(*groups)))
    likeness = flat @ flat.T - 2 * np.eye(len(flat))
    assert [int(index) for index in likeness.argmax(1)] == [1, 0, 3, 2, 5, 4]


VOCABULARY = ["yes", "the", "budget", "of", "agenda", "naïve", "42", "%", "migration", "漢字", "🙂", "uh-huh"]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=60)


@settings(max_examples=15)
@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=20))
def test_a_vector_does_not_depend_on_its_company(encoder: TextEmbedder, texts: list[str]) -> None:
    alone = np.concatenate([vectors(encoder, [text]) for text in texts])
    assert np.abs(vectors(encoder, texts) - alone).max() < 1e-5


def test_texts_come_back_in_order_over_many_batches(encoder: TextEmbedder) -> None:
    texts = [f"item {number} " + "word " * (number * 7 % 23) for number in range(40)]
    alone = np.concatenate([vectors(encoder, [text]) for text in texts])
    assert np.abs(vectors(encoder, texts) - alone).max() < 1e-5


def test_only_the_first_256_tokens_count(encoder: TextEmbedder) -> None:
    start = "budget " * 254
    assert encoder.embed([start]) == encoder.embed([start + "and something else altogether"])
    assert encoder.embed(["budget " * 253]) != encoder.embed([start])


def test_no_text_and_empty_text(encoder: TextEmbedder) -> None:
    assert encoder.embed([]) == []
    assert np.isclose(np.linalg.norm(encoder.embed([""])[0]), 1)
