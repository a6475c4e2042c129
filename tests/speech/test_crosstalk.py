from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import EnergyVad, fake_models, frames
from tests.speech.rooms import Acoustics, conversation, laptops
from tests.speech.test_envelope import syllables
from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.backends.loading import Models, load
from voicemind.config import Config, SpeechConfig
from voicemind.pipeline import Pipeline
from voicemind.speech.crosstalk import CrossTalk
from voicemind.speech.ports import Decode
from voicemind.speech.vad import VoiceActivity, Window
from voicemind.timeline.event import Participant, Speech
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

CONFIG = SpeechConfig(interim_interval=None)
Marked = dict[str, list[Window]]


def windows(sound: Samples) -> list[Window]:
    activity = VoiceActivity(EnergyVad(), CONFIG)
    return [window for frame in frames(sound) for window in activity.feed(frame)]


def voiced(marked: Sequence[Window]) -> float:
    return sum(window.voiced for window in marked) / max(1, len(marked))


def run(tracks: dict[str, list[Window]], order: Sequence[str] = ()) -> Marked:
    """Feed windows one by one, in the order of the names, then what is left by turns; every one must leave."""
    stage, left = CrossTalk(), {name: list(items) for name, items in tracks.items()}
    out: Marked = {name: [] for name in tracks}

    def take(found: list[tuple[str, Window]]) -> None:
        for name, window in found:
            out[name].append(window)

    for name in tracks:
        stage.add(name, 0)
    for name in [*order, *(name for _ in range(max(map(len, tracks.values()))) for name in tracks)]:
        if left[name]:
            take(stage.feed(name, [left[name].pop(0)]))
    for name in tracks:
        take(stage.end(name))
    assert {name: [w.start for w in items] for name, items in out.items()} == {
        name: [w.start for w in items] for name, items in tracks.items()
    }
    assert not any(stage.holds(name) for name in tracks)
    return out


def copied(sound: Samples, down: float, later: float) -> Samples:
    late = round(later * SAMPLE_RATE)
    return np.concatenate([np.zeros(late, np.float32), sound])[: len(sound)] * np.float32(10 ** (-down / 20))


LOUD = 6 * syllables(1, 200)


@pytest.mark.parametrize("later", [-0.04, 0.0, 0.02, 0.06, 0.1])
@pytest.mark.parametrize("down", [6.0, 12.0, 16.0])
def test_a_copy_is_kept_on_the_louder_track_alone(later: float, down: float) -> None:
    near, far = LOUD, copied(LOUD, down, max(0.0, later))
    if later < 0:
        near = copied(LOUD, 0.0, -later)
    tracks = {"far": windows(far), "near": windows(near)}
    assert voiced(tracks["far"]) > 0.3
    marked = run(tracks)
    assert [w.voiced for w in marked["near"]] == [w.voiced for w in tracks["near"]]
    assert voiced(marked["far"]) <= 0.03 * voiced(tracks["far"])


def test_of_three_tracks_the_loudest_is_kept() -> None:
    tracks = {"a": windows(copied(LOUD, 8.0, 0.02)), "b": windows(LOUD), "c": windows(copied(LOUD, 12.0, 0.05))}
    marked = run(tracks)
    assert voiced(marked["b"]) == voiced(tracks["b"])
    assert voiced(marked["a"]) + voiced(marked["c"]) <= 0.05 * voiced(tracks["a"])


def test_two_who_talk_at_once_are_both_kept() -> None:
    other = 6 * syllables(2, 200)
    tracks = {
        "a": windows(LOUD + copied(other, 12.0, 0.03)),
        "b": windows(other + copied(LOUD, 12.0, 0.03)),
    }
    marked = run(tracks)
    for name in tracks:
        assert voiced(marked[name]) >= 0.9 * voiced(tracks[name])  # of notes that all sound alike


def test_the_same_words_a_second_later_are_no_copy() -> None:
    tracks = {"a": windows(LOUD), "b": windows(copied(LOUD, 8.0, 1.0))}
    marked = run(tracks)
    assert voiced(marked["b"]) >= 0.9 * voiced(tracks["b"])


