"""Acts of speech that may leave something to be done, and what their rules are written with.

Each rule is a general pattern of English meetings, with a weight for how often such a clause leaves
a task; what is said around it adds to the weight (``voicemind.insight.actions``). The cues are those
of Purver et al. (2007), "Detecting and Summarizing Action Items in Multi-Party Dialogue": the task,
its timeframe, its owner, agreement.
"""

import re
from dataclasses import dataclass

from voicemind.insight.patterns import either


@dataclass(frozen=True, slots=True)
class Act:
    """How likely a clause leaves a task, and its words from the verb on."""

    weight: float
    what: str


Rule = tuple[re.Pattern[str], float]

FILLER = either(
    """okay | ok | alright | all right | right | so | well | yes | yeah | yep | yup | sure | great | good
    | perfect | fine | thanks | thank you | and | but | then | also | now | actually | of course
    | absolutely | certainly | definitely | no problem | anyway | um | uh | er | hmm | oh | ah | look
    | listen | i think | i guess | i suppose | maybe | perhaps | honestly | in that case | personally
    | gladly | no worries | sounds good | fair enough | agreed | exactly | true | no | hey | hi | i know
    | that's (?:fine|okay|ok) | that is (?:fine|okay) | never mind | don't worry | you know | to be honest
    | in any case | meanwhile | lovely"""
)
# What may stand before the clause: an adverbial with the time, or the clause that it depends on.
_FRONT = either(
    """by | before | until | on | after | tomorrow | today | tonight | this | later | first thing | in
    | over | as for | for | from | with | at | next | some | one | if | when | once | unless | as soon as
    | as long as | since | because"""
)
HEAD = rf"\W*(?:{FILLER}[,.!:;]?\s+)*(?P<front>(?:{_FRONT}\b[^?]{{0,80}}?(?:,\s*|\s+)(?:then\s+)?)?)"
NAMED_HEAD = rf"\W*(?:{FILLER}[,.!:;]?\s+)*(?P<front>(?:[^\W\d_]+,\s+)?)"
_ADVERB = either(
    """also | just | then | probably | personally | definitely | happily | gladly | quickly | actually
    | certainly | try to | try and | make sure to | go ahead and | go and | have to | need to | be able to
    | be happy to | be glad to | be sure to | really | simply | please | kindly | maybe | perhaps | possibly
    | first | still | always | immediately | now | at least | start to | start by | gladly | you"""
)
_WHAT = rf"(?:{_ADVERB}\s+)*(?P<what>\w.*)"


def rule(phrases: str, weight: float, head: str = HEAD) -> Rule:
    """Return the rule for a clause with one of ``phrases`` after ``head``; what follows is what is to be done."""
    return re.compile(rf"{head}{either(phrases)},?\s+{_WHAT}", re.IGNORECASE | re.DOTALL), weight


_VAGUE = re.compile(r"(?:next time|some ?day|some time|one day|if|unless)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|unless)\b(?! (?:that's|that is|you (?:like|want|wish)|it's|possible|needed))", re.IGNORECASE
)


def first(rules: tuple[Rule, ...], text: str) -> Act | None:
    """Return what the first rule that fits makes of a clause; vague or conditional ones weigh less."""
    for pattern, weight in rules:
        if match := pattern.match(text):
            front = match.groupdict().get("front") or ""
            what = match.group("what").strip(" .,!?;")
            doubt = 0.35 * bool(_VAGUE.match(front)) or 0.2 * bool(_CONDITION.search(what))
            return Act(weight - doubt, what) if what else None
    return None
