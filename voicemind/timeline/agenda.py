"""The agenda: its items, and how they are written in a file."""

import re
from dataclasses import dataclass, field

from voicemind.errors import AgendaError

MAX_ITEMS = 500

_BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
_MINUTES = re.compile(r"\(\s*(\d{1,4}(?:[.,]\d+)?)\s*(?:min(?:ute)?s?|m|['′])\.?\s*\)", re.IGNORECASE)
_OWNER = re.compile(r"(?:^|\s)@(\w[\w.'-]*)\s*$")


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item; ``minutes`` planned, ``owner`` by name, ``vector`` the embedding of the title."""

    id: str
    title: str
    minutes: float | None = None
    owner: str | None = None
    vector: tuple[float, ...] | None = field(default=None, repr=False, compare=False)

    @property
    def heading(self) -> str:
        """The title without what explains it: "Budget" of "Budget: what the winter cost"."""
        return self.title.partition(": ")[0].strip() or self.title


def parse_agenda(text: str) -> tuple[AgendaItem, ...]:
    """Read an agenda from Markdown or plain text, one item a line: ``- Title (10 min) @Owner``.

    Where any line is a list entry, only list entries count, so that a heading or a sentence
    above the list is no item. Raises AgendaError when nothing is left or the list is too long.
    """
    text = text.removeprefix("\ufeff")  # as Windows editors put before the first line
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    listed = [line for line in lines if _BULLET.match(line)]
    items = [_item(f"item-{i}", line) for i, line in enumerate(listed or lines, 1)]
    found = tuple(item for item in items if re.search(r"\w", item.title))  # a rule (---) is no item
    if not found:
        raise AgendaError("the agenda is empty; write one item a line, such as '- Budget (10 min) @Maya'")
    if len(found) > MAX_ITEMS:
        raise AgendaError(f"the agenda has {len(found)} items; {MAX_ITEMS} are the most that can be tracked")
    return found


def _item(item_id: str, line: str) -> AgendaItem:
    title = _BULLET.sub("", line).strip()
    owner = None
    minutes = None
    # Minutes and owner may stand in either order at the end of the line.
    for _ in range(2):
        if match := _OWNER.search(title):
            owner = match.group(1)
            title = title[: match.start()].rstrip()
        if match := _MINUTES.search(title):
            minutes = float(match.group(1).replace(",", "."))
            title = (title[: match.start()] + title[match.end() :]).strip()
    return AgendaItem(item_id, " ".join(title.split()), minutes, owner)
