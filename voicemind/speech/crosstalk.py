"""Cross-talk: a voice that one track picks up from another, as of two laptops in one room.

The copy comes a little later or earlier and is quieter, and room and browser have changed its
waveform. What is left is how the loudness of its frequency bands goes up and down: these
envelopes are correlated over the lags that are possible, and weighed together with the level
(after Pfau, Ellis and Stolcke, "Multispeaker speech activity detection for the ICSI meeting
recorder", ASRU 2001, which correlates waveforms). Two people who talk at once, each into their
own microphone, have levels and envelopes of their own, whatever else their microphones hear.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.speech.envelope import (
    BEFORE,
    BEHIND,
    COMPARED,
    EARLIEST,
    HOPS,
    LATEST,
    Envelopes,
    distance,
    envelopes,
    silence,
)
from voicemind.speech.vad import Window

PATIENCE = 1.0  # seconds by which a live track may be behind the others before they go on without it

_CLEAR, _SPARED = 0.25, 3  # so far from being a copy, the next windows of a stretch are not looked at
_KEPT = 24  # windows that the next one to leave, and its originals, are compared over


class CrossTalk:
    """Windows of all tracks in, the same windows out, those that are a copy marked as not voiced.

    A window that is not voiced leaves at once, another when every track has been heard a little
    beyond it, and each behind those of its track. Which windows are copies depends on the sound
    alone, not on the order in which the tracks are fed, as long as none is out of patience.
    """

    def __init__(self) -> None:
        self._tracks: dict[str, _Track] = {}
        self._latest = 0  # the sample up to which the one heard furthest has been heard

    def add(self, track: str, start: int) -> None:
        """Open a track whose sound begins at sample ``start``."""
        self._tracks[track] = _Track(start)

    def feed(self, track: str, windows: Iterable[Window], patience: float = math.inf) -> list[tuple[str, Window]]:
        """Take the next windows of a track; return windows of any track, each with the track's name.

        Tracks that are ``patience`` seconds behind the one heard furthest are not waited for.
        """
        fed = self._tracks[track]
        for window in windows:
            fed.add(window)
        self._latest = max(self._latest, fed.end)
        if len(fed.seen) - fed.held > 2 * _KEPT:
            self._forget()
        return self._release(patience)

    def end(self, track: str, patience: float = math.inf) -> list[tuple[str, Window]]:
        """Say that a track has ended: it is not waited for any more."""
        self._tracks[track].ended = True
        found = self._release(patience)
        self._forget()
        return found

    def holds(self, track: str) -> bool:
        """Whether a window of a track is still to leave."""
        return track in self._tracks and self._tracks[track].held > 0

    def _release(self, patience: float) -> list[tuple[str, Window]]:
        late = self._latest - patience * SAMPLE_RATE
        found = []
        for name, track in self._tracks.items():
            while track.held and self._is_known(track, late):
                found.append((name, self._leave(track)))
        return found

    def _is_known(self, track: "_Track", late: float) -> bool:
        """Whether the next window of a track can be decided on; tracks that end before ``late`` are not waited for."""
        if track.waits_for is not None:
            other, sample = track.waits_for
            if not other.heard(sample) and other.end >= late:
                return False
        window = track.next
        track.waits_for = self._missing(track, window, late) if window.voiced else None
        return track.waits_for is None

    def _missing(self, track: "_Track", window: Window, late: float) -> "tuple[_Track, int] | None":
        """Find a track of which more has to be heard first, and up to which sample."""
        hop = len(window.samples) // HOPS
        reach = window.end - EARLIEST * hop
        for other in self._tracks.values():
            if other is track or other.end < late:
                continue
            if not other.heard(reach):
                return other, reach
            if other.voiced_round(window):
                if not other.heard(reach + BEHIND * hop):
                    return other, reach + BEHIND * hop
                if not track.heard(window.end + BEHIND * hop):
                    return track, window.end + BEHIND * hop
        return None

    def _leave(self, track: "_Track") -> Window:
        window = track.next
        track.held -= 1
        if not window.voiced:
            track.spared = 0
        elif track.spared:
            track.spared -= 1
        else:
            others = [other for other in self._tracks.values() if other is not track and other.voiced_round(window)]
            distance = min((_compare(window, track, other) for other in others), default=math.inf)
            if distance <= 0.0:
                return replace(window, voiced=False)
            if distance > _CLEAR and others:
                track.spared = _SPARED
        return window

    def _forget(self) -> None:
        """Drop what no window that is still to leave will be compared with."""
        oldest = min(
            (track.needed for track in self._tracks.values() if track.held or not track.ended), default=math.inf
        )
        for name, track in list(self._tracks.items()):
            track.forget(oldest)
            if track.ended and not track.seen:
                del self._tracks[name]


class _Seen:
    """A window in line, and its envelopes once they are asked for."""

    __slots__ = ("_before", "_envelopes", "window")

    def __init__(self, window: Window, before: Samples) -> None:
        """Take a window and the samples in front of it, as many as a hop has."""
        self.window = window
        self._before = before
        self._envelopes: Envelopes | None = None

    def envelopes(self) -> Envelopes:
        if self._envelopes is None:
            self._envelopes = envelopes(self._before, self.window.samples)
        return self._envelopes


def _start(seen: _Seen) -> int:
    return seen.window.start


class _Track:
    """What was heard of a track lately; the last ``held`` windows are still to leave."""

    def __init__(self, start: int) -> None:
        self.end = start
        self.ended = False
        self.held = 0
        self.seen: list[_Seen] = []
        self.waits_for: tuple[_Track, int] | None = None
        self.spared = 0  # voiced windows that leave as they are, since the one before was clearly no copy
        self._voiced: list[tuple[int, int]] = []  # stretches, in samples

    @property
    def next(self) -> Window:
        """The window that leaves next."""
        return self.seen[-self.held].window

    @property
    def needed(self) -> int:
        """Sample from which on the windows that are still to leave begin."""
        return self.next.start if self.held else self.end

    def add(self, window: Window) -> None:
        hop = len(window.samples) // HOPS
        goes_on = self.seen and window.start == self.end
        before = self.seen[-1].window.samples[-hop:] if goes_on else np.zeros(hop, np.float32)
        self.seen.append(_Seen(window, before))
        self.held += 1
        self.end = window.end
        if window.voiced:
            start = self._voiced.pop()[0] if self._voiced and self._voiced[-1][1] == window.start else window.start
            self._voiced.append((start, window.end))

    def heard(self, sample: int) -> bool:
        """Whether all is known up to a sample."""
        return self.ended or self.end >= sample

    def voiced_round(self, window: Window) -> bool:
        """Whether there is voice where the original of a window of another track would be."""
        hop = len(window.samples) // HOPS
        first, last = window.start - LATEST * hop, window.end - EARLIEST * hop
        return any(start < last and end > first for start, end in self._voiced)

    def hops(self, start: int, count: int, hop: int) -> Envelopes:
        """Envelopes of ``count`` hops from sample ``start`` on; silence where nothing was heard."""
        found = silence(count)
        first = bisect_right(self.seen, start - HOPS * hop, key=_start)
        last = bisect_left(self.seen, start + count * hop, key=_start)
        if first < last:
            at = round((_start(self.seen[first]) - start) / hop)
            heard = np.concatenate([seen.envelopes() for seen in self.seen[first:last]])
            found[max(0, at) : at + len(heard)] = heard[max(0, -at) : count - at]
        return found

    def forget(self, oldest: float) -> None:
        """Drop the windows that lie so far before ``oldest`` that nothing is compared with them."""
        count = 0
        for seen in self.seen[: len(self.seen) - self.held]:
            if seen.window.end + _KEPT * len(seen.window.samples) >= oldest:
                break
            count += 1
        del self.seen[:count]
        if self.seen:
            self._voiced = [stretch for stretch in self._voiced if stretch[1] > self.seen[0].window.start]


def _compare(window: Window, track: _Track, other: _Track) -> float:
    hop = len(window.samples) // HOPS
    start = window.start - BEFORE * hop
    said = other.hops(start - LATEST * hop, COMPARED + LATEST - EARLIEST, hop)
    return distance(track.hops(start, COMPARED, hop), said)
