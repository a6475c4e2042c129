"""Recordings on disk: what they are, and their sound as a stream of frames."""

import logging
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.audio.resample import Resampler
from voicemind.errors import AudioError

logger = logging.getLogger(__name__)

BLOCK = 0.5  # seconds

# Playlists and the like make the reader open other files and addresses: an upload must not.
_REFERRING = {"concat", "dash", "hls", "image2", "imf", "lavfi", "rtp", "rtsp", "sdp", "webm_dash_manifest"}
_TEXT = {"tty"}  # shows any .txt as a film
_OPTIONS = {
    "format_whitelist": ",".join(sorted(av.formats_available - _REFERRING - _TEXT)),
    "protocol_whitelist": "file",
}
_NO_SOUND = "holds no sound that can be decoded"
_AGAIN = "copy, download or export it again"
_UNREADABLE = "is no recording that can be read; give sound or video such as WAV, FLAC, MP3, Ogg, M4A, MP4 or WebM"


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a recording says of its sound; ``duration`` in seconds, None where it does not say."""

    path: Path
    duration: float | None
    rate: int
    channels: int
    codec: str
    container: str


def probe(path: str | Path) -> AudioInfo:
    """Read the header of a recording; raises AudioError when it holds no sound that can be decoded."""
    path = Path(path)
    with _opened(path) as container:
        stream = _sound(path, container)
        return AudioInfo(
            path=path,
            duration=_stream_duration(stream) or (container.duration / av.time_base if container.duration else None),
            rate=stream.codec_context.sample_rate,
            channels=stream.codec_context.layout.nb_channels,
            codec=stream.codec_context.codec.canonical_name,
            container=container.format.name,
        )


def read(path: str | Path, block: float = BLOCK) -> Iterator[AudioFrame]:
    """Decode a recording piece by piece into frames of ``block`` seconds, the last one shorter.

    Sample 0 is the first one of the audio stream (the default one where there are several); a hole
    in the stream's times becomes silence. Damaged parts are left out, and a warning is logged.
    Raises AudioError, on the first step, when there is no sound that can be decoded.
    """
    path = Path(path)
    with _opened(path) as container:
        stream = _sound(path, container)
        yield from _blocks(_decode(path, container, stream), round(block * SAMPLE_RATE))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    head = _head(path)
    try:
        # With "file:" a colon in the name is part of the name, never of an address.
        container = av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace")
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise AudioError(f"{path}: cannot be read ({error.strerror})") from error
        if head[4:8] == b"ftyp":
            raise AudioError(f"{path}: is cut off, its index ('moov') is missing; {_AGAIN}") from error
        if isinstance(error, av.EOFError):
            raise AudioError(f"{path}: {_NO_SOUND}; {_AGAIN}") from error
        raise AudioError(f"{path}: {_UNREADABLE}") from error
    with container:
        yield container


def _head(path: Path) -> bytes:
    """The first bytes of a regular file; every other case is an AudioError."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise AudioError(f"{path}: is a directory; name the recording in it")
        if not stat.S_ISREG(status.st_mode):
            raise AudioError(f"{path}: is no regular file; save the recording to a file first")
        with path.open("rb") as file:
            head = file.read(12)
    except FileNotFoundError as error:
        raise AudioError(f"{path}: no such file; check the name and the folder") from error
    except PermissionError as error:
        raise AudioError(f"{path}: permission denied; make the file readable for this user") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise AudioError(f"{path!s}: cannot be read ({error})") from error
    if not head:
        raise AudioError(f"{path}: is empty; record, copy or download it again")
    return head


def _sound(path: Path, container: Any) -> Any:
    """The audio stream to take: the one marked as default, else the first."""
    streams = container.streams.audio
    if not streams:
        kinds = sorted({stream.type for stream in container.streams}) or ["no media"]
        raise AudioError(f"{path}: has no sound (only {', '.join(kinds)}); give a recording with an audio track")
    stream = next((s for s in streams if s.disposition & Disposition.default), streams[0])
    context = stream.codec_context
    if context is None or not context.sample_rate or not context.layout.nb_channels:
        raise AudioError(f"{path}: its sound cannot be decoded here; convert it to WAV, FLAC, MP3 or Ogg first")
    return stream


def _stream_duration(stream: Any) -> float | None:
    return float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None


def _decode(path: Path, container: Any, stream: Any) -> Iterator[AudioFrame]:
    resampler = Resampler(hold=0.25)
    damaged: list[Exception] = []
    end = 0
    for frame in _frames(container, stream, damaged):
        for ready in resampler.feed(frame):
            end = ready.end
            yield ready
    for ready in resampler.flush():
        end = ready.end
        yield ready
    if not end:
        raise AudioError(f"{path}: {_NO_SOUND}; {_AGAIN}")
    _warn(path, _expected(container, stream), end / SAMPLE_RATE, len(damaged))


def _frames(container: Any, stream: Any, damaged: list[Exception]) -> Iterator[Any]:
    """Decoded frames of one stream; what cannot be decoded is skipped and put into ``damaged``."""
    for packet in _packets(container, stream, damaged):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            damaged.append(error)
        else:
            yield from frames


def _packets(container: Any, stream: Any, damaged: list[Exception]) -> Iterator[Any]:
    try:
        yield from container.demux(stream)  # ends with the packet that empties the decoder
    except av.FFmpegError as error:
        damaged.append(error)


def _expected(container: Any, stream: Any) -> float | None:
    """Seconds of sound that the header promises; a container's own length counts for a lone stream."""
    own = _stream_duration(stream)
    if own is None and len(container.streams) == 1 and container.duration:
        return float(container.duration / av.time_base)
    return own


def _warn(path: Path, expected: float | None, found: float, damaged: int) -> None:
    if expected is not None and found < expected - max(1.0, 0.01 * expected):
        logger.warning("%s may be cut off: %.1f s of %.1f s could be decoded", path, found, expected)
    elif damaged:
        logger.warning("%s is damaged: %d parts could not be decoded", path, damaged)


def _blocks(frames: Iterable[AudioFrame], size: int) -> Iterator[AudioFrame]:
    """Cut gapless frames into frames of ``size`` samples."""
    parts: list[AudioFrame] = []
    held = 0
    for frame in frames:
        parts.append(frame)
        held += len(frame.samples)
        if held < size:
            continue
        joined = np.concatenate([part.samples for part in parts])
        start = parts[0].start
        whole = held - held % size
        for offset in range(0, whole, size):
            yield AudioFrame(joined[offset : offset + size].copy(), start + offset)
        held -= whole
        parts = [AudioFrame(joined[whole:].copy(), start + whole)] if held else []
    if parts:
        yield AudioFrame(np.concatenate([part.samples for part in parts]), parts[0].start)
