import json
from dataclasses import replace
from pathlib import Path

import pytest

from voicemind.errors import BackendError
from voicemind.server.recordings import Job, Library, Recording, safe_suffix


def recording(library: Library, created: float = 1.0) -> Recording:
    folder = library.new_folder()
    (folder / "source.wav").write_bytes(b"sound")
    return Recording(folder.name, "a.wav", "A", "2026-03-09", "source.wav", 5, Job(f"job-{created}"), created=created)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "recordings")
    library.load()
    return library


def again(library: Library) -> Library:
    """The same folder after a restart."""
    fresh = Library(library._folder)
    fresh.load()
    return fresh


def test_recordings_are_there_after_a_restart_oldest_first(library: Library) -> None:
    late, early = recording(library, 2.0), recording(library, 1.0)
    library.add(late)
    library.add(early)
    assert list(again(library)) == [early, late]
    assert again(library).with_job("job-2.0") == late
    assert again(library).get(early.id) == early
    assert library.source(early).read_bytes() == b"sound"


def test_what_was_brought_only_half_is_gone_after_a_restart(library: Library) -> None:
    whole, half = recording(library), recording(library)
    library.add(whole)
    assert [found.id for found in again(library)] == [whole.id]
    assert not library.folder(half.id).exists()
    (library.folder(whole.id) / "recording.json").write_text("{}")
    assert list(again(library)) == []


def test_progress_is_remembered_and_a_new_state_kept(library: Library) -> None:
    known = recording(library)
    library.add(known)
    library.tell(known.id, replace(known.job, state="running"))
    library.tell(known.id, replace(known.job, state="running", done=5.0, of=9.0))
    found = library.get(known.id)
    assert found is not None
    assert (found.job.done, found.duration) == (5.0, 9.0)
    kept = again(library).get(known.id)
    assert kept is not None
    assert (kept.job.state, kept.job.done) == ("running", 0.0)
    library.tell("unknown", known.job)


def test_a_disk_that_takes_nothing_refuses_a_recording_but_not_its_progress(library: Library) -> None:
    known, lost = recording(library), recording(library)
    library.add(known)
    for folder in (library.folder(known.id), library.folder(lost.id)):
        (folder / "recording.new").mkdir()  # where the new state would be written
    with pytest.raises(BackendError, match="make room"):
        library.add(lost)
    assert library.get(lost.id) is None
    library.tell(known.id, replace(known.job, state="running"))
    found = library.get(known.id)
    assert found is not None
    assert found.job.state == "running"


def test_a_recording_is_removed_with_its_folder_and_nothing_else(library: Library) -> None:
    known = recording(library)
    library.add(known)
    library.remove("..")
    library.remove(known.id)
    assert list(library) == []
    assert library._folder.is_dir()
    assert list(library._folder.iterdir()) == []


def test_a_new_version_may_know_more_of_a_job(library: Library) -> None:
    known = recording(library)
    library.add(known)
    path = library.folder(known.id) / "recording.json"
    table = json.loads(path.read_text())
    del table["job"]["seq"], table["agenda"]
    path.write_text(json.dumps(table))
    assert again(library).get(known.id) == known


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.wav", ".wav"), ("a.tar.gz", ".gz"), ("a", ""), ("a.w/v", ""), ("a.ünï", ""), ("a.toolongsuffix", "")],
)
def test_only_a_plain_suffix_is_taken_over(name: str, suffix: str) -> None:
    assert safe_suffix(name) == suffix
