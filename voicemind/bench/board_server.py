"""The server that ``bench board`` measures: ``voicemind serve --open`` in all but the models, which it never loads.

Run as a module with the data folder; its first line is its address.
"""

import sys
from pathlib import Path

from voicemind.backends.loading import Models
from voicemind.config import Config, ServeConfig
from voicemind.errors import VoicemindError
from voicemind.server.app import Parts
from voicemind.server.run import Serving, serve
from voicemind.weights.transfer import Progress


def no_models(_: Config, __: Progress) -> Models:
    """Load nothing: a board needs no models, and they would count as its memory."""
    raise VoicemindError("a benchmark of the board needs no models")


def announce(serving: Serving) -> None:
    """Tell the address."""
    sys.stdout.write(f"{serving.url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(ServeConfig(data=Path(sys.argv[1]), port=0, open=True), announce, Parts(load=no_models))
