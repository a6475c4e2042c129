import sys
from pathlib import Path

import pytest

from tests.fakes import HashEmbedder
from voicemind.backends.document_index import DocumentIndex
from voicemind.config import Config
from voicemind.errors import InputError
from voicemind.insight.analyzer import handled
from voicemind.insight.documents import Documents
from voicemind.plugins import Guarded, meeting_analyzers, plugin_analyzers
from voicemind.timeline.event import Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

MODULE = """
from voicemind.timeline.insight import Insight

class Jargon:
    def feed(self, turn):
        return [Insight("jargon", turn.segment, turn.text, evidence=(turn.id,))] if "synergy" in turn.text else []
    def flush(self):
        return []

def broken():
    raise RuntimeError("no")
"""
TURN = Turn("t1", Segment(0, 2), "ann", "the synergy of it")


def package(folder: Path, entries: str) -> None:
    """Lay out an installed package with entry points."""
    (folder / "their_analyzers.py").write_text(MODULE)
    info = folder / "their_analyzers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-analyzers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[voicemind.analyzers]\n{entries}\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "their_analyzers", raising=False)
    return tmp_path


def test_a_package_brings_an_analyzer(installed: Path) -> None:
    package(installed, "jargon = their_analyzers:Jargon")
    (found,) = plugin_analyzers()
    assert handled(found) == (Turn,)
    assert [i.id for i in found.feed(TURN)] == ["jargon:t1"]
    assert found.flush() == []
    assert plugin_analyzers()[0] is not found


def test_one_that_cannot_be_loaded_is_left_out(installed: Path, caplog: pytest.LogCaptureFixture) -> None:
    package(installed, "a = their_analyzers:broken\nb = their_analyzers:missing\nc = their_analyzers:Jargon")
    (found,) = plugin_analyzers()
    assert isinstance(found, Guarded)
    assert found.name == "c"
    assert caplog.text.count("cannot be loaded") == 2


def test_one_that_fails_is_left_out_from_then_on(caplog: pytest.LogCaptureFixture) -> None:
    class Fails:
        handles = (Tick,)
        asked = 0

        def feed(self, event: Tick) -> list[Insight]:
            self.asked += 1
            raise ValueError(event)

        def flush(self) -> list[Insight]:
            raise AssertionError

    fails = Fails()
    guarded = Guarded("theirs", fails)
    assert guarded.handles == (Tick,)
    assert guarded.feed(Tick(1.0)) == []
    assert guarded.feed(Tick(2.0)) == []
    assert guarded.flush() == []
    assert fails.asked == 1
    assert "the analyzer theirs failed" in caplog.text


def test_none_is_installed() -> None:
    assert plugin_analyzers() == []


def test_a_meeting_has_the_standard_ones_and_these(installed: Path) -> None:
    standard = len(meeting_analyzers())
    package(installed, "jargon = their_analyzers:Jargon")
    assert len(meeting_analyzers()) == standard + 1
    assert isinstance(meeting_analyzers()[-1], Guarded)


def test_documents_are_suggested_where_there_is_an_index(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "travel.md").write_text(
        "# Travel\n\nTrains instead of flights under six hours, and no taxis.\n"
    )
    index = tmp_path / "documents.sqlite"
    embedder = HashEmbedder(256)
    DocumentIndex(index, embedder).index(tmp_path / "docs")
    said = "are trains instead of flights under six hours and no taxis the rule for travel"
    (vector,) = embedder.embed([said])
    (suggesting,) = [a for a in meeting_analyzers(config=Config(documents=str(index))) if isinstance(a, Documents)]
    (found,) = suggesting.feed(Turn("t1", Segment(0, 5), "ann", said, vector=vector))
    assert found.data["path"].endswith("travel.md")
    assert not [a for a in meeting_analyzers() if isinstance(a, Documents)]


def test_an_index_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="voicemind index"):
        meeting_analyzers(config=Config(documents=str(tmp_path / "none")))
    (tmp_path / "text").write_text("no database, but some text that is longer than a header of one would be" * 20)
    with pytest.raises(InputError, match="index again"):
        meeting_analyzers(config=Config(documents=str(tmp_path / "text")))


def test_heat_can_be_left_out() -> None:
    assert len(meeting_analyzers()) - len(meeting_analyzers(config=Config(heat=False))) == 1
