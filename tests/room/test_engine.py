import anyio
import pytest

from tests.fakes import fake_models
from voicemind.backends.loading import Models
from voicemind.errors import ModelUnavailable
from voicemind.room.engine import open_engine

pytestmark = pytest.mark.anyio


async def test_models_are_loaded_in_the_background() -> None:
    go = anyio.Event()

    async def load() -> Models:
        await go.wait()
        return fake_models()

    async with open_engine(load, workers=1) as engine:
        before = engine.ready
        assert engine.scheduler is None
        go.set()
        loaded = await engine.loaded()

        assert (before, engine.ready) == (False, True)
        assert loaded.models.asr.name == "scripted"
        assert (await engine.loaded()).scheduler is loaded.scheduler is engine.scheduler


async def test_who_waits_for_models_that_cannot_be_had_is_told_why() -> None:
    async def load() -> Models:
        raise ModelUnavailable("no source gives tiny.en")

    async with open_engine(load, workers=1) as engine:
        for _ in range(2):
            with pytest.raises(ModelUnavailable, match="no source"):
                await engine.loaded()
        assert isinstance(engine.failure, ModelUnavailable)
        assert not engine.ready
