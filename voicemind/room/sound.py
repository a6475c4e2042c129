"""What is recorded of a room: whether it is kept, what there is, and how it is deleted."""

from pathlib import Path

import anyio

from voicemind.audio.tracks import RecordedTrack, Tracks
from voicemind.board.board import Board
from voicemind.config import RoomConfig
from voicemind.room.stretches import Stretches


class Sound:
    """The recordings of one room.

    Where they are not kept, sound is on disk only until it is transcribed.
    """

    def __init__(self, board: Board, folder: Path, stretches: Stretches, config: RoomConfig) -> None:
        """Look after the recordings in ``folder``."""
        self._board = board
        self._tracks = Tracks(folder)
        self._stretches = stretches
        self._config = config

    @property
    def kept(self) -> bool:
        """Whether recordings of this meeting are kept."""
        chosen = self._board.document.meeting().get("record")
        return chosen if isinstance(chosen, bool) else self._config.record

    @property
    def state(self) -> dict[str, object]:
        """What becomes of the sound, for all to see: whether and how many days it is kept, why it is not written."""
        listener = self._stretches.listener
        failure = listener.recorder.failure if listener else None
        return {"kept": self.kept, "days": self._config.keep_days, "failure": failure}

    async def keep(self, kept: bool) -> None:
        """Choose for this room whether recordings are kept from now on."""
        await self._board.write(lambda document: document.set_meeting(record=kept))
        if self._stretches.listener is not None:
            self._stretches.listener.recorder.keep = kept

    async def all(self) -> list[RecordedTrack]:
        """Return the tracks that are on disk, in order of their start."""
        return await anyio.to_thread.run_sync(self._tracks.all)

    async def delete_of(self, participant: str) -> int:
        """Delete what was recorded of one participant, up to now; returns of how many tracks."""
        if self._stretches.listener is not None:
            self._stretches.listener.discard(participant)
        return await anyio.to_thread.run_sync(self._tracks.delete_of, participant)

    async def delete(self, track: str) -> bool:
        """Delete the recording of one track that has ended; False where there is none."""
        return await anyio.to_thread.run_sync(self._tracks.delete, track)
