from tests.fakes import EnergyVad, frames, track
from voicemind.config import SpeechConfig
from voicemind.speech.ports import Decode, Decoded
from voicemind.speech.track import Asked, Given, Track
from voicemind.speech.transcriber import Transcriber
from voicemind.speech.turns import Voices
from voicemind.speech.utterance import UtteranceBuilder
from voicemind.speech.vad import VoiceActivity
from voicemind.timeline.annotation import Annotation, Labelled
from voicemind.timeline.event import Speech
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

CONFIG = SpeechConfig(interim_interval=None)
SHARED = Annotation([Labelled(Segment(1.0, 2.0), "A"), Labelled(Segment(2.0, 3.0), "B")])


def stages(voices: Annotation | None = None) -> Track:
    activity, builder = VoiceActivity(EnergyVad(), CONFIG), UtteranceBuilder(CONFIG)
    shared = None if voices is None else Voices("mix", voices)
    return Track(activity, builder, Transcriber("mix", "ada", "en"), "ada", "mix", 0, shared)


def heard(stage: Track) -> list[Asked | Given]:
    """A second of silence, two of voice, a second of silence."""
    windows = [w for frame in frames(track(1.0, 2.0, 1.0)) for w in stage.activity.feed(frame)]
    windows += stage.activity.flush()
    return [x for window in windows for x in stage.hear(window)] + stage.flush()


def speech(found: list[Asked | Given]) -> list[tuple[str, float, float]]:
    return [(x.speaker, round(x.segment.start, 1), round(x.segment.end, 1)) for x in found if isinstance(x, Speech)]


def answered(stage: Track, found: list[Asked | Given]) -> list[Turn]:
    [request] = [x for x in found if isinstance(x, Decode)]
    words = (Word("Yes.", Segment(1.1, 1.9)), Word("No.", Segment(2.1, 2.9)))
    return [x for x in stage.accept(Decoded(request, "Yes. No.", words)) if isinstance(x, Turn)]


def test_a_track_of_one_is_theirs() -> None:
    stage = stages()
    found = heard(stage)
    assert speech(found) == [("ada", 1.0, 3.0)]
    assert [(turn.speaker, turn.text) for turn in answered(stage, found)] == [("ada", "Yes. No.")]


def test_a_shared_track_is_of_those_who_speak() -> None:
    stage = stages(SHARED)
    found = heard(stage)
    assert speech(found) == [("A", 1.0, 2.0), ("B", 2.0, 3.0)]
    assert [(turn.speaker, turn.text) for turn in answered(stage, found)] == [("A", "Yes."), ("B", "No.")]


def test_a_part_of_a_shared_utterance_may_end_anywhere_in_it() -> None:
    """Or analyzers would be given what came before it too late."""
    alone, shared = stages(), stages(SHARED)
    for stage in (alone, shared):
        heard(stage)
    assert alone.earliest_pending is not None
    assert shared.earliest_pending is not None
    assert shared.earliest_pending < 1.1 < 2.9 < alone.earliest_pending
    for stage in (alone, shared):
        assert stage.earliest_end >= 2.9


def test_nothing_is_pending_once_it_is_answered() -> None:
    for stage in (stages(), stages(SHARED)):
        answered(stage, heard(stage))
        assert stage.earliest_pending is None
