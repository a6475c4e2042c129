"""What a revision makes of who spoke when."""

from collections.abc import Mapping

from voicemind.timeline.annotation import Annotation, Labelled
from voicemind.timeline.event import Revised


def revise(annotation: Annotation, revised: Revised, before: Mapping[str, str]) -> Annotation:
    """Return who spoke when after a revision; ``before`` is whose its turns were, by the ids of those that are known.

    The annotation that was given stays as it is.
    """
    if revised.speech:
        tracks = {speech.track for speech in revised.speech}
        heard = [Labelled(speech.segment, speech.speaker, speech.track) for speech in revised.speech]
        return Annotation([*(item for item in annotation if item.track not in tracks), *heard])
    found = annotation.copy()
    for turn in revised.turns:
        if before.get(turn.id, turn.speaker) != turn.speaker:
            found.relabel(turn.segment, before[turn.id], turn.speaker, turn.track)
    return found
