"""How likely a clause leaves a task or states a decision: a linear model over its words and those around it.

Features: tf-idf of the clause's one- and two-word phrases and of those of the two clauses before and after
it (only phrases that meetings on many subjects share), and the cues of ``task_cues`` in it and around it,
with its length, who the speaker is, and when. ``models/train_tasks.py`` fits the weights, its card tells
what they are worth.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from voicemind.insight.clauses import split
from voicemind.insight.task_cues import cues
from voicemind.timeline.transcript import Turn
from voicemind.weights.registry import models_folder

Values = npt.NDArray[np.float64]

FILE = "tasks.json"
LEAST_WORDS = 4  # of a clause that can leave anything
NEAR, AROUND, AHEAD = 2, 8, 8  # clauses: whose words count, whose cues count, for whom a score waits
_CHAIRED = 120.0  # seconds of the meeting in which the chair is who speaks most
_LATE = 1800.0  # seconds; later is as late
# What a clause is about is not to count, only how it is said.
_SUBJECT = re.compile(r"\b(?:industrial|user|interface|marketing|project|manager|designers?|expert|remote|controls?)\b")


@dataclass(slots=True)
class Row:
    """A clause with what is counted of it; ``chair`` and ``share`` (of the words so far) are its speaker's."""

    turn: Turn
    text: str
    words: list[str]
    cues: Values
    chair: bool
    share: float
    same: bool
    """Whether its speaker said the clause before it, too."""


class Rows:
    """The clauses of a meeting in order, those of less than four words left out."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._spoken: Counter[str] = Counter()
        self._first: Counter[str] = Counter()

    def add(self, turn: Turn) -> None:
        """Take a turn."""
        for text in split(turn.text):
            length = len(text.split())
            if length < LEAST_WORDS:
                continue
            speaker = turn.speaker
            total = sum(self._spoken.values()) or 1
            if turn.segment.start < _CHAIRED:
                self._first[speaker] += length
            self.rows.append(
                Row(
                    turn,
                    text,
                    normalised(text),
                    np.array(cues(text)),
                    bool(self._first) and speaker == self._first.most_common(1)[0][0],
                    self._spoken[speaker] / total,
                    bool(self.rows) and self.rows[-1].turn.speaker == speaker,
                )
            )
            self._spoken[speaker] += length

    def phrases(self, place: int) -> tuple[Counter[str], Counter[str], Counter[str]]:
        """Return the phrases of a clause, and of the two before and after it."""
        before = [word for row in self.rows[max(0, place - NEAR) : place] for word in row.words]
        after = [word for row in self.rows[place + 1 : place + 1 + NEAR] for word in row.words]
        return phrases(self.rows[place].words), phrases(before), phrases(after)

    def figures(self, place: int) -> Values:
        """Return what is counted of a clause and around it: cues in it, 2 and 8 before and after it; and the rest."""
        row = self.rows[place]
        around = [
            self._mean(place - NEAR, place, NEAR),
            self._mean(place - AROUND, place, AROUND),
            self._mean(place + 1, place + 1 + NEAR, NEAR),
            self._mean(place + 1, place + 1 + AROUND, AROUND),
        ]
        length = len(row.text.split())
        rest = [
            min(length, 40) / 20,
            float(length >= 8),
            float(length >= 15),
            float(row.chair),
            row.share,
            float(row.same),
            min(row.turn.segment.start, _LATE) / _LATE,
        ]
        return np.concatenate([row.cues, *around, np.array(rest)])

    def _mean(self, start: int, end: int, over: int) -> Values:
        rows = self.rows[max(0, start) : max(0, end)]
        return np.sum([row.cues for row in rows], axis=0) / over if rows else np.zeros_like(self.rows[0].cues)


def normalised(text: str) -> list[str]:
    """Return the words of a text as the model knows them; a question mark is one."""
    lower = _SUBJECT.sub("xx", text.lower().replace("’", "'"))
    return re.findall(r"[\w']+|\?", lower)


def phrases(words: Sequence[str]) -> Counter[str]:
    """Count the words and the pairs of them."""
    return Counter([*words, *(f"{a} {b}" for a, b in pairwise(words))])


@dataclass(frozen=True, slots=True)
class TaskModel:
    """Weights for one kind: phrase -> (idf, weight) of the clause, before and after it; mean, scale, weight of figures.

    ``bar`` is the score from which a clause is enough by itself, ``floor`` the one below which a doubtful
    find of the rules is left out, ``per_hour`` how many finds there are at most.
    """

    text: tuple[Mapping[str, tuple[float, float]], ...]
    scales: tuple[float, ...]
    figures: Values = field(repr=False)
    bias: float
    bar: float
    floor: float
    per_hour: float

    @classmethod
    def parse(cls, table: Mapping[str, Any]) -> "TaskModel":
        """Read one kind out of ``models/tasks.json``."""
        return cls(
            text=tuple({phrase: (idf, weight) for phrase, (idf, weight) in part.items()} for part in table["text"]),
            scales=tuple(table["scales"]),
            figures=np.array(table["figures"]).T,
            bias=table["bias"],
            bar=table["bar"],
            floor=table["floor"],
            per_hour=table["per_hour"],
        )

    def score(self, rows: Rows, place: int) -> float:
        """Return the score of a clause; 0 is where it is as likely as not."""
        mean, scale, weight = self.figures
        total = self.bias + float(np.dot((rows.figures(place) - mean) * scale, weight))
        for part, known, weighed in zip(rows.phrases(place), self.text, self.scales, strict=True):
            total += weighed * _cosine(part, known)
        return total


@cache
def task_model(kind: str) -> TaskModel:
    """Return what is shipped for ``actions`` or ``decisions``."""
    return TaskModel.parse(json.loads((models_folder() / FILE).read_text("utf-8"))[kind])


def _cosine(found: Counter[str], known: Mapping[str, tuple[float, float]]) -> float:
    """The weights of the known phrases, by their tf-idf with sublinear counts, scaled to unit length."""
    squares, total = 0.0, 0.0
    for phrase, count in found.items():
        if (entry := known.get(phrase)) is not None:
            value = (1 + math.log(count)) * entry[0]
            squares += value * value
            total += value * entry[1]
    return total / math.sqrt(squares) if squares else 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A clause and its score."""

    turn: Turn
    text: str
    score: float


class Ranker:
    """Scores the clauses of a meeting, each once eight more were said; ``flush`` scores the rest."""

    def __init__(self, model: TaskModel) -> None:
        self.model = model
        self._rows = Rows()
        self._done = 0

    def feed(self, turn: Turn) -> list[Ranked]:
        """Take a turn; return the clauses that have a score now."""
        self._rows.add(turn)
        return self._score(len(self._rows.rows) - AHEAD)

    def flush(self) -> list[Ranked]:
        """Return the last clauses, judged by what there is."""
        return self._score(len(self._rows.rows))

    def _score(self, until: int) -> list[Ranked]:
        rows = self._rows.rows
        places = range(self._done, until)
        self._done = max(self._done, until)
        return [Ranked(rows[p].turn, rows[p].text, self.model.score(self._rows, p)) for p in places]
