"""Corrections over whatever the engine finds, in any order, pass after pass."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.test_pieces import said
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.corrected import Corrected, Stated
from voicemind.timeline.corrections import Correction
from voicemind.timeline.pieces import cut, families, family
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

BASE = [said("a b c", "t1", 0, "S0"), said("d e", "t2", 4, "S1"), said("f g h", "t3", 7, "S0")]


def made_ready(*corrections: Correction, turns: list[Turn] = BASE) -> Corrected:
    return Corrected(corrections, {turn.speaker for turn in turns}, {turn.id for turn in turns})


def speakers(rules: Corrected, turns: list[Turn] = BASE) -> dict[str, str]:
    return {turn.id: turn.speaker for turn in rules.turns(turns)}


def test_without_corrections_all_is_as_it_was() -> None:
    rules = made_ready()
    assert rules.turns(reversed(BASE)) == BASE
    assert rules.people({"S0": "S0"}) == {"S0": "S0"}
    assert rules.stated(BASE) == []


def test_a_merged_speakers_turns_are_the_other_ones() -> None:
    rules = made_ready(Correction("m", "merge", "S0", "S1"), Correction("r", "rename", "S0", "Maya"))
    assert speakers(rules) == {"t1": "S1", "t2": "S1", "t3": "S1"}
    assert rules.people({"S0": "S0", "S1": "S1"}) == {"S1": "Maya"}


def test_merges_lead_on() -> None:
    turns = [*BASE, said("x", "t4", 20, "S2")]
    rules = made_ready(
        Correction("a", "merge", "S0", "S1", at=1), Correction("b", "merge", "S1", "S2", at=2), turns=turns
    )
    assert set(speakers(rules, turns).values()) == {"S2"}


def test_the_name_of_who_is_merged_is_kept_by_one_who_has_none() -> None:
    named = (Correction("a", "rename", "S0", "Maya", at=1), Correction("b", "merge", "S0", "S1", at=2))
    assert made_ready(*named).people({"S0": "S0", "S1": "S1"}) == {"S1": "Maya"}
    assert made_ready(*named).people({"S0": "S0", "S1": "Tom"}) == {"S1": "Tom"}
    other = Correction("c", "rename", "S1", "Tom", at=1.5)
    assert made_ready(*named, other).people({"S0": "S0", "S1": "S1"}) == {"S1": "Tom"}


def test_two_who_say_the_opposite_make_one_speaker_and_no_circle() -> None:
    rules = made_ready(Correction("a", "merge", "S0", "S1", at=1), Correction("b", "merge", "S1", "S0", at=2))
    assert set(speakers(rules).values()) == {"S1"}


def test_turns_that_are_somebody_elses_make_a_new_speaker() -> None:
    rules = made_ready(Correction("c", "split", "S0", ("t3",)))
    assert speakers(rules) == {"t1": "S0", "t2": "S1", "t3": "speaker-c"}
    assert rules.people({"S0": "Maya", "S1": "Maya (2)"}) == {"S0": "Maya", "S1": "Maya (2)", "speaker-c": "Maya (3)"}
    again = made_ready(
        Correction("c", "split", "S0", ("t3",), at=5),
        Correction("d", "rename", "speaker-c", "Tom", at=4),  # by a clock that is behind
        Correction("e", "reassign", "t2", "speaker-c", at=6),
    )
    assert again.people({"S0": "S0"}) == {"S0": "S0", "speaker-c": "Tom"}
    assert speakers(again)["t2"] == "speaker-c"


def test_a_turn_is_cut_and_one_part_given_to_somebody_else() -> None:
    rules = made_ready(Correction("c", "split", "t1", (1.9,), at=1), Correction("d", "reassign", "t1.1900", "S1", at=2))
    assert [(t.id, t.text, t.speaker) for t in rules.turns(BASE)][:2] == [("t1", "a b", "S0"), ("t1.1900", "c", "S1")]


def test_what_was_said_last_counts() -> None:
    rules = made_ready(
        Correction("b", "reassign", "t1", "S1", at=2),
        Correction("a", "reassign", "t1", "S0", at=2),
        Correction("z", "text", "t1", "first", at=1),
        Correction("y", "text", "t1", "last", at=3),
    )
    [first, *_] = rules.turns(BASE)
    assert (first.speaker, first.text) == ("S1", "last")


def test_what_names_nobody_is_ignored_with_the_reason() -> None:
    rules = made_ready(
        Correction("a", "merge", "S0", "S9"),
        Correction("b", "rename", "S9", "Maya"),
        Correction("c", "reassign", "t9", "S0"),
        Correction("d", "reassign", "t1", "S9"),
        Correction("e", "split", "S0", ("t1", "t9")),
    )
    assert rules.turns(BASE) == BASE
    assert [(correction.id, reason) for correction, reason in rules.ignored] == [
        ("a", "there is no speaker 'S9' in this meeting"),
        ("b", "there is no speaker 'S9' in this meeting"),
        ("c", "there is no turn 't9' in this meeting"),
        ("d", "there is no speaker 'S9' in this meeting"),
        ("e", "there is no turn 't9' in this meeting"),
    ]


def test_edited_text_survives_a_pass_that_cuts_the_turn() -> None:
    edit = Correction("e", "text", "t1", "A better B", segments=(Segment(0, 3),))
    later = [*cut(BASE[:1], 2.0), *BASE[1:]]
    later[1] = replace(later[1], speaker="S1")
    [first, *_] = made_ready(edit, turns=later).turns(later)
    assert (first.id, first.text, first.speaker) == ("t1", "A better B", "S0")
    assert len(made_ready(edit, turns=later).turns(later)) == 3


def test_a_turn_stays_with_a_speaker_whom_a_later_pass_no_longer_finds() -> None:
    rules = Corrected([Correction("c", "reassign", "t1", "S1", segments=(Segment(0, 3),))], {"S0"}, {"t1"})
    assert rules.ignored == []
    assert rules.turns(BASE[:1])[0].speaker == "S1"


def test_speech_moves_with_the_turn_it_is_of() -> None:
    annotation = Annotation()
    annotation.add(Segment(0, 10), "S0", "mic")
    annotation.add(Segment(1, 2), "S0", "other")
    annotation.add(Segment(4, 6), "S1", "mic")
    rules = made_ready(Correction("c", "reassign", "t1", "S1", at=1), Correction("m", "merge", "S1", "S2", at=2))
    assert rules.ignored[0][0].id == "m"
    found = rules.annotation(annotation, BASE)
    assert {(item.segment, item.label, item.track) for item in found} == {
        (Segment(0, 3), "S1", "mic"),
        (Segment(3, 10), "S0", "mic"),
        (Segment(1, 2), "S0", "other"),
        (Segment(4, 6), "S1", "mic"),
    }


def test_who_looks_at_the_voices_again_is_told_what_people_said_of_them() -> None:
    moved = made_ready(Correction("c", "reassign", "t1", "S1"))
    assert moved.stated(BASE) == [Stated(Segment(0, 3), "mic", "S1"), Stated(Segment(4, 6), "mic", "S1")]
    apart = made_ready(Correction("c", "split", "S0", ("t3",)))
    assert apart.stated(BASE) == [Stated(Segment(0, 3), "mic", "S0"), Stated(Segment(7, 10), "mic", "speaker-c")]
    assert made_ready(Correction("r", "rename", "S0", "Maya"), Correction("t", "text", "t1", "x")).stated(BASE) == []


LETTERS = "abcdefghijklmnop"


class Engine:
    """Finds turns of a shared microphone, and finds other ones in each pass: cut elsewhere, of others."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._random: random.Random = draw(st.randoms(use_true_random=False))
        self.turns: list[Turn] = []
        self.look_again()

    def look_again(self) -> None:
        found: list[Turn] = []
        for number in range(4):
            pieces = [said(" ".join(LETTERS[4 * number : 4 * number + 4]), f"mic-{number}", 5.0 * number)]
            for _ in range(self._random.choice([0, 0, 1, 2])):
                pieces = cut(pieces, 5.0 * number + self._random.randint(1, 3))
            found += [replace(piece, speaker=f"S{self._random.randint(0, 2)}") for piece in pieces]
        self.turns = found

    def rules(self, corrections: list[Correction]) -> Corrected:
        return Corrected(corrections, {turn.speaker for turn in self.turns}, {turn.id for turn in self.turns})


