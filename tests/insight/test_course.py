from tests.insight.talk import items
from voicemind.insight.course import Course
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn


def follow(*said: str) -> tuple[Course, list[bool]]:
    course = Course()
    course.plan(items("Scope of version two", "Launch date", "Accessibility audit"))
    talk = [course.feed(Turn(f"t{n}", Segment(10.0 * n, 10.0 * n + 8), "a", text)) for n, text in enumerate(said)]
    return course, talk


def test_an_item_is_opened_and_gathers_time() -> None:
    course, talk = follow("Now, the scope.", "It is large.", "Next, the launch date.", "It is late.")
    assert talk == [True] * 4
    assert course.current == "item-2"
    assert [course.progress[f"item-{n}"].seconds for n in (1, 2, 3)] == [16.0, 16.0, 0.0]
    assert course.progress["item-1"].turns == ["t0", "t1"]


def test_the_agenda_read_out_is_no_talk() -> None:
    course, talk = follow("Today the scope of version two, the launch date and the accessibility audit.")
    assert talk == [False]
    assert course.current is None


def test_an_item_put_off_is_closed_again() -> None:
    course, talk = follow("Next, the accessibility audit.", "Let's do that next week.")
    assert talk == [True, False]
    assert course.progress["item-3"].put_off
    assert course.current is None


def test_a_new_plan_keeps_what_stays() -> None:
    course, _ = follow("Now, the scope.", "It is large.")
    course.plan(items("Scope of version two"))
    assert course.progress["item-1"].seconds == 16.0
    course.plan(())
    assert course.current is None


def test_a_question_of_fact_puts_nothing_off() -> None:
    course = Course()
    course.plan(items("Insurance", "Keys"))
    for n, text in enumerate(("All right, the insurance.", "Does it cover the cameras when we are outside?")):
        course.feed(Turn(f"t{n}", Segment(10.0 * n, 10.0 * n + 5), "ann", text))
    assert not course.progress["item-1"].put_off


def test_what_was_raised_and_steered_away_from_is_dropped() -> None:
    course = Course()
    course.plan(items("Insurance", "Debts to the landlord"))
    raised = "And then there are the debts. The landlord says that we owe him the water of two years."
    for n, text in enumerate((raised, "Let us not talk about it now.")):
        course.feed(Turn(f"t{n}", Segment(10.0 * n, 10.0 * n + 5), "ann", text))
    assert course.progress["item-2"].dropped
