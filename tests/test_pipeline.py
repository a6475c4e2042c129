import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import EnergyVad, HashEmbedder, ScriptedAsr, frames, track
from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.config import SpeechConfig
from voicemind.insight.analyzer import AnyAnalyzer
from voicemind.insight.ports import Embed, Embedded
from voicemind.pipeline import Output, Pipeline, Request, Result
from voicemind.speech.ports import Decode
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Event, Joined, Left, Note, Participant, Speech, Tick, Verdict
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn

FINALS = SpeechConfig(interim_interval=None)
MAYA, TOM = Participant("maya", "Maya"), Participant("tom", "Tom")
EVERYTHING = (Turn, Speech, Joined, Left, Agenda, Note, Verdict, Tick)


class Spy:
    """Keeps every event that it is fed."""

    handles: ClassVar[tuple[type[Event], ...]] = EVERYTHING

    def __init__(self) -> None:
        self.events: list[Event] = []

    def feed(self, event: Event) -> list[Insight]:
        self.events.append(event)
        return []

    def flush(self) -> list[Insight]:
        return []


class Shouts:
    """An analyzer of three lines, as a plug-in would be."""

    def feed(self, turn: Turn) -> list[Insight]:
        return [Insight("shout", turn.segment, turn.text, evidence=(turn.id,))]

    def flush(self) -> list[Insight]:
        return []


Order = Callable[[list[Request]], list[Request]]


class Shell:
    """Runs a pipeline; ``order`` says in which order the requests of a batch are answered."""

    def __init__(
        self,
        analyzers: Sequence[AnyAnalyzer],
        config: SpeechConfig = FINALS,
        *,
        embeds: bool = True,
        max_wait: float = math.inf,
        order: Order = list,
    ) -> None:
        self.pipeline = Pipeline(analyzers, EnergyVad, config, language="en", embeds=embeds, max_wait=max_wait)
        self.asr = ScriptedAsr()
        self.order = order
        self.pending: list[Request] = []
        self.out: list[Output] = []

    def take(self, outputs: Sequence[Output]) -> None:
        for output in outputs:
            if isinstance(output, Decode | Embed):
                self.pending.append(output)
            else:
                self.out.append(output)

    def answer(self) -> None:
        while self.pending:
            batch, self.pending = self.order(self.pending), []
            for request in batch:
                self.take(self.pipeline.accept(self._result(request)))

    def _result(self, request: Request) -> Result:
        if isinstance(request, Decode):
            return self.asr.transcribe([request])[0]
        assert isinstance(request, Embed)
        return Embedded(request, HashEmbedder().embed([request.text])[0])

    def play(self, tracks: dict[str, Samples], *, answer_each: float = 1.0) -> None:
        """Play tracks side by side, answering requests each ``answer_each`` seconds."""
        for name in tracks:
            self.take(self.pipeline.add_track(name, Participant(name, name.title())))
        cut = {name: list(frames(samples, size=1600)) for name, samples in tracks.items()}
        for i in range(max(map(len, cut.values()))):
            for name, parts in cut.items():
                if i < len(parts):
                    self.take(self.pipeline.feed(name, parts[i]))
            if (i + 1) % max(1, round(answer_each * 10)) == 0:
                self.answer()
        for name in tracks:
            self.take(self.pipeline.end_track(name))
        self.answer()
        self.take(self.pipeline.flush())

    def of(self, kind: type) -> list[Output]:
        return [output for output in self.out if isinstance(output, kind)]


def test_a_track_gives_turns_of_its_participant() -> None:
    shell = Shell([])

    shell.play({"maya": track(0.5, 2.0, 1.0, 1.0, 1.0)})

    turns = [turn for turn in shell.of(Turn) if isinstance(turn, Turn)]
    assert [turn.speaker for turn in turns] == ["maya", "maya"]
    assert turns[0].text == "word word word word word"


def test_analyzers_get_events_in_order_of_their_time() -> None:
    spy = Spy()
    shell = Shell([spy])

    shell.play({"maya": track(0.5, 9.0, 1.0, 1.0, 3.0), "tom": track(2.0, 0.6, 4.0, 0.6, 3.0)}, answer_each=4.0)

    times = [event.time for event in spy.events]
    assert times == sorted(times)
    assert {type(event) for event in spy.events} == {Joined, Speech, Turn, Tick}


def test_each_second_ticks_once_also_when_nothing_is_said() -> None:
    spy = Spy()
    shell = Shell([spy])

    shell.play({"maya": np.zeros(16_000 * 5 + 100, np.float32)})

    assert [event.time for event in spy.events if isinstance(event, Tick)] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_an_analyzer_without_handles_is_fed_turns_alone() -> None:
    shell = Shell([Shouts()])

    shell.play({"maya": track(0.5, 1.0, 1.0)})

    [insight] = [i for i in shell.of(Insight) if isinstance(i, Insight)]
    assert insight.id == f"shout:{insight.evidence[0]}"
    assert insight.shown == pytest.approx(1.5, abs=0.05)


