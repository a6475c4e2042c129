import pytest

from voicemind.insight.cues import CUES


@pytest.mark.parametrize(
    ("cue", "said", "not_said"),
    [
        ("onward", "Okay, so next point.", "We did that next to the door."),
        ("next", "Shall we move on?", "It has moved."),
        ("so", "Right, so what is this?", "I think so."),
        ("okay", "Okay.", "That is okay."),
        ("agree", "Yeah, sure.", "He said yes."),
        ("thanks", "That was excellent.", "The tank is full."),
        ("close", "Any questions?", "One question."),
        ("welcome", "Hi everybody!", "High walls."),
        ("present", "On the next slide", "The glide"),
        ("discuss", "We have to discuss it", "A discus"),
        ("we_will", "Let's see", "Lets see"),
        ("you_will", "You'll do it", "Do it"),
        ("i_will", "I'll do it", "It will do"),
        ("we_should", "We could ask", "They could ask"),
        ("question", "What is it", "It is that"),
        ("when", "In ten minutes", "In time"),
        ("past", "It was red", "It is red"),
        ("number", "Two of them", "Some of them"),
        ("not", "I don't know", "I know"),
    ],
)
def test_a_cue_is_found_where_it_is(cue: str, said: str, not_said: str) -> None:
    at_start = cue in ("onward", "so", "okay", "agree")
    find = CUES[cue].match if at_start else CUES[cue].search
    assert find(said)
    assert not find(not_said)
