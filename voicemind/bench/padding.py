"""What the silence after an utterance does: word error rate and CPU, by its length and the utterance's."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.backends.padding import Padding
from voicemind.backends.whisper import Whisper
from voicemind.bench.report import Row
from voicemind.bench.wording import errors_by_part, normalised
from voicemind.config import SpeechConfig
from voicemind.speech.ports import Decode, Vad
from voicemind.speech.utterance import Utterance, UtteranceBuilder, Voiced
from voicemind.speech.vad import VoiceActivity

LENGTHS = (2.0, 5.0, 10.0)  # seconds between the classes of utterances


@dataclass(frozen=True, slots=True)
class Spoken:
    """The utterances of a recording, in order, and what is said in all of them."""

    utterances: tuple[Utterance, ...]
    reference: str


def cut(path: Path, vad: Vad) -> Spoken:
    """Cut a recording into utterances as a meeting does; its transcript stands beside it as .txt."""
    activity, builder = VoiceActivity(vad, config := SpeechConfig(interim_interval=None)), UtteranceBuilder(config)
    heard: list[Voiced | Utterance] = []
    for frame in read(path):
        heard += [found for window in activity.feed(frame) for found in builder.feed(window)]
    heard += [found for window in activity.flush() for found in builder.feed(window)]
    heard += builder.flush()
    utterances = tuple(found for found in heard if isinstance(found, Utterance))
    return Spoken(utterances, path.with_suffix(".txt").read_text(encoding="utf-8"))


def curve(
    load: Callable[[Padding], Whisper], recordings: Sequence[Spoken], paddings: Iterable[Padding]
) -> list[dict[str, float | str]]:
    """Decode every utterance under each padding; return a row each class of length, and one for all of them.

    A word that is left out counts where the words after it are heard.
    """
    return [row for padding in paddings for row in _rows(load(padding), recordings, padding)]


def _rows(asr: Whisper, recordings: Sequence[Spoken], padding: Padding) -> list[dict[str, float | str]]:
    classes = [_Class() for _ in range(len(LENGTHS) + 1)]
    for recording in recordings:
        texts = [_decode(asr, utterance, classes[_class(utterance)]) for utterance in recording.utterances]
        errors, words = errors_by_part(normalised(recording.reference), [normalised(text) for text in texts])
        for utterance, wrong, said in zip(recording.utterances, errors, words, strict=True):
            classes[_class(utterance)].errors += wrong
            classes[_class(utterance)].words += said
    names = [*(f"under {limit:.0f} s" for limit in LENGTHS), f"over {LENGTHS[-1]:.0f} s", "all"]
    together = _Class()
    for each in classes:
        together.add(each)
    counted = zip(names, [*classes, together], strict=True)
    return [{**asdict(padding), "length": name, **each.row()} for name, each in counted]


def _decode(asr: Whisper, utterance: Utterance, counted: "_Class") -> str:
    seconds = (utterance.voiced.end - utterance.voiced.start) / SAMPLE_RATE
    request = Decode(
        "", 0, utterance.start, utterance.samples, True, 0.0, language="en", voice=utterance.voice, seconds=seconds
    )
    before, began = asr.fallbacks, time.process_time()
    [answer] = asr.transcribe([request])
    counted.cpu += time.process_time() - began
    counted.seconds += seconds
    counted.twice += asr.fallbacks - before
    return answer.text


@dataclass(slots=True)
class _Class:
    """What was counted of the utterances of one class of length."""

    seconds: float = 0.0
    cpu: float = 0.0
    words: int = 0
    errors: int = 0
    twice: int = 0

    def add(self, other: "_Class") -> None:
        self.seconds += other.seconds
        self.cpu += other.cpu
        self.words += other.words
        self.errors += other.errors
        self.twice += other.twice

    def row(self) -> Row:
        return {
            "wer": self.errors / max(1, self.words),
            "cpu_per_speech_second": self.cpu / max(self.seconds, 0.1),
            "twice": self.twice,
            "words": self.words,
        }


def _class(utterance: Utterance) -> int:
    seconds = (utterance.voiced.end - utterance.voiced.start) / SAMPLE_RATE
    return sum(seconds >= limit for limit in LENGTHS)
