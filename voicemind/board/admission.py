"""What of an update can be taken in now: all that it builds on is there, and nothing is left out before it.

yrs 0.28 takes in what is incomplete, too, and reads memory that it gave back when such updates contradict
each other. So it is given only what is complete; the rest waits.
"""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from voicemind.board.protocol import EMPTY_UPDATE, uint
from voicemind.board.structs import SKIP, Contents, Id, Section, Struct, read_update

Clocks = Mapping[bytes, int]
"""The next clock of each client, by the client's id as it is written."""


class Admission(NamedTuple):
    """An update in two parts, either of which may be empty."""

    ready: bytes
    rest: bytes


def admit(update: bytes, known: Clocks) -> Admission:
    """Divide an update as yrs writes it; raises FrameError for one that nobody can have made."""
    contents = read_update(update)
    reached, done = _reach(contents.sections, known)
    deleted, later = _divide(contents, known, reached)
    parts = list(zip(contents.sections, done, strict=True))
    if not later and all(last == len(section.structs) for section, last in parts):
        return Admission(update, EMPTY_UPDATE)
    ready = [_written(update, section, 0, last) for section, last in parts]
    rest = [_written(update, section, last, len(section.structs)) for section, last in parts]
    return Admission(_joined(ready, deleted), _joined(rest, later))


def _reach(sections: Sequence[Section], known: Clocks) -> tuple[dict[bytes, int], list[int]]:
    """Return the clocks that can be reached, and how many structs of each section that takes."""
    reached: dict[bytes, int] = {}
    done, ready = [0] * len(sections), [*range(len(sections))]
    waiting: dict[bytes, list[tuple[int, int]]] = {}
    while ready:
        index = ready.pop()
        client, structs = sections[index].client, sections[index].structs
        before = clock = reached.get(client, known.get(client, 0))
        blocked: Id | None = None
        while done[index] < len(structs):
            struct = structs[done[index]]
            if struct.end > clock:
                if blocked := _blocked(client, clock, struct, known, reached):
                    break
                clock = reached[client] = struct.end
            done[index] += 1
        if blocked and blocked[0] != client:  # what waits for its own client does so for another update
            heappush(waiting.setdefault(blocked[0], []), (blocked[1], index))
        others = waiting.get(client, ())
        while clock > before and others and others[0][0] < clock:
            ready.append(heappop(waiting[client])[1])
    return reached, done


def _blocked(client: bytes, clock: int, struct: Struct, known: Clocks, reached: Clocks) -> Id | None:
    """Return what a struct lacks that is not known as a whole, None where nothing."""
    if struct.start > clock or struct.kind == SKIP:
        return client, struct.start
    for needed in struct.needs:
        bound = struct.start if needed[0] == client else reached.get(needed[0], known.get(needed[0], 0))
        if needed[1] >= bound:
            return needed
    return None


def _divide(contents: Contents, known: Clocks, reached: Clocks) -> tuple[list[bytes], list[bytes]]:
    """Return what can be deleted now and what later, written by client."""
    now: list[bytes] = []
    later: list[bytes] = []
    for client, ranges in contents.deletions:
        clock = reached.get(client, known.get(client, 0))
        head = [(start, min(end, clock)) for start, end in ranges if start < clock]
        tail = [(max(start, clock), end) for start, end in ranges if end > clock]
        for part, parts in ((head, now), (tail, later)):
            if part:
                written = b"".join(uint(start) + uint(end - start) for start, end in part)
                parts.append(client + uint(len(part)) + written)
    return now, later


def _written(update: bytes, section: Section, first: int, last: int) -> bytes:
    """Return some structs of a section as a section of their own, nothing where there are none."""
    structs = section.structs
    while first < last and structs[first].kind == SKIP:
        first += 1
    if first == last:
        return b""
    at = structs[first - 1].upto if first else section.at
    return uint(last - first) + section.client + uint(structs[first].start) + update[at : structs[last - 1].upto]


def _joined(sections: Sequence[bytes], deletions: Sequence[bytes]) -> bytes:
    written = [section for section in sections if section]
    return uint(len(written)) + b"".join(written) + uint(len(deletions)) + b"".join(deletions)
