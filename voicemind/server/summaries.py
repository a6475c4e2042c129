"""A language model's summary of a room, streamed while it is written; nothing else waits for it.

The model is asked in a thread that only summaries use: saving and transcribing share nothing with it.
"""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

import anyio
from anyio import from_thread, to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.board.document import Document
from voicemind.errors import VoicemindError
from voicemind.insight.abstract import prompt, sentences, summarise
from voicemind.insight.ports import Llm
from voicemind.room.room import Room
from voicemind.server.bodies import json_bytes
from voicemind.server.guard import visitor_of
from voicemind.server.services import services
from voicemind.server.sse import EventStream, frame
from voicemind.server.views import insight_view
from voicemind.server.writer import Writer
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes

logger = logging.getLogger(__name__)

Event = Mapping[str, object]


async def write_summary(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/summary: pieces as they come, then what is kept; as server-sent events."""
    shared = services(request)
    room, writer, visitor = await shared.room(request.path_params["room"]), shared.summaries, visitor_of(request)
    if writer.llm is None:
        raise HTTPException(409, "no language model is configured; start the server with --llm-url and --llm-model")
    if room.name in writer.busy:
        raise HTTPException(409, "a summary of this meeting is being written already")
    if not any(turn.text for turn in room.minutes.transcript):
        raise HTTPException(409, "nothing was said yet that could be summed up")
    revoked = partial(shared.access.revoked, visitor, "write")
    sender, receiver = anyio.create_memory_object_stream[Event](1000)
    writer.busy.add(room.name)
    shared.start(_write, room, writer, writer.llm, sender)
    return EventStream(_frames(receiver), shared.stopping, revoked)


async def _frames(events: MemoryObjectReceiveStream[Event]) -> AsyncGenerator[str, None]:
    with events:
        async for event in events:
            yield frame(json_bytes(event).decode())


async def _write(room: Room, writer: Writer, llm: Llm, events: MemoryObjectSendStream[Event]) -> None:
    """Ask the model and tell what comes; goes on, and keeps the summary, also where nobody listens any more."""
    minutes, found = room.minutes, list[Insight]()
    answer: list[str] = []

    async def tell(event: Event) -> None:
        with suppress(anyio.BrokenResourceError):
            await events.send(event)

    def ask() -> None:
        for piece in summarise(minutes, llm):
            if isinstance(piece, Insight):
                found.append(piece)
            else:
                answer.append(piece)
                from_thread.run(tell, {"type": "piece", "text": piece})

    with events:
        try:
            await to_thread.run_sync(ask, abandon_on_cancel=True, limiter=writer.threads)
            await tell(await _kept(room, minutes, "".join(answer), found))
        except VoicemindError as error:  # of the model, or of a board that has closed meanwhile
            logger.warning("no summary of room %s: %s", room.name, error)
            await tell({"type": "failed", "detail": str(error)})
        finally:
            writer.busy.discard(room.name)


async def _kept(room: Room, minutes: Minutes, answer: str, found: list[Insight]) -> Event:
    """Write the sentences that are borne out in the place of the summary so far; return what is told of them."""
    refused = [s.text for s in sentences(answer, prompt(minutes)[1]) if not s.turns]
    old = [replace(insight, state="withdrawn") for insight in minutes.insights("summary")]

    def write(document: Document) -> None:
        new = {insight.id for insight in found}
        for insight in [*(known for known in old if known.id not in new), *found]:
            document.put_insight(replace(insight, shown=minutes.duration))

    if found:
        await room.board.write(write)
    views = [insight_view(insight, minutes) for insight in found]
    return {"type": "done", "insights": views, "refused": refused}
