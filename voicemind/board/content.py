"""Plain values out of shared types and into them, field by field."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pycrdt import Array, Map, Text, XmlElement, XmlFragment, XmlText

from voicemind.board.core import border
from voicemind.board.values import MAX_DEPTH, Json, same


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the notes as plain text."""

    id: str
    heading: str
    text: str


def sections(entries: Iterable[object]) -> list[Section]:
    """Read the notes; entries that are no section are passed over."""
    found = [entry for entry in map(plain, entries) if isinstance(entry, dict)]
    return [
        Section(str(entry["id"]), str(entry.get("heading") or ""), str(entry.get("body") or ""))
        for entry in found
        if isinstance(entry.get("id"), str)
    ]


def plain(value: object, depth: int = 0) -> Json:
    """Return what a shared type holds as JSON; XML as its text.

    Null stands for what JSON does not have, and for what lies deeper than ``MAX_DEPTH``.
    """
    match value:
        case Map() | Array() if depth > MAX_DEPTH:
            return None
        case Map():
            return {key: plain(item, depth + 1) for key, item in value.items()}
        case Array():
            return [plain(item, depth + 1) for item in value]
        case Text():
            return str(value)
        case XmlFragment() | XmlElement() | XmlText():
            return xml_text(value)
        case None | bool() | int() | float() | str() | list() | dict():
            return value
    return None


def whole(root: Array[Any] | Map[Any]) -> Json:
    """Return the same, read by the core in one go: a tenth of the cost, but XML as its markup."""
    try:
        with border:
            value: Json = json.loads(str(root))
    except RecursionError:  # somebody nested a thousand lists
        return plain(root)
    return value


def xml_text(node: XmlFragment | XmlElement | XmlText) -> str:
    """Return the text of a rich text, one line a block."""
    return "\n".join(line for line in _lines(node) if line)


def _lines(node: XmlFragment | XmlElement | XmlText, depth: int = 0) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    if isinstance(node, XmlText):
        yield "".join(part for part, _ in node.diff() if isinstance(part, str))
        return
    line = ""
    for child in node.children:
        if isinstance(child, XmlText):  # text and its neighbours in one block make one line
            line += xml_text(child)
        else:
            yield line
            line = ""
            yield from _lines(child, depth + 1)
    yield line


def put(target: Map[Any], key: str, value: Json) -> None:
    """Set one JSON value, unless it stands there already: each write costs every client some bytes."""
    if key not in target or not same(plain(target[key]), value):
        target[key] = value


def put_fields(target: Map[Any], key: str, fields: Mapping[str, Json]) -> None:
    """Make the Map at ``key`` hold exactly ``fields``, writing only what differs."""
    entry = target.get(key)
    if not isinstance(entry, Map):
        target[key] = Map(dict(fields))
        return
    for field, value in fields.items():
        put(entry, field, value)
    for field in set(entry.keys()) - set(fields):
        del entry[field]
