"""``voicemind bench room``: what participants cost the server, how late they are heard, and what loss costs.

The server is the real one without recogniser, on a core of its own; the callers, who neither encode nor decode,
run on the other. Figures of one kind of participant are the difference to the room without them.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from json import dumps, loads
from typing import Any

from voicemind.bench.board import CLIENT_CORE, HEADROOM, started
from voicemind.bench.process import pinned
from voicemind.bench.report import Report, Row
from voicemind.errors import BackendError

LOSSES = (0.0, 0.01, 0.05)
LOSS_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Company:
    """Who is in a room: who talks or is silent sends 50 packets a second, who listens none; with ``ears`` all hear."""

    name: str
    talking: int
    silent: int = 0
    listening: int = 0
    ears: bool = False

    @property
    def people(self) -> int:
        """How many they are."""
        return self.talking + self.silent + self.listening


BASE = Company("base", 1)
PHASES = (
    BASE,
    Company("heard", 4),
    Company("silent", 1, silent=16),
    Company("listener", 1, listening=16),
    Company("meeting of 25, 3 talking", 3, silent=22, ears=True),
)


def measure(seconds: float = 10.0) -> Report:
    """Measure each company for so long; raises BackendError when the server or the callers fail."""
    with (
        tempfile.TemporaryDirectory() as data,
        started([sys.executable, "-m", "voicemind.bench.room_server", data]) as (address, process),
    ):
        told = {"address": address, "pid": process.pid, "seconds": seconds, "phases": [asdict(p) for p in PHASES]}
        found = _calls(told, (seconds + LOSS_SECONDS) * (len(PHASES) + len(LOSSES)))
    rows = [_row(phase, found["cpu"]) for phase in PHASES]
    rows += [_figure("mouth to ear, p50 ms", found["ear_p50"]), _figure("mouth to ear, p95 ms", found["ear_p95"])]
    rows += [
        _figure(f"frames delivered at {loss:.0%} loss", share)
        for loss, share in zip(LOSSES, found["delivered"], strict=True)
    ]
    return Report(f"voicemind bench room --seconds {seconds:g}", rows)


def _calls(told: dict[str, Any], seconds: float) -> Any:
    command = [sys.executable, "-m", "voicemind.bench.room_calls", dumps(told)]
    with pinned(CLIENT_CORE):
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, timeout=seconds + HEADROOM
        )
    if done.returncode:
        raise BackendError(f"the callers failed: {done.stderr.strip().rpartition(chr(10))[2]}")
    return loads(done.stdout)


def _row(phase: Company, cpu: Sequence[float]) -> Row:
    """A company's share of a core, and that of each participant it has beside the base."""
    used = cpu[PHASES.index(phase)]
    more = phase.people - BASE.people
    each = (used - cpu[0]) / more if more and not phase.ears else None
    return {"id": phase.name, "people": phase.people, "core": used, "core_each": each}


def _figure(name: str, value: float) -> Row:
    return {"id": name, "value": value}
