from voicemind.insight.tangents import Tangents
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

CHAT = (
    "Did I tell you about my bike ride on Saturday?",
    "You should have gone to the bakery in the harbour.",
    "My sister drove there with the kids.",
    "Next time I will take the train, there is a garden and homemade cake.",
)
WORK = "The hosting costs four dollars per person, so there is enough room."


def play(*said: str, opens: str = "", planned: tuple[str, ...] = ("Price of the team plan",)) -> list[list[Insight]]:
    """A turn every ten seconds."""
    tangents = Tangents()
    tangents.plan(planned)
    return [
        tangents.feed(
            Turn(f"t{n:02d}", Segment(10.0 * n, 10.0 * n + 9), "a", text), opens=bool(opens) and text == opens
        )
        for n, text in enumerate(said)
    ]


def test_chat_is_said_while_it_goes_on_and_ends_when_an_item_is_opened() -> None:
    back = "Back to the list, the price."
    given = play(WORK, WORK, *CHAT, back, WORK, opens=back)
    assert [len(g) for g in given] == [0, 0, 0, 0, 1, 1, 1, 0]
    begun, ended = given[4][0], given[6][0]
    assert begun.segment == Segment(20.0, 49.0)
    assert begun.evidence == ("t02", "t03", "t04")
    assert begun.data["about"]
    assert ended.id == begun.id
    assert (ended.state, ended.segment.end) == ("closed", 59.0)


def test_it_is_over_when_nobody_chats_any_more() -> None:
    given = play(*CHAT, *[WORK] * 12)
    states = [g[0].state for g in given if g]
    assert states[-1] == "closed"
    assert states.count("closed") == 1


def test_one_private_word_is_no_small_talk() -> None:
    assert not any(play(*["We can show the bike to the kids, the bike is what the kids like."] * 20))


def test_what_is_planned_is_no_small_talk() -> None:
    assert not any(play(*CHAT, planned=("Bike ride, bakery, cake and garden", "Sister, kids and train")))


def test_words_far_apart_do_not_add_up() -> None:
    assert not any(play(*(line for chat in CHAT for line in (chat, *[WORK] * 6))))


def test_quiet_for_five_minutes_after_one() -> None:
    given = play(*CHAT, *[WORK] * 12, *CHAT, *[WORK] * 40, *CHAT)
    assert len({g[0].id for g in given if g}) == 2


def test_without_an_agenda_chat_is_beside_the_subject() -> None:
    given = play("I will send the offer tomorrow.", *[WORK] * 7, *CHAT, planned=())
    (begun, *_) = next(found for found in given if found)
    assert begun.text.startswith("Beside the subject: ")


def test_without_agenda_and_work_people_may_have_met_to_chat() -> None:
    assert not any(play(*[WORK] * 7, *CHAT, planned=()))
