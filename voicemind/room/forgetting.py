"""What stands in a room's document of somebody who wishes to be forgotten."""

from collections.abc import Container

from voicemind.board.document import Document
from voicemind.board.values import Json


def forget(document: Document, participant: str) -> int:
    """Delete what was heard of a participant, and what rests on it; return how many turns that were.

    That is every turn of theirs or on their tracks, each insight and each note on the board that names one
    of these as its evidence, and what people said of both. What people wrote themselves stays.
    """
    turns = {turn.id for turn in document.turns() if participant in (turn.speaker, turn.track.rpartition(".")[0])}
    insights = {
        insight.id
        for insight in document.insights()
        if insight.speaker == participant or not turns.isdisjoint(insight.evidence)
    }
    document.remove(
        {
            "transcript": turns,
            "insights": insights,
            "verdicts": insights,
            "corrections": _about(document, turns),
            "elements": _notes(document, insights),
        }
    )
    talk = {name: _without(figures, participant) for name, figures in document.talk().items()}
    document.set_talk(**talk)
    return len(turns)


def _about(document: Document, turns: Container[object]) -> list[str]:
    """Corrections of these turns."""
    return [key for key, correction in document.corrections().items() if correction.get("target") in turns]


def _notes(document: Document, insights: Container[object]) -> list[str]:
    """Shapes that say what these insights say, and their texts."""
    elements = document.elements()
    shapes = {key for key, element in elements.items() if _insight(element) in insights}
    return [key for key, element in elements.items() if key in shapes or element.get("containerId") in shapes]


def _insight(element: dict[str, Json]) -> object:
    custom = element.get("customData")
    mark = custom.get("vm") if isinstance(custom, dict) else None
    return mark.get("insight") if isinstance(mark, dict) else None


def _without(figures: Json, participant: str) -> Json:
    if not isinstance(figures, dict):
        return figures
    return {key: value for key, value in figures.items() if key != participant}
