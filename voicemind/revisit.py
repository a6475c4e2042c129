"""A recording gone over again with what people corrected: its voices, its turns, and what is found in them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from voicemind.backends.loading import Models
from voicemind.config import SpeechConfig
from voicemind.insight.analyzer import AnyAnalyzer
from voicemind.insight.ports import Embed
from voicemind.pipeline import Output, Pipeline
from voicemind.speech.diarizer import Diarizer
from voicemind.speech.stated import matched
from voicemind.speech.turns import Voices
from voicemind.timeline.amendment import amended, corrected, said_of
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.corrections import Correction
from voicemind.timeline.event import Agenda, Event, Joined, Participant, Speech
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.pieces import families, gathered
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def said(corrections: Iterable[Correction], minutes: Minutes) -> list[Correction]:
    """Return corrections as said of minutes one after the other; CorrectionError at one of what there is not."""
    found: list[Correction] = []
    for correction in corrections:
        found.append(said_of(correction, amended(minutes, found)))
    return found


def heard_again(
    minutes: Minutes, corrections: Sequence[Correction], diarizer: Diarizer, track: str, speakers: int | None
) -> Minutes:
    """Return minutes whose voices were grouped again, keeping to what people said of them.

    ``diarizer`` has heard the ``track`` that they share, on which ``speakers`` speak, None: estimated. Speakers
    keep their labels as far as they are the same, and no word is lost.
    """
    rules, turns = corrected(minutes, corrections), list(minutes.transcript)
    stated = [statement for statement in rules.stated(turns) if statement.track == track]
    if not stated:
        return minutes
    annotation = matched(diarizer.annotate(speakers, stated), rules.annotation(minutes.annotation, turns))
    found = minutes.copy()
    found.annotation = Annotation(replace(item, track=track) for item in annotation)
    found.participants = {label: Participant(label, label) for label in annotation.labels()}
    found.transcript = type(minutes.transcript)()
    voices = Voices(track, annotation)
    for root, pieces in families(turns).items():
        span = Segment(pieces[0].segment.start, max(piece.segment.end for piece in pieces))
        for turn in (part for whole in gathered(pieces, root, span) for part in voices.turns(whole)):
            found.transcript.add(turn)
    return found


def found_again(minutes: Minutes, analyzers: Sequence[AnyAnalyzer], models: Models) -> Minutes:
    """Return minutes with what is found in their turns as they are now."""
    pipeline = Pipeline(analyzers, models.new_vad, SpeechConfig(), embeds=models.embedder is not None)
    found = Minutes(minutes.title, minutes.date, minutes.model)
    for event in _events(minutes):
        _take(found, pipeline, models, pipeline.tell(event))
    _take(found, pipeline, models, pipeline.flush())
    for insight in minutes.insights("voice"):
        found.add(insight)  # that is not found in turns
    found.duration = max(found.duration, minutes.duration)
    return found


def _take(found: Minutes, pipeline: Pipeline, models: Models, outputs: Iterable[Output]) -> None:
    waiting = list(outputs)
    while waiting:
        embeds = [output for output in waiting if isinstance(output, Embed)]
        for output in waiting:
            if isinstance(output, Insight | Event):
                found.add(output)
        answers = models.handlers()[Embed](embeds) if embeds else ()
        waiting = [output for answer in answers for output in pipeline.accept(answer)]


def _events(minutes: Minutes) -> list[Event]:
    people = {label: Participant(label, minutes.name(label)) for label in minutes.annotation.labels()}
    people |= minutes.participants
    begun: list[Event] = [Joined(0.0, person) for _, person in sorted(people.items())]
    if minutes.agenda:
        begun.insert(0, Agenda(0.0, minutes.agenda))
    spoken: list[Turn | Speech] = [Speech(item.segment, item.track, item.label) for item in minutes.annotation]
    spoken += minutes.transcript
    return [*begun, *sorted(spoken, key=lambda event: (event.time, isinstance(event, Turn)))]
