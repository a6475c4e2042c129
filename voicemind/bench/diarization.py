"""``voicemind bench diarization``: who speaks when, ours beside the best there could be and beside peers.

*oracle* is our segmentation with the reference's identities: what telling voices apart perfectly would give.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.bench.memory import resident_mb
from voicemind.bench.peers.voices import find_voices_peer
from voicemind.bench.report import Report, Row
from voicemind.bench.shared_sound import SharedSound, find_shared
from voicemind.bench.speaker_errors import SpeakerErrors, compare, pooled
from voicemind.speech.clustering import assign
from voicemind.speech.diarizer import Diarizer, DiarizerConfig, annotate
from voicemind.speech.live import Known, LiveConfig, LiveDiarizer
from voicemind.speech.ports import LocalDiarizer, Localize, Localized
from voicemind.speech.votes import FRAME, first_frame
from voicemind.timeline.annotation import Annotation, Labelled


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be measured: ``online`` is how late a label may be, None for the whole recording first.

    ``join`` makes one recording of the clips of a series; ``peers`` are measured beside ours.
    """

    online: float | None = None
    join: bool = False
    kinds: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()


@dataclass(slots=True)
class Heard:
    """Who was heard in one recording, what the windows said, and what it cost."""

    annotation: Annotation = field(default_factory=Annotation)
    answers: Sequence[Localized] = ()
    cpu_seconds: float = 0.0
    peak_rss_mb: float = 0.0


def measure(inputs: Sequence[Path], local: LocalDiarizer, options: Options) -> Report:
    """Measure recordings: files, or manifests; InputError where there is nothing to measure."""
    sounds = find_shared(inputs, join=options.join, kinds=options.kinds)
    peers = [find_voices_peer(name) for name in options.peers]
    # All of ours comes first: the metrics and the oracle need memory that is not to be counted.
    heard = [_listen(sound, local, options.online) for sound in sounds]
    errors = [
        compare(sound.reference, found.annotation, sound.scored) for sound, found in zip(sounds, heard, strict=True)
    ]
    ideal = [
        compare(sound.reference, oracle(found.answers, sound.reference, sound.seconds), sound.scored)
        for sound, found in zip(sounds, heard, strict=True)
    ]
    rows = [
        {"id": sound.name, **wrong.row(), **_cost(found, sound.seconds), "oracle": best.der, "seconds": sound.seconds}
        for sound, found, wrong, best in zip(sounds, heard, errors, ideal, strict=True)
    ]
    totals: dict[str, Row] = {"ours": _total(sounds, heard, errors), "oracle": pooled(ideal).row()}
    for peer in peers:
        runs = [Heard(run.annotation, (), run.cpu_seconds, run.peak_rss_mb) for run in peer.run(sounds, options.online)]
        wrong = [
            compare(sound.reference, run.annotation, sound.scored) for sound, run in zip(sounds, runs, strict=True)
        ]
        totals[peer.name] = _total(sounds, runs, wrong)
    return Report(f"voicemind bench diarization {_mode(options.online)}", rows, totals)


def oracle(answers: Sequence[Localized], reference: Annotation, seconds: float) -> Annotation:
    """Return who speaks when by the windows' local speakers, each the one of ``reference`` who speaks most with it."""
    labels = reference.labels()
    truth = np.zeros((round(seconds * SAMPLE_RATE / FRAME) + 1, len(labels)), bool)
    for item in reference:
        start, end = (round(time * SAMPLE_RATE / FRAME) for time in (item.segment.start, item.segment.end))
        truth[start:end, labels.index(item.label)] = True

    def people(answer: Localized) -> dict[int, int]:
        first = first_frame(answer.request.start)
        spoken = truth[max(0, first) : max(0, first + len(answer.activity))]
        activity = answer.activity[max(0, -first) :][: len(spoken)]
        active = np.flatnonzero(activity.any(axis=0))
        if len(active) == 0 or not labels:
            return {}
        common = activity[:, active].T.astype(float) @ spoken
        return {int(k): int(person) for k, person in zip(active, assign(common), strict=True)}

    return annotate(answers, people, round(seconds * SAMPLE_RATE), "oracle", DiarizerConfig().bridge)


def _listen(sound: SharedSound, local: LocalDiarizer, online: float | None) -> Heard:
    """Hear a recording window by window, on one thread; reading it is not counted."""
    stage: _Final | _Live = _Final(sound.name) if online is None else _Live(sound.name, online)
    heard = Heard(peak_rss_mb=resident_mb())

    def run(step: Callable[[], Sequence[Localize]]) -> None:
        began = time.process_time()
        for request in step():
            for answer in local.localize([request]):
                stage.accept(answer)
        heard.cpu_seconds += time.process_time() - began
        heard.peak_rss_mb = max(heard.peak_rss_mb, resident_mb())

    for frame in sound.frames():
        run(partial(stage.feed, frame))
    run(stage.flush)
    began = time.process_time()
    heard.annotation = stage.annotation()
    heard.cpu_seconds += time.process_time() - began
    heard.answers = stage.answers
    return heard


class _Final(Diarizer):
    """The pass over a whole recording."""

    def annotation(self) -> Annotation:
        """Return who speaks when."""
        return self.annotate()


class _Live(LiveDiarizer):
    """What is first said of each moment, as late as is allowed."""

    def __init__(self, name: str, latency: float) -> None:
        super().__init__(name, LiveConfig(label=latency, revision=max(latency, LiveConfig().revision)))
        self._said = Annotation()

    def accept(self, answer: Localized) -> list[Known]:
        """Take an answer, and note what is said for the first time."""
        found = super().accept(answer)
        for person, segment in (spoken for known in found if not known.settled for spoken in known.spoken):
            self._said.add(segment, f"SPEAKER_{person:02d}")
        return found

    def annotation(self) -> Annotation:
        """Return who spoke when."""
        bridge = LiveConfig().bridge
        return Annotation(
            Labelled(segment, label) for label in self._said.labels() for segment in self._said.segments(label, bridge)
        )


def _mode(online: float | None) -> str:
    return "--final" if online is None else f"--online {online:g}"


def _cost(heard: Heard, seconds: float) -> dict[str, Any]:
    return {"cpu_per_audio_second": heard.cpu_seconds / seconds, "peak_rss_mb": heard.peak_rss_mb}


def _total(sounds: Sequence[SharedSound], heard: Sequence[Heard], errors: Sequence[SpeakerErrors]) -> dict[str, Any]:
    seconds = sum(sound.seconds for sound in sounds)
    everything = Heard(
        cpu_seconds=sum(one.cpu_seconds for one in heard), peak_rss_mb=max(one.peak_rss_mb for one in heard)
    )
    return {**pooled(errors).row(), **_cost(everything, seconds), "seconds": seconds}
