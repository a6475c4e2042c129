"""How wrong an annotation is: diarization error rate and its parts, Jaccard error rate, number and shares of speakers.

No collar, overlapping speech counted (pyannote.metrics; Bredin 2017, "pyannote.metrics: a toolkit for reproducible
evaluation, diagnostic, and error analysis of speaker diarization systems").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from voicemind.errors import VoicemindError
from voicemind.timeline.annotation import Annotation
from voicemind.timeline.segment import Segment


@dataclass(frozen=True, slots=True)
class SpeakerErrors:
    """Errors in seconds of the reference's speaker time ``total``; those of Jaccard are a sum over its people.

    ``share_mae`` is the mean error of the shares of the talk, over the reference's people and those who are none.
    """

    total: float
    miss: float
    false_alarm: float
    confusion: float
    jaccard: float
    speakers: int
    speakers_true: int
    share_mae: float
    dominant: bool

    @property
    def der(self) -> float:
        """The diarization error rate; 0 where nobody speaks and nobody was heard."""
        return _rate(self.miss + self.false_alarm + self.confusion, self.total)

    def row(self) -> dict[str, Any]:
        """Return the figures under their names in the report; rates and shares are fractions, not percent."""
        return {
            "der": self.der,
            "miss": _rate(self.miss, self.total),
            "false_alarm": _rate(self.false_alarm, self.total),
            "confusion": _rate(self.confusion, self.total),
            "jer": _rate(self.jaccard, self.speakers_true),
            "speakers": self.speakers,
            "speakers_true": self.speakers_true,
            "share_mae": self.share_mae,
            "dominant_ok": self.dominant,
        }


def compare(reference: Annotation, found: Annotation, scored: Sequence[Segment]) -> SpeakerErrors:
    """Return how wrong ``found`` is inside the ``scored`` parts; VoicemindError where pyannote.metrics is missing."""
    try:
        from pyannote.core import Segment as Span
        from pyannote.core import Timeline
        from pyannote.metrics.diarization import DiarizationErrorRate, JaccardErrorRate
    except ImportError:
        raise VoicemindError("the bench needs pyannote.metrics: pip install 'voicemind[bench]'") from None

    extent = Timeline([Span(part.start, part.end) for part in scored])
    true, heard = reference.to_pyannote("bench"), found.to_pyannote("bench")
    rate = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    errors = rate(true, heard, uem=extent, detailed=True)
    jaccard = JaccardErrorRate(collar=0.0, skip_overlap=False)(true, heard, uem=extent, detailed=True)
    truth, said = _within(reference, scored), _within(found, scored)
    names = rate.optimal_mapping(true, heard, uem=extent)
    matched = {label: names.get(label, f"nobody: {label}") for label in said.labels()}
    shares, given = _shares(truth), _shares(said.rename(matched))
    people = set(shares) | set(given)
    return SpeakerErrors(
        total=float(errors["total"]),
        miss=float(errors["missed detection"]),
        false_alarm=float(errors["false alarm"]),
        confusion=float(errors["confusion"]),
        jaccard=float(jaccard["speaker error"]),
        speakers=len(said.labels()),
        speakers_true=len(truth.labels()),
        share_mae=sum(abs(shares.get(p, 0.0) - given.get(p, 0.0)) for p in people) / max(1, len(shares)),
        dominant=_most(shares) == _most(given),
    )


def pooled(parts: Sequence[SpeakerErrors]) -> SpeakerErrors:
    """Return all recordings as one; ``share_mae`` is their mean, ``dominant`` whether it is right in each."""
    return SpeakerErrors(
        total=sum(part.total for part in parts),
        miss=sum(part.miss for part in parts),
        false_alarm=sum(part.false_alarm for part in parts),
        confusion=sum(part.confusion for part in parts),
        jaccard=sum(part.jaccard for part in parts),
        speakers=sum(part.speakers for part in parts),
        speakers_true=sum(part.speakers_true for part in parts),
        share_mae=sum(part.share_mae for part in parts) / max(1, len(parts)),
        dominant=all(part.dominant for part in parts),
    )


def _rate(part: float, whole: float) -> float:
    return part / whole if whole else float(part > 0)


def _within(annotation: Annotation, scored: Sequence[Segment]) -> Annotation:
    return Annotation(item for part in scored for item in annotation.crop(part))


def _shares(annotation: Annotation) -> dict[str, float]:
    talk = annotation.talk_time()
    return {label: seconds / sum(talk.values()) for label, seconds in talk.items()}


def _most(shares: dict[str, float]) -> str | None:
    return max(shares, key=lambda label: (shares[label], label)) if shares else None
