"""From whatever PyAV decodes to mono 16 kHz, with exact sample counts."""

from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame as Decoded
from av.audio.resampler import AudioResampler

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples

GAP = 0.015  # seconds; shorter than one Opus packet, longer than the rounding of containers' times
MAX_GAP = 3600.0  # seconds; a longer jump is a broken clock, not a pause
MAX_BACK = 1.0  # seconds that pts may lag behind the samples, as with a slow clock
_FORMATS = {  # of samples, planar ones with a p: numpy's type, zero, full scale
    f"{name}{planar}": row
    for name, row in {
        "u8": ("u1", 128.0, 2.0**7),
        "s16": ("i2", 0.0, 2.0**15),
        "s32": ("i4", 0.0, 2.0**31),
        "flt": ("f4", 0.0, 1.0),
        "dbl": ("f8", 0.0, 1.0),
    }.items()
    for planar in ("", "p")
}
_BLOCK = SAMPLE_RATE  # samples of silence given out as one frame
_SILENCE: Samples = np.zeros(_BLOCK, np.float32)
_SILENCE.setflags(write=False)  # shared by every silent frame


class Resampler:
    """Turns decoded frames of any rate, layout and sample format into mono 16 kHz ``AudioFrame``s.

    Channels are averaged, so that a downmix never clips. ``start`` counts every sample given out,
    beginning at the ``start`` passed in; n samples at rate r become exactly ceil(n * 16000 / r).
    Where the frames carry a ``pts``, a hole in it of more than 15 ms is filled with silence and so
    time stays right. The first frame defines the beginning; a pts that jumps back by more than a
    second, or ahead by more than an hour, starts a new clock without silence. Rate and layout may
    change in the middle. ``hold`` seconds of input are gathered before they are worked on: much
    cheaper where frames are short and nobody waits.
    """

    def __init__(self, start: int = 0, hold: float = 0.0) -> None:
        self._hold = hold
        self._held: list[Samples] = []  # mono, at the rate of the input
        self._held_in = 0  # samples in it
        self._position = start  # first sample not yet given out
        self._rate = 0
        self._resampler: AudioResampler | None = None  # none while the rate is 16 kHz already
        self._run_start = start  # sample at which the present run of gapless input began
        self._run_in = 0  # samples that went in since, at the rate of the input
        self._origin: float | None = None  # pts time of the run's first sample
        self._anchor: tuple[int, float] | None = None  # a sample given out, and its pts time

    def feed(self, frame: Decoded) -> list[AudioFrame]:
        """Take one decoded frame, shape by its own format; give out what is ready."""
        found: list[AudioFrame] = []
        if frame.sample_rate != self._rate:
            found += self._end_run()
            self._begin_run(frame.sample_rate, self._now())
        time = frame.time
        if time is not None and frame.time_base is not None:
            found += self._follow_clock(time)
        samples = _mono(frame)
        self._held.append(samples)
        self._held_in += len(samples)
        self._run_in += len(samples)
        if self._held_in >= self._hold * self._rate:
            found += self._convert()
        return found

    def flush(self) -> list[AudioFrame]:
        """Give out what the filter still holds; the next frame then continues behind it."""
        found = self._end_run()
        self._begin_run(self._rate, None)
        self._anchor = None
        return found

    def _convert(self) -> list[AudioFrame]:
        """Work on what is held."""
        if not self._held:
            return []
        samples = np.concatenate(self._held)
        self._held, self._held_in = [], 0
        if not np.isfinite(samples).all():
            # A float file may hold anything; one NaN would spread through the filter.
            np.nan_to_num(samples, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
        if self._resampler is None:
            return self._emit(samples)
        ready = self._resampler.resample(_wrap(samples, self._rate))
        return [frame for part in ready for frame in self._emit(part.to_ndarray()[0])]

    def _now(self) -> float | None:
        """The pts time expected of the next frame; none where no clock is known."""
        if self._origin is None or not self._rate:
            return None
        return self._origin + self._run_in / self._rate

    def _follow_clock(self, time: float) -> list[AudioFrame]:
        expected = self._now()
        if expected is None or self._anchor is None:
            self._origin = time - self._run_in / self._rate
            self._anchor = self._run_start, self._origin
            return []
        jump = time - expected
        if -MAX_BACK <= jump <= GAP:
            return []
        found = self._end_run()
        if GAP < jump <= MAX_GAP:
            # From the anchor, not from the jump: the rounding of a thousand gaps does not add up.
            sample, anchored = self._anchor
            found += self._silence(sample + round((time - anchored) * SAMPLE_RATE) - self._position)
        else:
            self._anchor = self._position, time
        self._begin_run(self._rate, time)
        return found

    def _begin_run(self, rate: int, origin: float | None) -> None:
        self._rate = rate
        self._run_start, self._run_in, self._origin = self._position, 0, origin
        self._resampler = None
        if rate != SAMPLE_RATE:
            self._resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)

    def _end_run(self) -> list[AudioFrame]:
        """Empty the filter, and hold the run to its exact length."""
        if not self._run_in:
            return []
        found = self._convert()
        if self._resampler is not None:
            for ready in self._resampler.resample(None):
                found += self._emit(ready.to_ndarray()[0])
        missing = self._run_start + self._run_length() - self._position
        return found + self._silence(missing)

    def _run_length(self) -> int:
        """Samples that the run makes at 16 kHz."""
        return -(-self._run_in * SAMPLE_RATE // self._rate)

    def _emit(self, samples: Samples) -> list[AudioFrame]:
        room = self._run_start + self._run_length() - self._position
        samples = samples[:room]
        if not len(samples):
            return []
        # Decoders and the filter may overshoot; AudioFrame promises [-1, 1].
        frame = AudioFrame(np.clip(samples, -1.0, 1.0), self._position)
        self._position = frame.end
        return [frame]

    def _silence(self, count: int) -> list[AudioFrame]:
        found: list[AudioFrame] = []
        while count > 0:
            frame = AudioFrame(_SILENCE[: min(count, _BLOCK)], self._position)
            found.append(frame)
            self._position = frame.end
            count -= _BLOCK
        return found


def _mono(frame: Decoded) -> Samples:
    """Mean of all channels as float32, full scale 1.0, shape (n,)."""
    channels = frame.layout.nb_channels
    # PyAV reads past the end of eight planes.
    if frame.format.name not in _FORMATS or (frame.format.is_planar and channels > 7):
        frame = AudioResampler(format="flt", layout=frame.layout, rate=frame.sample_rate).resample(frame)[0]
    dtype, zero, scale = _FORMATS[frame.format.name]
    planes: Any = frame.planes
    if frame.format.is_planar:
        parts = [np.frombuffer(plane, dtype, frame.samples) for plane in planes]
    else:
        parts = list(np.frombuffer(planes[0], dtype, frame.samples * channels).reshape(-1, channels).T)
    mixed: Samples = parts[0].astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for part in parts[1:]:
            mixed += part
    if scale * channels != 1.0:
        mixed -= zero * channels
        mixed /= scale * channels
    return mixed


def _wrap(samples: Samples, rate: int) -> Decoded:
    frame: Decoded = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="flt", layout="mono")
    frame.sample_rate = rate
    return frame
