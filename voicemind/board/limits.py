"""What a room bears, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds and paces of a board; sizes in bytes, times in seconds."""

    frame: int = 8 << 20  # a week offline on a full board comes back as one message
    bad_frames: int = 3  # then the connection is closed
    trespasses: int = 3  # changes to the engine's roots, likewise
    connections: int = 500
    connections_each: int = 20  # of one person
    messages: float = 100.0  # a second of one connection; who sends more is slowed down
    messages_at_once: float = 1000.0
    bytes: float = 1 << 20  # a second, likewise
    bytes_at_once: float = 16 << 20
    step1_cost: float = 50.0  # messages that a question counts for: its answer may be the whole document
    document: int = 64 << 20  # with the log since its last snapshot; a larger one can be read only
    inbox: int = 64  # messages that wait for the room's task; who sends more waits
    batch_bytes: int = 4 << 20  # messages taken in at one go
    window: float = 0.02  # changes within it leave in one frame
    window_each: float = 0.0005  # of each reader where that is more, so that there are 2,000 frames a second in all
    window_most: float = 0.1
    outbox: int = 1 << 20  # frames that wait for one reader, before it is resynced instead
    stall: float = 10.0  # a frame that takes longer (and its length at ``slowest``) closes the connection
    slowest: int = 4096  # bytes a second
    keep_alive: float = 10.0  # stock clients give up after 30 s of silence
    presence_tick: float = 0.05  # for each 25 people, at most eight times that
    retry: float = 1.0  # between attempts to write when the disk takes nothing
    compact_updates: int = 500
    compact_bytes: int = 1 << 20  # and at least four times the last snapshot
    compact_pause: float = 30.0  # between two compactions
    idle: float = 60.0  # a room without anybody is unloaded after it
