"""The pipeline: stages composed, from sound and events to turns and insights.

Pure: it knows no clock, thread, file or network. A shell (``Meeting`` live, ``replay`` for files)
feeds it, runs the requests it gives out, and brings the results back in any order. Analyzers get
events in order of meeting time, behind a watermark: an event leaves when no track can still give
one that ends earlier.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from voicemind.audio.frame import SAMPLE_RATE, AudioFrame
from voicemind.config import SpeechConfig
from voicemind.insight.analyzer import AnyAnalyzer, handled
from voicemind.insight.line import EventLine
from voicemind.insight.ports import Embed, Embedded
from voicemind.speech.company import Companies
from voicemind.speech.crosstalk import PATIENCE, CrossTalk
from voicemind.speech.hints import Hints
from voicemind.speech.live import LiveConfig
from voicemind.speech.live_voices import LiveVoices
from voicemind.speech.ports import Decode, Decoded, Localize, Localized, Vad
from voicemind.speech.track import Asked, Given, Track
from voicemind.speech.transcriber import Transcriber
from voicemind.speech.turns import Voices
from voicemind.speech.utterance import UtteranceBuilder
from voicemind.speech.vad import VoiceActivity, Window
from voicemind.timeline.event import Consent, Event, Joined, Left, Participant, Revised, Speech, Tick, Verdict
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Interim, Turn

Request = Decode | Embed | Localize
Result = Decoded | Embedded | Localized
Output = Request | Event | Interim | Insight


class Pipeline:
    """``feed`` sound, ``tell`` events, ``accept`` results, ``flush`` at the end.

    Each returns what it gives out: requests to be run, turns and interims as soon as they are
    known, and insights.
    """

    def __init__(
        self,
        analyzers: Sequence[AnyAnalyzer],
        new_vad: Callable[[], Vad],
        config: SpeechConfig,
        *,
        language: str | None = None,
        embeds: bool = False,
        max_wait: float = math.inf,
    ) -> None:
        """Compose the stages; ``max_wait`` seconds are the longest that an event is held back."""
        self._analyzers = [(analyzer, handled(analyzer)) for analyzer in analyzers]
        self._new_vad = new_vad
        self._config = config
        self._language = language
        self.max_wait = max_wait
        self._tracks: dict[str, Track] = {}
        self._open: dict[str, Track] = {}
        self._ended: set[str] = set()  # tracks whose last windows wait for others
        self._companies = Companies()
        self._crosstalk = CrossTalk()
        self._hints = Hints(config.glossary)
        self._line = EventLine(embeds=embeds)
        self._told = 0.0  # time of the latest event given to the analyzers
        self._next_tick = 1
        self._position = 0.0
        self._shown: dict[str, float] = {}
        self._dismissed: set[str] = set()

    @property
    def position(self) -> float:
        """How far the meeting has been heard, in seconds."""
        return self._position

    def add_track(
        self,
        track: str,
        participant: Participant,
        time: float = 0.0,
        *,
        interims: bool = True,
        voices: Voices | LiveConfig | None = None,
    ) -> list[Output]:
        """Open a track of one participant from ``time`` on; raises ValueError when there is one of that name.

        Where several people share it and ``voices`` says who speaks when, they are the participants; or it says
        how that is found out, and they become known as they are heard.
        """
        if track in self._tracks:
            raise ValueError(f"there is a track named {track!r} already")
        begin = round(time * SAMPLE_RATE)
        if isinstance(voices, LiveConfig):
            shared: Voices | LiveVoices | None = LiveVoices(track, self._companies.at(participant), voices, begin)
        else:
            shared = voices
        self._tracks[track] = self._open[track] = Track(
            VoiceActivity(self._new_vad(), self._config, track),
            UtteranceBuilder(self._config),
            Transcriber(track, participant.id, self._spoken(participant), self._config.candidates),
            participant.id,
            track,
            begin,
            shared,
        )
        self._crosstalk.add(track, self._tracks[track].start)
        if not interims:
            self._tracks[track].builder.interim_interval = None
        people = [participant] if voices is None else []
        if isinstance(voices, Voices):
            people = [Participant(label, label) for label in voices.labels]
        return [output for person in people for output in self.tell(Joined(time, person))]

    def end_track(self, track: str) -> list[Output]:
        """Close a track: what is open on it is closed, once others are heard as far, and it holds nothing back."""
        windows = self._open[track].activity.flush()
        self._ended.add(track)
        told = self._crosstalk.feed(track, windows, self._patience) + self._crosstalk.end(track, self._patience)
        return [*self._hear(told), *self._release()]

    def feed(self, track: str, frame: AudioFrame) -> list[Output]:
        """Take the next sound of a track."""
        activity = self._open[track].activity
        windows = activity.feed(frame)
        self._position = max(self._position, activity.position / SAMPLE_RATE)
        asked = self._take(self._open[track].listen(frame))
        return [*asked, *self._hear(self._crosstalk.feed(track, windows, self._patience)), *self._release()]

    def tell(self, event: Event) -> list[Output]:
        """Take an event from outside: agenda, notes, verdicts, people who come and go.

        Turns and speech too, where a meeting goes on that was interrupted.
        """
        self._position = max(self._position, event.time)
        self._hints.feed(event)
        if isinstance(event, Verdict) and event.status == "dismissed":
            self._dismissed.add(event.insight)
        self._companies.feed(event)
        nobody = isinstance(event, Joined | Left | Consent) and event.participant.shared
        return [event, *([] if nobody else self._hold(event)), *self._release()]

    def accept(self, result: Result) -> list[Output]:
        """Take a result, in any order."""
        if isinstance(result, Decoded | Localized):
            track = self._tracks[result.request.track]
            return [*self._take(track.accept(result)), *self._release()]
        self._line.accept(result)
        return self._release()

    def settled(self, track: str) -> int | None:
        """Return the sample before which nothing of a track is still to be transcribed.

        None when all of it is transcribed, 0 for a track that is not known yet.
        """
        if track not in self._tracks:
            return 0
        found = self._tracks[track]
        heard = found.builder.earliest_start if track in self._open else None
        return min((start for start in (heard, found.earliest_unsaid) if start is not None), default=None)

    def flush(self) -> list[Output]:
        """End the meeting: release every event, then ask the analyzers for what they know.

        Tracks are to be ended and requests answered before; raises RuntimeError otherwise.
        """
        if self._open or any(track.pending for track in self._tracks.values()):
            raise RuntimeError("flush before every track has ended and every request was answered")
        outputs = [*self._release(), *self._tick(math.floor(self._position))]
        for analyzer, _ in self._analyzers:
            outputs += self._give_out(analyzer.flush())
        return outputs

    def _spoken(self, participant: Participant) -> str | None:
        known = dict(self._config.spoken)
        return known.get(participant.id) or known.get(participant.name) or self._language

    @property
    def _patience(self) -> float:
        return PATIENCE if math.isfinite(self.max_wait) else math.inf

    def _hear(self, windows: Iterable[tuple[str, Window]]) -> list[Output]:
        """Take windows that cross-talk is marked in, and close the tracks that have ended with them."""
        outputs = [output for name, window in windows for output in self._take(self._tracks[name].hear(window))]
        for name in sorted(self._ended):
            if not self._crosstalk.holds(name):
                outputs += self._take(self._open.pop(name).flush())
                self._ended.remove(name)
        return outputs

    def _take(self, found: Iterable[Asked | Given]) -> list[Output]:
        outputs: list[Output] = []
        for item in found:
            if isinstance(item, Decode) and item.final and self._config.hints:
                item = replace(item, hints=self._hints.terms)
            outputs.append(item)
            if isinstance(item, Turn | Speech | Joined | Revised):
                outputs += self._hold(item)
        return outputs

    def _hold(self, event: Event) -> list[Embed]:
        """Put an event in line; return the requests for the vectors of its texts."""
        if event.time < self._told and isinstance(event, Turn):
            event = replace(event, late=True)
        return self._line.hold(event)

    def _release(self) -> list[Output]:
        """Give the analyzers every event that nothing can come before any more."""
        outputs: list[Output] = []
        waited = self._position - self.max_wait
        watermark = max(self._earliest_end(), waited)
        while event := self._line.next(watermark, waited):
            outputs += self._tick(math.ceil(event.time) - 1)
            outputs += self._analyze(event)
        if self._line.due(watermark):
            return outputs  # its vectors are still to come
        return [*outputs, *self._tick(math.floor(min(watermark, self._position)))]

    def _earliest_end(self) -> float:
        pending = (track.earliest_pending for track in self._tracks.values())
        heard = (track.earliest_end for track in self._open.values())
        return min((end for end in itertools.chain(heard, pending) if end is not None), default=math.inf)

    def _tick(self, until: int) -> list[Output]:
        """Let the analyzers see each second up to ``until``; the last one is given out."""
        outputs: list[Output] = []
        tick: Tick | None = None
        while self._next_tick <= until:
            tick = Tick(float(self._next_tick))
            outputs += self._analyze(tick)
            self._next_tick += 1
        return [tick, *outputs] if tick else outputs

    def _analyze(self, event: Event) -> list[Output]:
        self._told = max(self._told, event.time)
        outputs: list[Output] = []
        for analyzer, types in self._analyzers:
            if isinstance(event, types):
                outputs += self._give_out(analyzer.feed(event))  # type: ignore[arg-type]
        return outputs

    def _give_out(self, insights: Iterable[Insight]) -> list[Insight]:
        """Date each insight by when its id was first given out, and keep back what people dismissed."""
        found = []
        for insight in insights:
            if insight.id not in self._dismissed:
                shown = self._shown.setdefault(insight.id, self._told)
                found.append(replace(insight, shown=shown))
        return found
