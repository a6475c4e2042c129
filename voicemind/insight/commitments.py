"""Clauses in which the speaker takes something on, or offers to."""

import re

from voicemind.insight.acts import HEAD, Act, first, rule
from voicemind.insight.patterns import either

_COMMITMENTS = (
    rule("i'll | i will | i shall | i'm going to | i am going to | i'm gonna", 0.45),
    rule("i'd be happy to | i would be happy to | i'd be glad to | i'm happy to | i am happy to | i'm glad to", 0.3),
    rule("let me", 0.25),
    rule("i(?: was|'m| am|'ve been)? (?:hoping|planning) to | i (?:plan|hope|intend|promise|aim) to", 0.25),
    rule("i can", 0.2),
    rule("i could | i might", 0.1),
    rule("i(?: also)?(?: still)? (?:need|have|got) to | i've got to | i have got to", 0.2),
    rule("(?:my|the|one|an) (?:action|to-?do|task|homework)(?: item)?(?: for me)? is to", 0.6),
)
# Somebody else is told what they will have: "you'll have the draft by Friday", "leave the website to me".
_DELIVERIES = (
    (
        re.compile(
            HEAD + r"you(?:['’]ll| will)(?: all| both)? (?:have|get|receive) (?P<what>\w.*)", re.IGNORECASE | re.DOTALL
        ),
        0.3,
    ),
    (
        re.compile(
            HEAD + r"(?P<what>(?:it|that|this|they)(?:['’]ll| will) (?:all )?be (?:in your|on your|with you|ready|done"
            r"|online|finished|there)\b.*)",
            re.IGNORECASE | re.DOTALL,
        ),
        0.3,
    ),
    (
        re.compile(
            HEAD + r"leave (?P<what>(?!it\b|that\b|this\b)\w.{2,60}?) (?:to|with) me\b", re.IGNORECASE | re.DOTALL
        ),
        0.45,
    ),
)
# These have no verb of their own: what is to be done was said before.
_DO_IT = "(?:do|take|handle|own|manage) (?:it|that|this|them|those)(?: one| task| part)?(?! as\\b)"
_TAKING_ON = re.compile(
    HEAD
    + either(
        rf"""leave (?:it|that|this)(?: one)? (?:to|with) me | i'm on it | i am on it
        | i've got (?:it|that|this) | i have got (?:it|that) | count on me | consider it done
        | (?:i will|i can)
        | (?:i'll|i will|let me|i can|i could|i'd be happy to|i'm happy to)(?: gladly| happily| also)? {_DO_IT}\b.*
        | i (?:do|take|handle) (?:it|that|this)(?: one| over)?(?: now| myself| then| gladly| tonight| today| tomorrow)?
        | (?:will|can) do\b.* | on it | (?:that|this|it)(?:'s| is| one's| one is) on me
        | i'll get (?:it|that) done\b.*"""
    )
    + r"[.!]?$",
    re.IGNORECASE | re.DOTALL,
)
# At the end of a clause: "I'm seeing them on Thursday, so that's on me".
_TAKEN_LAST = re.compile(r"[,;]\s+(?:so |and |then )*(?:that|this)(?:['’]s| is) on me\W*$", re.IGNORECASE)
_HEDGED = re.compile(HEAD + r"i (?:can|could|might)\b.*\bbut\b", re.IGNORECASE | re.DOTALL)
_PROMISED = re.compile(
    r"\b"
    + either(
        f"""leave (?:it|that|this)(?: one)? (?:to|with) me | i'm on it | count on me | consider it done
        | (?:i'll|i will)(?: gladly| happily)? {_DO_IT} | i've got (?:it|that)
        | (?:that|this|it)(?:'s| is| one's| one is) on me(?! that)"""
    )
    + r"\b",
    re.IGNORECASE,
)
_OFFERS = (
    rule("shall i | should i | do you want me to | want me to | would you like me to | would it help if i", 0.2),
)
_UP_TO_YOU = re.compile(
    HEAD + either("i can | i could | let me | i might | i'd be happy to | i'm happy to"), re.IGNORECASE
)


def commitment(text: str) -> Act | None:
    """The speaker takes something on: "I'll send it by Friday"."""
    if not text.endswith("?") and (act := first(_DELIVERIES, text)):
        promised = re.sub(
            r"^(?:they|(\w+))(?:['’]ll| will) (?:all )?be\b", lambda m: m[1] or "them", act.what, flags=re.IGNORECASE
        )
        return Act(act.weight, f"{'deliver' if act.weight < 0.4 else 'handle'} {promised}")
    return first(_COMMITMENTS, text)


def taking_on(text: str) -> bool:
    """Tell whether a clause takes on what was said before it: "I'll do that", "leave it with me"."""
    if _HEDGED.match(text):
        return False
    return _TAKING_ON.match(text) is not None or _TAKEN_LAST.search(text) is not None


def promised(text: str) -> bool:
    """Tell whether a clause takes something on for sure, as "leave it with me" does and "I can do that" does not."""
    return _PROMISED.search(text) is not None


def offered(text: str) -> bool:
    """Tell whether a commitment waits for a yes: "I can send it", "let me ask them"."""
    return _UP_TO_YOU.match(text) is not None


def offer(text: str) -> Act | None:
    """Counts once somebody says yes: "Shall I ask them?"."""
    return first(_OFFERS, text)
