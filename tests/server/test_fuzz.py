"""Whatever is sent to any address of a real server, it answers in order, and nobody else's room is touched."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import anyio
import pytest
import schemathesis
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fakes import fake_models
from tests.room.host import LOCAL
from tests.server.visits import action, turn
from voicemind.board.replica import NOTHING
from voicemind.config import ServeConfig
from voicemind.room.room import Room
from voicemind.server.app import Parts
from voicemind.server.openapi import document
from voicemind.server.run import Serving, running

REAL = {"room": "fuzzed", "insight": "action:t1", "participant": "p-1", "session": "s1", "id": "0" * 64}
"""Path parameters with which a request gets to where its body is read."""


@schemathesis.serializer("application/sdp", "application/trickle-ice-sdpfrag", "image/*")
def as_it_is(_context: Any, value: Any) -> Any:
    """Bodies that are no JSON: texts and bytes, whatever they say they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


OPERATIONS = sorted(
    (
        operation
        for found in schemathesis.openapi.from_dict(document()).get_all_operations()
        if not (operation := cast("Any", found).ok()).path.endswith("/events")  # they never end
    ),
    key=lambda operation: operation.label,
)
SENDING = [operation for operation in OPERATIONS if operation.body]


@dataclass
class Target:
    """A server, and a room in it that nobody sends anything to."""

    serving: Serving
    bystander: Room
    portal: Any

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.serving.sign_in.partition('?token=')[2]}"}

    def state(self) -> bytes:
        """All that is in the bystander's document."""
        return cast("bytes", self.portal.call(self.bystander.board.document.missing_in, NOTHING))


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    config = replace(ServeConfig(tmp_path_factory.mktemp("fuzz"), port=0), requests_per_second=1e9)
    parts = Parts(lambda config, progress: fake_models(), lambda folder: ("false",), LOCAL)

    async def prepare(serving: Serving) -> Room:
        for name in ("fuzzed", "bystander"):
            room = await serving.services.rooms.open(name, create=True)
            await room.board.write(lambda document: document.add_turn(turn(1)))
            await room.board.write(lambda document: document.put_insight(action(1)))
            await serving.services.access.decide(name, "p-1", "read")
        while not serving.services.rooms.engine.ready:  # before that /readyz rightly fails  # noqa: ASYNC110
            await anyio.sleep(0.01)
        return room

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running(config, parts)) as serving,
    ):
        yield Target(serving, portal.call(prepare, serving), portal)


def send(target: Target, case: Case[Any]) -> None:
    """Send a request; what comes back is as the OpenAPI document says, and never a failure of the server."""
    response = case.call(base_url=target.serving.url, headers=target.headers, timeout=30)
    assert response.status_code < 500, (case.as_curl_command(), response.text)
    if response.status_code >= 400 and case.method != "HEAD":
        assert response.headers["content-type"] == ["application/problem+json"]
        assert response.json()["status"] == response.status_code
    checks = [content_type_conformance, response_schema_conformance, status_code_conformance]
    case.validate_response(response, checks=checks)


def fuzz(target: Target, operation: Any, examples: int, modes: tuple[GenerationMode, ...]) -> None:
    before = target.state()
    for mode in modes:
        count = 0

        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def run(case: Case[Any]) -> None:
            nonlocal count
            count += 1
            if count % 5:  # else an address by chance, which mostly leads nowhere
                case.path_parameters = {name: REAL[name] for name in case.path_parameters or {} if name in REAL}
            send(target, case)

        run()
    assert target.state() == before


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_whatever_is_sent_is_answered_as_the_document_says(target: Target, operation: Any) -> None:
    wrong = (GenerationMode.NEGATIVE,) if operation in SENDING else ()  # there has to be something to be wrong
    fuzz(target, operation, 4, (GenerationMode.POSITIVE, *wrong))


@pytest.mark.soak
@pytest.mark.parametrize("operation", SENDING, ids=lambda operation: operation.label)
def test_twenty_thousand_mutated_bodies(target: Target, operation: Any) -> None:
    each = int(os.environ.get("VOICEMIND_FUZZ", "20000")) // len(SENDING) + 1
    fuzz(target, operation, each, (GenerationMode.NEGATIVE,))
