import numpy as np

from tests.fakes import EnergyVad, ScriptedAsr
from voicemind.speech.ports import Asr, Decode, Vad


def test_fakes_fit_the_ports() -> None:
    vad: Vad = EnergyVad()
    asr: Asr = ScriptedAsr({("A", 0): "good morning"})
    request = Decode("A", 0, 0, np.zeros(16_000, np.float32), final=True, deadline=1.0)

    [answer] = asr.transcribe([request])

    assert vad(np.zeros(vad.window, np.float32)) == 0.0
    assert answer.request is request
    assert [word.text for word in answer.words] == ["good", "morning"]


def test_requests_do_not_print_their_sound() -> None:
    request = Decode("A", 0, 0, np.zeros(16_000, np.float32), final=True, deadline=1.0)

    assert "0., 0." not in repr(request)
