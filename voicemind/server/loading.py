"""The models of a server, loaded while it already answers."""

import logging
from collections.abc import Callable

import anyio

from voicemind.backends.loading import Models, load
from voicemind.config import Config
from voicemind.weights.transfer import Progress

logger = logging.getLogger(__name__)

HEAD_START = 0.5  # seconds in which the server begins to answer, before libraries are loaded that hold Python up

Load = Callable[[Config, Progress], Models]
"""Loads models, telling its progress; runs in a thread, for as long as it takes."""


def load_models(config: Config, progress: Progress) -> Models:
    """Load the real models, downloaded first where need be."""
    return load(config, progress=progress)


class Loading:
    """How far the models are: ``step`` says in words what is being done, of which ``done`` of ``total`` bytes are."""

    def __init__(self, config: Config, load: Load = load_models) -> None:
        self.step = "loading the models"
        self.done = self.total = 0
        self._config = config
        self._load = load
        self._stopped = False

    async def __call__(self) -> Models:
        """Load the models; raises the VoicemindError for which there are none."""
        await anyio.sleep(HEAD_START)
        try:
            return await anyio.to_thread.run_sync(self._load, self._config, self._show, abandon_on_cancel=True)
        finally:
            self._stopped = True

    def _show(self, done: int, total: int, step: str) -> None:
        if self._stopped:  # nobody waits any more: a download must not keep the process alive
            raise RuntimeError("the server was stopped while it loaded the models")
        if step != self.step:
            logger.info("%s", step)
        self.done, self.total, self.step = done, total, step
