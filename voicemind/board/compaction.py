"""Many updates made into one: loaded into a document, written out, and checked before anything is dropped.

Run as a module it does that in a process of its own, from standard input to standard output: on a
large document it takes long, and pycrdt lets nothing else run meanwhile.
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pycrdt
from anyio import to_thread

from voicemind.board.depth import MAX_DEPTH
from voicemind.board.protocol import EMPTY_UPDATE, FrameError, Reader, read_state, varbytes
from voicemind.board.replica import NOTHING, Replica
from voicemind.errors import BoardError


def compact(updates: Sequence[bytes]) -> bytes:
    """Return one update that holds all that ``updates`` hold, what waits for missing dependencies too.

    Raises BoardError unless a document loaded from it has the same state vector and content, and
    finds nothing new in any of ``updates``. Merging updates without a document would keep every
    overwritten value for ever (a thousand times the size, measured), so it is not done here.
    """
    whole, copy = Replica(0), Replica(0)
    try:
        for update in updates:
            whole.apply(update)
        data = (EMPTY_UPDATE if whole.waits else b"") + whole.missing_in(NOTHING)
        copy.apply(data)
        copy.take_changes()
        for update in updates:
            copy.apply(update)
        new = copy.take_changes()
        same = (
            read_state(whole.state) == read_state(copy.state)
            and content(whole) == content(copy)
            and whole.waits == copy.waits
        )
    except FrameError as error:
        raise BoardError("an update on disk cannot be read; nothing is compacted") from error
    finally:
        whole.close()
        copy.close()
    if new or not same:
        raise BoardError("a compacted document differs from its updates; nothing is compacted")
    return data


def content(replica: Replica) -> dict[str, Any]:
    """Return all that stands under the roots, rich text with its markup."""
    return {name: _plain(root) for name, root in replica.roots.items()}


def _plain(value: Any) -> Any:
    """Return what two documents with the same content have alike: nothing whose order or text may differ."""
    match value:
        case pycrdt.Map() | dict():
            return {key: _plain(item) for key, item in value.items()}
        case pycrdt.Array() | list():
            return [_plain(item) for item in value]
        case pycrdt.XmlElement():
            return (value.tag, dict(value.attributes), [*map(_plain, value.children)])  # type: ignore[call-overload]
        case pycrdt.XmlText():
            return [(_plain(part), marks) for part, marks in value.diff()]
        case pycrdt.XmlFragment():
            return [*map(_plain, value.children)]
        case pycrdt.Text():
            return str(value)
        case pycrdt.Doc():  # what stands in it does not travel with it
            return ("document", value.guid)
        case float():
            return repr(value)  # NaN equals nothing, not even itself
    return value


async def compact_apart(updates: Sequence[bytes], seconds: float = 60.0) -> bytes:
    """Do ``compact`` in another process; raises BoardError when that fails or takes too long."""
    given = b"".join(map(varbytes, updates))

    def run() -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "voicemind.board.compaction"]
        return subprocess.run(command, input=given, capture_output=True, timeout=seconds, check=False)  # noqa: S603

    try:
        done = await to_thread.run_sync(run, abandon_on_cancel=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BoardError(f"the process that compacts failed: {error}") from error
    if done.returncode:
        raise BoardError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return done.stdout


def main() -> int:
    """Compact what comes in; exit code 1 and the reason on standard error when that fails."""
    sys.setrecursionlimit(10 * MAX_DEPTH)  # to compare what lies as deep as it may
    reader = Reader(sys.stdin.buffer.read())
    updates = []
    while not reader.ended:
        updates.append(reader.varbytes())
    try:
        data = compact(updates)
    except BoardError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
