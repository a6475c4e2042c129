"""Words to expect: the names of who is there, the agenda, and a glossary; a recogniser then spells them right.

They are put before the text as if they had just been said (Radford et al. 2022, §2.3, "initial prompt").
"""

import re
from collections.abc import Iterable, Sequence

from voicemind.timeline.event import Agenda, Event, Joined

MOST = 60  # terms: more cost time, and none of them counts for much
LONGEST = 60  # characters of a term
SENTENCE = 3  # terms: a recogniser punctuates as the text before did, and after one long list all is commas

_NAME = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[ .'’-]+[^\W\d_]+)*\.?")  # no label of a diarizer, and no "Laptop 2"


class Hints:
    """Keeps what is known of the words of a meeting; the glossary first, then names, then the agenda."""

    def __init__(self, glossary: Sequence[str] = ()) -> None:
        self._glossary = tuple(glossary)
        self._names: dict[str, str] = {}  # participant -> name
        self._agenda: tuple[str, ...] = ()
        self.terms = _chosen(self._glossary)
        """The terms, each once, the most useful first."""

    def feed(self, event: Event) -> None:
        """Take an event; those of other kinds tell nothing."""
        if isinstance(event, Joined):
            self._names[event.participant.id] = event.participant.name.strip()
        elif isinstance(event, Agenda):
            self._agenda = tuple(item.title for item in event.items)
        else:
            return
        names = (name for name in self._names.values() if _NAME.fullmatch(name))
        self.terms = _chosen((*self._glossary, *names, *self._agenda))


def as_sentences(terms: Sequence[str]) -> list[str]:
    """Return terms as short sentences, to be put before a text."""
    return [", ".join(terms[at : at + SENTENCE]) + "." for at in range(0, len(terms), SENTENCE)]


def says_only(text: str, terms: Sequence[str]) -> bool:
    """Tell whether a text has no word that is not among the terms."""
    return set(_words(text)) <= {word for term in terms for word in _words(term)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _chosen(terms: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for term in terms:
        plain = " ".join(term.split())
        if plain and len(plain) <= LONGEST:
            found.setdefault(plain.lower(), plain)
    return tuple(found.values())[:MOST]
