"""The speech stages of one track, composed: windows in, speech, requests, interims and turns out."""

import math
from dataclasses import dataclass

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.speech.ports import Decode, Decoded
from voicemind.speech.transcriber import Transcriber
from voicemind.speech.turns import Voices
from voicemind.speech.utterance import Utterance, UtteranceBuilder, Voiced
from voicemind.speech.vad import VoiceActivity, Window
from voicemind.timeline.event import Speech
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn


@dataclass(slots=True)
class Track:
    """One track from ``start`` (a sample of the meeting) on; ``voices`` where several people share it."""

    activity: VoiceActivity
    builder: UtteranceBuilder
    transcriber: Transcriber
    speaker: str
    name: str
    start: int
    voices: Voices | None = None

    @property
    def earliest_end(self) -> float:
        """Time before which nothing still to be heard can end; a part of a shared utterance may end anywhere in it."""
        found = self.builder.earliest_start if self.voices else self.builder.earliest_end
        return max(self.start, found) / SAMPLE_RATE

    @property
    def earliest_pending(self) -> float | None:
        """The same for what is being transcribed; None for nothing."""
        if not self.voices:
            return self.transcriber.earliest_end
        start = self.transcriber.earliest_start
        return None if start is None else start / SAMPLE_RATE

    def hear(self, window: Window) -> list[Decode | Speech]:
        """Take the next window."""
        found = [y for x in self.builder.feed(window) for y in self._next(x)]
        return [*found, *(self.voices.until(window.end / SAMPLE_RATE) if self.voices else ())]

    def flush(self) -> list[Decode | Speech]:
        """Close what is open."""
        found = [y for x in self.builder.flush() for y in self._next(x)]
        return [*found, *(self.voices.until(math.inf) if self.voices else ())]

    def accept(self, result: Decoded) -> list[Decode | Interim | Turn]:
        """Take an answer."""
        found = self.transcriber.accept(result)
        if self.voices is None:
            return found
        return [part for x in found for part in (self.voices.turns(x) if isinstance(x, Turn) else [x])]

    def _next(self, item: Voiced | Utterance) -> list[Decode | Speech]:
        if isinstance(item, Utterance):
            return list(self.transcriber.feed(item))
        if self.voices:
            return []
        segment = Segment(item.start / SAMPLE_RATE, item.end / SAMPLE_RATE)
        return [Speech(segment, self.name, self.speaker)]
