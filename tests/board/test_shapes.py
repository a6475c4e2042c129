from hypothesis import given
from hypothesis import strategies as st

from voicemind.board import shapes
from voicemind.board.order import is_index
from voicemind.board.shapes import note_id, slot, sticky_note, wrap
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment

ACTION = Insight(
    "action",
    Segment(10.0, 14.0),
    "Send the budget to everybody",
    evidence=("t-7",),
    data={"owner": "Maya", "due": "2027-01-15"},
)

# What Excalidraw 0.18 requires of every element, less the three that each browser gives anew.
REQUIRED = {
    "id", "type", "x", "y", "width", "height", "angle", "strokeColor", "backgroundColor", "fillStyle", "strokeWidth",
    "strokeStyle", "roughness", "opacity", "groupIds", "frameId", "index", "roundness", "seed", "isDeleted",
    "boundElements", "link", "locked",
}  # fmt: skip
OF_TEXT = {
    "fontSize", "fontFamily", "text", "originalText", "textAlign", "verticalAlign", "containerId", "autoResize",
    "lineHeight",
}  # fmt: skip


def test_a_note_is_a_rectangle_with_a_text_bound_to_it() -> None:
    made = sticky_note(ACTION, (30, 40), None)
    box, text = made[note_id(ACTION.id)], made[f"{note_id(ACTION.id)}:text"]
    assert (box["type"], box["x"], box["y"], text["type"]) == ("rectangle", 30, 40, "text")
    assert box["boundElements"] == [{"id": text["id"], "type": "text"}]
    assert text["containerId"] == box["id"]
    assert text["originalText"] == "Send the budget to everybody\nMaya · 2027-01-15"
    assert box["backgroundColor"] == shapes.COLORS["action"]


def test_elements_have_all_fields_and_no_version() -> None:
    for element in sticky_note(ACTION, (0, 0), "a4").values():
        assert set(element) >= REQUIRED | (OF_TEXT if element["type"] == "text" else set())
        assert not {"version", "versionNonce", "updated"} & set(element)
        assert element["customData"] == {"vm": {"by": "agent", "id": element["id"], "insight": ACTION.id}}


def test_a_note_lies_on_top_and_its_text_above_it() -> None:
    box, text = sticky_note(ACTION, (0, 0), "a4").values()
    assert is_index(box["index"])
    assert is_index(text["index"])
    assert "a4" < str(box["index"]) < str(text["index"])


@given(st.text(min_size=1, max_size=600))
def test_the_text_lies_inside_its_rectangle(said: str) -> None:
    box, text = sticky_note(Insight("decision", Segment(0, 1), said, evidence=("t",)), (5, 6), None).values()
    assert float(str(text["y"])) >= float(str(box["y"])) + shapes.PADDING - 1e-6
    bottom = float(str(text["y"])) + float(str(text["height"]))
    assert bottom <= float(str(box["y"])) + float(str(box["height"])) - shapes.PADDING + 1e-6


@given(st.text(max_size=300), st.floats(30, 400))
def test_wrapping_loses_no_letter_and_keeps_the_width(text: str, width: float) -> None:
    lines = wrap(text, width)
    fits = max(1, int(width / (shapes.FONT_SIZE * shapes.GLYPH)))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(line) <= fits for line in lines)


def test_the_same_insight_gives_the_same_note() -> None:
    assert sticky_note(ACTION, (0, 0), None) == sticky_note(ACTION, (0, 0), None)


def test_notes_do_not_lie_on_each_other() -> None:
    long = Insight("decision", Segment(0, 1), "We will move the whole archive " * 4, evidence=("t",))
    notes = [sticky_note(long, slot(number), None)[note_id(long.id)] for number in range(23)]
    boxes = [(float(str(box["x"])), float(str(box["y"])), float(str(box["height"]))) for box in notes]
    for i, (x, y, height) in enumerate(boxes):
        for other_x, other_y, _ in boxes[i + 1 :]:
            assert abs(x - other_x) >= shapes.WIDTH or abs(y - other_y) >= height
