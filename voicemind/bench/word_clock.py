"""When each word of a recording is said, from an offline run that may look at all of it."""

import hashlib
import json
from pathlib import Path

import numpy as np

from voicemind.audio.frame import Samples
from voicemind.bench.alignment import align
from voicemind.bench.streaming import TimedWord
from voicemind.bench.wording import normalised
from voicemind.weights import ModelStore

CLOCK = "base"  # whose times are good to about 0.1 s
BEAM = 5


def word_clock(samples: Samples, reference: str | None, language: str | None) -> list[TimedWord]:
    """Return the words of a text with the times of an offline run of the model ``base``.

    Words that it did not understand lie between their neighbours; without a text they are the words of the run.
    Its result is kept in the cache folder, since it takes a while.
    """
    said = _said(samples, language)
    if reference is None:
        return said
    words = normalised(reference).split()
    pairs, _ = align(words, [word.text for word in said])
    if not pairs:
        return []
    known = [index for index, _ in pairs]
    places = range(len(words))
    starts = np.interp(places, known, [said[index].start for _, index in pairs])
    ends = np.interp(places, known, [said[index].end for _, index in pairs])
    return [TimedWord(word, float(start), float(end)) for word, start, end in zip(words, starts, ends, strict=True)]


def _said(samples: Samples, language: str | None) -> list[TimedWord]:
    """The words of the offline run, out of the cache where it is the same sound."""
    store = ModelStore()
    digest = hashlib.sha256(samples.tobytes() + f"{CLOCK}{BEAM}{language}".encode()).hexdigest()[:16]
    kept = store.cache.parent / "words" / f"{digest}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(_recognise(store.path(CLOCK), samples, language)), encoding="utf-8")
    return [TimedWord(text, start, end) for text, start, end in json.loads(kept.read_text(encoding="utf-8"))]


def _recognise(model: Path, samples: Samples, language: str | None) -> list[tuple[str, float, float]]:
    from faster_whisper import WhisperModel

    whisper = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1)
    segments, _ = whisper.transcribe(samples, beam_size=BEAM, language=language, word_timestamps=True)
    return [
        (text, word.start, word.end)
        for segment in segments
        for word in segment.words or ()
        for text in normalised(word.word).split()
    ]
