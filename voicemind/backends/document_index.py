"""The team's documents, indexed: passages with their words (BM25 of SQLite's FTS5) and their embeddings.

Incremental by digest: a document that did not change is not read into passages again. The two rankings are joined
by reciprocal rank fusion (Cormack, Clarke and Buettcher 2009).
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicemind.backends.passages import SUFFIXES, Passage, read_passages
from voicemind.errors import InputError
from voicemind.insight.documents import Shelf
from voicemind.insight.phrases import STOP
from voicemind.insight.ports import TextEmbedder

_BATCH = 64  # passages that are embedded at a time
_FUSED = 60  # the constant of reciprocal rank fusion
_CONSIDERED = 50  # passages of each ranking
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (path TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS passages (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_path ON passages (path);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(heading, text, tokenize = 'porter unicode61');
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; ``similarity`` is the cosine of its embedding to the query's."""

    path: str
    heading: str
    text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an indexing did: documents read anew, left as they were, dropped, and why others were left out."""

    read: int
    same: int
    dropped: int
    refused: tuple[str, ...]


def read_shelf(file: Path) -> Shelf:
    """Return every passage of an index with its embedding; InputError where the file is none."""
    if not file.is_file():
        raise InputError(f"{file}: no documents are indexed; `voicemind index FOLDER` takes them in")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT path, heading, text, vector FROM passages ORDER BY id").fetchall()
    except sqlite3.DatabaseError as error:
        raise InputError(f"{file}: not an index of documents ({error}); delete it and index again") from error
    vectors = [np.frombuffer(row[3], np.float32) for row in rows]
    return Shelf.of([row[:3] for row in rows], np.stack(vectors) if vectors else np.zeros((0, 0), np.float32))


class DocumentIndex:
    """An index in one SQLite file."""

    def __init__(self, file: Path, embedder: TextEmbedder) -> None:
        """Open the index, or begin one; InputError where the file is none."""
        self._file = file
        self._embedder = embedder
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(self._connect()) as database:
                database.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise InputError(f"{file}: not an index of documents ({error}); delete it and index again") from error

    def index(self, folder: Path) -> Indexed:
        """Take in every document of a folder and of the folders in it, and drop what is no longer there."""
        if not folder.is_dir():
            raise InputError(f"{folder}: no folder of documents")
        found = {str(path.resolve()): path for path in _documents(folder)}
        root = f"{folder.resolve()}/"
        refused: list[str] = []
        with closing(self._connect()) as database:
            known = dict(database.execute("SELECT path, digest FROM documents"))
            gone = [path for path in known if path.startswith(root) and path not in found]
            for path in gone:
                self._drop(database, path)
            fresh = 0
            for name, path in found.items():
                try:
                    fresh += self._take(database, name, path, known.get(name))
                except InputError as error:
                    refused.append(str(error))
            database.commit()
        return Indexed(fresh, len(found) - fresh - len(refused), len(gone), tuple(refused))

    def search(self, query: str, most: int = 5) -> list[Hit]:
        """Return the passages that fit a query best, best first."""
        (vector,) = self._embedder.embed([query])
        return self.near(query, vector, most)

    def near(self, query: str, vector: Sequence[float], most: int = 5) -> list[Hit]:
        """Return the passages that fit a text and its embedding best, best first."""
        with closing(self._connect()) as database:
            rows = database.execute("SELECT id, path, heading, text, vector FROM passages").fetchall()
            if not rows:
                return []
            vectors = np.stack([np.frombuffer(row[4], np.float32) for row in rows])
            similar = vectors @ np.array(vector, np.float32)
            places = {row[0]: place for place, row in enumerate(rows)}
            by_meaning = [int(place) for place in np.argsort(-similar, kind="stable")[:_CONSIDERED]]
            by_words = [places[key] for key in self._by_words(database, query)]
        score: dict[int, float] = {}
        for ranking in (by_meaning, by_words):
            for rank, place in enumerate(ranking):
                score[place] = score.get(place, 0.0) + 1 / (_FUSED + rank)
        best = sorted(score, key=lambda place: (-score[place], place))[:most]
        return [Hit(rows[place][1], rows[place][2], rows[place][3], round(float(similar[place]), 4)) for place in best]

    def shelf(self) -> Shelf:
        """Return every passage with its embedding, for the analyzer ``Documents``."""
        return read_shelf(self._file)

    def _by_words(self, database: sqlite3.Connection, query: str) -> list[int]:
        words = dict.fromkeys(w for w in re.findall(r"\w+", query.lower()) if w not in STOP)
        if not words:
            return []
        asked = " OR ".join(f'"{word}"' for word in words)
        found = database.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words), rowid LIMIT ?", (asked, _CONSIDERED)
        )
        return [key for (key,) in found]

    def _take(self, database: sqlite3.Connection, name: str, path: Path, known: str | None) -> bool:
        """Read a document where it is new or has changed."""
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        digest = f"{self._embedder.name} {digest}"
        if digest == known:
            return False
        found = read_passages(path)
        self._drop(database, name)
        for start in range(0, len(found), _BATCH):
            self._write(database, name, found[start : start + _BATCH])
        database.execute("INSERT INTO documents VALUES (?, ?)", (name, digest))
        return True

    def _write(self, database: sqlite3.Connection, name: str, found: list[Passage]) -> None:
        vectors = self._embedder.embed([f"{p.heading}. {p.text}" if p.heading else p.text for p in found])
        for passage, vector in zip(found, vectors, strict=True):
            row = (name, passage.heading, passage.text, np.array(vector, np.float32).tobytes())
            key = database.execute("INSERT INTO passages (path, heading, text, vector) VALUES (?, ?, ?, ?)", row)
            words = (key.lastrowid, passage.heading, passage.text)
            database.execute("INSERT INTO words (rowid, heading, text) VALUES (?, ?, ?)", words)

    def _drop(self, database: sqlite3.Connection, name: str) -> None:
        database.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM passages WHERE path = ?)", (name,))
        database.execute("DELETE FROM passages WHERE path = ?", (name,))
        database.execute("DELETE FROM documents WHERE path = ?", (name,))

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=30.0)


def _documents(folder: Path) -> Iterator[Path]:
    """Every document below a folder, those of hidden folders left out."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and path.is_file() and not hidden:
            yield path
