"""Utterances in, interims and turns out; the recogniser is asked in between."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.speech.interims import OpenUtterance
from voicemind.speech.language import LanguageLock
from voicemind.speech.ports import Decode, Decoded, Piece
from voicemind.speech.utterance import Utterance
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn

FINAL_WITHIN = 1.5  # seconds after its end by which a final is wanted
INTERIM_WITHIN = 0.5

NOTHING: Samples = np.zeros(0, np.float32)


class Transcriber:
    """Utterance -> Decode, then Decoded -> Interim | Turn, for one track.

    While the language is not known, one final is asked for at a time, so that the language of
    each depends on the ones before it and not on how fast they were answered.
    """

    def __init__(self, track: str, speaker: str, language: str | None = None, candidates: Sequence[str] = ()) -> None:
        """Transcribe ``track``; ``language`` None detects it, among ``candidates`` if there are some."""
        self._track = track
        self._speaker = speaker
        self.language = LanguageLock(language, candidates)
        self._waiting: deque[Utterance] = deque()  # closed, and not asked for yet
        self._asked: dict[int, Utterance] = {}  # finals without an answer
        self._open: OpenUtterance | None = None

    @property
    def earliest_end(self) -> float | None:
        """End of the first utterance whose turn is still to come, in seconds; None for none."""
        pending = [*self._asked.values(), *self._waiting]
        return min((_segment(utterance).end for utterance in pending), default=None)

    @property
    def earliest_start(self) -> int | None:
        """First sample of what is asked for and not answered; None for none."""
        return min((utterance.start for utterance in [*self._asked.values(), *self._waiting]), default=None)

    def feed(self, utterance: Utterance) -> list[Decode]:
        """Ask for what an open or closed utterance says."""
        if utterance.closed:
            self._open = None
            self._waiting.append(utterance)
            return self._ask()
        if self._open is None or self._open.number != utterance.number:
            self._open = OpenUtterance(utterance.number, utterance.start)
        window = self._open.window(utterance)
        if window is None:
            return []
        end = utterance.start + len(utterance.samples)
        request = self._decode(utterance, end / SAMPLE_RATE + INTERIM_WITHIN, window.prefix)
        return [replace(request, start=window.start, samples=window.samples, before=window.before, timed=window.timed)]

    def accept(self, result: Decoded) -> list[Decode | Interim | Turn]:
        """Take an answer; a final may free the next question."""
        if not result.request.final:
            return list(self._interim(result))
        utterance = self._asked.pop(result.request.utterance)
        if result.text:  # noise has no language
            self.language.learn(result.languages, _segment(utterance).duration)
        turns = [_turn(result, utterance, self._speaker)] if result.text else []
        return [*turns, *self._ask()]

    def _ask(self) -> list[Decode]:
        requests = []
        while self._waiting and (self.language.language or not self._asked):
            utterance = self._waiting.popleft()
            # Its sound goes with the request alone, which may be put on disk while it waits.
            self._asked[utterance.number] = replace(utterance, samples=NOTHING)
            requests.append(self._decode(utterance, _segment(utterance).end + FINAL_WITHIN, ()))
        return requests

    def _decode(self, utterance: Utterance, deadline: float, prefix: tuple[Piece, ...]) -> Decode:
        return Decode(
            self._track,
            utterance.number,
            utterance.start,
            utterance.samples,
            utterance.closed,
            deadline,
            prefix,
            self.language.language,
            self.language.likely,
            utterance.voice,
            _segment(utterance).duration,
        )

    def _interim(self, result: Decoded) -> list[Interim]:
        request = result.request
        if self._open is None or self._open.number != request.utterance:
            return []  # its utterance is over
        agreed, tentative = self._open.accept(result)
        end = (request.start + len(request.samples)) / SAMPLE_RATE
        segment = Segment(self._open.start / SAMPLE_RATE, end)
        return [Interim(self._track, self._speaker, segment, _text(agreed), _text(tentative))]


def _segment(utterance: Utterance) -> Segment:
    return Segment(utterance.voiced.start / SAMPLE_RATE, utterance.voiced.end / SAMPLE_RATE)


def _text(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces).strip()


def _turn(result: Decoded, utterance: Utterance, speaker: str) -> Turn:
    segment = _segment(utterance)
    return Turn(
        id=f"{result.request.track}-{round(segment.start * 1000):08d}",
        segment=segment,
        speaker=speaker,
        text=result.text,
        words=result.words,
        confidence=result.confidence,
        track=result.request.track,
        language=result.language,
    )
