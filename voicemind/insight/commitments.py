"""Clauses that may leave something to be done: commitments, offers, requests, assignments.

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


_FILLER = either(
    """okay | ok | alright | all right | right | so | well | yes | yeah | yep | yup | sure | great | good
    | perfect | fine | thanks | thank you | and | but | then | also | now | actually | of course
    | absolutely | certainly | definitely | no problem | anyway | um | uh | er | hmm | oh | ah | look
    | listen | i think | i guess | i suppose | maybe | perhaps | honestly | in that case | personally
    | gladly | no worries | sounds good | fair enough | agreed | exactly | true | no | hey | hi | i know
    | you know | to be honest | in any case | meanwhile | lovely"""
)
# What may stand before the clause: an adverbial with the time, or the clause that it depends on.
_FRONT = either(
    """by | before | until | on | after | tomorrow | today | tonight | this | later | first thing | in
    | over | as for | for | from | with | at | next | some | one | if | when | once | unless | as soon as
    | as long as | since | because"""
)
_HEAD = rf"\W*(?:{_FILLER}[,.!:;]?\s+)*(?P<front>(?:{_FRONT}\b[^?]{{0,80}}?(?:,\s*|\s+)(?:then\s+)?)?)"
_NAMED_HEAD = rf"\W*(?:{_FILLER}[,.!:;]?\s+)*(?P<front>(?:[^\W\d_]+,\s+)?)"
_ADVERB = either(
    """also | just | then | probably | personally | definitely | happily | gladly | quickly | actually
    | certainly | try to | try and | make sure to | go ahead and | go and | have to | need to | be able to
    | be happy to | be glad to | be sure to | really | simply | please | kindly | maybe | perhaps | possibly
    | first | still | always | immediately | now | at least | start to | start by | gladly | you"""
)
_WHAT = rf"(?:{_ADVERB}\s+)*(?P<what>\w.*)"


def _rule(phrases: str, weight: float, head: str = _HEAD) -> tuple[re.Pattern[str], float]:
    return re.compile(rf"{head}{either(phrases)},?\s+{_WHAT}", re.IGNORECASE | re.DOTALL), weight


_COMMITMENTS = (
    _rule("i'll | i will | i shall | i'm going to | i am going to | i'm gonna", 0.45),
    _rule("i'd be happy to | i would be happy to | i'd be glad to | i'm happy to | i am happy to | i'm glad to", 0.3),
    _rule("let me", 0.25),
    _rule("i(?: was|'m| am|'ve been)? (?:hoping|planning) to | i (?:plan|hope|intend|promise|aim) to", 0.25),
    _rule("i can", 0.2),
    _rule("i could | i might", 0.1),
    _rule("i(?: also)?(?: still)? (?:need|have|got) to | i've got to | i have got to", 0.2),
    _rule("(?:my|the|one|an) (?:action|to-?do|task|homework)(?: item)?(?: for me)? is to", 0.6),
)
# These have no verb of their own: what is to be done was said before.
_DO_IT = "(?:do|take|handle|own|manage) (?:it|that|this|them|those)(?: one| task| part)?"
_TAKING_ON = re.compile(
    _HEAD
    + either(
        rf"""leave (?:it|that|this)(?: one)? (?:to|with) me | i'm on it | i am on it
        | i've got (?:it|that|this) | i have got (?:it|that) | count on me | consider it done
        | (?:i will|i can)
        | (?:i'll|i will|let me|i can|i could|i'd be happy to|i'm happy to)(?: gladly| happily| also)? {_DO_IT}\b.*
        | (?:will|can) do\b.* | on it | i'll get (?:it|that) done\b.*"""
    )
    + r"[.!]?$",
    re.IGNORECASE | re.DOTALL,
)
_PROMISED = re.compile(
    r"\b"
    + either(
        f"""leave (?:it|that|this)(?: one)? (?:to|with) me | i'm on it | count on me | consider it done
        | (?:i'll|i will)(?: gladly| happily)? {_DO_IT} | i've got (?:it|that)"""
    )
    + r"\b",
    re.IGNORECASE,
)
_OFFERS = (
    _rule("shall i | should i | do you want me to | want me to | would you like me to | would it help if i", 0.2),
)
_UP_TO_YOU = re.compile(
    _HEAD + either("i can | i could | let me | i might | i'd be happy to | i'm happy to"), re.IGNORECASE
)
_BEFORE_YOU = r".*\b" + either(
    """do you think | i was wondering if | i wonder if | i wonder whether | i was wondering whether
    | any chance | is it possible that | would it be possible that
    | (?:good|great|nice|helpful|lovely|best|better|useful|wonderful|perfect|help) if | i'd appreciate it if
    | i would appreciate it if"""
)
_REQUESTS = (
    _rule(r"(?:would|do) you mind | could you be able to | would you be able to | are you able to", 0.3, _NAMED_HEAD),
    _rule("(?:can|could|would|will) you(?: both| guys| two| all)?(?! mind| be able)", 0.3, _NAMED_HEAD),
    _rule("(?:can|could|would|will) you(?: both| guys| two| all)?(?! mind| be able)", 0.3),
    _rule("(?:i'd|i would) (?:like|love) you to | i (?:need|want) you to", 0.4, _NAMED_HEAD),
    _rule("would it be possible for you to", 0.3, _NAMED_HEAD),
    _rule("(?:maybe |perhaps )?you (?:could|might want to|may want to)", 0.2, _NAMED_HEAD),
    _rule("please", 0.35, _NAMED_HEAD),
    _rule("you (?:could|can|might|would)", 0.3, rf"\W*{_BEFORE_YOU}\s+"),
)
_TOLD = (_rule("you(?:'ll| will| can)?", 0.2, _NAMED_HEAD),)
_OPEN_REQUESTS = (
    _rule("(?:can|could|will|would) (?:somebody|someone|anybody|anyone|one of you|one of us)", 0.3),
    _rule("(?:who|which of you) (?:can|could|will|would|wants to|would like to|is going to|has time to|might)", 0.3),
    _rule("(?:is|would) (?:anybody|anyone|somebody|someone) (?:be )?(?:able|free|willing) to", 0.3),
    _rule("(?:somebody|someone|one of us) (?:should|needs to|has to|must|could|ought to)", 0.3),
    (
        re.compile(
            r"\W*(?:so |and |but )*who\s+(?!is\b|was\b|has\b|needs\b|wants\b|knows\b|says\b)(?P<what>[a-z]+s\b.*)",
            re.IGNORECASE,
        ),
        0.3,
    ),
    _rule("(?:we|we'd|we would) need (?:somebody|someone|a volunteer) to | any volunteers? to", 0.3),
)
# "The report still needs a summary": a task with nobody's name on it.
_NEED = re.compile(
    rf"\W*(?:{_FILLER}[,.!:;]?\s+)*(?P<what>(?:the|our|this|that|those|these|all)\s.+?\b"
    + either(
        r"""(?:still )?(?:needs?|has|have|must|should|ought)(?: to)? be \w+(?:ed|en|ne|nt|de|pt|lt|ut|ght)
        | (?:still )?needs? \w+ing | (?:still )?needs? an? | (?:is|are) still (?:missing|open)"""
    )
    + r"\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_ASSIGNMENTS = (
    _rule("will | 'll | is going to | is gonna | 's going to", 0.4, r"\W*"),
    _rule("you will | you'll | you are going to | you're going to", 0.4, r"\W*"),
    _rule("to", 0.35, r"\W*"),
    _rule("can | could | should | might | would | needs to | has to | must", 0.15, r"\W*"),
    _rule("you", 0.3, r",\s*"),
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
    _rule("we'll | we will | we're going to | we are going to | let's | let us", 0.2),
    _rule("we need to | we have to", 0.1),
)
_VAGUE = re.compile(r"(?:next time|some ?day|some time|one day|if|unless)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|unless)\b(?! (?:that's|that is|you (?:like|want|wish)|it's|possible|needed))", re.IGNORECASE
)


