"""A server without models whose room and recording already hold a meeting: python -m tests.browser.stage DATA [TURNS].

What was said is the transcript of the sample meeting, over and over for as many turns as are asked for; what was
found in it is written here by hand, so that a page's test need not wait for a recogniser. What else is to happen it
is told line by line on standard input; see tests.browser.staged.
"""

import datetime
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio

from tests.browser.recordings import SAMPLE, meeting, write_wav
from tests.fakes import fake_models
from tests.room.host import LOCAL
from voicemind.board.document import Document
from voicemind.config import ServeConfig
from voicemind.room.room import Room
from voicemind.server.app import Parts
from voicemind.server.found import keep
from voicemind.server.recordings import Job, Recording
from voicemind.server.run import Serving, running
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Joined, Participant
from voicemind.timeline.formats import FORMATS, render
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Interim, Turn, Word

ROOM = "stage"
RECORDING = "0123456789abcdef"
LENGTH = 60.0  # seconds of the recording

AGENDA = (
    AgendaItem("a1", "Beta feedback", 10.0, "Priya"),
    AgendaItem("a2", "Scope of version two", 15.0, None),
    AgendaItem("a3", "Accessibility audit", 5.0, None),
)


def turns() -> Iterator[Turn]:
    """Return the turns of the sample meeting over and over, in order of time."""
    said = json.loads((SAMPLE / "transcript.json").read_text())
    for again in itertools.count():
        offset = again * said["duration"]
        for i, turn in enumerate(said["turns"]):
            start, end, texts = turn["start"] + offset, turn["end"] + offset, turn["text"].split()
            step = (end - start) / len(texts)
            spoken = [Word(w, Segment(start + k * step, start + (k + 1) * step), 0.9) for k, w in enumerate(texts)]
            key, who = f"{turn['speaker']}-{again}-{i}", turn["speaker"].lower()
            yield Turn(key, Segment(start, end), who, turn["text"], tuple(spoken), 0.9, who, "en")


def insights(said: list[Turn]) -> list[Insight]:
    """Return one of each kind that a page shows."""
    second, fourth, end = said[1], said[3], said[-1].segment.end
    half = Segment(0.0, end / 2), Segment(end / 2, end)
    return [
        Insight(
            "action",
            second.segment,
            "Send the beta summary to the team",
            second.speaker,
            (second.id,),
            0.82,
            {"owner": second.speaker, "due": "2026-03-13"},
        ),
        Insight("decision", fourth.segment, "Offline mode comes with version two", None, (fourth.id,), 0.77),
        Insight("question", fourth.segment, "Who pays for the audit?", None, (said[2].id,), 0.7, {"answered": False}),
        Insight("avoided", Segment(0.0, end), "Accessibility audit", None, (), 0.8, {"why": "not touched"}),
        Insight("topic", half[0], "beta, feedback, crashes", None, (second.id,), 0.8, {"label": "beta feedback"}),
        Insight("topic", half[1], "scope, offline", None, (fourth.id,), 0.8, {"label": "scope of version two"}),
        Insight("coverage", half[0], "", None, (), 1.0, {"item": "a1", "coverage": 0.9, "seconds": 60.0}),
    ]


def recorded(until: float) -> Minutes:
    """Return minutes of the first ``until`` seconds."""
    minutes = Minutes("Product planning", datetime.date(2026, 3, 9), "by hand")
    said = list(itertools.takewhile(lambda turn: turn.segment.end <= until, turns()))
    for who in dict.fromkeys(turn.speaker for turn in said):
        minutes.add(Joined(0.0, Participant(who, who.title())))
    minutes.add(Agenda(0.0, AGENDA))
    for insight in insights(said):
        minutes.add(insight)
    for turn in said:
        minutes.add(turn)
        minutes.annotation.add(turn.segment, turn.speaker, turn.track)
    minutes.duration = until
    return minutes


def put_recording(data: Path) -> None:
    """Keep a recording that was analysed, as the server finds it when it starts."""
    folder, minutes = data / "recordings" / RECORDING, recorded(LENGTH)
    folder.mkdir(parents=True)
    sound = write_wav(folder / "source.wav", meeting(LENGTH))
    job = Job("aaaaaaaaaaaaaaaa", "done", LENGTH, LENGTH)
    size = sound.stat().st_size
    meta = Recording(RECORDING, "planning.wav", minutes.title, "2026-03-09", sound.name, size, job, LENGTH)
    fields = {name: getattr(meta, name) for name in Recording.__slots__}
    fields["job"] = {name: getattr(job, name) for name in Job.__slots__}
    (folder / "recording.json").write_text(json.dumps(fields))
    keep(folder, minutes)
    for form in FORMATS:
        (folder / f"minutes.{form}").write_text(render(minutes, form))


async def put_room(serving: Serving, count: int) -> None:
    """Write a meeting of so many turns into a room."""
    room = await serving.services.room(ROOM)
    said = list(itertools.islice(turns(), count))
    people = {turn.speaker: {"name": turn.speaker.title(), "present": False} for turn in said}

    def change(document: Document) -> None:
        document.found("Product planning", AGENDA)
        document.set_meeting(participants=people, state="live")
        for turn in said:
            document.add_turn(replace(turn, words=()))
        for insight in insights(said):
            document.put_insight(insight)
        document.set_talk(
            shares={who: 1 / len(people) for who in people}, seconds=dict.fromkeys(people, 60.0), entropy=1.0
        )

    await room.board.write(change)


async def obey(room: Room, do: str, what: dict[str, Any]) -> None:
    """Let somebody say something: an ``interim``, or a ``turn`` that is final."""
    if do == "interim":
        begun = Segment(what["start"], what["start"] + 1.0)
        room._facts.publish(Interim(what["track"], what["speaker"], begun, what["text"], ""))
    elif do == "turn":
        segment = Segment(what["start"], what["end"])
        turn = Turn(what["id"], segment, what["speaker"], what["text"], (), 0.9, what["track"], "en")
        room._facts.publish(turn)
        await anyio.sleep(what.get("after", 0.0))  # the document may bring it later than the events
        await room.board.write(lambda document: document.add_turn(turn))


async def main(data: Path, count: int) -> None:
    """Serve until standard input ends; the address is printed once all is there."""
    put_recording(data)
    config = ServeConfig(data, port=0, open=True)
    async with running(config, Parts(lambda config, progress: fake_models(), peer=LOCAL)) as serving:
        await put_room(serving, count)
        sys.stdout.write(f"{serving.url}\n")
        sys.stdout.flush()
        room = await serving.services.room(ROOM)
        while line := await anyio.to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True):
            what = json.loads(line)
            await obey(room, what.pop("do"), what)
            sys.stdout.write(f"{json.loads(line)['do']}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
