"""Who speaks how much: balance of the talk, a dominant speaker, silent participants.

Everything comes from voice activity, not from words. Shares are of the speaking time of all
participants; overlapped time counts for each who speaks in it.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from voicemind.insight.balance import corrected_gini, dominant_share, entropy, gini
from voicemind.insight.heard import Heard
from voicemind.timeline.event import Consent, Event, Joined, Left, Revised, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

WINDOW = 300.0  # seconds
_EVERY = 5.0  # seconds between two looks
_SUSTAINED = 60.0  # seconds above the level before it is said
_HYSTERESIS = 0.05  # below the level before it is over
LEAD = 0.05  # with less of a lead nobody dominates
_ENOUGH = 120.0  # seconds of talk in the meeting, half of it in a window, before shares mean something
_SETTLED = 1200.0  # seconds after which the meeting's own dominant share applies
_CHANGED = 0.01  # of the talk; smaller changes are not given out
_PATIENCE = 600.0  # seconds after which somebody who said nothing is silent
_ATTENDED = 300.0  # seconds that are enough for it when the meeting ends
_SILENT, _HEARD = 3.0, 5.0  # seconds of speech: fewer is silence, from more on it is over
_CITED = 3  # turns
_WHEN = {"meeting": "so far", "window": "in five minutes"}


@dataclass(slots=True)
class _Person:
    name: str
    since: float | None = None
    left: bool = False
    silent: bool = False


@dataclass(slots=True)
class _Level:
    """Who is above the dominant share in one scope, and since when; ``said`` once it was given out."""

    person: str = ""
    since: float = 0.0
    said: Insight | None = None


class Dynamics:
    """Gives the balance of the last five minutes and of the meeting, and alerts that are sustained."""

    handles: ClassVar[tuple[type[Event], ...]] = (Joined, Left, Consent, Speech, Turn, Revised, Tick)

    def __init__(self) -> None:
        self._people: dict[str, _Person] = {}
        self._heard = Heard()
        self._levels = {"meeting": _Level(), "window": _Level()}
        self._alerts: dict[str, Insight] = {}
        self._time = 0.0
        self._looked = 0.0

    def feed(self, event: Event) -> list[Insight]:
        """Take what was said and heard; every five seconds return the balance and what follows from it."""
        self._time = max(self._time, event.time)
        match event:
            case Joined(time, participant):
                person = self._person(participant.id)
                person.name, person.left = participant.name, False
                person.since = time if person.since is None else person.since
            case Left(_, participant):
                self._person(participant.id).left = True
            case Consent(_, participant, heard):  # who is not heard is not silent
                self._person(participant.id).left = not heard
            case Speech(speaker=speaker):
                self._person(speaker)
                self._heard.add(event)
            case Turn(speaker=speaker):
                self._person(speaker)
                self._heard.add_turn(event)
            case Revised():
                return self._revise(event)
            case Tick(time) if time - self._looked >= _EVERY:
                self._looked = time
                return self._look()
            case _:
                pass
        return []

    def flush(self) -> list[Insight]:
        """Return the balance at the end; a dominance that the whole meeting does not bear out is withdrawn."""
        self._heard.settle()
        if not self._heard.anyone.total:
            return []
        found = [self._balance("meeting"), self._balance("window"), *self._silence(_ATTENDED)]
        found += self._dominance("meeting", ended=True)
        first, lead = self._first("meeting")
        for alert in self._alerts.values():
            if lead < LEAD or alert.speaker != self._people[first].name:
                found.append(replace(alert, state="withdrawn"))
        return found

    def _person(self, person: str) -> _Person:
        return self._people.setdefault(person, _Person(person))

    def _revise(self, revised: Revised) -> list[Insight]:
        self._heard.revise(revised)
        for speaker in (*(turn.speaker for turn in revised.turns), *(speech.speaker for speech in revised.speech)):
            self._person(speaker)
        gone = [(key, self._people.pop(key)) for key in revised.gone if key in self._people]
        return [replace(self._silent(key, person), state="withdrawn") for key, person in gone if person.silent]

    def _look(self) -> list[Insight]:
        self._heard.settle()
        if not self._heard.anyone.total:
            return []
        found = [self._balance("meeting"), self._balance("window")]
        return [*found, *self._dominance("meeting"), *self._dominance("window"), *self._silence(_PATIENCE)]

    def _scope(self, scope: str) -> Segment:
        return Segment(max(0.0, self._time - WINDOW) if scope == "window" else 0.0, self._time)

    def _talk(self, scope: str) -> dict[str, float]:
        """Seconds of speech of everybody who is there or spoke."""
        if scope == "meeting":
            return {key: self._heard.speech[key].total for key in self._people}
        within = self._scope(scope)
        talk = {key: self._heard.speech[key].seconds(within) for key in self._people}
        return {key: seconds for key, seconds in talk.items() if seconds or not self._people[key].left}

    def _balance(self, scope: str) -> Insight:
        within, talk = self._scope(scope), self._talk(scope)
        whole = scope == "meeting"
        anyone, overlap = self._heard.anyone, self._heard.overlap
        spoken = anyone.total if whole else anyone.seconds(within)
        doubled = overlap.total if whole else overlap.seconds(within)
        total = sum(talk.values())
        values = list(talk.values())
        data = {
            "scope": scope,
            "gini": round(corrected_gini(values), 4),
            "gini_uncorrected": round(gini(values), 4),
            "entropy": round(entropy(values), 4),
            "overlap_share": round(doubled / spoken, 4) if spoken else 0.0,
            "silence_share": round(max(0.0, 1 - spoken / within.duration), 4) if within else 0.0,
            "speakers": [
                {
                    "id": key,
                    "name": self._people[key].name,
                    "talk_seconds": round(seconds, 2),
                    "share": round(seconds / total, 4) if total else 0.0,
                    "longest_turn": round(self._longest(key, within, whole), 2),
                }
                for key, seconds in talk.items()
            ],
        }
        text = f"Gini {data['gini']:.2f}, entropy {data['entropy']:.2f}"
        return Insight("balance", within, text, data=data, id=f"balance:{scope}")

    def _longest(self, key: str, within: Segment, whole: bool) -> float:
        floor = self._heard.floor[key]
        return floor.longest if whole else max((s.duration for s in floor.overlapping(within)), default=0.0)

    def _first(self, scope: str) -> tuple[str, float]:
        """Who speaks most, and by how much of the talk before the next."""
        talk = self._talk(scope)
        total = sum(talk.values())
        ranked = sorted(((seconds, key) for key, seconds in talk.items()), reverse=True)
        if len(ranked) < 2 or not total:
            return "", 0.0
        return ranked[0][1], (ranked[0][0] - ranked[1][0]) / total

    def _dominance(self, scope: str, ended: bool = False) -> list[Insight]:
        """Say that somebody dominates once it has lasted, and that it is over."""
        level, talk = self._levels[scope], self._talk(scope)
        first, lead = self._first(scope)
        leader, whole_lead = self._first("meeting")
        total = sum(talk.values())
        share = talk[first] / total if first else 0.0
        least = self._least(scope, len(talk), ended)
        if level.said is not None:
            if level.person == first and share >= least - _HYSTERESIS:
                return self._dominant(scope, level, share, lead)
            over, level.said, level.person = replace(level.said, state="closed"), None, ""
            self._alerts[over.id] = over
            return [over]
        heard = self._time >= WINDOW and total >= (_ENOUGH if scope == "meeting" else _ENOUGH / 2)
        if not heard or min(lead, whole_lead) < LEAD or leader != first or share < least:
            level.person = ""
        elif level.person != first and not ended:
            level.person, level.since = first, self._time
        elif ended or self._time - level.since >= _SUSTAINED:
            level.person = first
            return self._dominant(scope, level, share, lead)
        return []

    def _least(self, scope: str, people: int, ended: bool) -> float:
        """The dominant share: a meeting that has just begun is no more than a window."""
        window, meeting = dominant_share(people, window=True), dominant_share(people)
        if scope == "window":
            return window
        young = 0.0 if ended else max(0.0, 1 - (self._time - WINDOW) / (_SETTLED - WINDOW))
        return meeting + (window - meeting) * young

    def _dominant(self, scope: str, level: _Level, share: float, lead: float) -> list[Insight]:
        """The alert; what it says is the largest share while it lasts."""
        person = self._people[level.person]
        within = Segment(0.0 if scope == "meeting" else max(0.0, level.since - WINDOW), self._time)
        known = level.said
        if known is not None and share <= known.data["share"] + _CHANGED:
            level.said = replace(known, segment=within)
            return [level.said] if within.duration >= known.segment.duration + _SUSTAINED else []
        cited = sorted(self._heard.turns(level.person, within), key=lambda turn: -turn[1].duration)[:_CITED]
        level.said = Insight(
            kind="dominance",
            segment=within,
            text=f"{person.name} has had {share:.0%} of the talk {_WHEN[scope]}",
            speaker=person.name,
            evidence=tuple(turn for turn, _ in sorted(cited, key=lambda s: s[1])),
            confidence=round(min(0.95, 0.7 + lead / 2), 2),
            data={"scope": scope, "share": round(share, 4), "lead": round(lead, 4), "people": len(self._talk(scope))},
            id=f"dominance:{scope}:{level.person}:{level.since:.0f}",
        )
        self._alerts[level.said.id] = level.said
        return [level.said]

    def _silence(self, patience: float) -> list[Insight]:
        """Say who has been there for some time and said nothing while others spoke; and that it is over."""
        found: list[Insight] = []
        total = sum(self._talk("meeting").values())
        for key, person in self._people.items():
            spoken = self._heard.speech[key].total
            attended = person.since is not None and self._time - person.since >= patience and not person.left
            if person.silent and spoken > _HEARD:
                person.silent = False
                found.append(replace(self._silent(key, person), state="closed"))
            elif not person.silent and attended and spoken < _SILENT and total - spoken >= _ENOUGH:
                person.silent = True
                found.append(self._silent(key, person))
        return found

    def _silent(self, key: str, person: _Person) -> Insight:
        within = Segment(person.since or 0.0, self._time)
        data = {"talk_seconds": round(self._heard.speech[key].total, 2)}
        text = f"{person.name} has not been heard yet"
        return Insight("silent", within, text, person.name, confidence=0.9, data=data, id=f"silent:{key}")
