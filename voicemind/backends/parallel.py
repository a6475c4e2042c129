"""How many threads an inference is to have, and how many run at once: measured on this machine."""

import json
import logging
import os
import platform
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

SECONDS = 2.0  # for the whole measurement
BETTER = 1.1  # how much faster fewer workers must be: more of them keep finals from waiting for each other


@dataclass(frozen=True, slots=True)
class Parallel:
    """``workers`` inferences at once, of ``threads`` threads each."""

    threads: int
    workers: int


Build = Callable[[Parallel], Callable[[], object]]
"""Makes what runs one inference, on any thread, in a given arrangement."""


def candidates(cores: int) -> list[Parallel]:
    """Return the arrangements that use all cores, more workers first."""
    threads = [count for count in (1, 2, 4) if count <= cores]
    return [Parallel(count, max(1, cores // count)) for count in threads]


def fastest(choices: Sequence[Parallel], build: Build, seconds: float = SECONDS) -> Parallel:
    """Return the arrangement that runs most inferences a second; the first of those that are about as fast."""
    best, most = choices[0], 0.0
    for choice in choices:
        speed = _speed(build(choice), choice.workers, seconds / len(choices))
        logger.info("%d inferences at once, %d threads each: %.1f a second", choice.workers, choice.threads, speed)
        if speed > most * (BETTER if most else 0.0):
            best, most = choice, speed
    return best


def remembered(file: Path, model: str, measure: Callable[[], Parallel]) -> Parallel:
    """Return what was measured for a model on this machine, in ``file``; measure it where it was not yet."""
    key = f"{model} on {os.cpu_count()} x {platform.processor() or platform.machine()}"
    known = _read(file)
    if key in known:
        return Parallel(**known[key])
    found = measure()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(known | {key: asdict(found)}), encoding="utf-8")
    except OSError as error:
        logger.warning("%s: cannot be written (%s); the next start measures again", file, error)
    return found


def _read(file: Path) -> dict[str, dict[str, int]]:
    try:
        known: dict[str, dict[str, int]] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _speed(run: Callable[[], object], workers: int, seconds: float) -> float:
    """Inferences a second of ``workers`` threads; those that end late count with all of their time."""
    run()  # the first one allocates
    began = time.perf_counter()
    counts = [0] * workers

    def work(number: int) -> None:
        while time.perf_counter() - began < seconds:
            run()
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)
