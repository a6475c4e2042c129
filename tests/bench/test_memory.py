import mmap

from voicemind.bench.memory import resident_mb

SIZE = 64 << 20


def test_what_is_written_is_resident() -> None:
    with mmap.mmap(-1, SIZE) as fresh:  # an array could lie where freed memory is resident still
        before = resident_mb()
        for page in range(0, SIZE, mmap.PAGESIZE):
            fresh[page] = 1
        assert 60 < resident_mb() - before < 80
