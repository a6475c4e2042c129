"""Writes what a meeting finds into the room's document."""

from collections.abc import Callable, Mapping, Sequence

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from voicemind.board.board import Board
from voicemind.board.document import Document
from voicemind.facts import Fact
from voicemind.room import archive
from voicemind.timeline.event import Revised, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.transcript import Turn

Facts = Callable[[], Mapping[str, object]]
"""What the document's ``meeting`` root is to say now."""


Settle = Callable[[], Callable[[], None]]
"""Takes note of how far the tracks are transcribed; what it returns is called once that is on disk."""


class Secretary:
    """Takes facts and writes them in batches: turns, revisions and insights as they come, figures once a second."""

    def __init__(self, board: Board, minutes: Minutes, meeting: Facts, settle: Settle) -> None:
        self._board = board
        self._minutes = minutes
        self._meeting = meeting
        self._settle = settle

    async def run(self, facts: MemoryObjectReceiveStream[Fact]) -> None:
        """Write until the facts end; all that the minutes hold is on disk then, also where facts were missed."""
        async with facts:
            await self._write([])
            async for fact in facts:
                settled = self._settle()  # what this rests on waits in the stream already
                await self._write([fact, *_waiting(facts)])
                settled()
        settled = self._settle()
        await self._write([*self._minutes.transcript, *self._minutes.all_insights()])
        await self._write([])
        settled()

    async def _write(self, batch: Sequence[Fact]) -> None:
        wanted = [one for fact in batch for one in (fact.turns if isinstance(fact, Revised) else (fact,))]
        wanted = [fact for fact in wanted if isinstance(fact, Turn | Insight | Tick)]
        figures = None
        if not batch or any(isinstance(fact, Tick | Revised) for fact in batch):
            figures = talk(archive.corrected(self._board.document, self._minutes))
        meeting = dict(self._meeting())

        def change(document: Document) -> None:
            for fact in wanted:
                if isinstance(fact, Turn):
                    document.add_turn(fact)
                elif isinstance(fact, Insight):
                    document.put_insight(fact)
            if figures is not None:
                document.set_talk(**figures)
            document.set_meeting(**meeting)

        if wanted or figures is not None:
            await self._board.write(change)


def talk(minutes: Minutes) -> dict[str, object]:
    """Return the figures of talk: shares and seconds by speaker, and how even they are."""
    speakers = minutes.speakers()
    figures: dict[str, object] = {
        "shares": {speaker.id: round(speaker.share, 4) for speaker in speakers},
        "seconds": {speaker.id: round(speaker.talk_seconds, 1) for speaker in speakers},
    }
    for balance in minutes.insights("balance"):
        if balance.data.get("scope", "meeting") != "meeting":
            continue  # of the last minutes only
        figures |= {key: balance.data[key] for key in ("gini", "entropy") if key in balance.data}
    return figures


def _waiting(facts: MemoryObjectReceiveStream[Fact]) -> list[Fact]:
    """What has come in the meantime."""
    found: list[Fact] = []
    while True:
        try:
            found.append(facts.receive_nowait())
        except (anyio.WouldBlock, anyio.EndOfStream):
            return found
