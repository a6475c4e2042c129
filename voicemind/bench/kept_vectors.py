"""An embedder that keeps the vectors it has given on disk, so that a second run costs none."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voicemind.insight.ports import TextEmbedder


class KeptVectors:
    """Answers from a file where it can, and asks ``embedder`` for the rest; ``save`` writes the file."""

    def __init__(self, embedder: TextEmbedder, path: Path | None) -> None:
        """Without a path, vectors are kept in memory alone."""
        self.name = embedder.name
        self._embedder = embedder
        self._path = path
        self._known: dict[str, npt.NDArray[np.float16]] = {}
        if path is not None and path.is_file():
            with np.load(path) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return the vector of each text."""
        keys = [hashlib.blake2b(text.encode(), digest_size=12).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        vectors = self._embedder.embed(list(missing.values()))
        for key, vector in zip(missing, vectors, strict=True):
            self._known[key] = np.asarray(vector, np.float16)
        return [tuple(self._known[key].tolist()) for key in keys]

    def save(self) -> None:
        """Write what is known to the file."""
        if self._path is not None and self._known:
            keys = sorted(self._known)
            np.savez(self._path, keys=np.array(keys), vectors=np.stack([self._known[key] for key in keys]))
