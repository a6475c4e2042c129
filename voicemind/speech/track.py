"""The speech stages of one track, composed: windows in, speech, requests, interims and turns out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.speech.live_voices import LiveVoices
from voicemind.speech.ports import Decode, Decoded, Localize, Localized
from voicemind.speech.transcriber import Transcriber
from voicemind.speech.turns import Voices
from voicemind.speech.utterance import Utterance, UtteranceBuilder, Voiced
from voicemind.speech.vad import VoiceActivity, Window
from voicemind.timeline.event import Joined, Revised, Speech
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn

Asked = Decode | Localize
Given = Joined | Speech | Interim | Turn | Revised


@dataclass(slots=True)
class Track:
    """One track from ``start`` (a sample of the meeting) on; ``voices`` where several people share it."""

    activity: VoiceActivity
    builder: UtteranceBuilder
    transcriber: Transcriber
    speaker: str
    name: str
    start: int
    voices: Voices | LiveVoices | None = None
    closed: bool = False

    @property
    def earliest_end(self) -> float:
        """Time before which nothing still to be heard can end; a part of a shared utterance may end anywhere in it."""
        found = self.builder.earliest_start if self.voices else self.builder.earliest_end
        return max(self.start, found) / SAMPLE_RATE

    @property
    def earliest_pending(self) -> float | None:
        """The same for what is being transcribed, or waits for its speakers; None for nothing."""
        if not self.voices:
            return self.transcriber.earliest_end
        start = self.transcriber.earliest_start
        found = [] if start is None else [start / SAMPLE_RATE]
        if isinstance(self.voices, LiveVoices) and (self.voices.pending or not self.closed):
            found.append(self.voices.earliest_end)
        return min(found, default=None)

    @property
    def earliest_unsaid(self) -> int | None:
        """Sample from which what was heard is not yet in turns that were given out; None for nothing."""
        waiting = self.voices.waiting if isinstance(self.voices, LiveVoices) else None
        held = None if waiting is None else math.floor(waiting * SAMPLE_RATE)
        return min((start for start in (self.transcriber.earliest_start, held) if start is not None), default=None)

    @property
    def pending(self) -> bool:
        """Whether an answer is still to come that has to."""
        waits = isinstance(self.voices, LiveVoices) and self.voices.pending
        return waits or self.transcriber.earliest_end is not None

    def listen(self, frame: AudioFrame) -> list[Asked]:
        """Take the next sound, where voices are told apart as they are heard."""
        return list(self.voices.feed(frame)) if isinstance(self.voices, LiveVoices) else []

    def hear(self, window: Window) -> list[Asked | Given]:
        """Take the next window."""
        found = [y for x in self.builder.feed(window) for y in self._next(x)]
        return [*found, *(self.voices.until(window.end / SAMPLE_RATE) if isinstance(self.voices, Voices) else ())]

    def flush(self) -> list[Asked | Given]:
        """Close what is open."""
        found = [y for x in self.builder.flush() for y in self._next(x)]
        self.closed = True
        if isinstance(self.voices, LiveVoices):
            return [*found, *self.voices.flush(), *self._finish()]
        return [*found, *(self.voices.until(math.inf) if self.voices else ())]

    def accept(self, result: Decoded | Localized) -> list[Asked | Given]:
        """Take an answer."""
        if isinstance(result, Localized):
            told = self.voices.accept(result) if isinstance(self.voices, LiveVoices) else []
            return [*told, *self._finish()]
        found = self.transcriber.accept(result)
        return [*(part for x in found for part in (self._spoken(x) if isinstance(x, Turn) else [x])), *self._finish()]

    def _spoken(self, turn: Turn) -> Sequence[Given]:
        """The turn, or its parts by who speaks, once that is known."""
        if self.voices is None:
            return [turn]
        return self.voices.hold(turn) if isinstance(self.voices, LiveVoices) else self.voices.turns(turn)

    def _finish(self) -> Sequence[Given]:
        """Look at all of it again, once the last answer is there."""
        if not self.closed or self.pending or not isinstance(self.voices, LiveVoices):
            return []
        return self.voices.close()

    def _next(self, item: Voiced | Utterance) -> list[Decode | Speech]:
        if isinstance(item, Utterance):
            return list(self.transcriber.feed(item))
        if self.voices:
            return []
        segment = Segment(item.start / SAMPLE_RATE, item.end / SAMPLE_RATE)
        return [Speech(segment, self.name, self.speaker)]
