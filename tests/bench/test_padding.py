"""The curve of notebooks/padding.ipynb on three recordings, with the real model."""

from collections.abc import Callable
from pathlib import Path

from voicemind.backends.onnx import SileroModel
from voicemind.backends.padding import Padding
from voicemind.backends.whisper import Whisper
from voicemind.bench.padding import LENGTHS, curve, cut

DATA = Path(__file__).parent.parent / "data"


def test_a_longer_window_costs_more_and_each_length_is_told(model_folder: Callable[[str], Path]) -> None:
    silero = SileroModel(model_folder("silero"))
    recordings = [cut(DATA / name, silero.stream()) for name in ("jfk.flac", "libri-61-70968-0000.flac")]
    paddings = (Padding(3.0, 9.0), Padding(27.0, 30.0))

    def load(padding: Padding) -> Whisper:
        return Whisper(model_folder("tiny.en"), "tiny.en", language="en", padding=padding)

    rows = curve(load, recordings, paddings)

    assert len(rows) == len(paddings) * (len(LENGTHS) + 2)
    short, whole = (row for row in rows if row["length"] == "all")
    assert (short["shortest"], whole["shortest"]) == (9.0, 30.0)
    assert short["words"] == whole["words"] == 39
    assert float(short["wer"]) < 0.15
    assert float(short["cpu_per_speech_second"]) < float(whole["cpu_per_speech_second"])
