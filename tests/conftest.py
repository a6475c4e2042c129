"""Fixtures that many tests share: the real models, the shared recordings."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from voicemind.errors import ModelUnavailable
from voicemind.weights import ModelStore

# How long an example takes depends on what else the machine does, and is not what these tests are about.
settings.register_profile("voicemind", deadline=None)
settings.load_profile("voicemind")


def require(condition: object, reason: str) -> None:
    """Skip the test unless ``condition``; fail it where VOICEMIND_REQUIRE=all says that nothing may be skipped."""
    if condition:
        return
    if os.environ.get("VOICEMIND_REQUIRE") == "all":
        pytest.fail(f"VOICEMIND_REQUIRE=all, but {reason}")
    pytest.skip(reason)


REAL_TIME = {"browser", "room", "server"}
"""Folders of tests that people talk in: two at once would wait for each other's models."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run on several processes, those that run in real time stay on one."""
    for item in items:
        if item.path.parent.name in REAL_TIME:
            item.add_marker(pytest.mark.xdist_group("real time"))


@pytest.fixture(scope="session")
def store() -> ModelStore:
    """The user's model store."""
    return ModelStore()


@pytest.fixture(scope="session")
def model_folder(store: ModelStore) -> Callable[[str], Path]:
    """Gives the folder of a real model, pulled when missing; skips where that cannot be."""

    def get(name: str) -> Path:
        try:
            return store.path(name)
        except ModelUnavailable as error:
            require(False, str(error))
            raise

    return get


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of recordings with references that VOICEMIND_DATA names."""
    folder = os.environ.get("VOICEMIND_DATA", "")
    require(folder and Path(folder).is_dir(), "VOICEMIND_DATA names no folder of recordings")
    return Path(folder)
