from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicemind.insight.item_features import Background
from voicemind.insight.trained import Linear, Trained, load_trained, to_arrays, trained

SMALL = Trained(
    Background(np.eye(2, 3, dtype=np.float32), np.ones((1, 3), np.float32), {"roof": 2.0, "a": 0.5}, 3.0),
    {"about": Linear(np.array([1.0, -2.0]), 0.5)},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    arrays: dict[str, Any] = to_arrays(SMALL)
    np.savez(tmp_path / "x.npz", **arrays)
    found = load_trained(tmp_path / "x.npz")
    assert found.background.titles == pytest.approx(SMALL.background.titles)
    assert found.background.idf == SMALL.background.idf
    assert (found.background.rarity("roof"), found.background.rarity("new")) == (2.0, 3.0)
    assert found.models["about"].logit(np.array([[3.0, 1.0]])) == pytest.approx([1.5])


def test_what_is_shipped_is_small_and_fits_the_encoder() -> None:
    shipped = trained()
    assert shipped.background.titles.shape[1] == shipped.background.talk.shape[1] == 384
    assert len(shipped.background.titles) >= 100
    assert np.linalg.norm(shipped.background.titles, axis=1) == pytest.approx(1.0, abs=1e-2)
    assert trained() is shipped
