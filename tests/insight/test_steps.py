import numpy as np
import pytest

from voicemind.insight.steps import Steps
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def said(speaker: str, text: str, vector: tuple[float, ...] | None = None) -> Turn:
    return Turn("t", Segment(0, 1), speaker, text, vector=vector)


def test_windows_look_back_over_steps() -> None:
    steps = Steps()
    for turns in ([said("a", "the budget is tight", (1.0, 0.0))], [said("b", "our launch is late", (0.0, 1.0))], []):
        for turn in turns:
            steps.feed(turn)
        steps.close()
    assert len(steps) == 3
    assert steps.vectors[2] is None
    assert steps.window(2) == pytest.approx([0.0, 1.0])
    assert steps.window(3) == pytest.approx(np.array([1, 1]) / np.sqrt(2))
    assert [steps.said("budget", n) for n in (1, 2, 3)] == [False, False, True]
    assert not steps.said("weather", 3)
    assert steps.share(["a"], 3) == 0.5
    assert steps.share(["a"], 2) == 0.0
    assert steps.share(["a"], 1) == 0.0


def test_a_window_outlasts_a_silence() -> None:
    steps = Steps()
    assert steps.window(1) is None
    steps.feed(said("a", "the budget is tight", (0.0, 2.0)))
    steps.close()
    before = steps.window(1)
    steps.close()
    assert before is not None
    assert steps.window(1) == pytest.approx(before)
