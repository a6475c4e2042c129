"""The formats that scoring tools read: RTTM (who spoke when) and STM (who said what when)."""

from voicemind.timeline.annotation import rttm_names
from voicemind.timeline.formats.figures import labels
from voicemind.timeline.formats.wording import one_line
from voicemind.timeline.minutes import Minutes


def rttm(minutes: Minutes) -> str:
    """Write the speech segments as NIST RTTM, speakers by name."""
    return minutes.annotation.rename(labels(minutes)).to_rttm(minutes.title)


def stm(minutes: Minutes) -> str:
    """Write the turns as NIST STM: file, channel, speaker, start, end, text; speakers named as in the RTTM."""
    names = labels(minutes)
    tokens = rttm_names(names.values())
    uri = "_".join(one_line(minutes.title).split()) or "meeting"
    lines = []
    for turn in minutes.transcript:
        text = one_line(turn.text)
        start, end = round(max(0.0, turn.segment.start), 3), round(turn.segment.end, 3)
        if text and end > start:
            lines.append(f"{uri} 1 {tokens[names[turn.speaker]]} {start:.3f} {end:.3f} {text}\n")
    return "".join(lines)
