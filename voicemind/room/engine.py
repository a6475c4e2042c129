"""The models that all rooms of a server share, loaded while the first people already talk."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio

from voicemind.backends.loading import Models
from voicemind.errors import VoicemindError
from voicemind.scheduler import Scheduler, Spill

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Models, and the scheduler that runs them for every room."""

    models: Models
    scheduler: Scheduler


class Engine:
    """Gives out the models once they are loaded; made by ``open_engine``."""

    def __init__(self) -> None:
        self._settled = anyio.Event()
        self._loaded: Loaded | None = None
        self.failure: VoicemindError | None = None
        """Why there are no models, once that is known."""

    @property
    def ready(self) -> bool:
        """Whether the models are loaded."""
        return self._loaded is not None

    @property
    def scheduler(self) -> Scheduler | None:
        """What runs the models, once they are loaded."""
        return self._loaded.scheduler if self._loaded else None

    async def loaded(self) -> Loaded:
        """Wait for the models; raises the VoicemindError for which there are none."""
        await self._settled.wait()
        if self._loaded is None:
            raise self.failure or VoicemindError("the models are not loaded")
        return self._loaded

    async def run(self, load: Callable[[], Awaitable[Models]], workers: int, spill: Spill | None) -> None:
        """Load the models and keep their scheduler until cancelled."""
        try:
            models = await load()
        except VoicemindError as error:
            logger.error("the models cannot be loaded: %s", error)  # noqa: TRY400 - its text says it all
            self.failure = error
            self._settled.set()
            return
        light = models.light.transcribe if models.light else None
        async with Scheduler(models.handlers(), workers=workers, live=True, light=light, spill=spill) as scheduler:
            self._loaded = Loaded(models, scheduler)
            self._settled.set()
            try:
                await anyio.sleep_forever()
            finally:
                models.close()  # or the scheduler would wait for a service that does not answer


@asynccontextmanager
async def open_engine(
    load: Callable[[], Awaitable[Models]], workers: int, waiting: Path | None = None
) -> AsyncIterator[Engine]:
    """Load models in the background; a server answers meanwhile, and goes on without them if they fail.

    Sound that waits long for its transcript is kept in the folder ``waiting``.
    """
    engine = Engine()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(engine.run, load, workers, None if waiting is None else Spill(waiting))
        try:
            yield engine
        finally:
            tasks.cancel_scope.cancel()
