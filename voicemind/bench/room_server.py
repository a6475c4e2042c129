"""The server that ``bench room`` measures: all of ``voicemind serve --open`` but what recognises speech.

Voices are decoded, resampled and looked through for speech; what is found is answered with no words. Run as
a module with the data folder; its first line is its address.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from voicemind.backends.loading import Models
from voicemind.bench.board_server import announce
from voicemind.config import Config, ServeConfig
from voicemind.room.ice import LOOPBACK, IceConfig
from voicemind.room.peer import PeerConfig
from voicemind.server.app import Parts
from voicemind.server.run import serve
from voicemind.speech.ports import Decode, Decoded
from voicemind.weights import ModelStore
from voicemind.weights.transfer import Progress


class NoWords:
    """A recogniser that understands nothing, at once."""

    name = "none"

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        """Answer each request with nothing."""
        return [Decoded(request, "") for request in requests]


def no_recogniser(_: Config, progress: Progress) -> Models:
    """Load what listens, and nothing that understands."""
    from voicemind.backends.onnx import SileroModel

    return Models(NoWords(), SileroModel(ModelStore().path("silero", progress)).stream, language="en")


if __name__ == "__main__":
    peer = PeerConfig(ice=IceConfig(listen=(LOOPBACK,)))
    settings = ServeConfig(data=Path(sys.argv[1]), port=0, open=True)
    serve(settings, announce, Parts(load=no_recogniser, peer=peer))
