"""The engine's own content: remembered, put back where somebody else changed it, let go where they may."""

from collections.abc import Iterable, Mapping
from typing import Any

from pycrdt import Map

from voicemind.board.content import plain, put, put_fields, whole
from voicemind.board.replica import PEOPLE, Change, Replica
from voicemind.board.roots import ENGINE_ROOTS
from voicemind.board.values import Json, same

Fields = Mapping[str, Json]

FOLLOWS = frozenset({"x", "y", "width", "height", "angle", "text"})
"""Fields of a text inside a shape that follow the shape: browsers measure and wrap it anew."""


class Guard:
    """Remembers what the engine wrote in its roots, and which shapes are still its own."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._roots: dict[str, dict[str, Json]] = {name: {} for name in ENGINE_ROOTS}
        self._shapes: dict[str, Fields] = {}
        self._let_go: set[str] = set()
        self._trespassed: dict[str, set[str]] = {}

    def load(self) -> None:
        """Take the engine's roots as they stand on disk for what the engine wrote."""
        for name, known in self._roots.items():
            known.update(_as_dict(whole(self._replica.roots[name])))
        released = self._roots["meeting"].get("let_go")
        self._let_go = {key for key in released if isinstance(key, str)} if isinstance(released, list) else set()
        for key, element in _as_dict(whole(self._replica.roots["elements"])).items():
            if isinstance(element, dict) and made_by_engine(key, element) and key not in self._let_go:
                self._shapes[key] = element

    def put(self, root: str, key: str, value: Json) -> None:
        """Write one key of an engine root; a dict goes in as a Map, field by field."""
        self._roots[root][key] = value
        self._write(root, key, value)

    def known(self, root: str) -> Fields:
        """Return what the engine wrote in one of its roots, by key."""
        return self._roots[root]

    def may_put(self, key: str) -> bool:
        """Tell whether a shape is the engine's to write: new, or untouched by people."""
        return key in self._shapes or (key not in self._let_go and key not in self._replica.roots["elements"])

    def put_shape(self, key: str, fields: Fields) -> None:
        """Write one shape."""
        self._shapes[key] = fields
        put_fields(self._replica.roots["elements"], key, fields)

    def drop(self, root: str, key: str) -> None:
        """Remove one key of an engine root, or a shape, whoever made it."""
        self._roots.get(root, {}).pop(key, None)
        if root == "elements":
            self._shapes.pop(key, None)
        self._replica.roots[root].pop(key, None)

    def watch(self, changes: Iterable[Change]) -> bool:
        """Look at changes by others; tell whether one of them was in the engine's roots."""
        trespass = False
        for change in changes:
            if change.origin != PEOPLE:
                continue
            if change.root in ENGINE_ROOTS:
                trespass = True
                self._trespassed.setdefault(change.root, set()).update(change.keys)
            elif change.root == "elements":
                self._let_go_of(change.keys & self._shapes.keys())
        return trespass

    def _let_go_of(self, keys: Iterable[str]) -> None:
        elements: Map[Any] = self._replica.roots["elements"]
        for key in keys:
            now = _as_dict(plain(elements.get(key)))
            wrote = self._shapes[key]
            follows = FOLLOWS if wrote.get("containerId") else frozenset()
            if any(not same(now.get(name), wrote.get(name)) for name in (now.keys() | wrote.keys()) - follows):
                del self._shapes[key]
                self._let_go.add(key)

    def settle(self) -> None:
        """Undo what others changed in the engine's roots, and note which shapes were let go."""
        for root, keys in self._trespassed.items():
            self._replica.drop_items(root)
            for key in keys:
                if key in self._roots[root]:
                    self._write(root, key, self._roots[root][key])
                else:
                    self._replica.roots[root].pop(key, None)
        self._trespassed.clear()
        if len(self._let_go) != len(_as_list(self._roots["meeting"].get("let_go"))):
            self.put("meeting", "let_go", [*sorted(self._let_go)])

    def _write(self, root: str, key: str, value: Json) -> None:
        target: Map[Any] = self._replica.roots[root]
        if isinstance(value, dict) and root in ("transcript", "insights"):
            put_fields(target, key, value)
        else:
            put(target, key, value)


def made_by_engine(key: str, element: Fields) -> bool:
    """Tell whether an element says that the engine made it; a copy that a person made has another key."""
    made = _as_dict(_as_dict(element.get("customData")).get("vm"))
    return made.get("by") == "agent" and made.get("id") == key


def _as_dict(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _as_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
