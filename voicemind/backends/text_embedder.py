"""Sentence embeddings by all-MiniLM-L6-v2 in ONNX Runtime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from voicemind.backends.onnx import open_session

_LONGEST = 256  # tokens; the model was trained on no more
_BATCH = 16  # sentences at a time


class MiniLm:
    """The sentence encoder all-MiniLM-L6-v2: vectors of 384 values, unit length."""

    name = "all-MiniLM-L6-v2"

    def __init__(self, folder: Path) -> None:
        """Load it from the model store's folder of ``minilm``."""
        self._session = open_session(folder / "model.onnx")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.enable_padding()  # to the longest of a batch; the file itself asks for 128

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return the vector of each text, of which the first 256 tokens count; independent of the others."""
        vectors: list[tuple[float, ...]] = [()] * len(texts)
        # Sentences of about one length share a batch: padding costs as much as words.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), _BATCH):
            indices = order[start : start + _BATCH]
            for index, vector in zip(indices, self._run([texts[index] for index in indices]), strict=True):
                vectors[index] = vector
        return vectors

    def _run(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        encodings = self._tokenizer.encode_batch(list(texts))
        inputs = {
            "input_ids": np.array([encoding.ids for encoding in encodings], np.int64),
            "attention_mask": np.array([encoding.attention_mask for encoding in encodings], np.int64),
        }
        (vectors,) = self._session.run(None, inputs)
        return [tuple(vector) for vector in vectors.tolist()]