def test_one_track_waits_for_nobody() -> None:
    stage = CrossTalk()
    stage.add("a", 0)
    for window in windows(LOUD):
        assert stage.feed("a", [window]) == [("a", window)]


def test_silence_waits_for_nobody_and_speech_no_longer_than_needed() -> None:
    quiet, loud = windows(np.zeros(16_000, np.float32)), windows(LOUD)
    stage = CrossTalk()
    stage.add("a", 0)
    stage.add("b", 0)
    assert [w for _, w in stage.feed("a", quiet)] == quiet
    first = next(window for window in loud if window.voiced)
    stage = CrossTalk()
    stage.add("a", 0)
    stage.add("b", 0)
    stage.feed("a", [w for w in loud if w.start <= first.start])
    assert stage.holds("a")
    for window in quiet:
        stage.feed("b", [window])
        if not stage.holds("a"):
            break
    assert 0 <= window.end - first.end - 1024 <= 512  # 64 ms beyond it, and the rest of a window


def test_a_track_that_stalls_is_not_waited_for_for_ever() -> None:
    stage = CrossTalk()
    stage.add("a", 0)
    stage.add("b", 0)
    loud = windows(LOUD)
    out = [len(stage.feed("a", [window], patience=1.0)) for window in loud]
    assert sum(out[:31]) == 0
    assert sum(out[:33]) == 33
    assert sum(out) == len(loud)


def test_what_is_over_is_forgotten() -> None:
    stage = CrossTalk()
    for name in "ab":
        stage.add(name, 0)
    for one, other in zip(windows(np.tile(LOUD, 10)), windows(np.tile(LOUD / 4, 10)), strict=True):
        stage.feed("a", [one])
        stage.feed("b", [other])
        assert sum(len(track.seen) for track in stage._tracks.values()) < 200
    stage.end("a")
    stage.end("b")
    assert not stage._tracks


MIXED = {
    "a": windows(np.concatenate([LOUD[:30_000], copied(6 * syllables(3, 100), 10.0, 0.02)])),
    "b": windows(np.concatenate([copied(LOUD, 10.0, 0.04)[:30_000], 6 * syllables(3, 100)])),
    "c": windows(6 * syllables(4, 150)),
}
IN_TURN = run(MIXED)


@settings(max_examples=30)
@given(st.lists(st.sampled_from("abc"), max_size=400))
def test_the_order_in_which_tracks_are_fed_makes_no_difference(order: list[str]) -> None:
    marked = run(MIXED, order)
    for name, items in marked.items():
        assert [w.voiced for w in items] == [w.voiced for w in IN_TURN[name]]


def clip(data: Path, name: str) -> Samples:
    return np.concatenate([frame.samples for frame in read(data / "speech" / "clips" / f"{name}.flac")])


class Heard:
    """What a pipeline makes of tracks: words, and the stretches of speech, by track."""

    def __init__(self, tracks: dict[str, Samples], models: Models) -> None:
        self.words: dict[str, list[Word]] = {name: [] for name in tracks}
        self.speech: dict[str, list[Segment]] = {name: [] for name in tracks}
        self._models = models
        self._pipeline = Pipeline([], models.new_vad, CONFIG, language="en")
        for name in tracks:
            self._pipeline.add_track(name, Participant(name, name))
        cut = {name: list(frames(samples, 8000)) for name, samples in tracks.items()}
        for i in range(max(map(len, cut.values()))):
            for name, parts in cut.items():
                self._take(self._pipeline.feed(name, parts[i]))
        for name in tracks:
            self._take(self._pipeline.end_track(name))

    def _take(self, outputs: Sequence[object]) -> None:
        for output in outputs:
            if isinstance(output, Speech):
                self.speech[output.track].append(output.segment)
            elif isinstance(output, Turn):
                self.words[output.track] += output.words
            elif isinstance(output, Decode):
                self._take(self._pipeline.accept(self._models.asr.transcribe([output])[0]))

    def speaks(self, track: str, time: float, margin: float = 0.0) -> bool:
        return any(span.start - margin <= time <= span.end + margin for span in self.speech[track])


