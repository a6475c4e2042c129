from pathlib import Path

import pytest

from tests.fakes import silence
from tests.test_recording import write
from voicemind.bench.shared_sound import find_shared
from voicemind.errors import InputError
from voicemind.timeline.segment import Segment

COLUMNS = "id\tfile\tkind\thas_rttm\n"


def clip(folder: Path, name: str, rttm: str = "SPEAKER a 1 0.5 1.0 <NA> <NA> ada <NA> <NA>\n") -> Path:
    write(folder / f"{name}.wav", silence(2.0))
    (folder / f"{name}.rttm").write_text(rttm)
    return folder / f"{name}.wav"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    for name in ("ami-EN1a-0000", "ami-EN1b-0000", "ami-EN2a-0000", "song"):
        clip(tmp_path, name)
    (tmp_path / "ami-EN1b-0000.uem").write_text("ami 1 0.5 1.5\n")
    rows = ["ami-EN1a-0000\tami\tyes", "ami-EN1b-0000\tami\tyes", "ami-EN2a-0000\tami\tyes", "song\tmusic\tyes"]
    lines = [f"{name}\t{name}.wav\t{kind}\t{has}" for name, kind, has in (row.split("\t") for row in rows)]
    path = tmp_path / "MANIFEST.tsv"
    path.write_text(COLUMNS + "\n".join([*lines, "other\tother.wav\tami\tno"]) + "\n")
    return path


def test_clips_of_a_kind_with_their_references(manifest: Path) -> None:
    found = find_shared([manifest], kinds=["ami"])
    assert [(one.name, one.seconds, one.scored) for one in found] == [
        ("ami-EN1a-0000", 2.0, (Segment(0.0, 2.0),)),
        ("ami-EN1b-0000", 2.0, (Segment(0.5, 1.5),)),
        ("ami-EN2a-0000", 2.0, (Segment(0.0, 2.0),)),
    ]
    assert found[0].reference.talk_time() == {"ada": 1.0}
    assert len(find_shared([manifest])) == 4


def test_clips_of_a_series_are_one_recording(manifest: Path) -> None:
    first, second = find_shared([manifest], join=True, kinds=["ami"])
    assert (first.name, second.name) == ("ami-EN1", "ami-EN2")
    assert first.scored == (Segment(0.0, 2.0), Segment(2.5, 3.5))
    assert [item.segment for item in first.reference] == [Segment(0.5, 1.5), Segment(2.5, 3.5)]
    frames = list(first.frames())
    assert sum(len(frame.samples) for frame in frames) == frames[-1].end == 4 * 16_000


def test_a_file_may_have_a_reference_called_ref(tmp_path: Path) -> None:
    path = clip(tmp_path, "mix")
    (tmp_path / "mix.rttm").rename(tmp_path / "ref.rttm")
    [found] = find_shared([path])
    assert found.reference.labels() == ["ada"]


def test_what_cannot_be_measured_is_bad_input(tmp_path: Path, manifest: Path) -> None:
    with pytest.raises(InputError, match="no such recording"):
        find_shared([tmp_path / "no.wav"])
    with pytest.raises(InputError, match="cannot be read"):
        find_shared([tmp_path / "no.tsv"])
    with pytest.raises(InputError, match="has_rttm"):
        find_shared([manifest], kinds=["talk"])
    (tmp_path / "no.tsv").write_text("id\tfile\n1\t2\n")
    with pytest.raises(InputError, match="no column 'has_rttm'"):
        find_shared([tmp_path / "no.tsv"])
    path = clip(tmp_path, "bad", "SPEAKER a 1 x 1.0 <NA> <NA> ada\n")
    with pytest.raises(InputError, match="RTTM line 1"):
        find_shared([path])
    path.with_suffix(".rttm").unlink()
    with pytest.raises(InputError, match=r"bad\.rttm"):
        find_shared([path])
    clip(tmp_path, "bad")
    (tmp_path / "bad.uem").write_text("bad 1 0.5\n")
    with pytest.raises(InputError, match=r"bad\.uem"):
        find_shared([path])
