"""Documents cut into passages: Markdown, plain text and HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from voicemind.errors import InputError

SUFFIXES = frozenset({".md", ".markdown", ".txt", ".html", ".htm"})
LARGEST = 10 << 20  # bytes of a document
_WORDS = 120  # of a passage
_HEADING = re.compile(r"^(?:#{1,6}\s+(?P<atx>.+?)\s*#*)$")
_SKIPPED = frozenset({"script", "style", "head", "nav", "noscript"})
_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "br", "tr", "table", "section", "article", "pre", "blockquote"})


@dataclass(frozen=True, slots=True)
class Passage:
    """About a hundred words of a document, and the heading that they stand under."""

    heading: str
    text: str


def read_passages(path: Path) -> list[Passage]:
    """Read a document; raises InputError for one that is too large, or no text in UTF-8."""
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: larger than {LARGEST >> 20} MB; cut it up, or leave it out")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise InputError(f"{path}: not text in UTF-8; save it as plain text") from None
    return list(passages(_plain(text) if path.suffix.lower() in {".html", ".htm"} else text))


def passages(text: str) -> Iterator[Passage]:
    """Cut a text at headings, and between paragraphs where it is long; a long paragraph is cut between words."""
    heading = ""
    held: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=#{1,6}\s)|(?<=\n)(?=#{1,6}\s)", text):
        lines = block.strip().splitlines()
        if lines and (match := _HEADING.match(lines[0].strip())):
            if held:
                yield Passage(heading, " ".join(held))
            heading, held, lines = match.group("atx"), [], lines[1:]
        words = " ".join(lines).split()
        while words:
            room = _WORDS - len(held)
            if held and len(words) > room:
                yield Passage(heading, " ".join(held))
                held = []
                continue
            held, words = held + words[:_WORDS], words[_WORDS:]
    if held:
        yield Passage(heading, " ".join(held))


class _Reader(HTMLParser):
    """Writes HTML as Markdown paragraphs and headings."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin a block."""
        self._skipping += tag in _SKIPPED
        if re.fullmatch(r"h[1-6]", tag):
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        self._skipping -= tag in _SKIPPED and self._skipping > 0
        if tag in _BLOCKS or re.fullmatch(r"h[1-6]", tag):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self._skipping:
            self.parts.append(re.sub(r"\s+", " ", data))


def _plain(text: str) -> str:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.parts)
