"""What somebody said while they were cut off: kept by their browser, brought afterwards, heard in its place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.board import protocol
from voicemind.errors import InputError
from voicemind.room.decimator import FACTOR, Decimator
from voicemind.room.opus import RATE, Pcm
from voicemind.room.wire import Form, Unpacker, read_message
from voicemind.timeline.transcript import Turn

LONGEST = 900.0  # seconds that are taken at once
AGAIN = 0.6  # seconds before a cut that are heard once more: a word that was cut is whole then
MESSAGE = 0.02  # seconds that a message is long
SHORTEST = 0.3  # seconds; less is no word


@dataclass(frozen=True, slots=True)
class LateSound:
    """Sound that begins ``ago`` seconds before it was brought; ``messages`` are those of ``room.wire``."""

    form: Form
    ago: float
    messages: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def parse(cls, form: Form, ago: float, body: bytes) -> "LateSound":
        """Read messages that each follow their length (varUint); InputError for what is cut off or none."""
        if not 0 < ago <= 24 * 3600:
            raise InputError("ago is how many seconds ago the sound began, at most a day")
        reader = protocol.Reader(body)
        messages = []
        try:
            while not reader.ended:
                messages.append(reader.varbytes())
        except protocol.FrameError:
            raise InputError("the sound is cut off; send it again") from None
        if not messages:
            raise InputError("there is no sound in it")
        return cls(form, ago, tuple(messages))

    @property
    def seconds(self) -> float:
        """How long it is, by the numbers of its samples."""
        numbers = [read[0] for message in (self.messages[0], self.messages[-1]) if (read := read_message(message))]
        return min(LONGEST, max(0, numbers[-1] - numbers[0]) / self.form.rate + MESSAGE) if numbers else 0.0

    def frames(self, start: float) -> Iterator[AudioFrame]:
        """Decode it as sound without a hole from ``start`` on, in seconds of the meeting."""
        unpacker, decimator = Unpacker(self.form), Decimator()
        first: int | None = None
        begin = end = round(start * SAMPLE_RATE)
        for message in self.messages:
            sound = unpacker.feed(message)
            if sound is None:
                continue
            samples, at = sound
            first = at if first is None else first
            place = begin + (at - first) // FACTOR
            if not place - end >= 0 or place - begin > LONGEST * SAMPLE_RATE:
                continue
            for part in [*_silence((place - end) * FACTOR), samples]:
                frame = AudioFrame(decimator.feed(part), end)
                end = frame.end
                yield frame


class Heard:
    """From when to when each participant was heard, so that nothing is heard twice; seconds of the meeting."""

    def __init__(self, turns: Iterable[Turn] = ()) -> None:
        """Begin after ``turns`` that stand in a document: up to its last turn each was heard."""
        self._spans: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for turn in turns:
            before = max((end for _, end in self._spans[turn.speaker]), default=0.0)
            self._spans[turn.speaker] = [(0.0, max(turn.segment.end, before))]

    def add(self, participant: str, span: tuple[float, float] | None) -> None:
        """Somebody was heard."""
        if span is not None:
            self._spans[participant].append(span)

    def said(self, participant: str, start: float, end: float) -> list[tuple[int, int]] | None:
        """Return what of an interval need not be heard again, in samples; None where that is all of it."""
        spans = [(a, b - AGAIN) for a, b in sorted(self._spans[participant]) if a < end and b - AGAIN > start]
        left, at = 0.0, start
        for a, b in spans:
            left += max(0.0, min(a, end) - at)
            at = max(at, b)
        left += max(0.0, end - at)
        if left < SHORTEST:
            return None
        return [(round(a * SAMPLE_RATE), round(b * SAMPLE_RATE)) for a, b in spans]


def _silence(samples: int) -> Sequence[Pcm]:
    return [np.zeros(min(RATE, samples - at), np.int16) for at in range(0, samples, RATE)]
