"""What the formats read out of minutes: figures by kind, messages by section, paragraphs of talk."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from voicemind.timeline.formats.wording import one_line
from voicemind.timeline.insight import FIGURES, Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

PARAGRAPH = 60.0  # seconds after which a monologue gets a new paragraph, at the next turn
_SECTIONED = frozenset({"summary", "decision", "action", "question", "avoided"})


@dataclass(frozen=True, slots=True)
class Balance:
    """How evenly a meeting's talk was shared; a figure that nobody measured is None."""

    gini: float | None
    entropy: float | None
    overlap_share: float | None
    silence_share: float | None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """An agenda item and how far it was talked about; ``minutes`` planned, ``seconds`` spent."""

    id: str
    title: str
    minutes: float | None
    owner: str | None
    coverage: float
    seconds: float
    status: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Consecutive turns of one speaker."""

    speaker: str
    turns: tuple[Turn, ...]

    @property
    def start(self) -> float:
        """Meeting time at which it begins."""
        return self.turns[0].segment.start


def number(value: Any) -> float | None:
    """Return a finite float, or None for everything else."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def balance(minutes: Minutes) -> Balance | None:
    """Return the balance of the whole meeting; None when it was not measured."""
    for insight in minutes.insights("balance"):
        if insight.data.get("scope", "meeting") == "meeting":  # and not of the last minutes only
            keys = ("gini", "entropy", "overlap_share", "silence_share")
            return Balance(*(number(insight.data.get(key)) for key in keys))
    return None


def agenda(minutes: Minutes) -> list[ItemFigures]:
    """Return the agenda's items in their order, each with its coverage."""
    found = {insight.data.get("item"): insight.data for insight in minutes.insights("coverage")}
    rows = []
    for item in minutes.agenda:
        data = found.get(item.id, {})
        rows.append(
            ItemFigures(
                id=item.id,
                title=item.title,
                minutes=item.minutes,
                owner=item.owner,
                coverage=number(data.get("coverage")) or 0.0,
                seconds=number(data.get("seconds")) or 0.0,
                status=str(data.get("status") or "not touched"),
            )
        )
    return rows


def drift(minutes: Minutes) -> list[tuple[float, float]]:
    """Return the course of drift, (meeting time, score), in order of time."""
    points = [point for insight in minutes.insights("relevance") for point in insight.data.get("scores", ())]
    known = ((number(point[0]), number(point[1])) for point in points)
    return sorted((time, score) for time, score in known if time is not None and score is not None)


def messages(minutes: Minutes) -> list[Insight]:
    """Return every insight that is no figure, the withdrawn ones too."""
    return [insight for insight in minutes.all_insights() if insight.kind not in FIGURES]


def open_questions(minutes: Minutes) -> list[Insight]:
    """Return questions without an answer, each once even where it was reported as avoided too."""
    asked = [i for i in minutes.insights("question") if i.data.get("answered") is not True]
    known = {turn for insight in asked for turn in insight.evidence}
    avoided = [i for i in minutes.insights("avoided") if i.data.get("why") == "unanswered"]
    return sorted(
        [*asked, *(i for i in avoided if not known.intersection(i.evidence))], key=lambda i: (i.segment, i.id)
    )


def not_discussed(minutes: Minutes) -> list[Insight]:
    """Return topics that were planned and not touched, or raised and dropped."""
    return [i for i in minutes.insights("avoided") if i.data.get("why") != "unanswered"]


def readable(minutes: Minutes, kind: str) -> list[Insight]:
    """Return the standing insights of a kind that are for people to read: not the tentative ones."""
    return [insight for insight in minutes.insights(kind) if not insight.tentative]


def noticed(minutes: Minutes) -> list[Insight]:
    """Return standing messages that no section of their own waits for."""
    return [i for i in minutes.insights() if i.kind not in FIGURES and i.kind not in _SECTIONED]


def paragraphs(minutes: Minutes) -> Iterator[Paragraph]:
    """Merge consecutive turns of one speaker; turns without text are passed over."""
    held: list[Turn] = []
    for turn in minutes.transcript:
        if not one_line(turn.text):
            continue
        if held and (turn.speaker != held[0].speaker or turn.segment.start - held[0].segment.start > PARAGRAPH):
            yield Paragraph(held[0].speaker, tuple(held))
            held = []
        held.append(turn)
    if held:
        yield Paragraph(held[0].speaker, tuple(held))


def labels(minutes: Minutes) -> dict[str, str]:
    """Return a label for each speaker that no other has: the name, numbered where two share one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for row in sorted(minutes.speakers(), key=lambda row: row.id):
        name = one_line(row.name) or row.id
        label, count = name, 1
        while label in taken:
            count += 1
            label = f"{name} ({count})"
        taken.add(label)
        found[row.id] = label
    return found


def topic_spans(minutes: Minutes) -> list[tuple[Segment, str, str | None]]:
    """Return the topics in order of time: (segment, label, agenda item or None)."""
    return [(i.segment, i.text, i.data.get("agenda_item")) for i in minutes.insights("topic")]
