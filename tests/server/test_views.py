import json

from tests.server.visits import Visits, action, turn
from voicemind.server.views import insight_view, room_view, turn_view
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment


def test_a_turn_is_told_without_its_words() -> None:
    assert turn_view(turn(1)) == {
        "id": "t1",
        "start": 1.0,
        "end": 2.0,
        "speaker": "ada",
        "text": "turn 1",
        "confidence": 1.0,
        "track": "ada.1",
        "language": "en",
    }


def test_the_speaker_of_an_insight_is_told_by_name() -> None:
    minutes = Minutes()
    assert insight_view(action(1), minutes)["speaker"] == "ada"
    minutes.add(Joined(0.0, Participant("ada", "Ada Lovelace")))
    assert insight_view(action(1), minutes)["speaker"] == "Ada Lovelace"
    assert insight_view(Insight("silent", Segment(0, 1), "nobody"), minutes)["speaker"] is None


def test_what_a_plug_in_says_is_made_json() -> None:
    strange = Insight("odd", Segment(0, 1), "x \ud800", data={"score": float("nan"), "big": 2**70})
    json.dumps(insight_view(strange, Minutes()), allow_nan=False).encode()


def test_a_room_tells_who_is_there(visits: Visits) -> None:
    room = visits.room()
    people = {"p-1": {"name": "Maya"}}
    visits.run(lambda: room.board.write(lambda document: document.set_meeting(participants=people, state="ended")))
    view = room_view(room)
    assert (view["state"], view["history_id"]) == ("ended", room.board.document.history_id)
    json.dumps(view)
