import threading
from collections.abc import Sequence
from dataclasses import replace

import anyio
import numpy as np
import pytest

from tests.fakes import ScriptedAsr, fake_models
from voicemind.backends.loading import Models
from voicemind.errors import ModelUnavailable
from voicemind.room.engine import open_engine
from voicemind.speech.ports import Decode, Decoded

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


async def test_it_ends_though_a_service_does_not_answer() -> None:
    asked, closed = threading.Event(), threading.Event()

    class Hanging(ScriptedAsr):
        def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
            asked.set()
            closed.wait()  # what the test would do for ever
            return super().transcribe(requests)

    async def load() -> Models:
        return replace(fake_models(Hanging()), close=closed.set)

    with anyio.fail_after(60):
        async with open_engine(load, workers=1) as engine:
            scheduler = (await engine.loaded()).scheduler
            scheduler.submit(Decode("A", 0, 0, np.zeros(1600, np.float32), True, 0.0), 0.0, lambda _: None)
            assert await anyio.to_thread.run_sync(asked.wait, 5)
