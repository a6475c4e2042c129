from voicemind.insight.clauses import Clause
from voicemind.insight.smalltalk import private
from voicemind.timeline.segment import Segment


def said(*texts: str) -> list[Clause]:
    return [Clause(text, "tom", Segment(i, i + 1), (f"t{i}",), 0) for i, text in enumerate(texts)]


def test_private_life() -> None:
    assert private(said("I rode my bike to the lake", "My sister took the train", "We had lemon cake."))


def test_work() -> None:
    assert not private(said("The train of thought is clear", "I will send the estimate", "The budget is tight"))


def test_what_was_said_long_ago_does_not_count() -> None:
    assert not private(said("My sister rode her bike to the lake", *["The budget is tight"] * 5))
