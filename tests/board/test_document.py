import math
from typing import Any

import pycrdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.board.clients import Client
from voicemind.board.content import Section
from voicemind.board.document import Document
from voicemind.board.replica import ENGINE, NOTHING, PEOPLE, Change
from voicemind.errors import BoardError
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

TURN = Turn(
    "t1",
    Segment(10.0, 12.5),
    "ada",
    "Hello 😀",
    (Word("Hello", Segment(10.0, 10.5), 0.9), Word("😀", Segment(11.0, 12.5), 0.5)),
    0.75,
    "mic-1",
    "en",
)


@pytest.fixture
def document() -> Document:
    document = Document(1, "history-1")
    document.load([])
    return document


def copy_of(document: Document) -> Document:
    copy = Document(2, document.history_id)
    copy.load([document.missing_in(NOTHING)])
    return copy


def test_a_new_document_carries_the_name_of_its_history(document: Document) -> None:
    assert document.meeting() == {"history_id": "history-1"}
    assert len(document.take_written()) == 1
    again = copy_of(document)
    assert again.take_written() == []  # nothing is written that stands there


def test_what_the_engine_writes_is_read_back_elsewhere(document: Document) -> None:
    insight = Insight("action", Segment(10, 12), "Say hello", "ada", ("t1",), 0.8, {"owner": "Ada"}, "open", "", 12.5)
    document.add_turn(TURN)
    document.add_turn(Turn("t0", Segment(1, 2), "bob", "First"))
    document.put_insight(insight)
    document.set_talk(shares={"ada": 0.75, "bob": 0.25}, balance={"gini": 0.5})
    document.set_meeting(state="running", started="2027-01-04T10:00:00Z", participants=["ada"], lag=0.4)
    copy = copy_of(document)
    assert [turn.id for turn in copy.turns()] == ["t0", "t1"]
    assert copy.turns()[1] == TURN
    assert copy.insights() == [insight]
    assert copy.talk() == {"shares": {"ada": 0.75, "bob": 0.25}, "balance": {"gini": 0.5}}
    assert copy.meeting()["state"] == "running"


def test_a_revision_writes_only_what_differs(document: Document) -> None:
    document.add_turn(TURN)
    document.take_written()
    document.add_turn(TURN)
    assert document.take_written() == []
    document.add_turn(Turn(TURN.id, TURN.segment, "bob", TURN.text, TURN.words, TURN.confidence, TURN.track, "en"))
    ((origin, written),) = document.take_written()
    assert origin == ENGINE
    assert len(written) < 40
    assert document.turns()[0].speaker == "bob"


def test_harmful_values_are_made_harmless(document: Document) -> None:
    document.add_turn(Turn("t\ud83d", Segment(0, 1), "a\udc00", "half \ud83d of it"))
    document.put_insight(Insight("action", Segment(0, 1), "x", data={"n": 2**70, "nan": math.nan, "t": ("\ud83d",)}))
    document.set_talk(shares={"a": math.inf})
    assert document.turns()[0].text == "half � of it"
    assert document.insights()[0].data == {"n": float(2**70), "nan": None, "t": ["�"]}
    assert document.talk() == {"shares": {"a": None}}


def test_what_is_no_json_is_refused_and_nothing_written(document: Document) -> None:
    document.take_written()
    with pytest.raises(ValueError, match="object"):
        document.set_talk(shares=object())
    assert document.take_written() == []


def test_a_shape_must_say_that_the_engine_made_it(document: Document) -> None:
    with pytest.raises(ValueError, match="engine's own"):
        document.put_shape({"e": {"x": 1}})


def test_a_room_is_founded_once(document: Document) -> None:
    items = [AgendaItem("i1", "Budget 😀", 10, "Maya"), AgendaItem("i2", "Rest")]
    document.found("Planning", items)
    assert document.title() == "Planning"
    assert document.agenda() == items
    with pytest.raises(BoardError, match="already"):
        document.found("Again", [])
    assert copy_of(document).agenda() == items


def test_verdicts_are_added_to(document: Document) -> None:
    document.put_verdict("action:t1", {"pinned": True, "owner": "Maya"})
    document.put_verdict("action:t1", {"owner": "Bob"})
    assert document.verdicts() == {"action:t1": {"pinned": True, "owner": "Bob"}}
    assert [origin for origin, _ in document.take_written()][1:] == [PEOPLE, PEOPLE]


def test_corrections_are_kept(document: Document) -> None:
    correction = {"kind": "rename", "target": "speaker-1", "value": "Maya", "by": "bob", "at": 12.5}
    document.put_correction("c1", correction)
    assert copy_of(document).corrections() == {"c1": correction}


def test_what_people_wrote_is_read(document: Document) -> None:
    client = Client()
    client.roots["title"].insert(0, "Größe 😀")
    client.roots["agenda"].extend([pycrdt.Map({"id": "a", "title": "Budget", "minutes": 5}), "junk", pycrdt.Map()])
    client.roots["sections"].append(pycrdt.Map({"id": "s", "heading": "Notes"}))
    client.roots["elements"]["e"] = pycrdt.Map({"x": 1, "points": [[0, 0], [1, 2]]})
    client.roots["elements"]["junk"] = 5
    client.roots["files"]["f"] = {"mimeType": "image/png", "url": "/files/f"}
    document.apply(client.doc.get_update())
    assert document.title() == "Größe 😀"
    assert document.agenda() == [AgendaItem("a", "Budget", 5)]
    assert document.sections() == [Section("s", "Notes", "")]
    assert document.elements() == {"e": {"x": 1, "points": [[0, 0], [1, 2]]}}
    assert document.files() == {"f": {"mimeType": "image/png", "url": "/files/f"}}