def test_turns_carry_the_vector_of_their_text() -> None:
    spy = Spy()
    shell = Shell([spy])

    shell.play({"maya": track(0.5, 1.0, 1.0)})

    [turn] = [event for event in spy.events if isinstance(event, Turn)]
    assert turn.vector == HashEmbedder().embed([turn.text])[0]


def test_without_an_embedder_nothing_is_asked_for() -> None:
    spy = Spy()
    shell = Shell([spy], embeds=False)

    shell.take(shell.pipeline.tell(Agenda(0.0, (AgendaItem("a", "Budget"),))))
    shell.play({"maya": track(0.5, 1.0, 1.0)})

    assert [event.vector for event in spy.events if isinstance(event, Turn)] == [None]


def test_an_agenda_is_fed_with_the_vectors_of_its_items() -> None:
    spy = Spy()
    shell = Shell([spy])

    shell.take(shell.pipeline.tell(Agenda(0.0, (AgendaItem("a", "Budget"), AgendaItem("b", "Launch date")))))
    assert spy.events == []
    shell.answer()

    [agenda] = spy.events
    assert isinstance(agenda, Agenda)
    assert [item.vector for item in agenda.items] == HashEmbedder().embed(["Budget", "Launch date"])


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([0.1, 0.7, 3.0, 100.0]))
def test_the_order_of_answers_changes_nothing(seed: int, answer_each: float) -> None:
    def shuffled(requests: list[Request]) -> list[Request]:
        permutation = np.random.default_rng(seed).permutation(len(requests))
        return [requests[i] for i in permutation]

    tracks = {"maya": track(0.5, 2.0, 1.0, 1.0, 0.7, 3.0, 1.0), "tom": track(1.0, 1.5, 2.0, 2.0, 1.0)}
    plain_spy, mixed_spy = Spy(), Spy()
    plain, mixed = Shell([plain_spy, Shouts()]), Shell([mixed_spy, Shouts()], order=shuffled)
    plain.play(tracks)
    mixed.play(tracks, answer_each=answer_each)

    assert mixed_spy.events == plain_spy.events
    assert mixed.of(Insight) == plain.of(Insight)


def test_a_slow_track_holds_events_back_for_a_while_and_then_comes_late() -> None:
    spy = Spy()
    shell = Shell([spy], max_wait=10.0)
    shell.take(shell.pipeline.add_track("maya", MAYA))
    shell.take(shell.pipeline.add_track("tom", TOM))
    said = list(frames(track(0.5, 1.0, 30.0)))
    for frame in said[: 5 * 5]:
        shell.take(shell.pipeline.feed("tom", frame))
        shell.answer()
    assert not any(isinstance(event, Turn) for event in spy.events)

    for frame in said[5 * 5 :]:
        shell.take(shell.pipeline.feed("tom", frame))
        shell.answer()
    [turn] = [event for event in spy.events if isinstance(event, Turn)]
    assert not turn.late

    for frame in frames(track(0.5, 1.0, 1.0)):
        shell.take(shell.pipeline.feed("maya", frame))
        shell.answer()
    late = [event for event in spy.events if isinstance(event, Turn)][-1]
    assert (late.speaker, late.late) == ("maya", True)


def test_interims_are_given_out_and_never_analyzed() -> None:
    spy = Spy()
    shell = Shell([spy], SpeechConfig(interim_interval=0.5))

    shell.play({"maya": track(0.5, 3.0, 1.0)}, answer_each=0.1)

    assert len(shell.of(Interim)) >= 4
    assert not any(isinstance(event, Interim) for event in spy.events)


def test_an_insight_keeps_the_time_at_which_it_was_first_shown() -> None:
    class Again:
        def feed(self, turn: Turn) -> list[Insight]:
            return [Insight("count", Segment(0, turn.time), turn.text, id="count")]

        def flush(self) -> list[Insight]:
            return []

    shell = Shell([Again()])
    shell.play({"maya": track(0.5, 1.0, 1.0, 1.0, 1.0)})

    first, second = (i for i in shell.of(Insight) if isinstance(i, Insight))
    assert first.shown == second.shown == pytest.approx(1.5, abs=0.05)


def test_what_people_dismissed_does_not_come_back() -> None:
    shell = Shell([Shouts()])
    said = track(0.5, 1.0, 1.0)
    shell.take(shell.pipeline.tell(Verdict(0.0, "shout:maya-00000480", "dismissed", by="tom")))

    shell.play({"maya": said})

    [turn] = [t for t in shell.of(Turn) if isinstance(t, Turn)]
    assert turn.id == "maya-00000480"
    assert shell.of(Insight) == []


