"""Utterances: what one track says between two pauses."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.config import SpeechConfig
from voicemind.speech.vad import Window


@dataclass(frozen=True, slots=True)
class Voiced:
    """A closed stretch of voice activity, in samples of the meeting."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """Speech of one track so far (open) or as a whole (``closed``), in samples of the meeting.

    ``samples`` begin at ``start``, before the voice does; ``voiced`` is from the first to the
    last voiced sample, ``voice`` the highest probability of speech in it.
    """

    number: int
    start: int
    samples: Samples = field(repr=False)
    voiced: Voiced
    closed: bool
    voice: float = 1.0


class UtteranceBuilder:
    """Window -> Voiced | Utterance, for one track.

    A stretch of voice is given out when a pause closes it; an utterance every ``interim_interval``
    while it is open, and once more when an endpoint or its length closes it.
    """

    def __init__(self, config: SpeechConfig) -> None:
        self.interim_interval = config.interim_interval
        self._config = config
        self._count = 0
        self._before: deque[Window] = deque()  # pre-roll, while nothing is said
        self._windows: list[Window] = []  # the open utterance
        self._stretch: Voiced | None = None  # the open stretch of voice
        self._snapshot = 0  # sample at which the last interim was taken
        self._position = 0

    @property
    def earliest_end(self) -> int:
        """Sample before which nothing that is still to come can end."""
        bounds = [self._stretch.end if self._stretch else self._position]
        if self._windows:
            # A cut may end the utterance early, and silence before the cut a little earlier still.
            cut = self._config.earliest_cut - self._config.endpoint
            bounds += [self._last_voiced(), self._windows[0].start + _samples(cut)]
        return min(bounds)

    @property
    def earliest_start(self) -> int:
        """Sample before which nothing that is still to come can begin."""
        kept = self._windows or self._before
        return kept[0].start if kept else self._position

    def feed(self, window: Window) -> list[Voiced | Utterance]:
        """Take the next window of the track."""
        self._position = window.end
        if window.voiced:
            start = self._stretch.start if self._stretch else window.start
            self._stretch = Voiced(start, window.end)
        closed = self._close_stretch()
        if not self._windows and not window.voiced:
            self._keep_before(window)
            return list(closed)
        if not self._windows:
            self._windows = list(self._before)
            self._before.clear()
            self._snapshot = window.start
        self._windows.append(window)
        return [*closed, *self._advance(window)]

    def flush(self) -> list[Voiced | Utterance]:
        """Close what is open."""
        return [*self._close_stretch(now=True), *self._end(len(self._windows))]

    def _advance(self, window: Window) -> list[Voiced | Utterance]:
        silence = window.end - self._last_voiced()
        if silence >= _samples(self._endpoint()):
            return list(self._end(len(self._windows)))
        if window.end - self._windows[0].start >= _samples(self._config.longest):
            return self._cut()
        interval = self.interim_interval
        if interval is not None and window.voiced and window.end - self._snapshot >= _samples(interval):
            self._snapshot = window.end
            return [self._utterance(self._windows, closed=False)]
        return []

    def _endpoint(self) -> float:
        """Return the silence that ends the open utterance, in seconds: the longer it is, the less.

        Who reads or lectures pauses for a third of a second between sentences and hardly ever longer;
        a cut there is better than one inside a word once the utterance is too long.
        """
        config = self._config
        seconds = (self._last_voiced() - self._windows[0].start) / SAMPLE_RATE
        share = (seconds - config.patient) / (config.impatient - config.patient)
        return config.endpoint + min(1.0, max(0.0, share)) * (config.shortest_endpoint - config.endpoint)

    def _close_stretch(self, *, now: bool = False) -> list[Voiced]:
        stretch = self._stretch
        if stretch is None or (not now and self._position - stretch.end < _samples(self._config.pause)):
            return []
        self._stretch = None
        return [stretch] if stretch.end - stretch.start >= _samples(self._config.shortest) else []

    def _cut(self) -> list[Voiced | Utterance]:
        """Cut an utterance that is too long where it is quietest, and go on with the rest."""
        first = self._windows[0].start + _samples(self._config.earliest_cut)
        candidates = range(1, len(self._windows))
        late = [i for i in candidates if self._windows[i].start >= first] or list(candidates)
        cut = min(late, key=lambda i: (float(np.mean(self._windows[i].samples ** 2)), i))
        rest = self._windows[cut:]
        found: list[Voiced | Utterance] = list(self._end(cut))
        if any(window.voiced for window in rest):
            self._windows = rest
            self._snapshot = rest[-1].end
        return found

    def _end(self, count: int) -> list[Utterance]:
        """Close the utterance after its first ``count`` windows."""
        windows = self._windows[:count]
        voiced = sum(len(window.samples) for window in windows if window.voiced)
        rest = self._windows[count:]
        self._windows = []
        self._before = deque(rest or windows)
        self._keep_before(None)
        if voiced < _samples(self._config.shortest):
            return []
        utterance = self._utterance(windows, closed=True)
        end = utterance.start + len(utterance.samples)
        # After a short pause the sound kept for the next one would be heard twice.
        self._before = deque(window for window in self._before if window.start >= end)
        self._count += 1
        return [utterance]

    def _utterance(self, windows: list[Window], *, closed: bool) -> Utterance:
        voiced = [window for window in windows if window.voiced]
        limit = voiced[-1].end + _samples(self._config.tail)
        samples = np.concatenate([window.samples for window in windows])
        start = windows[0].start
        span = Voiced(voiced[0].start, voiced[-1].end)
        voice = max(window.probability for window in voiced)
        return Utterance(self._count, start, samples[: limit - start], span, closed, voice)

    def _last_voiced(self) -> int:
        return next(window.end for window in reversed(self._windows) if window.voiced)

    def _keep_before(self, window: Window | None) -> None:
        if window is not None:
            self._before.append(window)
        size = sum(len(w.samples) for w in self._before)
        while self._before and size - len(self._before[0].samples) >= _samples(self._config.preroll):
            size -= len(self._before.popleft().samples)


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)
