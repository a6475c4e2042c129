"""Who is meant: participants by name, spoken to or spoken of."""

import re
from difflib import SequenceMatcher

from voicemind.insight.patterns import listed
from voicemind.insight.phrases import STOP
from voicemind.timeline.event import Participant

# Names that are also words: these count only where a name must stand.
_ALSO_WORDS = frozenset(
    listed("""i will may mark bill april june august summer art frank grace hope joy rose rob drew pat sue chase
    grant penny dale faith dawn eve an my so can miles page guy rich van sky star angel carol iris olive
    ray ruby bob don doc do a be he she it we you us me no yes all any one two max min gene jack john
    king prince chance case sunny reed""")
)
_PRONOUNS = frozenset({"i", "you", "he", "she", "it", "we", "they"})
_MODAL = r"(?:will|['’]ll|can|could|should|would|is|has|to|needs|takes|does|gets|and)"
_PREDICATE = re.compile(rf"{_MODAL}\b|,\s*you\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LIKENESS = 0.7


class Roster:
    """The participants of a meeting, found in what is said by first name, last name or full name."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._heard: dict[str, str | None] = {}

    def add(self, participant: Participant) -> None:
        """Take a participant, or a new name of one."""
        self._names[participant.id] = participant.name
        ids: dict[str, set[str]] = {}
        for person, name in self._names.items():
            for part in {name.lower(), *(w.lower() for w in _WORD.findall(name))}:
                ids.setdefault(part, set()).add(person)
        # A name that two people share names neither.
        self._ids = {part: next(iter(people)) for part, people in ids.items() if len(people) == 1}
        self._heard.clear()

    def __len__(self) -> int:
        return len(self._names)

    def name(self, person: str) -> str:
        """Return what people call a participant; the id itself where no name is known."""
        return self._names.get(person, person)

    def find(self, word: str) -> str | None:
        """Return whose name a word is, allowing for a misheard vowel; None when it is nobody's."""
        bare = re.sub(r"['’]s$", "", word.lower())
        if bare not in self._heard:
            self._heard[bare] = self._ids.get(bare) or self._alike(bare)
        return self._heard[bare]

    def _alike(self, word: str) -> str | None:
        if len(word) < 4 or word in STOP:
            return None
        found = {
            person
            for name, person in self._ids.items()
            if len(name) >= 4
            and name not in _ALSO_WORDS
            and name[0] == word[0]
            and _skeleton(name) == _skeleton(word)
            and SequenceMatcher(None, name, word).ratio() >= _LIKENESS
        }
        return found.pop() if len(found) == 1 else None

    def addressee(self, text: str) -> str | None:
        """Return who is spoken to by name: "Tom, could you ...", "..., Tom?", "Tom?"."""
        words = list(_WORD.finditer(text))
        for i, match in enumerate(words):
            word = match.group()
            person = self.find(word)
            if person is None or (word[0].islower() and word.lower() in _ALSO_WORDS):
                continue
            before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
            opens = not before or before[-1] in ",.?!" or _OPENING.fullmatch(before) is not None
            closes = not after or after[0] in ",.?!"
            if opens and closes and word.lower() not in _PRONOUNS:
                return person
            plain = word.lower() not in _ALSO_WORDS
            if plain and opens and re.match(r"(?:can|could|would|will|please|you)\b", after):
                return person
            if plain and closes and i == len(words) - 1 and _TO_YOU.search(before):
                return person
        return None

    def without_address(self, text: str) -> str:
        """Drop the name of who is spoken to from the start: "Actually no, Igor, let me do that"."""
        match = _ADDRESS.match(text)
        if match is None or self.find(match.group("name")) is None or match.group("name").lower() in _PRONOUNS:
            return text
        return match.group("opening") + text[match.end() :]

    def subject(self, text: str) -> tuple[str, str] | None:
        """Return who a clause is about and what follows the name: "So Priya finishes the screens"."""
        match = _SUBJECT.match(text)
        if match is None:
            return None
        word, rest = match.group("name"), match.group("rest").lstrip()
        person = self.find(word)
        if person is None or word.lower() in _PRONOUNS:
            return None
        if (last := _WORD.match(rest)) and last.group().lower() in self._names[person].lower().split()[1:]:
            rest = rest[last.end() :].lstrip()
        if word.lower() in _ALSO_WORDS and (word[0].islower() or not _PREDICATE.match(rest)):
            return None
        return person, rest


_OPENING = re.compile(
    r"(?:okay|ok|so|and|then|well|great|good|right|now|yes|no|thanks|thank you|hey|hi|but|or|actually|alright|maybe)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    rf"(?P<opening>\W*(?:{_OPENING.pattern}[,.!]?\s+)*)(?P<name>[^\W\d_]+),\s+(?!you\b)", re.IGNORECASE
)
_TO_YOU = re.compile(r"\b(?:you|your|please)\b", re.IGNORECASE)
_SUBJECT = re.compile(
    r"(?:(?:okay|ok|so|and|then|well|great|good|right|now|yes|no|but|actually|alright|perfect|also|fine"
    r"|in that case|that means|i think|i guess|maybe|perhaps|let's say|to recap|to summari[sz]e|meanwhile)[,.:]?\s+)*"
    r"(?P<name>[^\W\d_]+)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)


def _skeleton(word: str) -> str:
    """The consonants as they sound: what a recogniser mostly gets right in a name it does not know."""
    sound = word.replace("ph", "f").replace("ck", "k")
    sound = sound[0] + re.sub(r"[aeiouyhw]", "", sound[1:])
    sound = sound.translate(str.maketrans("cqzv", "kksf"))
    return re.sub(r"(.)\1+", r"\1", sound)
