from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE
from voicemind.backends.padding import HOP
from voicemind.backends.whisper_decoder import Prompt, WhisperDecoder

SAMPLES = np.concatenate([frame.samples for frame in read(Path(__file__).parent.parent / "data" / "jfk.flac")])
FRAMES = len(SAMPLES) // HOP + 300


@pytest.fixture(scope="module")
def model(model_folder: Callable[[str], Path]) -> WhisperModel:
    return WhisperModel(str(model_folder("tiny.en")), device="cpu", compute_type="int8", cpu_threads=1)


def prompt(model: WhisperModel, *, room: int, prefix: tuple[int, ...] = ()) -> Prompt:
    tokenizer = Tokenizer(model.hf_tokenizer, False)
    return Prompt(tokenizer, (*tokenizer.sot_sequence, tokenizer.no_timestamps), prefix, room)


def test_a_text_ends_by_itself_or_where_its_room_does(model: WhisperModel) -> None:
    decoder = WhisperDecoder(model)
    encoded = decoder.encode(SAMPLES, FRAMES)

    [whole] = decoder.generate([encoded], [prompt(model, room=60)], 1)
    [short] = decoder.generate([encoded], [prompt(model, room=10)], 1)

    assert whole.ended
    assert not short.ended
    assert short.tokens == whole.tokens[:10]


def test_a_prefix_takes_no_room_and_stands_once(model: WhisperModel) -> None:
    decoder = WhisperDecoder(model)
    encoded = decoder.encode(SAMPLES, FRAMES)
    [whole] = decoder.generate([encoded], [prompt(model, room=60)], 1)

    [more] = decoder.generate([encoded], [prompt(model, room=5, prefix=whole.tokens[:8])], 1)

    assert more.tokens == whole.tokens[:13]


def test_windows_written_together_say_what_each_says_alone(model: WhisperModel) -> None:
    decoder = WhisperDecoder(model)
    windows = [decoder.encode(part, FRAMES) for part in (SAMPLES, SAMPLES[: 5 * SAMPLE_RATE])]
    [first] = decoder.generate(windows[:1], [prompt(model, room=60)], 1)

    together = decoder.generate(windows, [prompt(model, room=60), prompt(model, room=8, prefix=first.tokens[:2])], 1)

    assert together[0].text == first.text
    assert together[1].tokens[:2] == first.tokens[:2]
    assert len(together[1].tokens) <= 10


def test_words_keep_their_punctuation_and_their_order_in_time(model: WhisperModel) -> None:
    decoder = WhisperDecoder(model)
    encoded = decoder.encode(SAMPLES, FRAMES)
    [text] = decoder.generate([encoded], [prompt(model, room=60)], 1)

    aligned = decoder.align(encoded, text, len(SAMPLES))

    assert [(word.text, word.tokens) for word in aligned] == text.words()
    assert "".join(word.text for word in aligned).strip() == text.text
    starts = [word.start for word in aligned]
    assert starts == sorted(starts)


def test_what_came_before_takes_no_room_from_the_text(model: WhisperModel) -> None:
    decoder = WhisperDecoder(model)
    encoded = decoder.encode(SAMPLES, FRAMES)
    plain = prompt(model, room=40)
    before = (plain.tokenizer.sot_prev, *plain.tokenizer.encode(" Kennedy. Washington. Inauguration." * 10))

    [whole] = decoder.generate([encoded], [replace(plain, head=(*before, *plain.head))], 1)

    assert len(before) > 2 * 40
    assert whole.ended
    assert "ask what you can do for your country" in whole.text.lower()
