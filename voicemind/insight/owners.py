"""Whose an agenda item is: its owner's, else that of whoever its heading names."""

from collections import Counter
from collections.abc import Iterable

from voicemind.insight.patterns import listed
from voicemind.insight.phrases import content, stem
from voicemind.insight.titles import COMMON
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Participant

# What many roles are called says nothing of whose an item is.
_ROLES = COMMON | {stem(word) for word in listed("user expert designer design specialist officer lead head group none")}


def owners(item: AgendaItem, people: Iterable[Participant]) -> frozenset[str]:
    """Return the ids of the participants that an item belongs to, often none.

    A part of a name that two people share names neither; half of what is left has to be there, so that
    "Marketing report" is the marketing expert's.
    """
    names = {person.id: set(content(person.name)) - _ROLES for person in people}
    shared = Counter(part for parts in names.values() for part in parts)
    wanted = set(content(item.owner or item.heading))
    found = set()
    for person, parts in names.items():
        own = {part for part in parts if shared[part] == 1}
        if own and 2 * len(own & wanted) >= len(own):
            found.add(person)
    return frozenset(found)
