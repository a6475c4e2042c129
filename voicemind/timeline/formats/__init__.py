"""Minutes as text: one pure function a format, found by the suffix of the file to write."""

from collections.abc import Callable

from voicemind.errors import InputError
from voicemind.timeline.formats.markdown import markdown
from voicemind.timeline.formats.nist import rttm, stm
from voicemind.timeline.formats.page import page
from voicemind.timeline.formats.plain import plain
from voicemind.timeline.formats.schema import json_text
from voicemind.timeline.formats.subtitles import srt, vtt
from voicemind.timeline.minutes import Minutes

FORMATS: dict[str, Callable[[Minutes], str]] = {
    "md": markdown,
    "json": json_text,
    "srt": srt,
    "vtt": vtt,
    "rttm": rttm,
    "stm": stm,
    "txt": plain,
    "html": page,
}


def render(minutes: Minutes, suffix: str) -> str:
    """Write minutes in the format of a suffix, with or without its dot; InputError for an unknown one.

    The text can be encoded as UTF-8 whatever names and words hold.
    """
    try:
        form = FORMATS[suffix.removeprefix(".").lower()]
    except KeyError:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise InputError(f"{suffix!r} is no format for minutes; use one of {known}") from None
    return form(minutes).encode("utf-8", "replace").decode("utf-8")
