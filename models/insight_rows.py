"""Annotated meetings as rows to fit ``insight.npz`` on: what each step says of each item, what each turn of each topic.

An agenda item is a group of top-level topics with one label that are not functional (openings, closings,
small talk). A step of twenty seconds is about an item that covers half of it.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from voicemind.bench.annotated import AnnotatedMeeting, utterance
from voicemind.insight.boundary_features import MEANING, NAMES, Spoken, Talkers, boundary_features
from voicemind.insight.item_features import Background, ItemFeatures
from voicemind.insight.steps import STEP, Steps
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.transcript import Turn

FOREIGN = 6  # items of other meetings beside a meeting's own, to tell which were not touched
FOREIGN_WEIGHT = 0.5  # of each of them: most of an agenda is talked about
_STRETCH = 6  # steps of a stretch of talk of the background
_TALK = 400  # stretches that are kept
_RARE = 3  # stretches that a stem has to be in to be listed
_UNSURE, _LATEST = 20.0, 6.0  # seconds round a boundary in which a turn is neither, and in which it begins the topic
_EARLY = 120.0  # seconds in which the chair is who speaks most


@dataclass(slots=True)
class Known:
    """A meeting with its labels; ``turns`` have their vectors."""

    name: str
    series: str
    domain: str
    meeting: AnnotatedMeeting
    turns: Sequence[Turn]
    items: dict[str, list[tuple[float, float]]]  # title -> spans, in seconds or in utterances
    begins: list[float]  # where topics begin, in seconds; none where a meeting has no times
    foreign: list[str] = field(default_factory=list)
    boundaries: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None = None

    def steps(self) -> list[list[Turn]]:
        """Return the turns of each step, by their ends."""
        count = max(1, math.ceil(self.meeting.end / STEP))
        steps: list[list[Turn]] = [[] for _ in range(count)]
        for turn in self.turns:
            steps[min(count - 1, math.ceil(turn.time / STEP) - 1 if turn.time > 0 else 0)].append(turn)
        return steps


def items_of(topics: Sequence[dict], timed: bool) -> dict[str, list[tuple[float, float]]]:
    """Return the items of a meeting: the label with what describes it -> its spans at any depth."""
    found = {}
    top = [t for t in topics if t["depth"] == 0 and t["label"] and not t["functional"]]
    for label in dict.fromkeys(t["label"].lower() for t in top):
        same = [t for t in topics if t["label"].lower() == label]
        inside = {t["id"] for t in same}
        below = sorted({t["label"] for t in topics if t["parent"] in inside and not t["functional"]})
        more = [text for text in (*(t["description"] for t in same), *below) if text and text.lower() != label]
        title = ": ".join(filter(None, (same[0]["label"], "; ".join(dict.fromkeys(more)))))
        if timed:
            found[title] = [(t["start"], t["end"]) for t in same if t["start"] is not None]
        else:
            found[title] = [(float(a), float(b) + 1) for t in same for a, b in t["spans"]]
    return {title: spans for title, spans in found.items() if spans}


def draw_foreign(meetings: Sequence[Known]) -> None:
    """Give each meeting items of other series of its domain, the same ones each time."""
    for known in meetings:
        labels = {title.partition(": ")[0].lower() for title in known.items}
        pool = sorted(
            {
                title
                for other in meetings
                if other.series != known.series and other.domain == known.domain
                for title in other.items
                if title.partition(": ")[0].lower() not in labels
            }
        )
        draw = random.Random(known.name)  # noqa: S311  # the same ones each time
        known.foreign = draw.sample(pool, min(FOREIGN, len(pool)))


def background(meetings: Sequence[Known], vectors: dict[str, tuple[float, ...]]) -> Background:
    """Return the titles of these meetings, some of their talk, and how rare stems are in it."""
    titles = {title.partition(": ")[0].lower(): title for known in meetings for title in known.items}
    talk, frequency, count = [], Counter(), 0
    for known in meetings:
        steps = Steps()
        for place, turns in enumerate(known.steps()):
            for turn in turns:
                steps.feed(turn)
            steps.close()
            if place % _STRETCH == _STRETCH - 1:
                count += 1
                frequency.update(part for part in steps.last if steps.said(part, _STRETCH))
                if (window := steps.window(_STRETCH)) is not None:
                    talk.append(window)
    chosen = np.random.default_rng(0).permutation(len(talk))[:_TALK]
    idf = {part: math.log((count + 1) / (n + 1)) for part, n in frequency.items() if n >= _RARE}
    return Background(
        np.array([vectors[title] for title in titles.values()], np.float32),
        np.array(talk, np.float32)[chosen],
        idf,
        math.log((count + 1) / 2),
    )


def item_rows(
    known: Known, titles: Sequence[str], vectors: dict[str, tuple[float, ...]], pool: Background
) -> np.ndarray:
    """Return the features of each step and title."""
    agenda = [AgendaItem(f"{n}", title, vector=vectors[title]) for n, title in enumerate(titles)]
    features = ItemFeatures(agenda, pool)
    features.know(known.meeting.participants)
    rows = []
    for turns in known.steps():
        for turn in turns:
            features.feed(turn)
        rows.append(features.step())
    return np.stack(rows)


def covered(known: Known) -> np.ndarray:
    """Return how much of each step each item of the meeting covers, by words where there are no times."""
    steps = known.steps()
    shares = np.zeros((len(steps), len(known.items)))
    for column, spans in enumerate(known.items.values()):
        for row, turns in enumerate(steps):
            if known.meeting.timed:
                times = row * STEP + (np.arange(10) + 0.5) * STEP / 10
                shares[row, column] = np.mean([any(a <= t < b for a, b in spans) for t in times])
                continue
            words = [len(turn.text.split()) for turn in turns]
            places = [known.meeting.utterances[utterance(turn.id)] for turn in turns]
            inside = [n for n, place in zip(words, places, strict=True) if any(a <= place < b for a, b in spans)]
            shares[row, column] = sum(inside) / max(1, sum(words))
    return shares


def boundary_rows(known: Known) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the features of every turn that can begin a topic, its time, whether it does, and whether that is sure."""
    if known.boundaries is None:
        known.boundaries = _boundary_rows(known)
    return known.boundaries


def _boundary_rows(known: Known) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    spoken = sorted(Spoken.of(turn) for turn in known.turns)
    words, early, rows, times = Counter(), Counter(), [], []
    for place, s in enumerate(spoken):
        if s.start < _EARLY:
            early[s.turn.speaker] += s.words
        if s.candidate:
            row = boundary_features(spoken, place, Talkers(words, early.most_common(1)[0][0] if early else ""))
            rows.append(np.append(row, np.zeros(len(NAMES) + len(MEANING) - len(row))))
            times.append(s.start)
        words[s.turn.speaker] += s.words
    time = np.array(times)
    begins = [b for b in known.begins if b > spoken[0].start]
    sure, found = np.ones(len(time), bool), np.zeros(len(time), bool)
    for begin in begins:
        sure[np.abs(time - begin) <= _UNSURE] = False
        first = int(np.searchsorted(time, begin - 1))
        if first < len(time) and time[first] - begin < _UNSURE:
            found[first] = True
            found |= (time >= begin - 1) & (time <= begin + _LATEST)
    return np.stack(rows), time, found, sure | found
