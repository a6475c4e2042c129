"""Makes real recordings with PyAV: tones of known pitch and level in any container and codec."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame


@dataclass(frozen=True)
class Form:
    """How a recording is stored."""

    name: str
    codec: str
    rate: int = 48_000
    layout: str = "stereo"
    options: tuple[tuple[str, str], ...] = ()


def tone(rate: int, seconds: float, pitch: float = 440.0, level: float = 0.5) -> NDArray[np.float32]:
    time = np.arange(round(rate * seconds)) / rate
    return (level * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def frames(channels: NDArray[np.float32], rate: int, layout: str, size: int = 1024) -> Iterable[av.AudioFrame]:
    """Float frames of ``size`` samples with their pts; ``channels`` has the shape (channels, samples)."""
    for start in range(0, channels.shape[1], size):
        part = channels[:, start : start + size].T.reshape(1, -1).copy()
        frame = av.AudioFrame.from_ndarray(part, format="flt", layout=layout)
        frame.sample_rate = rate
        frame.pts, frame.time_base = start, Fraction(1, rate)
        yield frame


def save(path: Path, form: Form, *streams: NDArray[np.float32], default: int = 0) -> Path:
    """Write mono sound to every channel of one audio stream each; the stream ``default`` is marked so."""
    with av.open(str(path), "w", options=dict(form.options)) as container:
        outs = [container.add_stream(form.codec, rate=form.rate, layout=form.layout) for _ in streams]
        for number, out in enumerate(outs):
            if len(outs) > 1:
                out.disposition = av.stream.Disposition.default if number == default else av.stream.Disposition.dub
        for samples, out in zip(streams, outs, strict=True):
            table = np.tile(samples, (out.layout.nb_channels, 1))
            for frame in frames(table, form.rate, form.layout):
                container.mux(out.encode(frame))
            container.mux(out.encode(None))
    return path


def silent_film(path: Path) -> Path:
    """Ten frames of black without sound."""
    with av.open(str(path), "w") as container:
        out = container.add_stream("mpeg4", rate=10)
        out.width = out.height = 64
        out.pix_fmt = "yuv420p"
        for _ in range(10):
            picture = np.zeros((64, 64, 3), np.uint8)
            container.mux(out.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(out.encode(None))
    return path


def joined(found: Sequence[AudioFrame], start: int = 0) -> NDArray[np.float32]:
    """The samples of frames that must follow each other without hole or overlap."""
    for frame in found:
        assert frame.start == start
        assert frame.samples.dtype == np.float32
        assert frame.samples.ndim == 1
        start = frame.end
    return np.concatenate([frame.samples for frame in found]) if found else np.zeros(0, np.float32)


def pitch(samples: NDArray[np.float32]) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / (1 << 18)


def loudness(samples: NDArray[np.float32]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
