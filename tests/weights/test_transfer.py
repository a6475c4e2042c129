"""What is not the pinned file does not get in, however it arrives."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weights.wheels import file_spec
from voicemind.errors import DigestMismatch
from voicemind.weights.registry import HubSource
from voicemind.weights.transfer import Meter, measured, write_checked

SOURCE = HubSource("nobody/toy", "1")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("transfer")


@given(blocks=st.lists(st.binary(max_size=9)))
def test_the_pinned_bytes_get_in_however_they_are_cut(folder: Path, blocks: list[bytes]) -> None:
    content = b"".join(blocks)
    write_checked(blocks, file_spec("f", content), folder, SOURCE)
    assert (folder / "f").read_bytes() == content
    assert measured(folder / "f") == file_spec("f", content)


@given(content=st.binary(max_size=30), arrived=st.lists(st.binary(max_size=9)))
def test_nothing_else_does(folder: Path, content: bytes, arrived: list[bytes]) -> None:
    if b"".join(arrived) == content:
        arrived = [*arrived, b"!"]
    with pytest.raises(DigestMismatch):
        write_checked(arrived, file_spec("f", content), folder, SOURCE)


def test_the_error_names_file_source_expected_and_found(folder: Path) -> None:
    expected, found = file_spec("model.bin", b"right"), file_spec("model.bin", b"wrong")
    with pytest.raises(DigestMismatch) as error:
        write_checked([b"wrong"], expected, folder, SOURCE)
    for part in ("model.bin", "nobody/toy", expected.sha256, found.sha256):
        assert part in str(error.value)


def test_an_endless_file_is_not_read_to_its_end(folder: Path) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 10

    with pytest.raises(DigestMismatch):
        write_checked(endless(), file_spec("f", b"x" * 25), folder, SOURCE)
    assert taken == 3


@given(st.integers(0, 100), st.lists(st.integers(0, 150)))
def test_progress_never_goes_back_nor_over_the_total(total: int, marks: list[int]) -> None:
    told: list[tuple[int, int]] = []
    meter = Meter(lambda done, all_bytes, text: told.append((done, all_bytes)), total, "t")
    for mark in marks:
        meter.reach(mark)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (min(total, max(marks, default=0)), total)
