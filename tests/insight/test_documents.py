import numpy as np

from tests.fakes import HashEmbedder
from tests.insight.talk import run
from voicemind.insight.documents import Documents, Shelf
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

EMBEDDER = HashEmbedder(256)
TEXTS = [
    ("/docs/travel.md", "Travel", "trains instead of flights under six hours"),
    ("/docs/pay.md", "", "salaries come on the last working day"),
]
TRAVEL = "may we take flights under six hours or trains instead"


def shelf(texts: list[tuple[str, str, str]] = TEXTS) -> Shelf:
    vectors = EMBEDDER.embed([text for _, _, text in texts])
    return Shelf.of(texts, np.array(vectors, np.float32).reshape(len(texts), 256))


def turn(number: int, start: float, text: str) -> Turn:
    (vector,) = EMBEDDER.embed([text])
    return Turn(f"t{number}", Segment(start, start + 4), "ann", text, vector=vector)


def suggested(*turns: Turn) -> list[tuple[str, str]]:
    return [(i.id, i.data["path"]) for i in run(Documents(shelf()), turns).values()]


def test_the_passage_that_the_talk_is_about() -> None:
    (found,) = run(Documents(shelf()), [turn(0, 10, TRAVEL)]).values()
    assert found.kind == "document"
    assert found.text == "travel.md, Travel: trains instead of flights under six hours"
    assert found.data == {"path": "/docs/travel.md", "passage": TEXTS[0][2]}
    assert found.evidence == ("t0",)


def test_other_talk_gets_nothing() -> None:
    assert suggested(turn(0, 10, "the cake of my grandmother has nuts and a lot of sugar in it")) == []


def test_meaning_alone_is_not_enough() -> None:
    said = turn(0, 10, "the cake of my grandmother has nuts and a lot of sugar in it")
    alike = Turn(said.id, said.segment, said.speaker, said.text, vector=EMBEDDER.embed([TEXTS[0][2]])[0])
    assert suggested(alike) == []


def test_a_passage_is_suggested_once_and_two_minutes_apart() -> None:
    pay = "salaries come on the last working day of the month"
    talk = [turn(0, 10, TRAVEL), turn(1, 60, pay), turn(2, 140, pay), turn(3, 300, TRAVEL), turn(4, 500, pay)]
    assert suggested(*talk) == [("document:t0", "/docs/travel.md"), ("document:t2", "/docs/pay.md")]


def test_without_embeddings_or_documents() -> None:
    bare = Turn("t0", Segment(0, 4), "ann", TRAVEL)
    assert suggested(bare) == []
    assert run(Documents(shelf([])), [turn(0, 10, TRAVEL)]) == {}
