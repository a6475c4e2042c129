"""What people say is right where the engine was wrong: corrections, as they stand in a document or a file.

``{kind, target, value, by, at}``, and ``segments`` where it was said of turns: the times that these had then.
A later pass may cut its turns elsewhere, and what people said is still of the same words.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from voicemind.errors import CorrectionError
from voicemind.timeline.segment import Segment

Kind = Literal["rename", "merge", "split", "reassign", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MOST = 20_000  # characters of a text


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: ``by`` whom, ``at`` a unix time.

    =========  =================  =================================================================
    kind       target             value
    =========  =================  =================================================================
    rename     a speaker          the name
    merge      a speaker          the speaker who it is in truth
    split      a speaker          the turns that are somebody else's, who is called ``made`` then
    split      a turn             the meeting times at which it is cut, in seconds
    reassign   a turn             the speaker whose it is
    text       a turn             what was said
    =========  =================  =================================================================
    """

    id: str
    kind: Kind
    target: str
    value: str | tuple[str, ...] | tuple[float, ...]
    by: str = ""
    at: float = 0.0
    segments: tuple[Segment, ...] = ()

    @property
    def made(self) -> str | None:
        """The id of the speaker whom it adds, None where it adds none."""
        return f"speaker-{self.id}" if self.kind == "split" and isinstance(self.value[0], str) else None

    @property
    def turns(self) -> tuple[str, ...]:
        """The turns that it is of."""
        if self.made:
            return tuple(str(turn) for turn in self.value)
        return () if self.kind in ("rename", "merge") else (self.target,)

    @property
    def speakers(self) -> tuple[str, ...]:
        """The speakers that it names."""
        match self.kind:
            case "merge":
                return (self.target, str(self.value))
            case "reassign":
                return (str(self.value),)
            case "rename":
                return (self.target,)
        return (self.target,) if self.made else ()

    def segment(self, turn: int) -> Segment | None:
        """Return when its turn of that number was said, None where it does not say."""
        return self.segments[turn] if turn < len(self.segments) else None

    def fields(self) -> dict[str, Any]:
        """Return it as JSON values, without its id."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        fields = {"kind": self.kind, "target": self.target, "value": value, "by": self.by, "at": self.at}
        if self.segments:
            fields["segments"] = [[segment.start, segment.end] for segment in self.segments]
        return fields


def read_correction(correction_id: str, fields: Mapping[str, Any]) -> Correction:
    """Read a correction; CorrectionError where it is none, and why."""
    kind, target, value = fields.get("kind"), fields.get("target"), fields.get("value")
    if kind not in KINDS:
        raise CorrectionError(f"kind is one of {', '.join(KINDS)}")
    if not isinstance(target, str) or not target.strip():
        raise CorrectionError("target names what is corrected: a speaker or a turn, by its id")
    at, by = fields.get("at"), fields.get("by")
    correction = Correction(
        correction_id,
        kind,
        target,
        _split(value) if kind == "split" else _text(kind, value),
        by if isinstance(by, str) else "",
        float(at) if isinstance(at, int | float) and _is_number(at) else 0.0,
        _segments(fields.get("segments")),
    )
    if correction.kind == "merge" and correction.target == correction.value:
        raise CorrectionError("a speaker is merged into another one, not into themselves")
    return correction


def read_corrections(entries: Mapping[str, object]) -> tuple[list[Correction], dict[str, str]]:
    """Read those of a document, by id; also return why others are passed over, by theirs."""
    found, refused = [], {}
    for key, fields in entries.items():
        try:
            found.append(read_correction(key, fields if isinstance(fields, Mapping) else {}))
        except CorrectionError as error:
            refused[key] = str(error)
    return found, refused


def parse_corrections(text: str) -> list[Correction]:
    """Read a JSON file of corrections: a list in their order, or an object by id as a document has it.

    Raises CorrectionError for what is not that.
    """
    try:
        entries = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise CorrectionError(f"the corrections are not JSON ({error})") from None
    if isinstance(entries, list):
        rows: Iterable[tuple[str, Any]] = [(f"{n:04d}", entry) for n, entry in enumerate(entries, 1)]
    elif isinstance(entries, dict):
        rows = entries.items()
    else:
        raise CorrectionError("corrections are a list of {kind, target, value}, or an object of them by id")
    found = []
    for key, entry in rows:
        if not isinstance(entry, dict):
            raise CorrectionError(f"correction {key}: an object with kind, target and value is wanted")
        try:
            found.append(read_correction(entry["id"] if isinstance(entry.get("id"), str) else key, entry))
        except CorrectionError as error:
            raise CorrectionError(f"correction {key}: {error}") from None
    return found


def _text(kind: str, value: object) -> str:
    what = {"rename": "the name", "merge": "a speaker's id", "reassign": "a speaker's id", "text": "what was said"}
    if not isinstance(value, str) or not value.strip() or len(value) > MOST:
        raise CorrectionError(f"value of a {kind} is {what[kind]}: a text of at most {MOST} characters")
    return value if kind == "text" else " ".join(value.split()) if kind == "rename" else value


def _split(value: object) -> tuple[str, ...] | tuple[float, ...]:
    items = value if isinstance(value, list | tuple) else ()
    turns = tuple(item for item in items if isinstance(item, str) and item.strip())
    times = tuple(float(item) for item in items if _is_number(item))
    if not items or len(items) not in (len(turns), len(times)):
        raise CorrectionError(
            "value of a split is a list: of a speaker's turns, or of the seconds at which a turn is cut"
        )
    return turns or times


def _segments(value: object) -> tuple[Segment, ...]:
    pairs = value if isinstance(value, list) else []
    found = [Segment(float(p[0]), float(p[1])) for p in pairs if _is_pair(p)]
    return tuple(found) if len(found) == len(pairs) else ()


def _is_pair(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15 and math.isfinite(value)
