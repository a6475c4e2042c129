import numpy as np

from voicemind.bench.memory import resident_mb


def test_what_is_written_is_resident() -> None:
    before = resident_mb()
    block = np.ones(8 << 20)
    assert 60 < resident_mb() - before < 80
    assert block.sum() > 0
