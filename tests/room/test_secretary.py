from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from voicemind.board.batch import Saved
from voicemind.board.boards import open_boards
from voicemind.facts import Fact, Facts
from voicemind.room.secretary import Secretary
from voicemind.timeline.event import Revised, Speech, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn

pytestmark = pytest.mark.anyio


async def test_facts_are_on_disk_when_it_returns_and_interims_are_not(tmp_path: Path) -> None:
    facts, minutes = Facts(), Minutes("Weekly")
    turn = Turn("t", Segment(1, 3), "p", "hello", track="p.1")
    insight = Insight("decision", Segment(1, 3), "we decided", evidence=("t",))
    balance = Insight("balance", Segment(0, 3), "", data={"gini": 0.25, "entropy": 0.9}, id="balance")
    lately = Insight("balance", Segment(0, 3), "", data={"gini": 0.9, "scope": "recent"}, id="recent")
    given: list[Fact] = [
        lately,
        Speech(Segment(1, 3), "p.1", "p"),
        turn,
        Interim("p.1", "p", Segment(3, 4), "and", "so"),
        insight,
        balance,
    ]
    async with open_boards(tmp_path / "b.sqlite") as boards, boards.board("room") as board:
        stream = facts.subscribe()
        for fact in [*given, Tick(3.0)]:
            minutes.add(fact)
            facts.publish(fact)
        facts.close()
        await Secretary(board, minutes, lambda: {"state": "live", "lag": 0.0}, lambda: lambda: None).run(stream)

    async with open_boards(tmp_path / "b.sqlite") as boards, boards.board("room") as board:
        document = board.document
        assert [turn.text for turn in document.turns()] == ["hello"]
        assert {insight.kind for insight in document.insights()} == {"decision", "balance"}
        assert document.talk() == {"shares": {"p": 1.0}, "seconds": {"p": 2.0}, "gini": 0.25, "entropy": 0.9}
        assert document.meeting()["state"] == "live"


async def test_a_revision_is_written_while_the_meeting_goes_on(tmp_path: Path) -> None:
    facts, minutes = Facts(), Minutes("Weekly")
    turn = Turn("t", Segment(1, 3), "room/1", "hello there", track="p.1")
    revised = (replace(turn, speaker="room/2", text="hello"), replace(turn, id="t.700", text="there"))
    given: list[Fact] = [
        Speech(Segment(1, 3), "p.1", "room/1"),
        turn,
        Revised(8.0, revised, (Speech(Segment(1, 3), "p.1", "room/2"),)),
    ]
    async with open_boards(tmp_path / "b.sqlite") as boards, boards.board("room") as board:
        written = anyio.Event()

        def look(_: Saved) -> None:
            if len(board.document.turns()) == 2:
                written.set()

        board.subscribe(look)
        secretary = Secretary(board, minutes, dict, lambda: lambda: None)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(secretary.run, facts.subscribe())
            for fact in given:
                minutes.add(fact)
                facts.publish(fact)
            with anyio.fail_after(60):
                await written.wait()
            assert board.document.talk()["shares"] == {"room/1": 0.0, "room/2": 1.0}
            assert {turn.id: turn.speaker for turn in board.document.turns()} == {"t": "room/2", "t.700": "room/1"}
            facts.close()