@st.composite
def histories(draw: st.DrawFn) -> tuple[Engine, list[Correction]]:
    """What people said, in a page or another that was offline, while the engine went over it again and again."""
    engine = Engine(draw)
    sides: tuple[list[Correction], list[Correction]] = ([], [])  # two documents that meet now and then
    for number in range(draw(st.integers(1, 12))):
        step = draw(st.sampled_from(["here", "here", "there", "pass", "reconnect"]))
        if step == "pass":
            engine.look_again()
        elif step == "reconnect":
            both = list({c.id: c for c in (*sides[0], *sides[1])}.values())
            sides = (both, draw(st.permutations(both)))
        else:
            known = sides[step == "there"]
            known.append(draw(said_of(engine.rules(known).turns(engine.turns), f"c{number}", draw(st.integers(0, 9)))))
    engine.look_again()
    return engine, draw(st.permutations(list({c.id: c for c in (*sides[0], *sides[1])}.values())))


@st.composite
def said_of(draw: st.DrawFn, seen: list[Turn], correction_id: str, at: int) -> Correction:
    turn, others = draw(st.sampled_from(seen)), sorted({turn.speaker for turn in seen})
    speaker, other = draw(st.sampled_from(others)), draw(st.sampled_from(others))
    match draw(st.sampled_from(["rename", "merge", "split", "cut", "reassign", "text"])):
        case "merge" if speaker != other:
            return Correction(correction_id, "merge", speaker, other, at=at, segments=())
        case "split":
            return Correction(correction_id, "split", turn.speaker, (turn.id,), at=at, segments=(turn.segment,))
        case "cut":
            time = turn.segment.start + draw(st.integers(0, 4))
            return Correction(correction_id, "split", turn.id, (time,), at=at, segments=(turn.segment,))
        case "reassign":
            return Correction(correction_id, "reassign", turn.id, other, at=at, segments=(turn.segment,))
        case "text":
            return Correction(correction_id, "text", turn.id, f"<{correction_id}>", at=at, segments=(turn.segment,))
    return Correction(correction_id, "rename", speaker, f"Name {correction_id}", at=at)


