"""How much talk has to do with each agenda item: models on ``ItemFeatures``, and a forward pass over them.

Three figures a step of twenty seconds: how likely the talk is about each item (``about``), how likely it
is at none of them when what came before counts too (``none``), and how likely each item was touched at
all since the beginning (``touched``). The models are fitted on annotated meetings; ``models/insight.md``
says how well they do.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from voicemind.insight.forward import Dwell, Forward
from voicemind.insight.item_features import NAMES, ItemFeatures, Matrix
from voicemind.insight.trained import Trained, trained
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Participant
from voicemind.timeline.transcript import Turn

_COLUMN = {name: place for place, name in enumerate(NAMES)}
_OWNER = ("owner60", "owner120", "owned")
ABOUT = ("cosine120", "z120", "z240", "words240", "recency", "step240", "percentile", *_OWNER)
ABOUT_WORDS = ("words60", "words240", "recency", *_OWNER)
ALIKE = ("cosine120",)
TOUCHED = (
    "cosine60", "cosine120", "z60", "z120", "z240", "words240", "recency", "step60", "percentile", "other_talk",
)  # fmt: skip
TOUCHED_WORDS = ("words60", "words240", "recency")
_BEST, _TENTH = 3, 10  # of the steps, which say whether an item was touched
# The chance to be at none from which an alert is raised was measured with these.
_DWELL = Dwell(stay=0.9, leave=0.5, trust=0.5, centre=-1.0)


class Relevance:
    """Takes turns; each ``step`` looks at the twenty seconds since the last one."""

    def __init__(self, items: Sequence[AgendaItem], models: Trained | None = None) -> None:
        models = models or trained()
        self._features = ItemFeatures(items, models.background)
        self._models = models.models
        self._forward = Forward(len(items), _DWELL)
        self._rows: list[Matrix] = []
        self.about = np.zeros(len(items))
        self.none = 0.5

    def know(self, people: Iterable[Participant]) -> None:
        """Take who is there: an item is its owner's, or whose name its heading holds."""
        self._features.know(people)

    def feed(self, turn: Turn) -> None:
        """Take a turn."""
        self._features.feed(turn)

    def step(self) -> None:
        """Look at what was said since the last step."""
        rows = self._features.step()
        if not len(rows):
            return
        embedded = self._features.embedded
        self._rows.append(rows[:, columns(TOUCHED if embedded else TOUCHED_WORDS)])
        logits = self._models["about" if embedded else "about_words"].logit(
            rows[:, columns(ABOUT if embedded else ABOUT_WORDS)]
        )
        self.about = _chance(logits)
        if embedded:
            logits = logits + self._models["alike"].logit(rows[:, columns(ALIKE)])
        self.none = self._forward.feed(logits)

    def touched(self) -> list[float]:
        """Return, for each item, the chance that it has been talked about so far."""
        if not self._rows:
            return [0.0] * len(self.about)
        rows = np.stack(self._rows)
        name = "touched" if self._features.embedded else "touched_words"
        chances = _chance(self._models[name].logit(over_meeting(rows)))
        if not self._features.embedded:  # not a word of it, and nothing else to go by
            chances = np.where(rows.max(axis=(0, 2)) > 0, chances, 0.0)
        return [float(p) for p in chances]


def columns(names: Iterable[str]) -> list[int]:
    """Return the places of figures in a row of ``ItemFeatures``."""
    return [_COLUMN[name] for name in names]


def over_meeting(rows: Matrix) -> Matrix:
    """Turn rows of (step, item, figure) into one an item.

    Of each figure the highest, the mean of the three highest, of the highest tenth and of all steps; then
    the same, as the difference from the mean of the agenda.
    """
    best = -np.sort(-rows, axis=0)
    tenth = max(_BEST, len(rows) // _TENTH)
    pooled = np.concatenate([best[0], best[:_BEST].mean(axis=0), best[:tenth].mean(axis=0), rows.mean(axis=0)], axis=1)
    result: Matrix = np.concatenate([pooled, pooled - pooled.mean(axis=0)], axis=1)
    return result


def _chance(logits: Matrix) -> Matrix:
    result: Matrix = 1 / (1 + np.exp(-np.clip(logits, -30.0, 30.0)))
    return result