def commitment(text: str) -> Act | None:
    """The speaker takes something on: "I'll send it by Friday"."""
    return _first(_COMMITMENTS, text)


def taking_on(text: str) -> bool:
    """Tell whether a clause takes on what was said before it: "I'll do that", "leave it with me"."""
    return _TAKING_ON.match(text) is not None


def promised(text: str) -> bool:
    """Tell whether a clause takes something on for sure, as "leave it with me" does and "I can do that" does not."""
    return _PROMISED.search(text) is not None


def offered(text: str) -> bool:
    """Tell whether a commitment waits for a yes: "I can send it", "let me ask them"."""
    return _UP_TO_YOU.match(text) is not None


def offer(text: str) -> Act | None:
    """Counts once somebody says yes: "Shall I ask them?"."""
    return _first(_OFFERS, text)


def request(text: str) -> Act | None:
    """Counts once it is accepted: "Could you send it, Tom?"."""
    return _first(_REQUESTS, text)


def told(text: str) -> Act | None:
    """Only where somebody is spoken to by name: "You proofread it, Iris?"."""
    return _first(_TOLD, text)


def open_request(text: str) -> Act | None:
    """Whoever takes it owns it: "Can somebody ...", "who can ...", "the report still needs ..."."""
    found = _first(_OPEN_REQUESTS, text)
    if found is None and (match := _NEED.match(text)):
        found = Act(0.2, match.group("what"))
    return found


def assignment(predicate: str) -> Act | None:
    """What follows a participant's name: "(Priya) finishes the screens by Wednesday"."""
    return _first(_ASSIGNMENTS, predicate)


def group_task(text: str) -> Act | None:
    """Owned by nobody in particular: "We'll send it by Friday"."""
    return _first(_GROUP, text)


def _first(rules: tuple[tuple[re.Pattern[str], float], ...], text: str) -> Act | None:
    for pattern, weight in rules:
        if match := pattern.match(text):
            front = match.groupdict().get("front") or ""
            what = match.group("what").strip(" .,!?;")
            doubt = 0.35 * bool(_VAGUE.match(front)) or 0.2 * bool(_CONDITION.search(what))
            return Act(weight - doubt, what) if what else None
    return None
