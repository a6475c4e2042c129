"""Words to speakers: what a recogniser heard in a shared sound, given to those who speak in it."""

import bisect
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from voicemind.timeline.annotation import Annotation, Labelled
from voicemind.timeline.event import Speech
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn, Word

SENTENCE = (".", "?", "!", "。", "？", "！")


class Voices:
    """Who speaks when in one track, known before it is transcribed."""

    def __init__(self, track: str, annotation: Annotation) -> None:
        """Take over who speaks; later changes of ``annotation`` are not seen."""
        self._track = track
        self._items = list(annotation)
        self._starts = [item.segment.start for item in self._items]
        self._longest = max((item.segment.duration for item in self._items), default=0.0)
        self._ending = sorted(self._items, key=lambda item: (item.segment.end, item))
        self._told = 0

    @property
    def labels(self) -> list[str]:
        """The speakers, sorted."""
        return sorted({item.label for item in self._items})

    def until(self, time: float) -> list[Speech]:
        """Return the stretches of speech that end by ``time`` and were not returned before."""
        first = self._told
        self._told = bisect.bisect_right(self._ending, time, key=lambda item: item.segment.end)
        return [Speech(item.segment, self._track, item.label) for item in self._ending[first : self._told]]

    def turns(self, turn: Turn) -> list[Turn]:
        """Return the turn as turns of one speaker each, every word in exactly one of them.

        A word is that of whoever speaks in most of it; where several do, of whoever spoke before. Where
        nobody does, it is that of the nearest words, or voice.
        """
        if not turn.words:
            speaker = self._nearest(turn.segment)
            return [replace(turn, speaker=turn.speaker if speaker is None else speaker)]
        speakers = self._speakers(turn.words)
        if len(set(speakers)) == 1:
            return [replace(turn, speaker=speakers[0] or turn.speaker)]
        parts = groupby(zip(speakers, turn.words, strict=True), key=lambda pair: pair[0])
        words = [(speaker or turn.speaker, [word for _, word in pairs]) for speaker, pairs in parts]
        return [
            _part(turn, speaker, part, first=i == 0, last=i == len(words) - 1)
            for i, (speaker, part) in enumerate(words)
        ]

    def _speakers(self, words: Sequence[Word]) -> list[str | None]:
        found: list[str | None] = []
        for word in words:
            found.append(self._speaker(word.segment, found[-1] if found else None))
        heard = [i for i, speaker in enumerate(found) if speaker is not None]
        if not heard:
            return [self._nearest(Segment(words[0].segment.start, words[-1].segment.end))] * len(words)
        for k, speaker in enumerate(found):
            if speaker is None:
                found[k] = found[min(heard, key=lambda i: (_distance(words[i], words[k]), i))]
        return _snapped(found, words)

    def _speaker(self, word: Segment, before: str | None) -> str | None:
        shares: dict[str, float] = {}
        for item in self._around(word):
            shares[item.label] = shares.get(item.label, 0.0) + (item.segment & word).duration
        shares = {label: share for label, share in shares.items() if share > 0}
        if not shares:
            return None
        most = max(shares.values())
        if before is not None and shares.get(before, 0.0) >= 0.8 * most:
            return before
        return min(label for label, share in shares.items() if share == most)

    def _around(self, segment: Segment) -> list[Labelled]:
        first = bisect.bisect_left(self._starts, segment.start - self._longest)
        last = bisect.bisect_left(self._starts, segment.end)
        return self._items[first:last]

    def _nearest(self, segment: Segment) -> str | None:
        def distance(item: Labelled) -> float:
            return max(item.segment.start - segment.end, segment.start - item.segment.end, 0.0)

        def overlap(item: Labelled) -> float:
            return (item.segment & segment).duration

        return min(self._items, key=lambda item: (distance(item), -overlap(item), item)).label if self._items else None


def _snapped(speakers: list[str | None], words: Sequence[Word]) -> list[str | None]:
    """Move a change of speaker that is one word off the end of a sentence there.

    Voices are told apart within some tenths of a second, and people change where sentences do.
    """
    found = list(speakers)
    for i in range(1, len(words) - 1):
        if found[i - 1] == found[i] or words[i - 1].text.endswith(SENTENCE):
            continue
        if words[i].text.endswith(SENTENCE) and found[i + 1] == found[i]:
            found[i] = found[i - 1]  # the sentence's last word came after the change
        elif i >= 2 and words[i - 2].text.endswith(SENTENCE) and found[i - 2] == found[i - 1]:
            found[i - 1] = found[i]  # its first word came before it
    return found


def _distance(word: Word, other: Word) -> float:
    return max(word.segment.start - other.segment.end, other.segment.start - word.segment.end, 0.0)


def _part(turn: Turn, speaker: str, words: Sequence[Word], *, first: bool, last: bool) -> Turn:
    """The part of a turn that consists of ``words``; it keeps the ends of the turn that it has."""
    start = turn.segment.start if first else words[0].segment.start
    segment = Segment(start, max(start, turn.segment.end if last else words[-1].segment.end))
    return replace(
        turn,
        id=turn.id if first else f"{turn.id}.{round((words[0].segment.start - turn.segment.start) * 1000)}",
        segment=segment,
        speaker=speaker,
        text=(" " if " " in turn.text else "").join(word.text for word in words),
        words=tuple(words),
        confidence=sum(word.confidence for word in words) / len(words),
    )
