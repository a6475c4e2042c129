"""An agenda as it comes in a request: a text, or a list."""

from typing import Any

from starlette.exceptions import HTTPException

from voicemind.board.records import agenda_item_from
from voicemind.timeline.agenda import MAX_ITEMS, AgendaItem, parse_agenda

MAX_TEXT = 50_000  # characters


def read_agenda(value: object) -> tuple[AgendaItem, ...]:
    """Read an agenda: a text with an item a line, or a list of such lines and of {title, minutes, owner}.

    None and an empty text are no agenda. Raises AgendaError or HTTPException 422 for what cannot be read.
    """
    match value:
        case None:
            return ()
        case str():
            if len(value) > MAX_TEXT:
                raise HTTPException(422, f"the agenda is longer than {MAX_TEXT} characters")
            return parse_agenda(value) if value.strip() else ()
        case list() if len(value) <= MAX_ITEMS:
            return tuple(_item(f"item-{i}", entry) for i, entry in enumerate(value, 1))
    raise HTTPException(422, f"the agenda is a text with an item a line, or a list of at most {MAX_ITEMS} items")


def _item(item_id: str, entry: Any) -> AgendaItem:
    if isinstance(entry, str) and len(entry) <= MAX_TEXT:
        line = parse_agenda(f"- {' '.join(entry.split())}")[0]
        entry = {"title": line.title, "minutes": line.minutes, "owner": line.owner}
    item = agenda_item_from({**entry, "id": item_id}) if isinstance(entry, dict) else None
    if item is None:
        raise HTTPException(422, f"{item_id} of the agenda has no title; write a line, or {{title, minutes, owner}}")
    return item
