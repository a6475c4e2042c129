"""The transcript as plain text."""

from voicemind.timeline.formats.figures import paragraphs
from voicemind.timeline.formats.sentences import facts, heading
from voicemind.timeline.formats.wording import clock, one_line
from voicemind.timeline.minutes import Minutes


def plain(minutes: Minutes) -> str:
    """Write title and transcript, one paragraph a line: ``[1:02] Maya: text``."""
    about = facts(minutes)
    lines = [heading(minutes), *([about] if about else []), ""]
    for paragraph in paragraphs(minutes):
        text = " ".join(one_line(turn.text) for turn in paragraph.turns)
        lines.append(f"[{clock(paragraph.start)}] {one_line(minutes.name(paragraph.speaker))}: {text}")
    return "\n".join(lines).rstrip() + "\n"
