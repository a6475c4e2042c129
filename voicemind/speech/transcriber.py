"""Utterances in, interims and turns out; the recogniser is asked in between."""

from collections import deque

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.speech.agreement import LocalAgreement
from voicemind.speech.ports import Decode, Decoded, Piece
from voicemind.speech.utterance import Utterance
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn

FINAL_WITHIN = 1.5  # seconds after its end by which a final is wanted
INTERIM_WITHIN = 0.5

LOCK_CONFIDENCE = 0.8  # probability at which a track's language is taken as known
LOCK_SECONDS = 10.0  # speech after which the best guess is taken anyway


class Transcriber:
    """Utterance -> Decode, then Decoded -> Interim | Turn, for one track.

    While the language is not known, one final is asked for at a time, so that the language of
    each depends on the ones before it and not on how fast they were answered.
    """

    def __init__(self, track: str, speaker: str, language: str | None = None) -> None:
        """Transcribe ``track``; ``language`` None detects it."""
        self._track = track
        self._speaker = speaker
        self._language = language
        self._heard: dict[str, float] = {}  # language -> seconds x probability, until one is locked
        self._seconds = 0.0
        self._waiting: deque[Utterance] = deque()  # closed, and not asked for yet
        self._asked: dict[int, Utterance] = {}  # finals without an answer
        self._open: tuple[int, LocalAgreement[Piece]] | None = None

    @property
    def earliest_end(self) -> float | None:
        """End of the first utterance whose turn is still to come, in seconds; None for none."""
        pending = [*self._asked.values(), *self._waiting]
        return min((_segment(utterance).end for utterance in pending), default=None)

    def feed(self, utterance: Utterance) -> list[Decode]:
        """Ask for what an open or closed utterance says."""
        if utterance.closed:
            self._open = None
            self._waiting.append(utterance)
            return self._ask()
        if self._open is None or self._open[0] != utterance.number:
            self._open = utterance.number, LocalAgreement()
        end = utterance.start + len(utterance.samples)
        return [self._decode(utterance, end / SAMPLE_RATE + INTERIM_WITHIN, self._open[1].agreed)]

    def accept(self, result: Decoded) -> list[Decode | Interim | Turn]:
        """Take an answer; a final may free the next question."""
        if not result.request.final:
            return list(self._interim(result))
        utterance = self._asked.pop(result.request.utterance)
        self._learn(result)
        turns = [_turn(result, utterance, self._speaker)] if result.text else []
        return [*turns, *self._ask()]

    def _ask(self) -> list[Decode]:
        requests = []
        while self._waiting and (self._language or not self._asked):
            utterance = self._waiting.popleft()
            self._asked[utterance.number] = utterance
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
            self._language,
        )

    def _interim(self, result: Decoded) -> list[Interim]:
        request = result.request
        if self._open is None or self._open[0] != request.utterance:
            return []  # its utterance is over
        agreed = self._open[1].feed(result.pieces)
        start = request.start / SAMPLE_RATE
        return [
            Interim(
                self._track,
                self._speaker,
                Segment(start, start + len(request.samples) / SAMPLE_RATE),
                _text(agreed),
                _text(result.pieces[len(agreed) :]),
            )
        ]

    def _learn(self, result: Decoded) -> None:
        """Lock the language once a final is sure of it, or enough was heard."""
        if self._language or not result.text:
            return
        seconds = len(result.request.samples) / SAMPLE_RATE
        self._seconds += seconds
        weight = self._heard.get(result.language, 0.0) + seconds * result.language_confidence
        self._heard[result.language] = weight
        if result.language_confidence >= LOCK_CONFIDENCE and seconds >= 1.0:
            self._language = result.language
        elif self._seconds >= LOCK_SECONDS:
            self._language = max(self._heard, key=lambda language: (self._heard[language], language))


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
