"""What rooms work with."""

from dataclasses import dataclass
from pathlib import Path

from voicemind.config import Config, RoomConfig
from voicemind.room.engine import Engine
from voicemind.room.peer import PeerConfig


@dataclass(frozen=True, slots=True)
class Means:
    """What a room works with: the models, settings, and the folder for its recordings."""

    engine: Engine
    config: Config
    peer: PeerConfig
    room: RoomConfig
    recordings: Path
