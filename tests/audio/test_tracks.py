import os
from pathlib import Path

import numpy as np
import pytest

from voicemind.audio.parts import Label, PartWriter, find_parts
from voicemind.audio.tracks import ATTEMPTS, Tracks


def record(
    folder: Path, owner: str, number: int = 1, start: int = 0, *, keep: bool = True, seconds: float = 0.2
) -> str:
    track = f"{owner}.{number}"
    writer = PartWriter(folder, Label(track, owner, owner.title()), start, keep=keep)
    writer.write(np.full(round(seconds * 16_000), 0.1, np.float32))
    writer.close()
    return track


def test_tracks_are_listed_in_order_with_whose_they_are(tmp_path: Path) -> None:
    record(tmp_path, "tom", start=5000)
    record(tmp_path, "ada", start=0)
    record(tmp_path, "ada", start=90_000)
    (tmp_path / "notes.flac").write_bytes(b"not ours")
    ada, tom = Tracks(tmp_path).all()
    assert (ada.label, ada.start, len(ada.parts)) == (Label("ada.1", "ada", "Ada"), 0, 2)
    assert [frame.end for frame in ada.read()][-1] == 93_200
    assert next(iter(ada.read(60_000))).start == 90_000
    assert tom.size > 0
    assert not Tracks(tmp_path / "nowhere").all()


def test_how_far_a_track_is_transcribed_is_remembered(tmp_path: Path) -> None:
    track = record(tmp_path, "ada")
    tracks = Tracks(tmp_path)
    assert [found.settled for found in tracks.unheard()] == [0]
    tracks.mark(track, 1600)
    assert [found.settled for found in tracks.unheard()] == [1600]
    tracks.finish(track)
    assert not tracks.unheard()
    assert [found.settled for found in tracks.all()] == [None]


def test_a_mark_that_makes_no_sense_counts_for_nothing(tmp_path: Path) -> None:
    record(tmp_path, "ada")
    (tmp_path / "ada%2E1.heard").write_text("half a")
    assert [found.settled for found in Tracks(tmp_path).unheard()] == [0]


def test_sound_that_the_program_died_of_is_given_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    track = record(tmp_path, "ada")
    tracks = Tracks(tmp_path)
    tracks.mark(track, 0, attempts=ATTEMPTS)
    assert not tracks.unheard()
    assert "given up" in caplog.text
    assert len(tracks.all()) == 1


def test_what_is_not_kept_goes_when_it_is_transcribed(tmp_path: Path) -> None:
    track = record(tmp_path, "ada", keep=False)
    kept = record(tmp_path, "tom", keep=True)
    tracks = Tracks(tmp_path)
    for name in (track, kept):
        tracks.finish(name)
    assert [found.label.track for found in tracks.all()] == ["tom.1"]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".flac", ".heard"]


def test_one_participants_recordings_can_be_deleted(tmp_path: Path) -> None:
    for number in (1, 2):
        record(tmp_path, "ada", number)
    record(tmp_path, "tom")
    tracks = Tracks(tmp_path)
    tracks.mark("ada.1", 10)
    assert tracks.delete_of("ada") == 2
    assert [found.label.owner for found in tracks.all()] == ["tom"]
    assert tracks.delete("tom.1")
    assert not tracks.delete("tom.1")
    assert not list(tmp_path.iterdir())


def test_what_is_too_old_is_deleted_whether_transcribed_or_not(tmp_path: Path) -> None:
    old, half = record(tmp_path, "ada"), record(tmp_path, "tom", keep=False)
    record(tmp_path, "tom", start=90_000, keep=False)
    tracks = Tracks(tmp_path)
    tracks.mark(old, None)
    tracks.mark(half, 1600)
    for part in find_parts(tmp_path):
        if part.start == 0:
            os.utime(part.path, (1000, 1000))
    assert tracks.delete_before(1000) == 0
    assert tracks.delete_before(1001) == 2
    [left] = tracks.all()
    assert (left.label.owner, left.start, left.settled) == ("tom", 90_000, 1600)
    assert sorted(path.name for path in tmp_path.glob("*.heard")) == [f"{left.label.stem}.heard"]
