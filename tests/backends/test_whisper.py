from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voicemind.audio.files import read
from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.backends.whisper import CONTEXT_TOKENS, Whisper
from voicemind.errors import BackendError, InputError
from voicemind.speech.guard import repeats as _repeats
from voicemind.speech.ports import Decode

CLIPS = Path(__file__).parent.parent / "data"


def sound(name: str) -> Samples:
    return np.concatenate([frame.samples for frame in read(CLIPS / name)])


def ask(samples: Samples, *, final: bool = True, start: int = 0, language: str | None = "en") -> Decode:
    return Decode("A", 0, start, samples, final, 0.0, language=language)


@pytest.fixture(scope="module")
def tiny(model_folder: Callable[[str], Path]) -> Whisper:
    return Whisper(model_folder("tiny.en"), "tiny.en", language="en")


def test_a_final_has_text_and_words_in_their_places(tiny: Whisper) -> None:
    samples = sound("jfk.flac")

    [answer] = tiny.transcribe([ask(samples, start=10 * SAMPLE_RATE)])

    assert "ask what you can do for your country" in answer.text
    assert " ".join(word.text for word in answer.words) == answer.text
    assert 0.6 < answer.confidence <= 1.0
    starts = [word.segment.start for word in answer.words]
    assert starts == sorted(starts)
    assert starts[0] >= 10.0
    assert answer.words[-1].segment.end <= 10.0 + len(samples) / SAMPLE_RATE
    country = next(word for word in answer.words if word.text.startswith("country"))
    assert country.segment.start == pytest.approx(16.1, abs=0.4)


def test_an_interim_has_pieces_that_make_its_text(tiny: Whisper) -> None:
    samples = sound("jfk.flac")[: 4 * SAMPLE_RATE]
    [first] = tiny.transcribe([ask(samples, final=False)])

    assert "".join(piece.text for piece in first.pieces).strip() == first.text
    assert first.words == ()

    forced = Decode("A", 0, 0, samples, False, 0.0, prefix=first.pieces[:3], language="en")
    [again] = tiny.transcribe([forced])
    assert again.pieces[:3] == first.pieces[:3]


def test_an_interim_goes_on_from_what_was_said_before_it(tiny: Whisper) -> None:
    samples = sound("jfk.flac")
    [whole] = tiny.transcribe([replace(ask(samples, final=False), timed=True)])
    cut = next(i for i, piece in enumerate(whole.pieces) if piece.text == " you") + 1
    before, end = whole.pieces[:cut], whole.pieces[cut - 1].end
    assert end is not None
    assert sum(len(piece.tokens) for piece in before) >= CONTEXT_TOKENS
    start = round(end * SAMPLE_RATE)
    rest = replace(ask(samples[start:], final=False, start=start), before=before)

    # Together with one that nothing was said before: their heads differ in length.
    [after, other] = tiny.transcribe([rest, ask(samples[: 4 * SAMPLE_RATE], final=False)])

    assert after.text.startswith("ask what you can do for your country")
    assert other.text.startswith("And so my fellow Americans")


def test_a_forced_prefix_is_said_once(tiny: Whisper) -> None:
    samples = sound("jfk.flac")[: 4 * SAMPLE_RATE]
    [first] = tiny.transcribe([ask(samples, final=False)])

    [again] = tiny.transcribe([Decode("A", 0, 0, samples, False, 0.0, prefix=first.pieces[:3], language="en")])

    assert again.text == first.text


def test_an_interim_does_not_go_round(tiny: Whisper) -> None:
    [answer] = tiny.transcribe([ask(sound("jfk.flac")[: 3 * SAMPLE_RATE], final=False)])

    assert answer.text.lower().count("my fellow") == 1


def test_an_interim_has_the_ends_of_its_words_where_they_are_asked_for(tiny: Whisper) -> None:
    samples = sound("jfk.flac")[: 4 * SAMPLE_RATE]
    request = Decode("A", 0, 10 * SAMPLE_RATE, samples, False, 0.0, language="en", timed=True)

    [timed] = tiny.transcribe([request])
    [plain] = tiny.transcribe([ask(samples, final=False)])

    ends = [piece.end for piece in timed.pieces if piece.end is not None]
    assert len(ends) == len(timed.pieces)
    assert ends == sorted(ends)
    assert 10.0 < ends[0] <= ends[-1] <= 14.0
    assert timed.pieces == plain.pieces


