import pytest

from voicemind.insight.task_cues import CUES, cues


def held(text: str) -> set[str]:
    return {name for name, value in zip(CUES, cues(text), strict=True) if value}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I’ll prepare the slides by Friday", {"future", "i_will", "when"}),
        ("Could you send me the list, please?", {"request", "question"}),
        ("we looked at what you have to prepare", {"duty", "past"}),
        ("Okay, so we go with the red one", {"so", "go_with", "yes", "number"}),
        ("the weather", set()),
        ("", set()),
    ],
)
def test_what_a_text_holds(text: str, names: set[str]) -> None:
    assert held(text) == names


def test_every_cue_counts_once() -> None:
    assert len(cues("we will, we will")) == len(CUES)
    assert set(cues("we will, we will")) <= {0.0, 1.0}
