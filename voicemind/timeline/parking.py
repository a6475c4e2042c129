"""The parking lot: what a meeting found becomes an agenda item, of this meeting or of the next one."""

import uuid
from dataclasses import replace

from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes

LONGEST = 120  # characters of a title


def title_of(insight: Insight) -> str:
    """Return what an agenda item about an insight is called; "" where it says nothing."""
    data = insight.data
    about = data.get("about")
    if insight.kind == "drift" and isinstance(about, list | tuple):
        said = ", ".join(str(phrase) for phrase in about)
    elif insight.kind == "avoided":
        said = str(data.get("item") or data.get("quote") or insight.text)
    else:
        said = insight.text
    said = " ".join(said.split())
    return said if len(said) <= LONGEST else f"{said[:LONGEST].rsplit(' ', 1)[0]} …"


def parked(insight: Insight) -> AgendaItem:
    """Return a new agenda item about an insight."""
    return AgendaItem(f"parked-{uuid.uuid4().hex[:12]}", title_of(insight))


def carried(minutes: Minutes) -> tuple[AgendaItem, ...]:
    """Return what the next meeting is to take up: items that were avoided, with their owners, and open questions."""
    planned = {item.title: item for item in minutes.agenda}
    found: dict[str, AgendaItem] = {}
    for insight in minutes.insights():
        if insight.kind not in ("avoided", "question") or insight.data.get("answered") is True:
            continue
        title = title_of(insight)
        if title and title not in found:
            known = planned.get(title, AgendaItem("", title))
            found[title] = replace(known, id=f"carried-{len(found) + 1}")
    return tuple(found.values())
