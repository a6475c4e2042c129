"""Agenda titles as they are heard: named, opened, put off, or read out as a list."""

import re
from collections import Counter
from collections.abc import Sequence

from voicemind.insight.patterns import anywhere, either, listed
from voicemind.insight.phrases import content, stem
from voicemind.timeline.agenda import AgendaItem

NAMED = 0.4  # share of a title's weight from which a clause names the item
_SHORT = 5  # words: "now, scope", "last big one, the launch"
_CUED = 25  # words of a clause in which a cue still opens an item
_LISTED = 3  # items named in one breath are a list
# Stems of many titles: they say less about each.
COMMON = frozenset(
    stem(word)
    for word in listed("""discussion discuss update updates status report review presentation meeting agenda item
    general
    introduction talk next steps point issue question team project overview feedback evaluation summary
    plan news current new open other various""")
)
_COMMON_WEIGHT = 0.3
_CUE = anywhere(
    r"""next | now | first | second | third | last | finally | then | let's | let us | start with
    | begin with | open with | move on | moving on | come to | back to | turn to | talk about | discuss
    | what about | how about | regarding | on to | point | item | agenda | topic | how far
    | where do we stand | where are we | status | about the | as for | want to | how is | how are | how did
    | remaining | left | still have"""
)
# What belongs to opening an item, not to its title.
_OPENING = frozenset(
    stem(word)
    for word in listed("""start begin open move come turn item point topic agenda big next last list subject monday
    tuesday
    wednesday thursday friday saturday sunday week month""")
)
_WHEN = either(
    r"""another (?:day|time) | some other time | next (?:time|week|meeting|month) | later | tomorrow
    | on \w+day | separate meeting | when (?:we|there|he|she|they) \w+ | offline | until (?:next|then|later|after)"""
)
_TREAT = "(?:do|discuss|talk about|cover|look at|leave|keep|save|take|move|push|put|come back to)"
_POSTPONES = anywhere(
    rf"""
    | {_TREAT} (?:\S+ ){{0,6}}?(?:for |to |by |off )?{_WHEN}
    | (?:that|it|this|they|which|has to|have to|can|will|must|may) wait(?=\W*$| until| till|,)
    | no time (?:left )?for | not today
    | postpone | another day | skip (?:it|that|the|this) | won't get to | will not get to
    | park (?:it|that|the|this) | save (?:it|that) for | not now
    | (?:let's|let us) not (?:do|discuss|talk|go into|open|get into|start) | put (?:it|that|the \w+) off
    | we {_WHEN}"""
)


class Titles:
    """The items of an agenda, ready to be recognised in what is said."""

    def __init__(self, items: Sequence[AgendaItem]) -> None:
        self.items = tuple(items)
        self.stems = [frozenset(content(item.heading)) for item in items]
        shared = Counter(part for stems in self.stems for part in stems)
        self._weights = [{part: _weight(part) / shared[part] for part in stems} for stems in self.stems]
        self._places: dict[str, list[int]] = {}
        for place, stems in enumerate(self.stems):
            for part in stems:
                self._places.setdefault(part, []).append(place)

    def weight(self, place: int, part: str) -> float:
        """Return how much a stem says of an item: less when it is common, or in other titles too."""
        return self._weights[place][part]

    def shares(self, stems: frozenset[str]) -> dict[int, float]:
        """Return how much of each item's title is among ``stems``, where anything is."""
        found: dict[int, float] = {}
        for part in stems:
            for place in self._places.get(part, ()):
                found[place] = found.get(place, 0.0) + self._weights[place][part]
        return {place: weight / sum(self._weights[place].values()) for place, weight in found.items()}

    def named(self, text: str) -> list[int]:
        """Return the items that a clause names, best first."""
        stems = frozenset(content(text))
        shares = self.shares(stems)
        brief = len(text.split()) <= _SHORT
        named = {
            place: max(share, 1.0 if brief and stems <= self.stems[place] else 0.0) for place, share in shares.items()
        }
        return sorted((place for place, share in named.items() if share >= NAMED), key=lambda p: (-named[p], p))

    def opened(self, text: str) -> int | None:
        """Return the item that a clause opens: "now, scope", "let us start with the beta"."""
        head, _, tail = text.partition(",")
        if tail and len(head.split()) <= _SHORT and (found := self.opened(head)) is not None:
            return found
        words = len(text.split())
        if words > _CUED:
            return None
        stems = frozenset(content(text))
        shares = self.shares(stems)
        best = sorted(shares, key=lambda place: (-shares[place], place))
        if not best or (len(best) > 1 and shares[best[0]] == shares[best[1]]):
            return None
        rest = stems - _OPENING
        whole = words <= _SHORT and bool(rest - COMMON) and rest <= self.stems[best[0]]
        return best[0] if whole or (shares[best[0]] >= NAMED and _CUE.search(text)) else None

    def lists(self, text: str) -> bool:
        """Tell whether a text reads out several items rather than talk about one."""
        return len(self.named(text)) >= min(_LISTED, max(2, len(self.items) - 1))


def postpones(text: str) -> bool:
    """Tell whether a clause puts something off: "that has to wait until next time"."""
    return _POSTPONES.search(text) is not None


def _weight(part: str) -> float:
    return _COMMON_WEIGHT if part in COMMON or re.fullmatch(r"\d+\w*", part) else 1.0
