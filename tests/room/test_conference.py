import anyio
import numpy as np
import pytest

from tests.room.sounds import Signal, find, framed, syllables, tone
from voicemind.room.conference import BEAT, MAX_LAG, Conference, Seat
from voicemind.room.opus import FRAME, RATE, OpusDecoder, OpusPacket, Pcm

pytestmark = pytest.mark.anyio


class Table:
    """A conference whose beats the test gives; decodes what each participant hears."""

    def __init__(self, *names: str) -> None:
        self.conference = Conference()
        self.beats = 0
        self.seats: dict[str, Seat] = {}
        self.decoders: dict[str, OpusDecoder] = {}
        self.heard: dict[str, list[Pcm]] = {}
        self.packets: dict[str, list[OpusPacket | None]] = {}
        for name in names:
            self.join(name)

    def join(self, name: str) -> None:
        self.seats[name] = self.conference.join(name)
        self.seats[name].ears.open = True  # as when its sender has asked for a packet
        self.decoders[name], self.heard[name], self.packets[name] = OpusDecoder(), [], []

    def leave(self, name: str) -> None:
        self.conference.leave(name)
        del self.seats[name]

    async def beat(self, **said: Pcm) -> None:
        for name, frame in said.items():
            self.seats[name].say(frame, self.beats * FRAME)
        self.conference.beat()
        self.beats += 1
        for name, seat in self.seats.items():
            packet = await seat.ears.recv() if seat.ears._packets.qsize() else None
            self.packets[name].append(packet)
            silence = np.zeros(FRAME, np.int16)
            self.heard[name].append(silence if packet is None else self.decoders[name].decode(bytes(packet)))

    def sound(self, name: str) -> Pcm:
        return np.concatenate(self.heard[name])


async def test_each_hears_the_others_and_not_themselves() -> None:
    table = Table("a", "b", "c", "listener")
    said = {name: syllables(4, seed) for seed, name in enumerate("abc")}
    for frames in zip(*(framed(said[name]) for name in "abc"), strict=True):
        await table.beat(**dict(zip("abc", frames, strict=True)))
    wide = {name: pcm.astype(int) for name, pcm in said.items()}
    lag, correlation = find(wide["b"] + wide["c"], table.sound("a"))
    assert correlation > 0.85
    assert lag < 0.06 * RATE
    assert find(sum(wide.values(), start=np.zeros(4 * RATE, int)), table.sound("listener"))[1] > 0.85
    alone = {other: abs(find(wide[other], table.sound("a"))[1]) for other in "abc"}
    assert alone["a"] < 0.2 < 0.5 < min(alone["b"], alone["c"])


async def test_listeners_share_one_encoded_stream() -> None:
    table = Table("speaker", "one", "other")
    for frame in framed(tone(300, 1.0)):
        await table.beat(speaker=frame)
    assert all(one is other for one, other in zip(table.packets["one"], table.packets["other"], strict=True))
    assert sum(packet is not None for packet in table.packets["one"]) == 50
    assert sum(packet is not None for packet in table.packets["speaker"]) < 20  # nobody else speaks


async def test_a_room_in_which_nobody_speaks_sends_next_to_nothing() -> None:
    table = Table("a", "b")
    hum = tone(50, 0.02, amplitude=20)
    for _ in range(200):
        await table.beat(a=hum, b=hum)
    assert sum(packet is not None for packet in table.packets["a"]) < 25


async def test_timestamps_go_on_evenly_whatever_is_sent() -> None:
    table = Table("a", "b")
    for k, frame in enumerate(framed(tone(300, 2.0))):
        await table.beat(**({"a": frame} if k % 40 < 20 else {"b": frame}))
    for name in "ab":
        stamps = [(k, packet.pts) for k, packet in enumerate(table.packets[name]) if packet]
        assert all(pts == k * FRAME for k, pts in stamps)