def outcome(rules: Corrected, turns: list[Turn]) -> tuple[list[Turn], dict[str, str]]:
    return rules.turns(turns), rules.people({turn.speaker: turn.speaker for turn in turns})


@settings(max_examples=60)
@given(histories(), st.randoms())
def test_the_order_of_arrival_does_not_matter(history: tuple[Engine, list[Correction]], chance: random.Random) -> None:
    engine, corrections = history
    expected = outcome(engine.rules(corrections), engine.turns)
    shuffled = [*corrections, *corrections]
    chance.shuffle(shuffled)
    assert outcome(engine.rules(shuffled), chance.sample(engine.turns, len(engine.turns))) == expected


@settings(max_examples=60)
@given(histories())
def test_no_turn_and_no_word_is_lost(history: tuple[Engine, list[Correction]]) -> None:
    engine, corrections = history
    spoken = [c for c in corrections if c.kind != "text"]
    found = engine.rules(spoken).turns(engine.turns)
    assert Counter(word.text for turn in found for word in turn.words) == Counter(LETTERS)
    assert sorted(word for turn in found for word in turn.text.split()) == list(LETTERS)
    assert len({turn.id for turn in found}) == len(found)
    everything = engine.rules(corrections).turns(engine.turns)
    assert {family(turn.id) for turn in everything} == {family(turn.id) for turn in engine.turns}
    edited = {family(c.target) for c in corrections if c.kind == "text"}
    for root, pieces in families(everything).items():
        if root not in edited:
            assert [w.text for t in pieces for w in t.words] == list(LETTERS[4 * int(root[-1]) :][:4])


@settings(max_examples=60)
@given(histories())
def test_what_people_said_last_of_a_turn_stands_whatever_the_engine_finds(
    history: tuple[Engine, list[Correction]],
) -> None:
    engine, corrections = history
    rules = engine.rules(corrections)
    found = {turn.id: turn for turn in rules.turns(engine.turns)}
    people = rules.people({turn.speaker: turn.speaker for turn in engine.turns})
    in_order = sorted(corrections, key=lambda c: (c.at, c.id))
    for n, correction in enumerate(in_order):
        if any(family(turn) in map(family, correction.turns) for later in in_order[n + 1 :] for turn in later.turns):
            continue  # somebody said something else of it, or cut it
        if correction.kind == "reassign":
            assert found[correction.target].speaker == rules.speaker(str(correction.value))
        elif correction.made and len(correction.turns) == 1:
            assert found[correction.turns[0]].speaker == rules.speaker(correction.made)
        elif correction.kind == "text":
            assert found[correction.target].text == correction.value
        elif correction.kind == "rename" and rules.speaker(correction.target) == correction.target:
            later = [c for c in in_order[n + 1 :] if c.kind in ("rename", "merge")]
            ignored = any(c is correction for c, _ in rules.ignored)
            if not later and not ignored:
                assert people[correction.target] == correction.value