def test_two_tracks_of_one_name_are_a_mistake() -> None:
    pipeline = Pipeline([], EnergyVad, FINALS)
    pipeline.add_track("maya", MAYA)

    with pytest.raises(ValueError, match="maya"):
        pipeline.add_track("maya", TOM)


def test_flush_before_the_tracks_have_ended_is_a_mistake() -> None:
    pipeline = Pipeline([], EnergyVad, FINALS)
    pipeline.add_track("maya", MAYA)

    with pytest.raises(RuntimeError, match="every track"):
        pipeline.flush()


def test_turn_ids_are_unique() -> None:
    shell = Shell([])
    shell.play({"maya": track(*itertools.chain(*[(0.8, 1.0)] * 6), 1.0), "tom": track(*[0.8, 1.0] * 6, 1.0)})

    ids = [turn.id for turn in shell.of(Turn) if isinstance(turn, Turn)]
    assert len(ids) == len(set(ids)) == 12


def test_a_voice_on_two_microphones_is_one_turn_and_one_stretch_of_speech() -> None:
    """Two laptops in one room: what the second hears 40 ms later and 10 dB down is not said twice."""
    near = track(0.5, 2.0, 1.0, 1.5, 1.0)
    far = 0.3 * np.concatenate([np.zeros(640, np.float32), near[:-640]])
    shell = Shell([])

    shell.play({"tom": far.astype(np.float32), "maya": near})

    assert [turn.speaker for turn in shell.of(Turn) if isinstance(turn, Turn)] == ["maya", "maya"]
    assert {speech.track for speech in shell.of(Speech) if isinstance(speech, Speech)} == {"maya"}


def test_a_track_that_ends_first_loses_nothing() -> None:
    """Its last words wait until the other is heard as far, whichever way the two are fed."""
    shell = Shell([])
    for participant in (MAYA, TOM):
        shell.pipeline.add_track(participant.id, participant)
    for frame in frames(track(0.5, 1.0)):
        shell.take(shell.pipeline.feed("maya", frame))
    shell.take(shell.pipeline.end_track("maya"))
    assert not shell.pending
    for frame in frames(track(2.0, 1.0, 2.0)):
        shell.take(shell.pipeline.feed("tom", frame))
        shell.answer()
    shell.take(shell.pipeline.end_track("tom"))
    shell.take(shell.pipeline.flush())
    assert [turn.speaker for turn in shell.of(Turn) if isinstance(turn, Turn)] == ["maya", "tom"]


def test_each_participant_is_asked_for_in_their_own_language() -> None:
    config = SpeechConfig(interim_interval=None, spoken=(("Maya", "de"),), candidates=("en", "fr"))
    pipeline = Pipeline([], EnergyVad, config)
    outputs: list[Output] = []
    for person in (MAYA, TOM):
        outputs += pipeline.add_track(person.id, person)
    for frame in frames(track(0.5, 1.0, 1.5)):
        for person in (MAYA, TOM):
            outputs += pipeline.feed(person.id, frame)

    asked = {output.track: output for output in outputs if isinstance(output, Decode)}

    assert asked["maya"].language == "de"
    assert asked["tom"].language is None
    assert {language for language, _ in asked["tom"].languages} == {"en", "fr"}


@pytest.mark.parametrize("given", [True, False])
def test_finals_are_told_which_words_to_expect(given: bool) -> None:
    pipeline = Pipeline([], EnergyVad, SpeechConfig(glossary=("Northgate",), hints=given))
    pipeline.tell(Agenda(0.0, (AgendaItem("1", "Launch date"),)))
    pipeline.add_track("t", MAYA)

    outputs = [output for frame in frames(track(0.5, 2.0, 2.0)) for output in pipeline.feed("t", frame)]

    requests = [output for output in outputs if isinstance(output, Decode)]
    assert {request.hints for request in requests if not request.final} == {()}
    assert [request.hints for request in requests if request.final] == [
        ("Northgate", "Maya", "Launch date") if given else ()
    ]


def test_a_track_whose_times_begin_again_loses_no_turn() -> None:
    pipeline = Pipeline([], EnergyVad, FINALS, language="en")
    pipeline.add_track("t", MAYA)
    samples = track(0.5, 1.0, 1.5, 1.0, 1.5)
    reset = [replace(part, start=part.start % (2 * SAMPLE_RATE)) for part in frames(samples)]

    requests = [output for part in reset for output in pipeline.feed("t", part) if isinstance(output, Decode)]

    assert [round(request.start / SAMPLE_RATE, 1) for request in requests] == [0.2, 2.7]
    assert pipeline.position == pytest.approx(len(samples) / SAMPLE_RATE)
