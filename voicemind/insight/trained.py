"""What was fitted on annotated meetings: small linear models and the background, from ``models/insight.npz``.

The recipe is ``models/fit_insight.py``, the card ``models/insight.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voicemind.insight.item_features import Background
from voicemind.weights.registry import models_folder

FILE = "insight.npz"


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic model: ``weights`` a column, and ``bias``."""

    weights: npt.NDArray[np.float64]
    bias: float

    def logit(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the logit of each row."""
        result: npt.NDArray[np.float64] = rows @ self.weights + self.bias
        return result


@dataclass(frozen=True, slots=True)
class Trained:
    """The background and the models by name; ``..._words`` are those for talk without vectors."""

    background: Background
    models: Mapping[str, Linear]


@cache
def trained() -> Trained:
    """Return what is shipped."""
    return load_trained(models_folder() / FILE)


def load_trained(path: Path) -> Trained:
    """Read what the recipe wrote."""
    with np.load(path) as kept:
        return from_arrays(dict(kept))


def from_arrays(kept: Mapping[str, npt.NDArray[Any]]) -> Trained:
    """Take the arrays of a file: those of the background, and ``model:NAME`` with the bias last."""
    background = Background(
        kept["titles"].astype(np.float32),
        kept["talk"].astype(np.float32),
        dict(zip(kept["stems"].tolist(), kept["idf"].astype(float).tolist(), strict=True)),
        float(kept["unknown"]),
    )
    models = {
        key.removeprefix("model:"): Linear(value[:-1].astype(float), float(value[-1]))
        for key, value in kept.items()
        if key.startswith("model:")
    }
    return Trained(background, models)


def to_arrays(found: Trained) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that ``from_arrays`` reads."""
    background = found.background
    return {
        "titles": background.titles.astype(np.float16),
        "talk": background.talk.astype(np.float16),
        "stems": np.array(sorted(background.idf)),
        "idf": np.array([background.idf[part] for part in sorted(background.idf)], np.float16),
        "unknown": np.array(background.unknown, np.float32),
        **{f"model:{name}": np.append(m.weights, m.bias).astype(np.float32) for name, m in found.models.items()},
    }
