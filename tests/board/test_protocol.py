import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.board import protocol
from voicemind.board.protocol import (
    Auth,
    Awareness,
    Entry,
    FrameError,
    QueryAwareness,
    Reader,
    SyncStep1,
    SyncStep2,
    Update,
    decode,
)

numbers = st.integers(0, protocol.MAX_VARINT)
entries = st.builds(
    Entry, numbers, numbers, st.one_of(st.none(), st.text().filter(lambda text: text not in ("", "null")))
)


@given(numbers)
def test_numbers_come_back(number: int) -> None:
    written = protocol.uint(number)
    assert Reader(written).uint() == number
    assert written == pycrdt.write_var_uint(number)


@given(st.binary(max_size=300))
def test_byte_strings_come_back(data: bytes) -> None:
    reader = Reader(protocol.varbytes(data) + b"rest")
    assert reader.varbytes() == data
    assert reader.uint() == ord("r")


@given(st.dictionaries(numbers, numbers, max_size=20))
def test_state_vectors_come_back(clocks: dict[int, int]) -> None:
    written = protocol.uint(len(clocks)) + b"".join(protocol.uint(a) + protocol.uint(b) for a, b in clocks.items())
    assert protocol.read_state(written) == clocks
    assert decode(protocol.step1(written)) == SyncStep1(written)
    clocks_written = protocol.written_clocks(written)
    assert clocks_written == {protocol.uint(a): protocol.uint(b) for a, b in clocks.items()}


@given(st.lists(entries, max_size=10))
def test_awareness_comes_back(listed: list[Entry]) -> None:
    frame = protocol.awareness(protocol.entry(e.client, e.clock, e.state) for e in listed)
    assert decode(frame) == Awareness(tuple(listed))


@given(st.text(max_size=50))
def test_updates_come_back_and_are_pycrdts_frames(text: str) -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    doc["title"] = pycrdt.Text(text)
    data = doc.get_update()
    assert decode(protocol.update(data)) == Update(data)
    assert decode(protocol.step2(data)) == SyncStep2(data)
    assert protocol.update(data) == pycrdt.create_update_message(data)
    assert protocol.step1(doc.get_state()) == pycrdt.create_sync_message(doc)


def test_awareness_of_pycrdt_is_read() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=7)
    awareness = pycrdt.Awareness(doc)
    awareness.set_local_state({"user": {"name": "Zoë 😀"}})
    frame = pycrdt.create_awareness_message(awareness.encode_awareness_update([7]))
    message = decode(frame)
    assert isinstance(message, Awareness)
    assert message.entries[0].client == 7
    assert message.entries[0].state is not None


def test_refusals_and_acknowledgements_are_framed() -> None:
    assert protocol.denied("né") == b"\x02\x00\x03n\xc3\xa9"
    assert protocol.saved(300) == b"\x64\xac\x02"
    assert protocol.awareness(()) == b"\x01\x01\x00"


def test_the_rest_of_the_protocol_is_read() -> None:
    assert decode(b"\x02\x00\x05hello") == Auth()
    assert decode(b"\x03") == QueryAwareness()


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00", id="no sync type"),
        pytest.param(b"\x00\x03\x00", id="unknown sync type"),
        pytest.param(b"\x80\x00\x02\x02\x00\x00", id="over-long type"),
        pytest.param(b"\x00\x82\x00\x02\x00\x00", id="over-long sync type"),
        pytest.param(b"\x00\x02\x03\x00\x00", id="length past the end"),
        pytest.param(b"\x00\x02\x02\x00\x00\x00", id="trailing byte"),
        pytest.param(b"\x00\x02\x02\x00\x00\x00\x02\x02\x00\x00", id="two messages"),
        pytest.param(b"\x00\x02\xff\xff\xff\xff\xff\xff\xff\xff\x01", id="number of nine bytes"),
        pytest.param(b"\x00\x02\xff\xff\xff\xff\xff\xff\xff\x1f", id="number beyond 53 bits"),
        pytest.param(b"\x00\x02\x00", id="update of no bytes"),
        pytest.param(b"\x00\x00\x01\x01", id="state vector cut off"),
        pytest.param(b"\x00\x00\x02\x00\x00", id="state vector with more behind"),
        pytest.param(protocol.update(protocol.uint(100_000) + b"\x00"), id="update of 100,000 clients"),
        pytest.param(protocol.step1(protocol.uint(100_000) + b"\x00"), id="state vector of 100,000 clients"),
        pytest.param(b"\x01\x03\x01\x07\x00", id="awareness cut off"),
        pytest.param(b"\x01\x05\x01\x07\x00\x01\xff", id="awareness that is not UTF-8"),
        pytest.param(b"\x01\x02\x00\x00", id="awareness with more behind"),
        pytest.param(b"\x03\x00", id="a query with a body"),
        pytest.param(b"\xfa\x01", id="type 250"),
        pytest.param(b"hello", id="text"),
    ],
)
def test_anything_else_is_refused(frame: bytes) -> None:
    with pytest.raises(FrameError):
        decode(frame)


@given(st.binary(max_size=100))
def test_random_bytes_are_read_or_refused(frame: bytes) -> None:
    try:
        message = decode(frame)
    except FrameError:
        return
    match message:  # what is read is written as it was: there is one way to write each message
        case SyncStep1(state):
            assert protocol.step1(state) == frame
        case SyncStep2(update):
            assert protocol.step2(update) == frame
        case Update(update):
            assert protocol.update(update) == frame
        case Awareness(listed):
            assert protocol.awareness(protocol.entry(e.client, e.clock, e.state) for e in listed) == frame
        case _:
            assert frame[0] in (protocol.AUTH, protocol.QUERY_AWARENESS)
