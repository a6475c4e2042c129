"""Meetings written as plain text, as events: what the tests of insight talk with."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voicemind.insight.analyzer import AnyAnalyzer, handled
from voicemind.insight.phrases import content
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Event, Joined, Participant, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

DIALOGUES = sorted((Path(__file__).parent / "dialogues").glob("*.txt"))
WORD, PAUSE = 0.4, 0.6  # seconds


@dataclass(frozen=True, slots=True)
class Truth:
    """An action or decision that a dialogue holds, and the turn after which it stands."""

    text: str
    turn: Turn
    owner: str = ""
    due: str = ""


@dataclass(slots=True)
class Dialogue:
    """A meeting with what is to be found in it."""

    date: datetime.date | None = None
    agenda: tuple[AgendaItem, ...] = ()
    untouched: set[str] = field(default_factory=set)
    turns: list[Turn] = field(default_factory=list)
    actions: list[Truth] = field(default_factory=list)
    decisions: list[Truth] = field(default_factory=list)
    questions: list[Truth] = field(default_factory=list)
    dropped: list[Truth] = field(default_factory=list)
    tangents: list[Segment] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        """All that an analyzer could see, in order of time."""
        people = dict.fromkeys(turn.speaker for turn in self.turns)
        start: list[Event] = [Joined(0.0, Participant(name.lower(), name)) for name in people]
        named = [Turn(t.id, t.segment, t.speaker.lower(), t.text) for t in self.turns]
        heard: list[Event] = [*named, *(Speech(t.segment, t.speaker, t.speaker) for t in named)]
        end = int(max((turn.time for turn in named), default=0.0))
        later = sorted([*heard, *(Tick(float(t)) for t in range(1, end + 1))], key=lambda event: event.time)
        return [*start, *([Agenda(0.0, self.agenda)] if self.agenda else []), *later]


def items(*titles: str) -> tuple[AgendaItem, ...]:
    """Agenda items of these titles."""
    return tuple(AgendaItem(f"item-{number}", title) for number, title in enumerate(titles, 1))


def dialogue(text: str) -> Dialogue:
    """Read lines of ``Name> what is said``, ``@date``, ``@agenda`` and what is true after a line."""
    found = Dialogue()
    plain = {"%decision": found.decisions, "%question": found.questions, "%dropped": found.dropped}
    time = 1.0
    for line in text.splitlines():
        key, _, rest = line.partition(" ")
        parts = [part.strip() for part in rest.split("|")]
        if key == "@date":
            found.date = datetime.date.fromisoformat(rest)
        elif key == "@agenda":
            found.agenda = items(*(title.strip() for title in rest.split(";")))
        elif key == "%untouched":
            found.untouched.add(rest)
        elif key == "%action":
            found.actions.append(Truth(parts[2], found.turns[-1], parts[0], "" if parts[1] == "None" else parts[1]))
        elif key in plain:
            plain[key].append(Truth(rest, found.turns[-1]))
        elif key in ("%begin", "%end"):
            start = time if key == "%begin" else found.tangents.pop().start
            found.tangents.append(Segment(start, time))
        elif ">" in line:
            name, said = (part.strip() for part in line.split(">", 1))
            end = time + WORD * len(said.split())
            found.turns.append(Turn(f"t{len(found.turns):03d}", Segment(time, end), name, said))
            time = end + PAUSE
    return found


def scripted(text: str) -> Dialogue:
    """Read a script that is rendered to sound elsewhere (``Name [options]> what is said``), as perfect text."""
    lines: list[str] = []
    titles: list[str] = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.partition(" ")[2].split("|")]
        if line.startswith("@agenda"):
            titles.append(parts[1])
        elif line.startswith("%action"):
            lines.append(f"%action {parts[1]} | {parts[2]} | {parts[3]}")
        elif line.startswith(("%decision", "%question")):
            lines.append(f"{line.split()[0]} {parts[1]}")
        elif line.startswith(("@date", "%begin", "%end")):
            lines.append(line)
        elif ">" in line and not line.startswith("#"):
            lines.append(f"{line.split()[0].rstrip('>')}> {line.partition('>')[2].strip()}")
    return dialogue("\n".join([f"@agenda {'; '.join(titles)}" if titles else "", *lines]))


def run(analyzer: AnyAnalyzer, events: Iterable[Event]) -> dict[str, Insight]:
    """Feed an analyzer what it handles; return the last insight of each id."""
    found: dict[str, Insight] = {}
    for event in events:
        if isinstance(event, handled(analyzer)):
            feed: Callable[[Event], list[Insight]] = analyzer.feed  # type: ignore[assignment]
            found |= {insight.id: insight for insight in feed(event)}
    return found | {insight.id: insight for insight in analyzer.flush()}


def standing(found: dict[str, Insight], kind: str) -> list[Insight]:
    """What was not withdrawn, in order of time."""
    return sorted(
        (i for i in found.values() if i.kind == kind and i.state != "withdrawn"), key=lambda i: (i.segment, i.id)
    )


def matched(truth: Sequence[Truth], found: Sequence[Insight]) -> list[tuple[Truth, Insight]]:
    """Pair what is true with what was found within 12 s of it about the same thing (two content words)."""
    free, pairs = list(found), []
    for item in truth:
        said = {*content(item.text), *content(item.turn.text)}
        near = [
            i
            for i in free
            if i.segment.start - 18 <= item.turn.segment.start <= i.segment.end + 18
            and len(said & set(content(i.text))) >= 2
        ]  # fmt: skip
        if near:
            best = max(near, key=lambda i: len(said & set(content(i.text))))
            free.remove(best)
            pairs.append((item, best))
    return pairs
