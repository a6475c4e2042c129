"""Opus at the room's edge: mono 48 kHz PCM in 20 ms frames, to and from packets."""

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet
from numpy.typing import NDArray

RATE = 48_000  # samples a second; the RTP clock of Opus
FRAME = 960  # samples; 20 ms
BITRATE = 48_000  # bits a second; transparent for speech

_TIME_BASE = Fraction(1, RATE)
_HANGOVER = 10  # frames of silence that are sent before the stream pauses
_REFRESH = 20  # frames; during silence one in so many is sent, as Opus DTX does
_SILENCE = np.zeros(FRAME, np.int16)

Pcm = NDArray[np.int16]
"""Mono sound at 48 kHz, int16, shape (n,)."""

if TYPE_CHECKING:
    OpusPacket: TypeAlias = Packet[AudioStream]
else:
    OpusPacket = Packet  # its class is generic in the stubs alone


def rms(samples: Pcm) -> float:
    """Root mean square of int16 sound; 0 for none."""
    wide = samples.astype(np.float32)
    return float(np.sqrt(np.dot(wide, wide) / max(1, len(wide))))


class OpusDecoder:
    """Decodes the packets of one stream; keeps state from packet to packet."""

    def __init__(self) -> None:
        self._codec = av.CodecContext.create("libopus", "r")
        self._codec.format = "s16"
        self._codec.layout = "mono"
        self._codec.sample_rate = RATE

    def decode(self, payload: bytes) -> Pcm:
        """Return the sound of one packet, of any length that Opus knows; empty when it cannot be decoded."""
        try:
            frames = self._codec.decode(Packet(payload)) if payload else []
        except av.FFmpegError:
            frames = []
        parts = [frame.to_ndarray()[0] for frame in frames]
        return parts[0] if len(parts) == 1 else np.concatenate([_SILENCE[:0], *parts])


class OpusEncoder:
    """Encodes one stream; silence is thinned out to a packet every 400 ms."""

    def __init__(self) -> None:
        self._codec = av.CodecContext.create("libopus", "w")
        self._codec.bit_rate = BITRATE
        self._codec.format = "s16"
        self._codec.layout = "mono"
        self._codec.sample_rate = RATE
        self._codec.time_base = _TIME_BASE
        # CELT alone: half the work of SILK, 4 ms less delay, and a decoder that is handed from one
        # such stream to another does not click, since neither changes its mode.
        self._codec.options = {"application": "lowdelay"}
        self._silent = 0

    def encode(self, samples: Pcm | None, pts: int) -> OpusPacket | None:
        """Return the packet of ``FRAME`` samples (None: silence) that begin at sample ``pts``, if one is to be sent."""
        if samples is None or not samples.any():
            self._silent += 1
            if self._silent > _HANGOVER and self._silent % _REFRESH:
                return None
            samples = _SILENCE
        else:
            self._silent = 0
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = RATE
        frame.time_base = _TIME_BASE
        packet: OpusPacket
        (packet,) = self._codec.encode(frame)
        # The encoder counts its own look-ahead, and knows nothing of pauses.
        packet.pts = pts
        packet.time_base = _TIME_BASE
        return packet
