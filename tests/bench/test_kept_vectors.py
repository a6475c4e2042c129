from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import HashEmbedder
from voicemind.bench.kept_vectors import KeptVectors


class Counting(HashEmbedder):
    """Notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        self.asked += texts
        return super().embed(texts)


def test_a_second_run_asks_for_nothing(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    kept = KeptVectors(first, tmp_path / "v.npz")
    given = kept.embed(["a b", "c", "a b"])
    kept.save()
    again = KeptVectors(second, tmp_path / "v.npz").embed(["c", "a b", "new"])
    assert first.asked == ["a b", "c"]
    assert second.asked == ["new"]
    assert again[:2] == [given[1], given[0]]
    assert given[0] == given[2] == pytest.approx(HashEmbedder().embed(["a b"])[0], abs=1e-3)


def test_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    kept = KeptVectors(HashEmbedder(), None)
    kept.embed(["a"])
    kept.save()
    assert not list(tmp_path.iterdir())
