"""A room's document: what the engine writes into it, and what it reads of people's."""

from collections.abc import Iterable, Mapping
from typing import Any

from pycrdt import Array, Map, Text

from voicemind.board import records
from voicemind.board.answers import Answers
from voicemind.board.content import Section, plain, sections, whole
from voicemind.board.guard import Guard, made_by_engine
from voicemind.board.replica import ENGINE, PEOPLE, Change, Replica
from voicemind.board.values import Json, clean, clean_text
from voicemind.errors import BoardError
from voicemind.timeline.agenda import MAX_ITEMS, AgendaItem
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Turn


class Document:
    """The document of one room. ``client_id`` is the engine's, leased; no other process may use it.

    Every method runs at once, on the thread that made the document. Text is made valid and
    numbers finite on the way in. Where a method writes nothing new, no update comes of it.
    """

    def __init__(self, client_id: int, history_id: str) -> None:
        self.history_id = history_id
        self._replica = Replica(client_id)
        self._guard = Guard(self._replica)
        self.answers = Answers(self._guard)
        """What people's corrections make of what the engine finds."""
        self._changes: list[Change] = []

    def close(self) -> None:
        """Free the document."""
        self._replica.close()

    # The document as a whole

    def load(self, updates: Iterable[bytes]) -> None:
        """Take in what was kept on disk, oldest first, and sign the document with its history."""
        self._replica.load(updates)
        self._guard.load()
        self.answers.load()
        self.set_meeting(history_id=self.history_id)

    def apply(self, update: bytes) -> bytes | None:
        """Take in a client's update; return it as it is to be kept and shared, None when all of it is known.

        Raises FrameError for bytes that are no update; they change nothing.
        """
        return self._replica.apply(update)

    def to_keep(self, update: bytes) -> bytes:
        """Return what ``apply`` returned as it goes on disk."""
        return self._replica.to_keep(update)

    def trespassed(self) -> bool:
        """Tell whether what came in since the last call changed the engine's roots."""
        changes = self._replica.take_changes()
        self._changes += changes
        self.answers.stale |= any(change.root == "corrections" for change in changes)
        return self._guard.watch(changes)

    def settle(self) -> None:
        """Put the engine's roots back as they were, let go of shapes that people touched, answer corrections."""
        self.trespassed()
        with self._replica.write(ENGINE):
            self._guard.settle()
            self.answers.settle(self.corrections)

    def knows(self, update: bytes) -> bool:
        """Tell whether an update has nothing new; raises FrameError for bytes that are no update."""
        return self._replica.knows(update)

    @property
    def state(self) -> bytes:
        """The state vector."""
        return self._replica.state

    def missing_in(self, state: bytes) -> bytes:
        """Return an update with all that a client with this state vector lacks."""
        return self._replica.missing_in(state)

    def take_written(self) -> list[tuple[str, bytes]]:
        """Return what the methods below wrote since the last call: origin and update."""
        return self._replica.take_written()

    def take_changes(self) -> tuple[Change, ...]:
        """Return what changed since the last call, by anybody."""
        self.trespassed()
        changes, self._changes = tuple(self._changes), []
        return changes

    # What the engine writes

    def add_turn(self, turn: Turn) -> None:
        """Write a final turn, or its revision; people's corrections of it stay."""
        with self._replica.write(ENGINE):
            self.answers.put_turn(clean_text(turn.id), records.turn_fields(turn))

    def put_insight(self, insight: Insight) -> None:
        """Write an insight, or its newer version; a nudge is for one person and never comes here."""
        with self._replica.write(ENGINE):
            self.answers.put_insight(clean_text(insight.id), records.insight_fields(insight))

    def set_talk(self, **figures: object) -> None:
        """Write figures of talk (shares, balance), a JSON value each; at most once a second."""
        for name, value in figures.items():
            self._put("talk", name, clean(value))

    def set_meeting(self, **facts: object) -> None:
        """Write facts of the meeting (state, started, participants, lag), a JSON value each."""
        for name, value in facts.items():
            if name == "participants" and isinstance(value, Mapping):
                with self._replica.write(ENGINE):
                    self.answers.put_people(_fields(value))
            else:
                self._put("meeting", name, clean(value))

    def put_shape(self, elements: Mapping[str, Mapping[str, Any]]) -> bool:
        """Write elements of the engine's, by id; False where one of them is people's by now.

        Raises ValueError for an element that does not say in ``customData`` that the engine made it.
        """
        cleaned = {clean_text(key): _fields(fields) for key, fields in elements.items()}
        for key, fields in cleaned.items():
            if not made_by_engine(key, fields):
                raise ValueError(f"element {key!r} is not marked as the engine's own; make it with board.shapes")
        if not all(self._guard.may_put(key) for key in cleaned):
            return False
        with self._replica.write(ENGINE):
            for key, fields in cleaned.items():
                self._guard.put_shape(key, fields)
        return True

    def remove(self, entries: Mapping[str, Iterable[str]]) -> None:
        """Remove entries of roots that are Maps for good, by root, whoever wrote them; keys that are not there too."""
        with self._replica.write(ENGINE):
            for root, keys in entries.items():
                for key in keys:
                    self._guard.drop(root, key)
                    if root == "transcript":
                        self.answers.note_gone(key)

    def _put(self, root: str, key: str, value: Json) -> None:
        with self._replica.write(ENGINE):
            self._guard.put(root, key, value)

    # What people write, by way of the server's own interfaces

    def found(self, title: str, agenda: Iterable[AgendaItem]) -> None:
        """Give a new room its title and agenda; raises BoardError where it has one already."""
        heading, items = self._root("title"), self._root("agenda")
        if len(heading) or len(items):
            raise BoardError("the room has a title or an agenda already; edit it on the page")
        with self._replica.write(PEOPLE):
            heading.insert(0, clean_text(title))
            items.extend([Map(records.agenda_fields(item)) for item in agenda])

    def add_to_agenda(self, item: AgendaItem) -> AgendaItem:
        """Put an item at the end of the agenda; return it, or the one with its title that is there already.

        Raises BoardError where the agenda is full.
        """
        agenda = self.agenda()
        for known in agenda:
            if known.title.casefold() == item.title.casefold():
                return known
        if len(agenda) >= MAX_ITEMS:
            raise BoardError(f"the agenda has {MAX_ITEMS} items already; take some off first")
        with self._replica.write(PEOPLE):
            self._root("agenda").append(Map(records.agenda_fields(item)))
        return item

    def put_verdict(self, insight_id: str, verdict: Mapping[str, object]) -> None:
        """Write what somebody says of an insight (dismissed, done, owner, due, text, pinned); the rest stays."""
        verdicts = self._root("verdicts")
        key, fields = clean_text(insight_id), _fields(verdict)
        with self._replica.write(PEOPLE):
            if isinstance(entry := verdicts.get(key), Map):
                entry.update(fields)
            else:
                verdicts[key] = Map(fields)

    def put_correction(self, correction_id: str, correction: Mapping[str, object]) -> None:
        """Write a correction: kind (rename, merge, split, reassign, text), target, value, by, at."""
        with self._replica.write(PEOPLE):
            self._root("corrections")[clean_text(correction_id)] = _fields(correction)

    # What is read

    def turns(self) -> list[Turn]:
        """Return the final turns in order of time as the engine found them, as after a restart."""
        return sorted(self.answers.turns(), key=lambda turn: (turn.segment, turn.id))

    def insights(self) -> list[Insight]:
        """Return the insights as the engine found them, withdrawn ones too, in order of time."""
        found = [records.insight_from(key, fields) for key, fields in self.answers.insights().items()]
        return sorted(found, key=lambda insight: (insight.segment, insight.id))

    def talk(self) -> dict[str, Json]:
        """Return the figures of talk."""
        return self._values("talk")

    def meeting(self) -> dict[str, Json]:
        """Return the facts of the meeting; participants by the names with which they came."""
        facts = self._values("meeting")
        if isinstance(facts.get("participants"), dict):
            facts["participants"] = self.answers.people()
        return facts

    def title(self) -> str:
        """Return the title."""
        return str(self._root("title"))

    def agenda(self) -> list[AgendaItem]:
        """Return the agenda; entries without an id or a title are no items."""
        entries = whole(self._root("agenda"))
        items = map(records.agenda_item_from, entries if isinstance(entries, list) else [])
        return [item for item in items if item is not None]

    def sections(self) -> list[Section]:
        """Return the notes as plain text."""
        return sections(self._root("sections"))

    def verdicts(self) -> dict[str, dict[str, Json]]:
        """Return people's verdicts by insight."""
        return self._entries("verdicts")

    def corrections(self) -> dict[str, dict[str, Json]]:
        """Return people's corrections by id."""
        return self._entries("corrections")

    def elements(self) -> dict[str, dict[str, Json]]:
        """Return the shapes on the board by id, deleted ones too where they are marked so."""
        return self._entries("elements")

    def files(self) -> dict[str, dict[str, Json]]:
        """Return the files that shapes refer to: {mimeType, url} by id."""
        return self._entries("files")

    def _root(self, name: str) -> Any:
        root: Map[Any] | Array[Any] | Text = self._replica.roots[name]
        return root

    def _values(self, root: str) -> dict[str, Json]:
        values = plain(self._root(root))
        return values if isinstance(values, dict) else {}

    def _entries(self, root: str) -> dict[str, dict[str, Json]]:
        return {key: value for key, value in self._values(root).items() if isinstance(value, dict)}


def _fields(values: Mapping[str, object]) -> dict[str, Json]:
    return {clean_text(str(name)): clean(value) for name, value in values.items()}
