"""The roots of a room's document: the shared type of each, and who may write it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pycrdt import Array, Map, Text


class Writer(Enum):
    """Who writes a root; ``BOTH`` is written by the engine and answered by people."""

    ENGINE = auto()
    PEOPLE = auto()
    BOTH = auto()


@dataclass(frozen=True, slots=True)
class Root:
    """A root's shared type, and who writes it."""

    type: type[Array[Any]] | type[Map[Any]] | type[Text]
    writer: Writer


ROOTS: Mapping[str, Root] = {
    "transcript": Root(Map, Writer.ENGINE),  # turn id -> Map; final turns, never interims
    "insights": Root(Map, Writer.ENGINE),  # insight id -> Map; all but nudges
    "talk": Root(Map, Writer.ENGINE),  # shares, balance
    "meeting": Root(Map, Writer.ENGINE),  # history_id, state, started, participants, lag, let_go
    "title": Root(Text, Writer.PEOPLE),
    "agenda": Root(Array, Writer.PEOPLE),  # of Map {id, title, minutes, owner}
    "elements": Root(Map, Writer.PEOPLE),  # element id -> Map: field -> JSON; the engine's own shapes too
    "files": Root(Map, Writer.PEOPLE),  # file id -> {mimeType, url}
    "sections": Root(Array, Writer.PEOPLE),  # of Map {id, heading, body XmlFragment}
    "verdicts": Root(Map, Writer.PEOPLE),  # insight id -> Map
    "corrections": Root(Map, Writer.PEOPLE),  # id -> {kind, target, value, by, at}
    "suggestions": Root(Map, Writer.BOTH),  # id -> {range, text, reason}
}

ENGINE_ROOTS = frozenset(name for name, root in ROOTS.items() if root.writer is Writer.ENGINE)