def test_changes_say_what_and_by_whom(document: Document) -> None:
    document.take_changes()
    client = Client()
    client.roots["agenda"].append(pycrdt.Map({"id": "a", "title": "Budget"}))
    client.roots["verdicts"]["action:t1"] = pycrdt.Map({"status": "done"})
    document.apply(client.doc.get_update())
    document.add_turn(TURN)
    document.put_verdict("action:t2", {"status": "done"})
    changes = document.take_changes()
    assert {change.root: (change.keys, change.origin) for change in changes if change.root != "verdicts"} == {
        "agenda": (frozenset(), PEOPLE),
        "transcript": (frozenset({"t1"}), ENGINE),
    }
    assert {key for change in changes if change.root == "verdicts" for key in change.keys} == {"action:t1", "action:t2"}
    assert document.take_changes() == ()


def test_loading_is_no_change() -> None:
    document = Document(1, "h")
    document.load([])
    document.add_turn(TURN)
    again = copy_of(document)
    assert Change("transcript", frozenset({"t1"}), PEOPLE) not in again.take_changes()


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)
edits = st.one_of(
    st.tuples(st.just("title"), st.integers(0, 50), texts),
    st.tuples(st.just("cut"), st.integers(0, 50), st.integers(1, 4)),
    st.tuples(st.just("field"), st.sampled_from("abc"), st.integers(0, 9)),
    st.tuples(st.just("remove"), st.sampled_from("abc"), st.none()),
    st.tuples(st.just("item"), st.integers(0, 9), texts),
    st.tuples(st.just("sync"), st.none(), st.none()),
)


def perform(client: Client, edit: tuple[Any, Any, Any]) -> None:
    """Do an edit as a person would; positions are characters, made into the bytes that pycrdt counts."""
    kind, where, what = edit
    title, elements, agenda = client.roots["title"], client.roots["elements"], client.roots["agenda"]
    text = str(title)
    match kind:
        case "title":
            title.insert(len(text[: where % (len(text) + 1)].encode()), what)
        case "cut" if text:
            start = where % len(text)
            cut = text[start : start + what]
            begin = len(text[:start].encode())
            del title[begin : begin + len(cut.encode())]
        case "field":
            if where not in elements:
                elements[where] = pycrdt.Map()
            elements[where]["x"] = what
        case "remove":
            elements.pop(where, None)
        case "item":
            agenda.insert(where % (len(agenda) + 1), pycrdt.Map({"id": what, "title": what}))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), edits), max_size=30), st.randoms())
def test_any_interleaving_of_two_clients_converges(steps: list[tuple[int, tuple[Any, Any, Any]]], random: Any) -> None:
    document = Document(1, "h")
    document.load([])
    clients = [Client(11), Client(12)]
    outboxes: list[list[bytes]] = [[], []]

    def deliver(number: int) -> None:
        client = clients[number]
        for update in outboxes[number]:
            document.apply(update)
        outboxes[number].clear()
        client._applying = True
        client.doc.apply_update(document.missing_in(client.doc.get_state()))
        client._applying = False

    for number, edit in steps:
        if edit[0] == "sync":
            deliver(number)
        else:
            perform(clients[number], edit)
            outboxes[number] += clients[number].take_updates()
            random.shuffle(outboxes[number])  # a network of the worst kind
    for number in (0, 1, 0):
        deliver(number)
    contents = [{name: str(root) for name, root in client.roots.items() if name == "title"} for client in clients]
    assert contents[0] == contents[1] == {"title": document.title()}
    for name in ("elements", "agenda"):
        assert clients[0].roots[name].to_py() == clients[1].roots[name].to_py()
    assert clients[0].roots["elements"].to_py() == document.elements()


def test_maps_within_maps_are_read_as_far_as_anybody_has_use_for_them(document: Document) -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    within: Any = doc.get("elements", type=pycrdt.Map)
    for _ in range(900):
        within["d"] = pycrdt.Map({"x": 1})
        within = within["d"]
    paragraph: Any = pycrdt.XmlFragment()
    doc.get("sections", type=pycrdt.Array).append(pycrdt.Map({"id": "s", "body": paragraph}))
    for _ in range(900):
        paragraph.children.append(pycrdt.XmlElement("p"))
        paragraph = paragraph.children[0]
    assert document.apply(doc.get_update())
    copy = copy_of(document)
    assert copy.elements()["d"]["x"] == 1
    assert [section.id for section in copy.sections()] == ["s"]


def test_an_item_joins_the_agenda_once(document: Document) -> None:
    document.found("Planning", [AgendaItem("i1", "Budget")])
    added = AgendaItem("p1", "Roof terrace", None, "Maya")
    assert document.add_to_agenda(added) == added
    assert document.add_to_agenda(AgendaItem("p2", "roof TERRACE")) == added
    assert document.agenda() == [AgendaItem("i1", "Budget"), added]
    assert copy_of(document).agenda() == document.agenda()
