import math
import random
from typing import Any

import pycrdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.board.clients import Client
from voicemind.board.compaction import compact, compact_apart, content
from voicemind.board.replica import NOTHING, Replica
from voicemind.errors import BoardError


def loaded(updates: list[bytes]) -> Replica:
    replica = Replica(1)
    replica.load(updates)
    return replica


def session(seed: int, edits: int) -> list[bytes]:
    """The updates of two clients who edit everything and hear of each other now and then."""
    chance = random.Random(seed)  # noqa: S311
    clients = [Client(101), Client(102)]
    updates: list[bytes] = []
    for number in range(edits):
        client = chance.choice(clients)
        match chance.randrange(6):
            case 0:
                client.roots["title"].insert(0, chance.choice(["a", "é", "😀"]))
            case 1:
                client.roots["elements"][chance.choice("abc")] = pycrdt.Map(
                    {"x": number, "o": {"k": [1, None], "j": 2}}
                )
            case 2:
                client.roots["elements"].pop(chance.choice("abc"), None)
            case 3:
                paragraph = pycrdt.XmlElement("p", {"align": "left"}, [pycrdt.XmlText("über 😀")])
                client.roots["sections"].append(
                    pycrdt.Map({"id": str(number), "body": pycrdt.XmlFragment([paragraph])})
                )
            case 4 if len(client.roots["sections"]):
                del client.roots["sections"][0]
            case 5:
                for one, other in (clients, clients[::-1]):
                    one.take_updates_from(other)
        for client in clients:
            updates += client.take_updates()
    return updates


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 60), st.integers(0, 100))
def test_a_compacted_document_is_the_same(seed: int, edits: int, split: int) -> None:
    updates = session(seed, edits)
    at = split * len(updates) // 100
    whole = loaded(updates)
    halves = loaded([compact(updates[:at]), *updates[at:]])
    assert content(halves) == content(whole)


def test_what_waits_for_something_missing_survives() -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    elements = doc.get("elements", type=pycrdt.Map)
    elements["a"] = pycrdt.Map()
    elements["a"]["x"] = {"some": 1, "json": [2.5], "object": {"of": "keys"}}
    del elements["a"]
    make, move, delete = updates
    assert content(loaded([compact([move]), make])) == content(loaded([make, move]))
    assert content(loaded([make, move]))["elements"]["a"]["x"]["object"] == {"of": "keys"}
    assert content(loaded([compact([move, delete]), make]))["elements"] == {}
    assert content(loaded([compact([compact([delete]), move]), make]))["elements"] == {}


def test_ten_thousand_overwrites_become_small() -> None:
    client = Client(5)
    for number in range(10_000):
        client.roots["elements"]["a"] = number
    updates = client.take_updates()
    assert sum(map(len, updates)) > 100_000
    assert len(compact(updates)) < 200


def test_a_document_within_a_document_is_compacted_too() -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    doc.get("files", type=pycrdt.Map)["f"] = pycrdt.Doc(guid="inside")
    data = compact([doc.get_update()])
    copy = Replica(0)
    copy.apply(data)
    assert content(copy)["files"] == {"f": ("document", "inside")}


def test_what_has_no_order_of_its_own_is_compacted_too() -> None:
    """Attributes and marks come in any order, at each time another."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    link = pycrdt.XmlText("a link")
    cell = pycrdt.XmlElement("cell", {f"a{number}": str(number) for number in range(8)}, [link])
    doc.get("sections", type=pycrdt.Array).append(pycrdt.Map({"body": pycrdt.XmlFragment([cell])}))
    link.format(2, 6, {"link": {"href": "https://a.example", "rel": "nofollow", "target": "_blank"}, "bold": True})
    link.insert_embed(0, {"image": "a", "width": 1, "height": 2})
    for _ in range(5):
        assert compact([doc.get_update()])


def test_a_number_that_equals_nothing_is_compacted_wherever_it_stands() -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    elements = doc.get("elements", type=pycrdt.Map)
    elements["e"] = {"x": math.nan, "points": [[0.0, math.nan]]}
    elements["f"] = math.nan
    assert compact([doc.get_update()])


def test_nothing_becomes_nothing() -> None:
    assert content(loaded([compact([])])) == content(Replica(1))


def test_an_update_that_cannot_be_read_stops_it() -> None:
    with pytest.raises(BoardError, match="nothing is compacted"):
        compact([b"\xff\xff\xff"])


def test_a_result_that_differs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    updates = session(1, 30)
    honest = Replica.missing_in

    def forgetful(replica: Replica, state: bytes) -> bytes:
        return honest(loaded(updates[:-3]), NOTHING)

    monkeypatch.setattr(Replica, "missing_in", forgetful)
    with pytest.raises(BoardError, match="differs"):
        compact(updates)


@pytest.mark.anyio
async def test_another_process_does_the_same() -> None:
    updates = session(3, 40)
    assert content(loaded([await compact_apart(updates)])) == content(loaded(updates))


@pytest.mark.anyio
async def test_another_process_compacts_what_lies_deep() -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    within: Any = doc.get("elements", type=pycrdt.Map)
    for _ in range(900):
        within["d"] = pycrdt.Map({"x": 1})
        within = within["d"]
    assert await compact_apart([doc.get_update()])


@pytest.mark.anyio
async def test_another_process_says_why_it_failed() -> None:
    with pytest.raises(BoardError, match="cannot be read; nothing is compacted"):
        await compact_apart([b"\xff\xff\xff"])


@pytest.mark.anyio
async def test_a_process_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(BoardError, match="timed out"):
        await compact_apart(session(3, 40), seconds=0.01)
