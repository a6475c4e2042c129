"""What the owner of a document gathers at one go, and what it tells when that is on disk."""

from dataclasses import dataclass, field

from voicemind.board.connection import Connection
from voicemind.board.inbox import Write
from voicemind.board.replica import Change
from voicemind.board.tables import Record


@dataclass(frozen=True, slots=True)
class Saved:
    """All up to update ``seq`` is on disk; ``changes`` are what came with it."""

    seq: int
    changes: tuple[Change, ...]


@dataclass(slots=True)
class Batch:
    """What came in at one go: what to keep, and what to give out before and after that."""

    records: list[Record] = field(default_factory=list)
    shared: list[bytes] = field(default_factory=list)  # leaves at once
    held: list[bytes] = field(default_factory=list)  # leaves once it is on disk
    senders: set[Connection] = field(default_factory=set)
    heard: set[Connection] = field(default_factory=set)
    asked: dict[Connection, bytes] = field(default_factory=dict)  # state vectors to answer
    writes: list[Write] = field(default_factory=list)
    size: int = 0
