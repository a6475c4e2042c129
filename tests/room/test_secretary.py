from pathlib import Path

import pytest

from voicemind.board.boards import open_boards
from voicemind.facts import Fact, Facts
from voicemind.room.secretary import Secretary
from voicemind.timeline.event import Speech, Tick
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
