import datetime

from voicemind.insight.ledger import Entry, Ledger, insight, unique
from voicemind.timeline.segment import Segment


def entry(text: str, turn: str = "t1", index: int = 0, **more: object) -> Entry:
    known = Entry(text, frozenset(text.split()), Segment(1, 2), (turn,), 0.6, (turn, index), last=2.0)
    for name, value in more.items():
        known = known.__class__(**{**{f: getattr(known, f) for f in known.__dataclass_fields__}, name: value})
    return known


def test_ids_are_the_kind_and_the_turn() -> None:
    ledger = Ledger("action")
    assert ledger.add(entry("send list")).id == "action:t1"
    assert ledger.add(entry("call them", index=2)).id == "action:t1.2"
    assert ledger.add(entry("check it", "t2")).id == "action:t2"


def test_the_same_clause_said_anew_keeps_its_id() -> None:
    ledger = Ledger("action")
    ledger.add(entry("send list"))
    assert ledger.add(entry("send list today")).id == "action:t1"
    assert [e.text for e in ledger] == ["send list today"]


def test_withdrawn_entries_are_passed_over() -> None:
    ledger = Ledger("action")
    known = ledger.withdraw(ledger.add(entry("send list")))
    assert known.state == "withdrawn"
    assert list(ledger) == []
    assert ledger.alike(frozenset({"send", "list"}), least=0.5) is None


def test_alike_and_recent() -> None:
    ledger = Ledger("action")
    first = ledger.add(entry("send list values"))
    ledger.add(entry("call vineyard", "t2", last=9.0))
    assert ledger.alike(frozenset({"list", "values"}), least=0.5) == first
    assert ledger.alike(frozenset({"list"}), least=0.5) is None
    assert ledger.alike(frozenset({"list"}), least=0.5, common=1) == first
    newest = ledger.recent(10.0, within=5.0)
    assert newest is not None
    assert newest.text == "call vineyard"
    assert ledger.recent(20.0, within=5.0) is None


def test_merging_keeps_the_fuller_text_and_adds_what_is_new() -> None:
    day = datetime.date(2026, 3, 11)
    merged = entry("finish new screens counter").merged(entry("finish screens", "t2", due=day, weight=0.9, owner="tom"))
    assert merged.text == "finish new screens counter"
    assert merged.evidence == ("t1", "t2")
    assert (merged.due, merged.owner, merged.weight) == (day, "tom", 0.9)


def test_unique_turns_are_bounded() -> None:
    assert unique(("a", "b"), ("b", "c")) == ("a", "b", "c")
    assert len(unique(tuple(str(i) for i in range(100)))) == 8


def test_insight() -> None:
    found = insight("action", Ledger("action").add(entry("send list", weight=1.7)), "Tom", {"due": None})
    assert (found.id, found.kind, found.speaker, found.confidence) == ("action:t1", "action", "Tom", 0.95)
