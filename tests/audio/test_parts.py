import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicemind.audio.frame import Samples
from voicemind.audio.parts import Label, PartWriter, file_name, find_parts, read_label, read_part
from voicemind.errors import AudioError

BLOCK = 1152  # samples of one FLAC frame


def noise(count: int, seed: int = 1) -> Samples:
    return (np.random.default_rng(seed).random(count) - 0.5).astype(np.float32)


def written(folder: Path, samples: Samples, start: int = 777) -> Path:
    writer = PartWriter(folder, Label("ada.1", "ada", "Ada"), start, keep=True)
    for at in range(0, len(samples), 320):
        writer.write(samples[at : at + 320])
    writer.close()
    return writer.part.path


def decoded(folder: Path, since: int = 0) -> Samples:
    [part] = find_parts(folder)
    frames = list(read_part(part, since))
    assert all(one.end == other.start for one, other in itertools.pairwise(frames))
    return np.concatenate([np.zeros(0, np.float32), *(frame.samples for frame in frames)])


def test_the_same_samples_come_back_at_their_place(tmp_path: Path) -> None:
    sound = noise(50_000)
    written(tmp_path, sound)
    [part] = find_parts(tmp_path)
    frames = list(read_part(part))
    assert (frames[0].start, frames[-1].end) == (777, 50_777)
    assert np.abs(decoded(tmp_path) - sound).max() <= 0.5 / 2**15 + 1e-7
    assert (part.start, part.kept, read_label(part)) == (777, True, Label("ada.1", "ada", "Ada"))


@pytest.mark.parametrize("since", [0, 777, 20_000, 50_776, 60_000])
def test_reading_begins_where_it_is_asked_to(tmp_path: Path, since: int) -> None:
    sound = noise(50_000)
    written(tmp_path, sound)
    found = decoded(tmp_path, since)
    assert len(found) == min(50_000, max(0, 50_777 - since))
    assert np.allclose(found, sound[len(sound) - len(found) :], atol=1e-4)


@settings(max_examples=60)
@given(st.data())
def test_a_file_cut_off_anywhere_loses_the_frame_that_was_cut(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    sound = noise(12_000)
    path = written(folder, sound)
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    found = decoded(folder)
    assert np.allclose(found, sound[: len(found)], atol=1e-4)
    header = len(whole) - len(sound) * 2  # noise does not compress
    assert len(found) >= min(len(sound), (cut - header) // 2 - 2 * BLOCK)


def test_a_tail_of_zeros_as_a_power_cut_leaves_is_no_sound(tmp_path: Path) -> None:
    sound = noise(12_000)
    path = written(tmp_path, sound)
    path.write_bytes(path.read_bytes()[:15_000] + bytes(5000))
    found = decoded(tmp_path)
    assert 5000 < len(found) < 12_000
    assert np.allclose(found, sound[: len(found)], atol=1e-4)


def test_what_is_no_number_is_silence_and_what_is_too_loud_is_clipped(tmp_path: Path) -> None:
    written(tmp_path, np.array([np.nan, 3.0, -3.0, np.inf, 0.25], np.float32))
    assert decoded(tmp_path) == pytest.approx([0, 1, -1, 1, 0.25], abs=1e-4)


def test_a_part_cut_off_in_its_header_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, noise(1000))
    path.write_bytes(path.read_bytes()[:20])
    [part] = find_parts(tmp_path)
    with pytest.raises(AudioError, match="no recorded track"):
        read_label(part)
    assert list(read_part(part)) == []


@given(st.text(min_size=1), st.text(min_size=1))
def test_file_names_are_safe_and_tell_tracks_apart(one: str, other: str) -> None:
    name = file_name(one)
    assert len(name) <= 160
    assert not set(name) & set("/\\.\0")
    plain = (one + other).encode("utf-8", "ignore").decode() == one + other  # no lone surrogates
    assert (file_name(other) == name) == (one == other) or not plain


def test_names_of_any_kind_come_back(tmp_path: Path) -> None:
    label = Label("../é/\udc80.1", "../é/\udc80", "Ada \x00 Ω")
    PartWriter(tmp_path, label, 0, keep=False).close()
    [part] = find_parts(tmp_path)
    assert part.path.parent == tmp_path
    assert not part.kept
    assert read_label(part) == label