async def treble(source: Pcm, interrupts: bool) -> tuple[list[float], list[int]]:
    """What a listener hears above 6 kHz around each beat, dB, and the beats at which their stream changes."""
    table = Table("source", "listener")
    noise = np.random.default_rng(1).normal(0, 3000, (50, FRAME)).astype(np.int16)
    changes, own = [], False
    for k, frame in enumerate(framed(source)):
        talks = interrupts and k % 150 > 100
        await table.beat(source=frame, **({"listener": noise[k % 50]} if talks else {}))
        if own != (table.seats["listener"]._own is not None):
            own = not own
            changes.append(k)
    heard = table.sound("listener").astype(float)
    assert find(source, heard)[1] > 0.9

    def energy(beat: int) -> float:
        piece: Signal = heard[(beat - 1) * FRAME : (beat + 3) * FRAME]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)))) ** 2
        return float(10 * np.log10(spectrum[np.fft.rfftfreq(len(piece), 1 / RATE) > 6000].sum() + 1))

    return [energy(beat) for beat in range(1, table.beats - 3)], changes


@pytest.mark.parametrize("source", [tone(300, 9.0) + tone(777, 9.0), syllables(9, seed=3)], ids=["tones", "speech"])
async def test_no_click_when_somebody_starts_or_stops(source: Pcm) -> None:
    """A stream taken up from an encoder that has not heard the same stands 10 to 30 dB out."""
    smooth, none = await treble(source, interrupts=False)
    changed, changes = await treble(source, interrupts=True)
    assert not none
    assert len(changes) == 5  # to an own stream, and back
    assert max(abs(changed[k - 1] - smooth[k - 1]) for k in changes) < 3


async def test_who_joins_hears_from_then_on_and_others_notice_nothing() -> None:
    table = Table("a", "b")
    said = syllables(4, seed=5)
    frames = list(framed(said))
    for k, frame in enumerate(frames):
        if k == 60:
            table.join("late")
        if k == 140:
            table.leave("late")
        await table.beat(a=frame)
    assert find(said, table.sound("b"))[1] > 0.85
    assert find(said[60 * FRAME : 130 * FRAME], table.sound("late"))[1] > 0.75
    assert len(table.heard["late"]) == 80


async def test_a_seat_is_given_once() -> None:
    conference = Conference()
    seat = conference.join("a")
    with pytest.raises(ValueError, match="seat already"):
        conference.join("a")
    conference.leave("a")
    assert seat.ears.readyState == "ended"
    conference.join("a")


async def test_ears_keep_only_the_newest_and_nothing_from_before_the_connection() -> None:
    table = Table("a", "b")
    ears, frames = table.seats["b"].ears, framed(tone(300, 1.0))
    ears.open = False
    for _ in range(25):
        await table.beat(a=next(frames))
    assert ears._packets.empty()
    with anyio.move_on_after(0.01):
        await ears.recv()
    for _ in range(25):
        table.seats["a"].say(next(frames), table.beats * FRAME)
        table.conference.beat()
        table.beats += 1
    assert [(await ears.recv()).pts for _ in range(4)] == [k * FRAME for k in range(46, 50)]
    assert ears._packets.empty()


async def test_the_beat_does_not_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a beat costs, so many of them take so long."""
    conference, times = Conference(), []

    def beat() -> None:
        times.append(anyio.current_time() - began)

    monkeypatch.setattr(conference, "beat", beat)
    began = anyio.current_time()
    with anyio.move_on_after(1.01):
        await conference.run()
    late = [time - (k + 1) * BEAT for k, time in enumerate(times)]
    assert min(late) > -0.002
    assert min(late[-10:]) < 0.02  # a loop that slept 20 ms between two beats would be later and later
    assert len(times) > 40


async def test_beats_missed_under_load_are_left_out_of_the_clock() -> None:
    conference = Conference()
    seats = [conference.join(name) for name in "ab"]
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(conference.run)
        await anyio.sleep(0.1)
        before = conference._pts
        begun = anyio.current_time()
        while anyio.current_time() < begun + 3 * MAX_LAG:
            pass  # nothing else runs meanwhile
        await anyio.sleep(0.1)
        passed, elapsed = (conference._pts - before) / RATE, anyio.current_time() - begun
        tasks.cancel_scope.cancel()
    assert abs(passed - elapsed) < 0.1
    assert all(seat.ears._packets.qsize() <= 4 for seat in seats)
