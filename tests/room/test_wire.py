from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room.sounds import find, framed, likeness, syllables, tone
from voicemind.audio.frame import AudioFrame
from voicemind.board.protocol import uint
from voicemind.errors import InputError
from voicemind.room.conference import Conference, Seat
from voicemind.room.opus import FRAME, RATE, OpusEncoder, Pcm
from voicemind.room.wire import ANEW, BURST, MOST, Form, Unpacker, Wire, read_message

OPUS = Form("opus", RATE)
PCM16 = Form("pcm16", 16_000)


def opus(pcm: Pcm, start: int = 0) -> Iterator[bytes]:
    """A client's messages."""
    encoder = OpusEncoder()
    for count, frame in enumerate(framed(pcm)):
        packet = encoder.encode(frame, 0)
        if packet is not None:
            yield uint(start + count * FRAME) + bytes(packet)


def pcm16(pcm: Pcm, step: int = 320) -> Iterator[bytes]:
    """The same as PCM at 16 kHz."""
    for start in range(0, len(pcm) // 3 - step + 1, step):
        yield uint(start) + pcm[3 * start : 3 * (start + step) : 3].astype("<i2").tobytes()


class Clock:
    """A meeting's clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


Make = Callable[..., Wire]


@pytest.fixture
def wire() -> Iterator[Make]:
    """Makes lines, and closes what they give."""
    made: list[Wire] = []

    def make(clock: Clock, form: Form | None = OPUS, seat: Seat | None = None, *, heard: bool = True) -> Wire:
        made.append(Wire("session", seat or Seat(), clock, form, heard=heard, seconds=30))
        return made[-1]

    yield make
    for line in made:
        line._end()
        line.frames.close()


def frames(line: Wire) -> list[AudioFrame]:
    found = []
    while line.frames.statistics().current_buffer_used:
        found.append(line.frames.receive_nowait())
    return found


def say(line: Wire, clock: Clock, messages: Iterator[bytes] | list[bytes]) -> None:
    for message in messages:
        clock.now += FRAME / RATE
        line.take(message)


@pytest.mark.parametrize(("codec", "rate"), [("opus", 16_000), ("pcm16", 44_100), ("mp3", 48_000), (None, None)])
def test_sound_that_cannot_be_decoded_is_refused(codec: object, rate: object) -> None:
    with pytest.raises(InputError, match="opus at 48000"):
        Form.parse(codec, rate)


@pytest.mark.parametrize(("form", "send"), [(OPUS, opus), (PCM16, pcm16)])
def test_what_is_said_is_heard(wire: Make, form: Form, send: object) -> None:
    said, clock = syllables(3, seed=4), Clock()
    line = wire(clock, form)
    say(line, clock, send(said))  # type: ignore[operator]
    heard = np.concatenate([frame.samples for frame in frames(line)])
    assert likeness(said[::3], heard, 16_000) > 0.9


def test_a_jump_is_silence_and_a_repetition_is_dropped(wire: Make) -> None:
    said, clock = syllables(3, seed=6), Clock()
    messages = list(opus(said))
    line = wire(clock)
    say(line, clock, messages[:50])
    clock.now += 0.5
    line.take(messages[49])
    line.take(messages[30])
    say(line, clock, messages[75:])
    heard = np.concatenate([frame.samples for frame in frames(line)])
    begun, _ = find(said[: 50 * FRAME : 3], heard)
    went_on, likely = find(said[80 * FRAME :: 3], heard)
    assert likely > 0.9
    assert abs((went_on - begun) / 16_000 - 80 * FRAME / RATE) < 0.1
    assert np.abs(heard[begun + 16_000 + 1600 : begun + 24_000 - 1600]).max() < 0.01


async def quality(line: Wire) -> tuple[int, int]:
    found = await line.quality()
    return found.received, found.lost


@pytest.mark.anyio
async def test_what_is_missing_is_counted(wire: Make) -> None:
    clock = Clock()
    line = wire(clock)
    messages = list(opus(syllables(1, seed=2)))
    say(line, clock, messages[:10] + messages[13:])
    assert await quality(line) == (47, 3)


@given(st.lists(st.binary(max_size=300), max_size=20), st.sampled_from([OPUS, PCM16]))
def test_nonsense_is_dropped(messages: list[bytes], form: Form) -> None:
    unpacker = Unpacker(form)
    for message in messages:
        sound = unpacker.feed(message)
        assert sound is None or len(sound[0]) > 0
    assert read_message(b"\x00" * (MOST + 1)) is None


@given(st.integers(0, 2**52), st.integers(0, 2**52))
def test_whatever_number_comes_the_next_is_heard(one: int, other: int) -> None:
    """A sender that counts anew, or wrote one wrong number, is not deaf to us for ever."""
    unpacker = Unpacker(Form("pcm16", RATE))
    sound = tone(440, 0.02).astype("<i2").tobytes()
    assert unpacker.feed(uint(one) + sound) is not None
    repeated = 0 < one + FRAME - other <= ANEW
    assert (unpacker.feed(uint(other) + sound) is None) == repeated
    assert unpacker.feed(uint((other if not repeated else one) + FRAME) + sound) is not None


def test_a_flood_is_not_decoded(wire: Make) -> None:
    clock = Clock()
    line = wire(clock)
    packet = next(opus(tone(440, 0.02)))[1:]
    for count in range(5000):
        line.take(uint(count * FRAME) + packet)
    assert line._unpacker is not None
    assert line._unpacker.received == BURST


def test_who_is_not_heard_reaches_the_others_alone(wire: Make) -> None:
    clock, conference = Clock(), Conference()
    line = wire(clock, OPUS, conference.join("s"), heard=False)
    say(line, clock, opus(tone(440, 1.0)))
    assert frames(line) == []
    assert conference._seats["s"].pull() is not None
    line.frames.close()
    line.listen(True)
    say(line, clock, opus(tone(440, 1.0), start=RATE))
    assert frames(line)


def test_who_only_listens_says_nothing(wire: Make) -> None:
    clock = Clock()
    line = wire(clock, None)
    say(line, clock, opus(tone(440, 0.2)))
    assert frames(line) == []


@pytest.mark.anyio
async def test_it_gives_what_the_others_say_and_ends(wire: Make) -> None:
    clock, conference = Clock(), Conference()
    speaker = wire(clock, OPUS, conference.join("one"))
    listener = wire(clock, None, conference.join("two"))
    conference._seats["two"].ears.open = True  # as from the first packet that is waited for
    say(speaker, clock, list(opus(tone(440, 0.2))))
    conference.beat()
    message = await listener.next_message()
    assert message is not None
    read = read_message(message)
    assert read is not None
    assert read[0] == 0
    await listener.close()
    conference.leave("two")
    assert await listener.next_message() is None
    assert listener.over
