from pathlib import Path

from tests.server.visits import Visits


def brought(visits: Visits, speech: Path) -> str:
    """Bring a recording, and return where its sound is."""
    with speech.open("rb") as file:
        answer = visits.client.post("/api/recordings", files={"file": file}, headers=visits.bearer())
    return f"/api/recordings/{answer.json()['id']}/audio"


def test_a_recording_is_played_as_it_was_brought(visits: Visits, speech: Path) -> None:
    answer = visits.client.get(brought(visits, speech), headers=visits.bearer())
    assert (answer.status_code, answer.content) == (200, speech.read_bytes())
    assert answer.headers["content-type"] in ("audio/x-wav", "audio/wav")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_a_player_can_begin_in_the_middle(visits: Visits, speech: Path) -> None:
    answer = visits.client.get(brought(visits, speech), headers={**visits.bearer(), "Range": "bytes=1000-1999"})
    assert (answer.status_code, answer.content) == (206, speech.read_bytes()[1000:2000])


def test_what_is_no_sound_by_its_name_is_never_a_page(visits: Visits, speech: Path) -> None:
    page = speech.rename(speech.with_suffix(".html"))
    answer = visits.client.get(brought(visits, page), headers=visits.bearer())
    assert answer.headers["content-type"] == "application/octet-stream"


def test_there_is_no_sound_of_what_is_not_here(visits: Visits) -> None:
    answer = visits.client.get("/api/recordings/0123456789abcdef/audio", headers=visits.bearer())
    assert answer.status_code == 404
