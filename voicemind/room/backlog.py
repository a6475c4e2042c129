"""What was recorded and never transcribed, because the program ended before."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import anyio
import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.audio.tracks import RecordedTrack, Tracks
from voicemind.config import SpeechConfig
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

_SPEECH = SpeechConfig()
_SLACK = 0.05  # seconds; the pre-roll consists of whole windows

CHUNK = 50  # frames that are read at once, some seconds


async def take(folder: Path, live: set[str]) -> list[RecordedTrack]:
    """Return the tracks in a folder that are not transcribed, but those that are being recorded.

    It is noted that they were tried, so that sound on which the program dies is not tried for ever.
    """

    def look() -> list[RecordedTrack]:
        tracks = Tracks(folder)
        found = [track for track in tracks.unheard() if track.label.track not in live]
        for track in found:
            tracks.mark(track.label.track, track.settled, track.attempts + 1)
        return found

    return await anyio.to_thread.run_sync(look)


def unheard(track: RecordedTrack, turns: Sequence[Turn]) -> AsyncIterator[AudioFrame]:
    """Read the rest of a track with silence in place of what ``turns`` say already."""
    said = [_decoded(turn.segment) for turn in turns if turn.track == track.label.track]
    return in_pieces(without(track.read(track.settled or 0), said))


async def in_pieces(frames: Iterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
    """Read frames from disk in another thread, some at a time."""
    while piece := await anyio.to_thread.run_sync(lambda: list(islice(frames, CHUNK))):
        for frame in piece:
            yield frame


def _decoded(voiced: Segment) -> tuple[int, int]:
    """The samples that were decoded for a turn: a little more than those in which a voice was found.

    Whoever looks again, from another start, finds the voice a little earlier or later, and would decode a
    syllable once more. Only where an utterance was cut for its length does the next one begin at once.
    """
    tail = 0.0 if voiced.duration > _SPEECH.earliest_cut - _SPEECH.endpoint else _SPEECH.tail
    first, last = voiced.start - _SPEECH.preroll - _SLACK, voiced.end + tail
    return round(first * SAMPLE_RATE), round(last * SAMPLE_RATE)


def without(frames: Iterable[AudioFrame], spans: Sequence[tuple[int, int]]) -> Iterator[AudioFrame]:
    """Put silence in place of what lies in ``spans``, in samples of the meeting."""
    for frame in frames:
        inside = [(max(start, frame.start), min(end, frame.end)) for start, end in spans]
        inside = [(start, end) for start, end in inside if start < end]
        if inside:
            samples = np.array(frame.samples)
            for start, end in inside:
                samples[start - frame.start : end - frame.start] = 0.0
            yield AudioFrame(samples, frame.start)
        else:
            yield frame
