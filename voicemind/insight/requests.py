"""Clauses that ask somebody, or say who is to do something."""

import re

from voicemind.insight.acts import FILLER, NAMED_HEAD, Act, first, rule
from voicemind.insight.patterns import either

_BEFORE_YOU = r".*\b" + either(
    """do you think | i was wondering if | i wonder if | i wonder whether | i was wondering whether
    | any chance | is it possible that | would it be possible that
    | (?:good|great|nice|helpful|lovely|best|better|useful|wonderful|perfect|help) if | i'd appreciate it if
    | i would appreciate it if"""
)
_REQUESTS = (
    rule(r"(?:would|do) you mind | could you be able to | would you be able to | are you able to", 0.3, NAMED_HEAD),
    rule("(?:can|could|would|will) you(?: both| guys| two| all)?(?! mind| be able)", 0.3, NAMED_HEAD),
    rule("(?:can|could|would|will) you(?: both| guys| two| all)?(?! mind| be able)", 0.3),
    rule("(?:i'd|i would) (?:like|love) you to | i (?:need|want) you to", 0.4, NAMED_HEAD),
    rule("would it be possible for you to", 0.3, NAMED_HEAD),
    rule(
        "(?:can|could|may|might) i ask you(?: both| all)? to | i(?:'d| would)(?: like to)? ask you to", 0.4, NAMED_HEAD
    ),
    (
        re.compile(
            r"\W*(?:\w+\W+){0,2}?it(?:['’]d| would) be (?:really )?(?:good|great|nice|helpful|lovely|best|useful)"
            r" to (?P<what>(?:have|get|see)\b.*)",
            re.IGNORECASE | re.DOTALL,
        ),
        0.3,
    ),
    rule("(?:maybe |perhaps )?you (?:could|might want to|may want to)", 0.2, NAMED_HEAD),
    rule("please", 0.35, NAMED_HEAD),
    rule("you (?:could|can|might|would)", 0.3, rf"\W*{_BEFORE_YOU}\s+"),
)
# What somebody has or did is not what they are to do: "you have the copy".
_AS_IT_IS = r"(?:were|was|are|had|have(?! to)|did|do|said|told|went|got|made|took|saw|wanted|know|\w+ed)"
_TOLD = (
    rule(
        rf"you(?:'ll| will| can)?(?! {_AS_IT_IS}\b)",
        0.2,
        NAMED_HEAD,
    ),
)
_OPEN_REQUESTS = (
    rule("(?:can|could|will|would) (?:somebody|someone|anybody|anyone|one of you|one of us)", 0.3),
    rule("(?:who|which of you) (?:can|could|will|would|wants to|would like to|is going to|has time to|might)", 0.3),
    rule("(?:is|would) (?:anybody|anyone|somebody|someone) (?:be )?(?:able|free|willing) to", 0.3),
    rule("(?:somebody|someone|one of us) (?:should|needs to|has to|must|could|ought to)", 0.3),
    (
        re.compile(
            r"\W*(?:so |and |but )*who\s+(?!is\b|was\b|has\b|needs\b|wants\b|knows\b|says\b)(?P<what>[a-z]+s\b.*)",
            re.IGNORECASE,
        ),
        0.3,
    ),
    rule("(?:we|we'd|we would) need (?:somebody|someone|a volunteer) to | any volunteers? to", 0.3),
)
# "The report still needs a summary": a task with nobody's name on it.
_NEED = re.compile(
    rf"\W*(?:{FILLER}[,.!:;]?\s+)*(?P<what>(?:the|our|this|that|those|these|all)\s.+?\b"
    + either(
        r"""(?:still )?(?:needs?|has|have|must|should|ought)(?: to)? be \w+(?:ed|en|ne|nt|de|pt|lt|ut|ght)
        | (?:still )?needs? \w+ing | (?:still )?needs? an? | (?:is|are) still (?:missing|open)"""
    )
    + r"\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_ASSIGNMENTS = (
    rule("will | 'll | is going to | is gonna | 's going to", 0.4, r"\W*"),
    rule("you will | you'll | you are going to | you're going to", 0.4, r"\W*"),
    rule("to", 0.35, r"\W*"),
    rule("can | could | should | might | would | needs to | has to | must", 0.15, r"\W*"),
    rule(rf"you(?! {_AS_IT_IS}\b)", 0.3, r",\s*"),
    (re.compile(r"\s*(?P<what>(?:takes|does)\s+(?!n['o]t\b|not\b).*)", re.IGNORECASE | re.DOTALL), 0.45),
    # The present tense, as in "so Priya finishes the screens by Wednesday".
    (
        re.compile(
            r"\s*(?!is\b|was\b|does(?:n|\s+not)|has\s+(?:not|to|been))(?P<what>[a-z]+s\b.*)", re.IGNORECASE | re.DOTALL
        ),
        0.25,
    ),
)
_GROUP = (
    rule("we'll | we will | we're going to | we are going to | let's | let us", 0.2),
    rule("we need to | we have to", 0.1),
)


def request(text: str) -> Act | None:
    """Counts once it is accepted: "Could you send it, Tom?"."""
    return first(_REQUESTS, text)


def told(text: str) -> Act | None:
    """Only where somebody is spoken to by name: "You proofread it, Iris?"."""
    return first(_TOLD, text)


def open_request(text: str) -> Act | None:
    """Whoever takes it owns it: "Can somebody ...", "who can ...", "the report still needs ..."."""
    found = first(_OPEN_REQUESTS, text)
    if found is None and (match := _NEED.match(text)):
        found = Act(0.2, match.group("what"))
    return found


def assignment(predicate: str) -> Act | None:
    """What follows a participant's name: "(Priya) finishes the screens by Wednesday"."""
    return first(_ASSIGNMENTS, predicate)


def group_task(text: str) -> Act | None:
    """Owned by nobody in particular: "We'll send it by Friday"."""
    return first(_GROUP, text)
