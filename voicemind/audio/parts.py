"""Files of recorded sound that can be read whatever became of the program that wrote them.

A part is one FLAC stream (RFC 9639) of 16 kHz mono, a stretch of one track. FLAC costs a seventh of the
CPU that Opus does, gives the same samples back, and so the same words. What follows the header is
independent frames of 72 ms: a file that is cut off anywhere loses the frame in which it is.
"""

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote

import av
import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame, Samples
from voicemind.errors import AudioError

logger = logging.getLogger(__name__)

KEPT, PASSING = ".flac", ".tmp.flac"
"""How the names of parts end that are kept, and of those that go once they are transcribed."""

_NAME = re.compile(r"(?P<stem>.+)\.(?P<start>\d{12})(?P<passing>\.tmp)?\.flac")
_LONGEST = 160  # characters; what a file system takes is 255, with the rest of the name
_SCALE = 2.0**15
_TIME_BASE = Fraction(1, SAMPLE_RATE)
_STREAMINFO, _COMMENT, _LAST = 0, 4, 0x80


@dataclass(frozen=True, slots=True)
class Label:
    """Whose sound it is: the track as the meeting calls it, its participant's id and name."""

    track: str
    owner: str
    name: str

    @property
    def stem(self) -> str:
        """The name of the track as a file name begins with it."""
        return file_name(self.track)


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A file that holds sound of a track from ``start`` (a sample of the meeting) on; ``kept`` for good or not."""

    start: int
    path: Path
    stem: str
    kept: bool


def file_name(name: str) -> str:
    """Return a name as one that a file may have: no separators, never hidden, not too long, and no other's."""
    quoted = quote(name, safe="", errors="replace").replace(".", "%2E")
    if len(quoted) <= _LONGEST:
        return quoted
    return f"{quoted[: _LONGEST - 17]}-{hashlib.sha256(quoted.encode()).hexdigest()[:16]}"


def find_parts(folder: Path) -> list[Part]:
    """Return the parts in a folder, in order of their start; none where there is no folder."""
    named = ((path, _NAME.fullmatch(path.name)) for path in folder.glob("*.flac"))
    return sorted(Part(int(m["start"]), path, m["stem"], not m["passing"]) for path, m in named if m)


class PartWriter:
    """Writes one part: what is encoded is in the file at once, and on the disk after ``sync``.

    Every method raises OSError when the disk does not take it; the part is then to be closed.
    """

    def __init__(self, folder: Path, label: Label, start: int, *, keep: bool) -> None:
        """Make the file; ``start`` is the sample of the meeting that is written first."""
        self.part = Part(start, folder / f"{label.stem}.{start:012d}{KEPT if keep else PASSING}", label.stem, keep)
        self.position = start  # sample of the meeting that comes next
        self._codec = av.CodecContext.create("flac", "w")
        self._codec.format, self._codec.layout, self._codec.sample_rate = "s16", "mono", SAMPLE_RATE
        self._codec.time_base = _TIME_BASE
        self._codec.options = {"compression_level": "3"}  # what a higher one saves is one in a hundred bytes
        self._codec.open()
        self._fifo = av.AudioFifo()
        self._file = os.open(self.part.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            self._write(_header(bytes(self._codec.extradata or b""), label))
        except BaseException:
            os.close(self._file)
            raise

    def write(self, samples: Samples) -> None:
        """Append sound, shape (n,); up to 72 ms of it wait for the next call."""
        loud = np.nan_to_num(samples * _SCALE, nan=0.0)
        pcm = np.clip(np.rint(loud), -_SCALE, _SCALE - 1).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.time_base = SAMPLE_RATE, _TIME_BASE
        frame.pts = self.position - self.part.start
        self.position += len(samples)
        self._fifo.write(frame)
        for block in self._fifo.read_many(self._codec.frame_size):
            self._encode(block)

    def sync(self) -> None:
        """Have the disk keep what is in the file."""
        os.fdatasync(self._file)

    def close(self) -> None:
        """Write what is left, and have the disk keep it."""
        try:
            rest = self._fifo.read(0, partial=True)
            if rest is not None:
                self._encode(rest)
            self._encode(None)
            self.sync()
        finally:
            os.close(self._file)

    def abandon(self) -> None:
        """Leave the file as it is."""
        os.close(self._file)

    def _encode(self, block: av.AudioFrame | None) -> None:
        for packet in self._codec.encode(block):
            self._write(bytes(packet))

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]


def read_label(part: Part) -> Label:
    """Return what a part says of itself; AudioError for a file that is cut off before that."""
    try:
        with av.open(f"file:{part.path}", format="flac") as container:
            fields = {key.lower(): value for key, value in container.metadata.items()}
            said = json.loads(fields["voicemind"])
            return Label(str(said["track"]), str(said["owner"]), str(said["name"]))
    except (av.FFmpegError, OSError, KeyError, ValueError, TypeError) as error:
        raise AudioError(f"{part.path}: is no recorded track ({error}); delete it") from error


def read_part(part: Part, since: int = 0) -> Iterator[AudioFrame]:
    """Decode a part from sample ``since`` of the meeting on; what is damaged or cut off is left out.

    Each frame says where it belongs. Nothing comes of a file that holds no sound.
    """
    try:
        with av.open(f"file:{part.path}", format="flac") as container:
            stream = container.streams.audio[0]
            if since > part.start:
                container.seek(since - part.start, stream=stream)
            for packet in container.demux(stream):
                yield from _decoded(packet, part, since)
    except (av.FFmpegError, OSError) as error:
        logger.info("%s: its end cannot be read (%s)", part.path, error)


def _decoded(packet: "av.Packet[av.AudioStream]", part: Part, since: int) -> Iterator[AudioFrame]:
    try:
        decoded = packet.decode()
    except av.FFmpegError:
        return
    for block in decoded:
        start = part.start + (block.pts or 0)
        samples = block.to_ndarray()[0].astype(np.float32) / np.float32(_SCALE)
        skip = max(0, since - start)
        if skip < len(samples):
            yield AudioFrame(samples[skip:], start + skip)


def _header(info: bytes, label: Label) -> bytes:
    """Begin a FLAC stream: STREAMINFO as the encoder gives it, and comments with the label."""
    comments = [f"ARTIST={label.name}", f"VOICEMIND={json.dumps(asdict(label))}"]
    body = _text("voicemind") + len(comments).to_bytes(4, "little") + b"".join(map(_text, comments))
    return b"fLaC" + _block(_STREAMINFO, info) + _block(_COMMENT | _LAST, body)


def _text(text: str) -> bytes:
    coded = text.encode("utf-8", "replace")
    return len(coded).to_bytes(4, "little") + coded


def _block(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body
