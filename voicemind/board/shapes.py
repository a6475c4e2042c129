"""Insights as Excalidraw elements, field by field; geometry only.

``version``, ``versionNonce`` and ``updated`` are left out: each browser gives them to what it
receives (design: elements are merged by field, not by version).
"""

import math
import zlib

from voicemind.board.order import index_after
from voicemind.board.values import Json
from voicemind.timeline.insight import Insight

Fields = dict[str, Json]

WIDTH = 240  # scene units, as all below
MIN_HEIGHT = 120
PADDING = 10
FONT_SIZE = 20
LINE_HEIGHT = 1.25
GAP = 24
ROWS = 5
ROW_HEIGHT = 260  # room for nine lines
FONT_EXCALIFONT = 5
GLYPH = 0.58  # mean width of Excalifont's letters, in font sizes

COLORS = {"action": "#ffec99", "decision": "#b2f2bb", "question": "#a5d8ff", "avoided": "#ffc9c9"}
OTHER_COLOR = "#e9ecef"


def note_id(insight_id: str) -> str:
    """Return the element id of an insight's sticky note."""
    return f"note:{insight_id}"


def slot(number: int) -> tuple[float, float]:
    """Return where the note of this number goes: columns of five, left of the middle of the board."""
    column, row = divmod(number, ROWS)
    return -(column + 2) * (WIDTH + GAP), row * ROW_HEIGHT


def sticky_note(insight: Insight, at: tuple[float, float], last: str | None) -> dict[str, Fields]:
    """Return a sticky note's elements by id: a rectangle and the text bound to it.

    ``at`` is its top left corner; ``last`` the highest index on the board, None on an empty one.
    """
    box, label = note_id(insight.id), f"{note_id(insight.id)}:text"
    written = note_text(insight)
    lines = wrap(written, WIDTH - 2 * PADDING)
    text_height = len(lines) * FONT_SIZE * LINE_HEIGHT
    height = max(float(MIN_HEIGHT), text_height + 2 * PADDING)
    low = index_after(last, box)
    rectangle = _element(box, "rectangle", insight.id, (at[0], at[1], WIDTH, height), low)
    rectangle |= {
        "backgroundColor": COLORS.get(insight.kind, OTHER_COLOR),
        "roundness": {"type": 3},
        "boundElements": [{"id": label, "type": "text"}],
    }
    inside = (at[0] + PADDING, at[1] + (height - text_height) / 2, WIDTH - 2 * PADDING, text_height)
    text = _element(label, "text", insight.id, inside, index_after(low, label))
    text |= {
        "text": "\n".join(lines),
        "originalText": written,
        "fontSize": FONT_SIZE,
        "fontFamily": FONT_EXCALIFONT,
        "textAlign": "center",
        "verticalAlign": "middle",
        "containerId": box,
        "autoResize": True,
        "lineHeight": LINE_HEIGHT,
    }
    return {box: rectangle, label: text}


def note_text(insight: Insight) -> str:
    """Return what a note says: the text, and on a line of its own who does it by when."""
    owner, due = insight.data.get("owner"), insight.data.get("due")
    who_when = " · ".join(str(part) for part in (owner, due) if part)
    return f"{insight.text}\n{who_when}" if who_when else insight.text


def wrap(text: str, width: float) -> list[str]:
    """Break text into lines of at most ``width``, by a mean width of letters; long words are cut."""
    fits = max(1, math.floor(width / (FONT_SIZE * GLYPH)))
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            pieces = [word[i : i + fits] for i in range(0, len(word), fits)]
            for piece in pieces:
                if line and len(line) + 1 + len(piece) > fits:
                    lines.append(line)
                    line = piece
                else:
                    line = f"{line} {piece}" if line else piece
        lines.append(line)
    return lines


def _element(key: str, kind: str, insight_id: str, box: tuple[float, float, float, float], index: str) -> Fields:
    x, y, width, height = box
    return {
        "id": key,
        "type": kind,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "angle": 0,
        "strokeColor": "#1e1e1e",
        "backgroundColor": "transparent",
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 1,
        "opacity": 100,
        "groupIds": [],
        "frameId": None,
        "index": index,
        "roundness": None,
        "seed": zlib.crc32(key.encode()) & 0x7FFFFFFF,  # what Excalidraw draws its roughness from
        "isDeleted": False,
        "boundElements": None,
        "link": None,
        "locked": False,
        "customData": {"vm": {"by": "agent", "id": key, "insight": insight_id}},
    }
