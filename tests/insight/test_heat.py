from pathlib import Path

import pytest

from tests.insight.talk import DIALOGUES, dialogue, run, standing
from voicemind.insight.heat import Heat
from voicemind.timeline.event import Event, Joined, Participant, Tick
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

HEATED = {
    "blame": """
Rita> The release broke on Monday because nobody had run the migration.
Omar> You told me it was done! You promised it on Friday, in front of everybody.
Rita> I said the script was ready. You never read what I write!
Omar> That is not fair. I spent the whole weekend on your mess.
Rita> Don't blame me for that. It was you who pushed the button.
""",
    "being heard": """
Lena> I was going to say that the figures are
Paul> We know what the figures are.
Lena> Let me finish, please! You keep interrupting me.
Paul> Because you never come to the point.
Lena> That's ridiculous. Every time you do this.
Mia> Stop it, both of you. Calm down.
""",
    "a customer": """
Eva> They cancelled this morning.
Tim> Of course they did! You gave them a date without asking us.
Eva> Absolutely not. It was you who said it would be easy!
Tim> I never said easy. You never listen!
Eva> I'm sick of this. I am the one they shout at.
""",
}
CALM = {
    "no to a proposal": """
Rita> I'd move the launch to May.
Omar> I disagree. I don't think that works. The fair is in April.
Rita> No, wait, the fair is not fixed. I see it differently.
Omar> That's wrong, it is fixed since Tuesday. We cannot move it!
Rita> All right, then I'm against it, but I can live with April.
""",
    "facts": """
Lena> You told me the number was five, I think.
Paul> No, I said eight. That's not true what is in the list.
Lena> Then you gave them the old list?
Paul> Yes. I didn't know that there was a new one.
Lena> No, no, it is not your fault, nobody told you.
""",
    "jokes": """
Eva> That is the most ridiculous cake I ever saw! Haha.
Tim> You always say that. Just kidding.
Eva> Are you serious? Haha, look at it!
Tim> It's stupid, but I love it!
""",
    "one angry remark": """
Eva> The printer is broken again. I'm fed up with it, that's unacceptable!
Tim> I'll call the service.
Eva> Thanks.
""",
    "listening": """
Eva> The budget for the spring is what I'd like to talk about now.
Tim> Mm-hm.
Eva> We have three thousand left!
Tim> Yeah.
Eva> And the tent alone costs two!
Tim> Oh, wow! Really?
""",
    "soothing": """
Eva> It is not ridiculous what you say, and nobody is lying to you.
Tim> I know. I'm sorry, it was my fault.
Eva> No, no, it wasn't your fault. You never had a chance!
""",
}


def heat(text: str) -> list[Insight]:
    return standing(run(Heat(), dialogue(text).events), "heat")


@pytest.mark.parametrize("name", HEATED)
def test_heated(name: str) -> None:
    (found,) = heat(HEATED[name])
    assert found.state == "closed"
    assert len(found.evidence) >= 2
    assert len(found.data["people"]) >= 2
    assert 0.5 <= found.confidence <= 0.9


@pytest.mark.parametrize("name", CALM)
def test_calm_disagreement_is_no_heat(name: str) -> None:
    assert heat(CALM[name]) == []


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_ordinary_meetings_are_calm(path: Path) -> None:
    assert heat(path.read_text()) == []


def turn(number: int, start: float, end: float, speaker: str, text: str) -> Turn:
    return Turn(f"t{number}", Segment(start, end), speaker, text)


def test_quotes_names_and_the_time() -> None:
    events: list[Event] = [Joined(0, Participant("a", "Ann")), Joined(0, Participant("b", "Bob"))]
    events += [
        turn(0, 10, 13, "a", "You never listen! You never did!"),
        turn(1, 14, 17, "b", "You promised it! Not fair."),
    ]
    (found,) = standing(run(Heat(), events), "heat")
    assert found.segment == Segment(10, 17)
    assert found.id == "heat:t0"
    assert "Ann: “You never listen! You never did!”" in found.text
    assert "Bob: “You promised it! Not fair.”" in found.text


def test_it_is_over_after_half_a_minute_of_calm() -> None:
    analyzer = Heat()
    analyzer.feed(turn(0, 10, 13, "a", "You never listen! You never did!"))
    (given,) = analyzer.feed(turn(1, 14, 17, "b", "You promised it! Not fair."))
    assert given.state == "open"
    assert analyzer.feed(Tick(40.0)) == []
    (closed,) = analyzer.feed(Tick(47.0))
    assert (closed.id, closed.state) == (given.id, "closed")
    assert analyzer.flush() == []


def test_what_was_said_long_before_does_not_count() -> None:
    analyzer = Heat()
    assert analyzer.feed(turn(0, 10, 13, "a", "You never listen! You never did!")) == []
    assert analyzer.feed(turn(1, 100, 103, "b", "You promised it! Not fair.")) == []


def test_talking_into_a_turn_makes_heated_words_weigh_more() -> None:
    mild = "You promised it, in March."
    apart = [turn(0, 10, 13, "a", "You never listen to us."), turn(1, 14, 17, "b", mild)]
    into = [apart[0], turn(1, 12, 17, "b", mild)]
    assert run(Heat(), apart) == {}
    (found,) = run(Heat(), into).values()
    assert found.data["weight"] == 2.5


def test_overlap_alone_is_no_heat() -> None:
    talk = [turn(n, 3.0 * n, 3.0 * n + 5, "ab"[n % 2], "We take the red one and the blue one!") for n in range(20)]
    assert run(Heat(), talk) == {}
