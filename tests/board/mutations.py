"""Real messages of Yjs, damaged in the ways that networks, bugs and malice damage them."""

import json
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicemind.board import protocol
from voicemind.board.protocol import FrameError, SyncStep1, SyncStep2, Update, decode

TELLING = (0x00, 0x01, 0x02, 0x7F, 0x80, 0x81, 0xFF)


@dataclass(frozen=True)
class Seeds:
    """A document as Yjs made it, and messages that belong to it."""

    base: bytes
    frames: tuple[bytes, ...]


def seeds(node: Path) -> Seeds:
    """Have Yjs make some."""
    done = subprocess.run(["node", "fuzz.mjs", "seeds"], cwd=node, capture_output=True, text=True, check=True)
    made = json.loads(done.stdout)
    return Seeds(bytes.fromhex(made["base"]), tuple(map(bytes.fromhex, made["frames"])))


def read_by_yjs(node: Path, updates: list[bytes]) -> dict[str, Any]:
    """Have Yjs apply updates; what failed, and the content."""
    given = "".join(f"{update.hex()}\n" for update in updates)
    done = subprocess.run(
        ["node", "fuzz.mjs", "read"], cwd=node, input=given, capture_output=True, text=True, check=True
    )
    read: dict[str, Any] = json.loads(done.stdout)
    return read


class Mutator:
    """Makes damaged messages out of sound ones, the same ones for the same ``seed``."""

    def __init__(self, sound: Seeds, seed: int) -> None:
        self._frames = sound.frames
        self._chance = random.Random(seed)  # noqa: S311

    def frame(self) -> bytes:
        """Damage a message: as a whole, or only what it carries, so that its lengths are still right."""
        frame = self._chance.choice(self._frames)
        if self._chance.random() < 0.5:
            return self._damaged(frame)
        try:
            match decode(frame):
                case SyncStep1(state):
                    return protocol.step1(self._damaged(state))
                case SyncStep2(update):
                    return protocol.step2(self._damaged(update))
                case Update(update):
                    return protocol.update(self._damaged(update))
        except FrameError:
            pass
        return frame[:1] + protocol.varbytes(self._damaged(frame[2:]))

    def _damaged(self, data: bytes) -> bytes:
        damaged = bytearray(data)
        for _ in range(self._chance.choice((1, 1, 1, 2, 3, 8))):
            self._damage(damaged)
        return bytes(damaged)

    def _damage(self, data: bytearray) -> None:
        chance = self._chance
        at = chance.randrange(len(data)) if data else 0
        end = at + chance.randrange(1, 9)
        match chance.randrange(8):
            case 0 if data:
                data[at] ^= 1 << chance.randrange(8)
            case 1 if data:
                data[at] = chance.choice(TELLING)
            case 2 if data:
                data[at] = chance.randrange(256)
            case 3:
                data[at:at] = chance.randbytes(chance.randrange(1, 5))
            case 4:
                del data[at:end]
            case 5:
                data[at:at] = data[at:end]
            case 6:
                del data[at:]
            case 7:  # a piece of another message
                other = chance.choice(self._frames)
                start = chance.randrange(len(other))
                data[at:end] = other[start : start + chance.randrange(1, 30)]
