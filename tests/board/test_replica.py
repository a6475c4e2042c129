import gc
import json
import weakref
from typing import Any

import pycrdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicemind.board.core import CoreError
from voicemind.board.depth import MAX_DEPTH
from voicemind.board.protocol import EMPTY_UPDATE, FrameError, read_state, uint
from voicemind.board.replica import ENGINE, NOTHING, PEOPLE, Change, Replica


def recorded(*changes: Any) -> list[bytes]:
    """The updates that a client makes, one for each change."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    elements = doc.get("elements", type=pycrdt.Map)
    for change in changes:
        change(elements)
    return updates


@pytest.fixture
def replica() -> Replica:
    return Replica(1)


def make_and_move() -> list[bytes]:
    def make(elements: Any) -> None:
        elements["a"] = pycrdt.Map({"x": 1})

    def move(elements: Any) -> None:
        elements["a"]["x"] = 2

    def delete(elements: Any) -> None:
        del elements["a"]

    return recorded(make, move, delete)


def test_an_update_is_new_once(replica: Replica) -> None:
    make, move, _ = make_and_move()
    assert replica.apply(make)
    assert replica.apply(move)
    assert replica.apply(make) is None
    assert replica.apply(move) is None
    assert replica.apply(EMPTY_UPDATE) is None
    assert replica.knows(move)
    assert replica.roots["elements"].to_py() == {"a": {"x": 2}}


def test_an_update_that_waits_for_another_is_to_be_kept_once(replica: Replica) -> None:
    make, move, delete = make_and_move()
    assert replica.apply(move)
    assert replica.apply(move) is None
    assert not replica.take_changes()
    assert replica.apply(delete)
    assert replica.apply(delete) is None
    assert not replica.knows(move)
    assert replica.apply(make)
    assert replica.roots["elements"].to_py() == {}
    assert replica.knows(move)
    assert replica.apply(delete) is None


def test_what_waits_is_given_to_others(replica: Replica) -> None:
    make, move, _ = make_and_move()
    replica.apply(move)
    other = Replica(2)
    other.apply(replica.missing_in(other.state))
    other.apply(make)
    assert other.roots["elements"].to_py() == {"a": {"x": 2}}


def typed_and_deleted(texts: list[str], at: int, length: int) -> list[bytes]:
    """One person types, another deletes: a run of what was typed, or all of it at once."""
    ada: pycrdt.Doc[Any] = pycrdt.Doc(client_id=7)
    bob: pycrdt.Doc[Any] = pycrdt.Doc(client_id=9)
    made: list[bytes] = []
    subscriptions = [ada.observe(lambda event: made.append(event.update))]
    title = ada.get("title", type=pycrdt.Text)
    for text in texts:
        title.insert(len(title), text)
    bob.apply_update(ada.get_update())
    subscriptions.append(bob.observe(lambda event: made.append(event.update)))
    theirs = bob.get("title", type=pycrdt.Text)
    theirs.insert(len(theirs), "!")
    at %= len(theirs)
    del theirs[at : min(at + length, len(theirs))]
    for subscription in subscriptions:
        subscription.drop()
    return made


@given(
    st.lists(st.text("ab", min_size=1, max_size=3), min_size=2, max_size=4),
    st.integers(0, 5),
    st.integers(1, 6),
    st.randoms(use_true_random=False),
    st.integers(0, 6),
)
def test_whatever_the_order_a_newcomer_ends_up_with_the_same(
    texts: list[str], at: int, length: int, random: Any, cut: int
) -> None:
    updates = typed_and_deleted(texts, at, length)
    random.shuffle(updates)
    replica, newcomer = Replica(1), Replica(2)
    for update in updates[:cut]:
        replica.apply(update)
    newcomer.load([replica.missing_in(NOTHING)])
    for update in updates[cut:]:
        if kept := replica.apply(update):
            newcomer.apply(kept)
    assert str(newcomer.roots["title"]) == str(replica.roots["title"])
    assert not replica.waits


def test_a_deletion_of_which_a_part_is_still_to_come_waits_for_it(replica: Replica) -> None:
    first, second, *_, deletion = typed_and_deleted(["a", "b"], 0, 2)
    replica.apply(first)
    assert replica.apply(deletion)
    assert replica.waits
    newcomer = Replica(2)
    newcomer.apply(replica.missing_in(NOTHING))
    for one in (replica, newcomer):
        one.apply(second)
        assert str(one.roots["title"]) == ""


def test_changes_are_told_by_root_and_key(replica: Replica) -> None:
    make, move, delete = make_and_move()
    replica.apply(make)
    assert replica.take_changes() == (Change("elements", frozenset({"a"}), PEOPLE),)
    replica.apply(move)
    with replica.write(ENGINE):
        replica.roots["talk"]["balance"] = 1
    assert set(replica.take_changes()) == {
        Change("elements", frozenset({"a"}), PEOPLE),
        Change("talk", frozenset({"balance"}), ENGINE),
    }
    replica.apply(delete)
    replica.roots["title"].insert(0, "x")
    assert {change.root for change in replica.take_changes()} == {"elements", "title"}
    assert replica.take_changes() == ()


def test_only_what_is_written_here_is_given_out(replica: Replica) -> None:
    make, _, _ = make_and_move()
    replica.apply(make)
    assert replica.take_written() == []
    with replica.write(ENGINE):
        replica.roots["talk"]["shares"] = [0.5, 0.5]
    ((origin, written),) = replica.take_written()
    assert origin == ENGINE
    other = Replica(2)
    other.apply(written)
    assert other.roots["talk"].to_py() == {"shares": [0.5, 0.5]}


def test_a_panic_is_a_core_error(replica: Replica, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CoreError, match="open the room again"), replica.write(ENGINE):
        replica.roots["talk"]["big"] = 2**70
    assert "panicked" in capfd.readouterr().err
    make, _, _ = make_and_move()
    assert replica.apply(make)  # the border was not left in a state of its own


@pytest.mark.parametrize("bad", [b"", b"\x01", b"\xff" * 20, b"\x01\x01\x07"])
def test_bytes_that_are_no_update_change_nothing(replica: Replica, bad: bytes) -> None:
    make, _, _ = make_and_move()
    replica.apply(make)
    before = replica.state
    with pytest.raises(FrameError):
        replica.apply(bad)
    with pytest.raises(FrameError):
        replica.missing_in(b"\x05\x01")
    assert replica.state == before


def test_an_update_that_yrs_writes_anew_but_cannot_read_is_none(replica: Replica) -> None:
    typed = typed_and_deleted(["abc", "é"], 0, 1)
    replica.load(typed)
    for refuse in (replica.knows, replica.apply):
        with pytest.raises(FrameError):
            refuse(bytes.fromhex("01010705120703070002c3a900"))


def chain(length: int) -> bytes:
    """An update of Maps within Maps, each the only value of the one before."""
    head = uint(length) + b"\x09\x00"  # by client 9, from clock 0 on
    first = b"\x27\x01\x08elements\x01d\x01"
    rest = b"".join(b"\x27\x00\x09" + uint(clock) + b"\x01d\x01" for clock in range(length - 1))
    return b"\x01" + head + first + rest + EMPTY_UPDATE[1:]


def test_types_within_types_are_refused_where_their_deletion_would_end_the_process(replica: Replica) -> None:
    make, _, _ = make_and_move()
    replica.apply(make)
    before = replica.missing_in(NOTHING)
    with pytest.raises(FrameError):
        replica.apply(chain(100_000))
    assert replica.missing_in(NOTHING) == before
    assert replica.apply(chain(500))


def test_types_within_types_are_refused_though_they_come_bit_by_bit(replica: Replica) -> None:
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    made: list[bytes] = []
    subscription = doc.observe(lambda event: made.append(event.update))
    within: Any = doc.get("elements", type=pycrdt.Map)
    for _ in range(MAX_DEPTH + 2):
        within["d"] = pycrdt.Map()
        within = within["d"]
    subscription.drop()
    for update in made[:-1]:
        replica.apply(update)
    with pytest.raises(FrameError):
        replica.apply(made[-1])


def test_damaged_updates_on_disk_are_passed_over(replica: Replica, caplog: pytest.LogCaptureFixture) -> None:
    make, move, _ = make_and_move()
    replica.load([make, b"\xff\xff", move])
    assert replica.roots["elements"].to_py() == {"a": {"x": 2}}
    assert replica.take_changes() == ()
    assert "cannot be read" in caplog.text


def test_a_closed_replica_is_freed() -> None:
    replica = Replica(1)
    freed = weakref.ref(replica)
    replica.close()
    del replica
    gc.collect()
    assert freed() is None


def test_an_update_that_fails_half_way_leaves_the_document_as_it_was(replica: Replica) -> None:
    def sections(doc: "pycrdt.Doc[Any]") -> None:
        notes = doc.get("sections", type=pycrdt.Array)
        notes.append(pycrdt.Map({"body": pycrdt.XmlFragment([pycrdt.XmlElement("p", {}, [pycrdt.XmlText("hi")])])}))

    doc: pycrdt.Doc[Any] = pycrdt.Doc(client_id=9)
    doc.get("title", type=pycrdt.Text).insert(0, "abc")
    first = doc.get_update()
    state = doc.get_state()
    sections(doc)
    second = doc.get_update(state)
    replica.apply(first)
    before = replica.missing_in(NOTHING)
    # The text's parent is named to be a letter of the title: yrs takes in what comes before it, then gives up.
    broken = second.replace(bytes([7, 0, 9, 5]), bytes([7, 0, 9, 1]))
    assert broken != second
    with pytest.raises(FrameError):
        replica.apply(broken)
    assert replica.missing_in(NOTHING) == before
    assert replica.take_changes() == (Change("title", frozenset(), PEOPLE),)
    assert replica.apply(second)
    assert {change.root for change in replica.take_changes()} == {"sections"}
    with replica.write(ENGINE):
        replica.roots["talk"]["balance"] = 1
    assert len(replica.take_written()) == 1


def test_the_document_can_be_built_again_at_any_time(replica: Replica) -> None:
    for number in range(600):
        with replica.write(ENGINE):
            replica.roots["talk"][f"k{number % 7}"] = number
        if number % 3 == 0:
            replica.apply(recorded(lambda elements, n=number: elements.update({f"e{n}": n}))[0])
    state, content = replica.state, {name: str(root) for name, root in replica.roots.items()}
    assert len(replica._since) < 300
    replica.close()
    replica._build()
    assert read_state(replica.state) == read_state(state)
    assert json.loads(str(replica.roots["talk"])) == json.loads(content["talk"])
    assert len(replica.roots["elements"]) == 200


BASE = make_and_move()[:2]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4), st.sampled_from(BASE))
def test_mutated_updates_are_taken_or_refused_whole(mutations: list[tuple[int, int]], original: bytes) -> None:
    update = bytearray(original)
    for position, value in mutations:
        update[position % len(update)] = value
    replica = Replica(1)
    replica.apply(BASE[0])
    before = replica.missing_in(NOTHING)
    try:
        kept = replica.apply(bytes(update))
    except FrameError:
        kept = None
    if kept is None:
        assert replica.missing_in(NOTHING) == before
        return
    # Whatever it means, it can be shared, kept and read again.
    other = Replica(2)
    other.load([BASE[0], pycrdt.merge_updates(kept, EMPTY_UPDATE)])
    assert other.roots["elements"].to_py() == replica.roots["elements"].to_py()
    assert read_state(other.state) == read_state(replica.state)