def test_interims_of_several_tracks_are_written_together(tiny: Whisper) -> None:
    samples = sound("jfk.flac")
    requests = [ask(samples[: s * SAMPLE_RATE], final=False) for s in (2, 4, 3)]
    final = ask(samples)

    together = tiny.transcribe([requests[0], final, *requests[1:]])
    alone = [tiny.transcribe([request])[0] for request in (requests[0], final, *requests[1:])]

    assert [answer.request for answer in together] == [requests[0], final, *requests[1:]]
    assert together[1].text == alone[1].text
    for one, other in zip(together, alone, strict=True):
        assert one.text.split()[:3] == other.text.split()[:3]


def test_a_final_does_not_depend_on_the_batch_it_is_in(tiny: Whisper) -> None:
    samples = sound("jfk.flac")
    short = ask(samples[: 3 * SAMPLE_RATE])

    alone = tiny.transcribe([short])[0]
    among = tiny.transcribe([ask(samples), short, ask(samples[SAMPLE_RATE:])])[1]

    assert (alone.text, alone.words) == (among.text, among.words)


def test_words_to_expect_are_written_as_they_are_given(tiny: Whisper) -> None:
    request = ask(sound("lj-first-27s.flac")[round(10.5 * SAMPLE_RATE) : 24 * SAMPLE_RATE])

    [plain] = tiny.transcribe([request])
    [told] = tiny.transcribe([replace(request, hints=("Gutenberg", "woodcutters"))])
    [misled] = tiny.transcribe([replace(request, hints=("Maya", "Northgate", "Launch date") * 40)])

    assert "wood cutters" in plain.text
    assert "the woodcutters of the Netherlands" in told.text
    assert "Gutenberg" not in told.text
    assert "wood cutters of the Netherlands" in misled.text


def test_silence_says_nothing(tiny: Whisper) -> None:
    for seconds in (0.3, 3.0, 20.0):
        noise = np.random.default_rng(1).normal(0, 1e-4, round(seconds * SAMPLE_RATE)).astype(np.float32)
        [answer] = tiny.transcribe([ask(noise)])
        assert len(answer.text.split()) <= 2


def test_a_language_that_a_model_does_not_know_is_bad_input(model_folder: Callable[[str], Path]) -> None:
    with pytest.raises(InputError, match=r"tiny\.en does not know .* 'de'"):
        Whisper(model_folder("tiny.en"), "tiny.en", language="de")


def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"not a model")
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(BackendError, match="does not load"):
        Whisper(tmp_path, "broken")


def test_base_detects_the_language(model_folder: Callable[[str], Path]) -> None:
    base = Whisper(model_folder("base"), "base")

    [answer] = base.transcribe([ask(sound("jfk.flac"), language=None)])

    assert answer.language == "en"
    assert answer.language_confidence > 0.8


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("Fine with me. Fine with me.", True),
        ("Yes. Yes.", True),
        ("Great, so Priya finishes it. Great, so Priya finishes", True),
        ("I hope this tool helps you all and more. I hope this tool helps you all and", True),
        ("No, that is not what I said.", False),
        ("", False),
        ("Okay.", False),
        ("We can do that, and then we can go home.", False),
    ],
)
def test_texts_that_start_again_are_noticed(text: str, repeats: bool) -> None:
    assert _repeats(text) is repeats


@pytest.mark.parametrize(("gpus", "chosen"), [(0, ("cpu", "int8")), (1, ("cuda", "float16"))])
def test_a_gpu_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch, gpus: int, chosen: tuple[str, str]) -> None:
    given: dict[str, object] = {}

    def model(path: str, **options: object) -> None:
        given.update(options)
        raise RuntimeError("no such device here")

    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: gpus)
    monkeypatch.setattr("voicemind.backends.whisper.WhisperModel", model)

    with pytest.raises(BackendError, match="no such device here"):
        Whisper(CLIPS, "tiny.en")
    assert (given["device"], given["compute_type"]) == chosen
