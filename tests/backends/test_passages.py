from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.backends.passages import LARGEST, Passage, passages, read_passages
from voicemind.errors import InputError


def test_headings_begin_a_passage() -> None:
    text = "Before.\n\n# Travel\nTrains only.\n\nNo flights.\n## Hotels ##\n\nThree stars.\n"
    assert list(passages(text)) == [
        Passage("", "Before."),
        Passage("Travel", "Trains only. No flights."),
        Passage("Hotels", "Three stars."),
    ]


def test_paragraphs_are_joined_and_long_ones_cut() -> None:
    found = list(passages("\n\n".join(["word " * 50] * 3) + "\n\n" + "more " * 300))
    assert [len(p.text.split()) for p in found] == [100, 50, 120, 120, 60]


@given(st.text("ab #\n", max_size=300))
def test_no_word_is_lost_or_doubled(text: str) -> None:
    found = list(passages(text))
    said = " ".join(f"{p.heading} {p.text}" for p in found).replace("#", " ").split()
    words = text.replace("#", " ").split()
    assert set(said) <= set(words)
    assert all(p.text and len(p.text.split()) <= 120 for p in found)


def test_html_without_its_scripts(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        "<head><title>x</title></head><h2>Pay &amp; time</h2><p>Eight <b>hours</b>.</p><script>no()</script>"
    )
    assert read_passages(path) == [Passage("Pay & time", "Eight hours.")]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a" * (LARGEST + 1)])
def test_what_is_no_document(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.txt"):
        read_passages(path)


def test_one_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_passages(tmp_path / "none.md")
