"""What the analyzers say of an annotated meeting, in the form that the scoring scripts read."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from voicemind.bench.annotated import AnnotatedMeeting, utterance
from voicemind.insight.agenda import AgendaCoverage
from voicemind.insight.analyzer import AnyAnalyzer, handled
from voicemind.insight.ports import TextEmbedder
from voicemind.insight.standard import standard_analyzers
from voicemind.insight.steps import STEP
from voicemind.insight.trained import Trained
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.event import Agenda, Event
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn

_SHORTEST = 3  # words; of shorter turns no analyzer uses the vector
LIVE = 60.0  # seconds after its beginning in which a topic has to be shown
_TICK = 1.0  # seconds; nothing is shown between two ticks

Answer = dict[str, Any]


@dataclass(slots=True)
class Spent:
    """CPU seconds that analyzers took, and seconds of the meetings that they listened to."""

    cpu: float = 0.0
    meeting: float = 0.0


class Listener:
    """Feeds one meeting, whose turns have their vectors, to analyzers."""

    def __init__(self, meeting: AnnotatedMeeting, embedder: TextEmbedder, models: Trained | None = None) -> None:
        """Listen with what is shipped, or with other ``models``."""
        self.meeting = meeting
        self._embedder = embedder
        self._models = models
        texts = sorted({turn.text for turn in meeting.turns if len(turn.text.split()) >= _SHORTEST})
        vectors = dict(zip(texts, embedder.embed(texts), strict=True))
        turns = (replace(turn, vector=vectors.get(turn.text)) for turn in meeting.turns)
        self._events = replace(meeting, turns=tuple(turns)).events()

    def meeting_answer(self, spent: Spent) -> Answer:
        """Return topics, actions, decisions and talk, without an agenda; ``spent`` takes what it costs."""
        began = time.process_time()
        found = self._hear(standard_analyzers(models=self._models))
        spent.cpu += time.process_time() - began
        spent.meeting += self.meeting.end
        topics = sorted((i for i in found if i.kind == "topic"), key=lambda i: i.segment)[1:]
        talk = Annotation()
        for speech in self.meeting.speech:
            talk.add(speech.segment, speech.speaker, speech.track)
        seconds = talk.talk_time()
        total = sum(seconds.values()) or 1.0
        ids = {person.name: person.id for person in self.meeting.participants}
        return {
            "boundaries": [self._place(i) for i in topics if (i.shown or 0.0) <= i.segment.start + LIVE + _TICK],
            "actions": _cited(found, "action"),
            "decisions": _cited(found, "decision"),
            "share": {speaker: value / total for speaker, value in seconds.items()},
            "floor_takes": [
                [i.segment.start, ids.get(i.data["by"], i.data["by"]), ids.get(i.data["of"], i.data["of"])]
                for i in found
                if i.kind == "floor_take"
            ],
        }

    def task_answer(self, task: Mapping[str, Any]) -> Answer:
        """Return coverage and what was never discussed, or drift and alerts, with the agenda of a task."""
        items = self._agenda(task["agenda"])
        found = self._hear([AgendaCoverage(self._models)], Agenda(0.0, items))
        if task["kind"] in ("avoid", "far"):
            covered = {i.data["item"]: i.data["coverage"] for i in found if i.kind == "coverage"}
            never = {i.id for i in found if i.kind == "avoided" and i.data["why"] == "not touched"}
            return {
                "coverage": [covered[item.id] for item in items],
                "never": [n for n, item in enumerate(items) if f"avoided:{item.id}" in never],
            }
        scores = [score for i in found if i.kind == "relevance" for _, score in i.data["scores"]]
        alerts = [i.segment for i in found if i.kind == "drift"]
        if self.meeting.timed:
            return {"drift": scores, "alerts": [[s.start, s.end] for s in alerts]}
        starts, ends = self._times()
        return {
            "drift": [scores[min(len(scores) - 1, max(0, int((end - 1e-6) // STEP)))] for end in ends],
            "alerts": [_within(starts, s.start, s.end) for s in alerts],
        }

    def _hear(self, analyzers: Sequence[AnyAnalyzer], *first: Event) -> list[Insight]:
        """Return what stands at the end, dated by when it was first given out."""
        found: dict[str, Insight] = {}
        shown: dict[str, float] = {}
        heard = [(analyzer, handled(analyzer)) for analyzer in analyzers]
        now = 0.0

        def take(insights: Iterable[Insight]) -> None:
            for insight in insights:
                found[insight.id] = replace(insight, shown=shown.setdefault(insight.id, now))

        for event in [*first, *self._events]:
            now = event.time
            for analyzer, types in heard:
                if isinstance(event, types):
                    take(analyzer.feed(event))  # type: ignore[arg-type]
        for analyzer, _ in heard:
            take(analyzer.flush())
        return [insight for insight in found.values() if insight.state != "withdrawn"]

    def _agenda(self, agenda: Sequence[Mapping[str, str]]) -> tuple[AgendaItem, ...]:
        titles = [": ".join(filter(None, (item["label"], item.get("description")))) for item in agenda]
        vectors = self._embedder.embed(titles)
        return tuple(
            AgendaItem(f"item-{n}", title, vector=vector)
            for n, (title, vector) in enumerate(zip(titles, vectors, strict=True))
        )

    def _place(self, topic: Insight) -> float:
        """Return where a topic begins: in seconds, or in turns where there are no times."""
        if self.meeting.timed:
            return topic.segment.start
        return float(self.meeting.utterances[utterance(topic.evidence[0])])

    def _times(self) -> tuple[list[float], list[float]]:
        """Return start and end of every utterance of a meeting without times, the empty ones too."""
        spans: dict[int, tuple[float, float]] = {}
        for turn in (event for event in self._events if isinstance(event, Turn)):
            place = self.meeting.utterances[utterance(turn.id)]
            start, _ = spans.get(place, (turn.segment.start, 0.0))
            spans[place] = start, turn.segment.end
        starts, ends, last = [], [], 0.0
        for place in range(len(self.meeting.utterances)):
            start, last = spans.get(place, (last, last))
            starts.append(start)
            ends.append(last)
        return starts, ends


def _cited(found: Iterable[Insight], kind: str) -> list[Answer]:
    return [
        {"text": i.text, "evidence": list(dict.fromkeys(utterance(turn) for turn in i.evidence))}
        for i in found
        if i.kind == kind
    ]


def _within(starts: Sequence[float], begin: float, end: float) -> list[int]:
    """Return the first utterance that starts in a stretch of time and the one after the last."""
    inside = [place for place, start in enumerate(starts) if begin <= start < end]
    return [inside[0], inside[-1] + 1] if inside else [0, 0]
