"""voicemind: a meeting mind that a team hosts itself.

    from voicemind import replay

    minutes = replay("standup.wav")

The public names are loaded when they are first used: importing voicemind loads no model runtime.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicemind.audio.frame import AudioFrame as AudioFrame
    from voicemind.config import Config as Config
    from voicemind.errors import VoicemindError as VoicemindError
    from voicemind.insight.standard import standard_analyzers as standard_analyzers
    from voicemind.meeting import Meeting as Meeting
    from voicemind.pipeline import Pipeline as Pipeline
    from voicemind.recording import replay as replay
    from voicemind.timeline.agenda import AgendaItem as AgendaItem
    from voicemind.timeline.agenda import parse_agenda as parse_agenda
    from voicemind.timeline.annotation import Annotation as Annotation
    from voicemind.timeline.insight import Insight as Insight
    from voicemind.timeline.minutes import Minutes as Minutes
    from voicemind.timeline.segment import Segment as Segment
    from voicemind.timeline.transcript import Transcript as Transcript
    from voicemind.timeline.transcript import Turn as Turn
    from voicemind.timeline.transcript import Word as Word

_HOMES = {
    "AgendaItem": "voicemind.timeline.agenda",
    "Annotation": "voicemind.timeline.annotation",
    "AudioFrame": "voicemind.audio.frame",
    "Config": "voicemind.config",
    "Insight": "voicemind.timeline.insight",
    "Meeting": "voicemind.meeting",
    "Minutes": "voicemind.timeline.minutes",
    "Pipeline": "voicemind.pipeline",
    "Segment": "voicemind.timeline.segment",
    "Transcript": "voicemind.timeline.transcript",
    "Turn": "voicemind.timeline.transcript",
    "VoicemindError": "voicemind.errors",
    "Word": "voicemind.timeline.transcript",
    "parse_agenda": "voicemind.timeline.agenda",
    "replay": "voicemind.recording",
    "standard_analyzers": "voicemind.insight.standard",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'voicemind' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