@dataclass
class Counts:
    """Words of laptops in one room: how many come on the wrong track, how many were said at once and are kept."""

    words: int = 0
    twice: int = 0
    at_once: int = 0  # recognised though both talked, with nothing taken away
    kept: int = 0

    def add(self, heard: Heard, alone: dict[str, Heard], raw: dict[str, Heard]) -> None:
        """Compare with what each voice gives alone, and each microphone by itself."""
        for name, other in (("a", "b"), ("b", "a")):
            own, others = alone[name], alone[other]
            self.words += len(own.words[name])
            for word in heard.words[name]:
                time = (word.segment.start + word.segment.end) / 2
                self.twice += others.speaks(other, time, 0.25) and not own.speaks(name, time, 0.25)
            said = [w for w in own.words[name] if others.speaks(other, (w.segment.start + w.segment.end) / 2)]
            self.at_once += len(found(own.words[name], raw[name].words[name], said))
            self.kept += len(found(own.words[name], heard.words[name], said))


def found(reference: list[Word], heard: list[Word], wanted: list[Word]) -> list[Word]:
    """Which of ``wanted``, words of the reference, an alignment finds in what was heard."""
    texts = [[word.text.strip(" .,;:!?-").lower() for word in words] for words in (reference, heard)]
    blocks = SequenceMatcher(None, texts[0], texts[1], autojunk=False).get_matching_blocks()
    matched = {id(word) for block in blocks for word in reference[block.a : block.a + block.size]}
    return [word for word in wanted if id(word) in matched]


def talk(segments: list[Segment]) -> float:
    return sum(segment.end - segment.start for segment in segments)


def test_talk_time_counts_a_voice_once(data: Path) -> None:
    """Real voices, the real detector: half a minute of two laptops in one room."""
    voices = conversation((clip(data, "lj-long-a"), clip(data, "sonnet-1")), 30.0, seed=1)
    near, alone = laptops(voices, Acoustics(down=12.0, later=0.04), seed=1)
    models = replace(fake_models(), new_vad=load(Config(model="tiny.en", language="en")).new_vad)
    heard = Heard(dict(zip("ab", near, strict=True)), models)
    for name, voice, mixed in zip("ab", alone, near, strict=True):
        own = talk(Heard({name: voice}, models).speech[name])
        assert talk(Heard({name: mixed}, models).speech[name]) > 1.3 * own  # what there is to take away
        assert abs(talk(heard.speech[name]) - own) < 0.1 * own


PAIRS = [
    ("lj-long-a", "sonnet-1"),
    ("az-train1", "rtstt-demo"),
    ("mfa-acoustic", "lj-long-a"),
    ("sonnet-1", "rtstt-demo"),
]
ROOMS = [Acoustics(10.0, 0.02, 0.3), Acoustics(15.0, 0.04, 0.4), Acoustics(20.0, 0.06, 0.6)]


@pytest.mark.soak
def test_of_two_laptops_in_one_room_few_words_come_twice_and_both_voices_are_kept(data: Path) -> None:
    """Second microphone 20 to 60 ms later and 10 to 20 dB down, with reverb; a third of the turns overlap."""
    models, counts = load(Config(model="tiny.en", language="en")), Counts()
    for seed, (pair, room) in enumerate(product(PAIRS, ROOMS)):
        voices = conversation((clip(data, pair[0]), clip(data, pair[1])), 60.0, seed)
        near, alone = (dict(zip("ab", sounds, strict=True)) for sounds in laptops(voices, room, seed))
        own = {name: Heard({name: sound}, models) for name, sound in alone.items()}
        raw = {name: Heard({name: sound}, models) for name, sound in near.items()}
        counts.add(Heard(near, models), own, raw)
    assert counts.words > 1000
    assert counts.at_once > 150
    assert counts.twice <= 0.05 * counts.words, counts
    assert counts.kept >= 0.95 * counts.at_once, counts
