import threading

import anyio
import pytest

from tests.fakes import fake_models
from voicemind.backends.loading import Models
from voicemind.config import Config
from voicemind.errors import ModelUnavailable
from voicemind.server import loading as module
from voicemind.server.loading import Loading
from voicemind.weights.transfer import Progress

pytestmark = pytest.mark.anyio


async def test_models_are_loaded_off_the_loop_and_their_progress_is_known() -> None:
    threads: list[threading.Thread] = []

    def load(config: Config, progress: Progress) -> Models:
        assert config.model == "tiny.en"
        threads.append(threading.current_thread())
        progress(5, 10, "downloading tiny.en")
        return fake_models()

    loading = Loading(Config(model="tiny.en"), load)
    assert (loading.step, loading.done, loading.total) == ("loading the models", 0, 0)
    models = await loading()
    assert models.asr.name == "scripted"
    assert (loading.step, loading.done, loading.total) == ("downloading tiny.en", 5, 10)
    assert threads != [threading.current_thread()]


async def test_what_goes_wrong_is_raised() -> None:
    def load(config: Config, progress: Progress) -> Models:
        raise ModelUnavailable("no source could give base")

    with pytest.raises(ModelUnavailable, match="base"):
        await Loading(Config(), load)()


async def test_a_download_that_nobody_waits_for_stops_at_its_next_step() -> None:
    at_work, stopped, go_on = threading.Event(), threading.Event(), threading.Event()

    def load(config: Config, progress: Progress) -> Models:
        at_work.set()
        go_on.wait(5)
        try:
            progress(1, 10, "downloading base")
        except RuntimeError:
            stopped.set()
            raise
        return fake_models()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Loading(Config(), load))
        assert await anyio.to_thread.run_sync(at_work.wait, 5)
        tasks.cancel_scope.cancel()
    go_on.set()
    assert await anyio.to_thread.run_sync(stopped.wait, 5)


async def test_the_server_answers_before_the_models_are_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAD_START", 0.1)
    begun: list[float] = []

    def load(config: Config, progress: Progress) -> Models:
        begun.append(1.0)
        return fake_models()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Loading(Config(), load))
        await anyio.sleep(0.02)
        assert not begun
    assert begun
