"""Recordings for microphones and for uploads."""

from pathlib import Path

import av
import numpy as np

from tests.fakes import frames
from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, Samples

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "demo" / "planning4"


def meeting(seconds: float) -> Samples:
    """Return the sample meeting as one microphone in the middle of the table hears it, over and over."""
    tracks = [np.concatenate([frame.samples for frame in read(path)]) for path in sorted(SAMPLE.glob("*.opus"))]
    size = max(len(track) for track in tracks)
    mixed = np.sum([np.pad(track, (0, size - len(track))) for track in tracks], axis=0)
    return np.resize(np.clip(mixed, -1, 1).astype(np.float32), round(seconds * SAMPLE_RATE))


def write_wav(path: Path, samples: Samples) -> Path:
    """Write 16 bit PCM, which Chromium takes for a microphone."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
        for part in frames(samples):
            frame = av.AudioFrame.from_ndarray((part.samples * 32767).astype("<i2")[None], format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, part.start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
