"""Requests that are queued in tests."""

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE
from voicemind.insight.ports import Embed
from voicemind.scheduler import Failed, Job, Result
from voicemind.speech.ports import Decode


def decode(track: str = "A", utterance: int = 0, *, final: bool = True, seconds: float = 0.0) -> Decode:
    return Decode(track, utterance, 0, np.zeros(round(seconds * SAMPLE_RATE), np.float32), final, 0.0)


def nobody(_: Result | Failed) -> None:
    """Take an answer."""


def final(track: str = "A", utterance: int = 0, due: float = 0.0, seconds: float = 0.0) -> Job:
    return Job(decode(track, utterance, seconds=seconds), due, nobody)


def interim(track: str = "A", utterance: int = 0, due: float = 0.0) -> Job:
    return Job(decode(track, utterance, final=False), due, nobody)


def embed(due: float = 0.0) -> Job:
    return Job(Embed("key", "text", 0.0), due, nobody)
