from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import HashEmbedder
from voicemind.backends.document_index import DocumentIndex, Indexed
from voicemind.errors import InputError


class Counting(HashEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        self.texts += texts
        return super().embed(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    (made / "hr" / ".hidden").mkdir(parents=True)
    (made / "travel.md").write_text("# Travel\n\nTrains instead of flights under six hours.\n\n# Hotels\nThree stars.")
    (made / "hr" / "holidays.txt").write_text("Holidays are asked for two weeks before.")
    (made / "hr" / "pay.html").write_text("<h1>Pay</h1><p>Salaries come on the last working day.</p>")
    (made / "hr" / ".hidden" / "no.md").write_text("Nobody reads this.")
    (made / "picture.png").write_bytes(b"\x89PNG")
    return made


def test_the_passage_that_fits_comes_first(folder: Path, tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path / "index.sqlite", HashEmbedder())
    assert index.index(folder) == Indexed(3, 0, 0, ())
    found = index.search("May we take flights, or trains?")
    assert found[0].heading == "Travel"
    assert found[0].path == str(folder / "travel.md")
    assert "flights under six hours" in found[0].text
    assert index.search("when do salaries come", most=1)[0].path.endswith("pay.html")
    assert [hit.path.endswith("holidays.txt") for hit in index.search("holiday", most=1)] == [True]  # stemmed


def test_only_what_has_changed_is_read_again(folder: Path, tmp_path: Path) -> None:
    embedder = Counting()
    index = DocumentIndex(tmp_path / "index.sqlite", embedder)
    index.index(folder)
    first = len(embedder.texts)
    assert index.index(folder) == Indexed(0, 3, 0, ())
    assert len(embedder.texts) == first
    (folder / "hr" / "holidays.txt").write_text("Holidays are asked for a month before.")
    (folder / "travel.md").unlink()
    assert index.index(folder) == Indexed(1, 1, 1, ())
    assert len(embedder.texts) == first + 1
    assert not any("six hours" in hit.text for hit in index.search("trains flights six hours", most=20))
    assert any("a month" in hit.text for hit in index.search("holidays"))


def test_other_folders_stay(folder: Path, tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path / "index.sqlite", HashEmbedder())
    index.index(folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.md").write_text("The boiler is in the cellar.")
    assert index.index(other) == Indexed(1, 0, 0, ())
    assert index.search("trains flights", most=1)[0].path.endswith("travel.md")


def test_a_document_that_cannot_be_read_is_told_and_left_out(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.md").write_bytes(b"\xff\xfe\x00\x01")
    index = DocumentIndex(tmp_path / "index.sqlite", HashEmbedder())
    found = index.index(folder)
    assert (found.read, found.same) == (3, 0)
    assert len(found.refused) == 1
    assert "broken.md" in found.refused[0]


@pytest.mark.parametrize("query", ["", "the and of", '"', "a OR b NOT (c", "*", "NEAR(x"])
def test_any_query(folder: Path, tmp_path: Path, query: str) -> None:
    index = DocumentIndex(tmp_path / "index.sqlite", HashEmbedder())
    assert index.search(query) == []
    index.index(folder)
    assert len(index.search(query, most=2)) == 2


def test_no_folder_and_no_index(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        DocumentIndex(tmp_path / "index.sqlite", HashEmbedder()).index(tmp_path / "none")
    (tmp_path / "text.sqlite").write_text("This is no database at all, but a longer piece of text." * 20)
    with pytest.raises(InputError, match="not an index"):
        DocumentIndex(tmp_path / "text.sqlite", HashEmbedder())


def test_all_passages_on_a_shelf(folder: Path, tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path / "index.sqlite", HashEmbedder())
    assert index.shelf().passages == ()
    index.index(folder)
    shelf = index.shelf()
    assert sorted(p.heading for p in shelf.passages) == ["", "Hotels", "Pay", "Travel"]
    assert shelf.vectors.shape == (4, 64)
