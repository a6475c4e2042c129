import pytest

from voicemind.insight.escalation import escalation


@pytest.mark.parametrize(
    ("text", "weight", "direct"),
    [
        ("That is not fair.", 1.0, 1.0),
        ("That isn’t fair!", 1.25, 1.0),
        ("You never ask.", 0.5, 0.5),
        ("Because you told me it was easy!", 0.75, 0.5),
        ("No, wait. We cannot move it.", 0.25, 0.0),
        ("I disagree, I see that differently.", 0.0, 0.0),
        ("We won!", 0.0, 0.0),
        ("It's not ridiculous.", 0.0, 0.0),
        ("It is ridiculous.", 1.0, 1.0),
        ("It wasn't your fault.", 0.0, 0.0),
        ("You never asked, but I'm sorry.", 0.0, 0.0),
        ("Thanks, you never forget that.", 0.0, 0.0),
        ("Nonsense! You never listen! Shut up! Liar!", 2.0, 2.0),
        ("", 0.0, 0.0),
    ],
)
def test_what_words_weigh(text: str, weight: float, direct: float) -> None:
    found = escalation(text)
    assert (found.weight, found.direct) == (weight, direct)
