"""Clauses that answer: accept, decline, take back, put one thing in another's place."""

import re

from voicemind.insight.patterns import anywhere, opening

_SKIPPED = "oh | well | honestly | hm | i see | um | uh | hm+ | okay | ok | right | and | but | actually | mm-?hm+"
_YES = opening(
    """yes | yeah | yep | yup | sure | okay | ok | of course | absolutely | certainly | no problem
    | no worries | will do | can do | happy to | glad to | gladly | fine | alright | all right
    | consider it done | on it | i can | i will | i'll | i could | sure thing | you got it | definitely
    | my pleasure | leave it (?:with|to) me | count on me | done | me | i would | i'd be | deal | agreed
    | let's do (?:that|it) | understood | noted""",
    _SKIPPED,
)  # fmt: skip
_WELCOME = opening(
    """good idea | makes sense | that works | works for me | sounds good | perfect | great | exactly
    | thank you | thanks | excellent | wonderful | lovely | good | i think so | agree | i agree | nice
    | i like (?:it|that) | you(?:'re| are) (?:an? \\w+|the best|very kind|so kind|brilliant|great)
    | that(?:'s| is) (?:great|good|nice|kind|helpful|lovely|perfect|wonderful|fine)(?! to)""",
    _SKIPPED,
)
_PLEASE_DO = anywhere(
    """please do | yes,? please | please | go ahead | do that
    | (?:that|it)(?: would|'d| will) (?:really |certainly )?(?:help|be \\S+) | i'd appreciate (?:it|that)
    | ^(?:would|could|can) you(?=\\?) | good idea | i would appreciate (?:it|that) | that helps"""
)
_AGREES = opening(
    """yes | yeah | yep | yup | sure | okay | ok | of course | absolutely | definitely
    | sold | fine (?:with|by|for) me | fine | agreed | good idea | makes sense | that works | works for me
    | sounds good | exactly | i agree | i think so | let's | me too | i can live with (?:it|that)
    | if you (?:say|think|insist|like|want)
    | i'm (?:all )?(?:for it|in|fine|okay|happy) | (?:no )?me neither | no,? me neither | same here
    | no objections? | why not | all right | alright | go ahead | i like (?:it|that|the)
    | (?:\\S+ ){1,4}(?:works|is (?:fine|good|okay|right)|sounds (?:good|right)|makes sense)(?: (?:for|with|by) me)?""",
    _SKIPPED,
)
_NO = opening(
    """no(?! problem| worries) | nope | sorry | i'm afraid | i am afraid | not me | i can't | i cannot | i can not
    | i couldn't | i could not | i won't | i will not | i don't (?:have|think) | i do not (?:have|think)
    | i'd rather not | i would rather not | i have no time | can't do | that won't work | not really | rather not
    | (?:i'm|i am) (?:swamped|away|out|off|on holiday|on vacation|on leave|fully booked|too busy)""",
    "oh | well | um | uh | hm+ | right | and | but | sorry | actually",
)
_TAKES_BACK = opening(
    """never mind | nevermind | forget (?:it|that) | scratch that | strike that | cancel that | don't bother
    | leave (?:it|that)(?! (?:with|to|there|at|like|in|on|open|as|until|for)) | do not bother
    | i take (?:it|that) back | don't worry about (?:it|that) | on second thoughts?""",
    """oh | well | um | uh | hm+ | okay | ok | right | and | but | sorry | actually | no | nope
    | you know what | let's | please | just | then | wait | ah | maybe | so | thanks | thank you | it's fine
    | fine | (?:we|you|i) can""",
)
# These take back only what they name.
_TAKES_BACK_NAMED = anywhere(
    """forget about | no need | not necessary | won't be necessary | hold off on | let's not | let us not
    | don't need | do not need | don't have to | do not have to | drop | cancel | no longer | not any ?more
    | skip"""
)
_INSTEAD = anywhere(
    r"""instead | rather | take (?:\S+ ){1,4}over | take over | takes over
    | off (?:your|his|her) (?:plate|hands) | from you | hand (?:it|that) (?:over )?to | give (?:it|that) to
    | let \w+ (?:do|take|handle) (?:it|that|this) | swap with | reassign"""
)
# Somebody cannot do what they meant to do, or were to do.
_GIVES_UP = anywhere(
    r"""i (?:can't|cannot|can not|won't|will not) (?:really )?(?:be able to|manage|make|do|take|finish|get to|find)
    | i(?:'m| am) (?:not able|unable) to | i don't have (?:the |any )?time | i do not have (?:the |any )?time
    | i have no time | i(?:'m| am) (?:swamped|fully booked|too busy|on holiday|on vacation|on leave)
    | i(?:'ll| will|'m| am)(?: be)? away | i won't be (?:here|there|around) | i will not be (?:here|there|around)
    | i(?:'ve| have) too much (?:on|to do|else)"""
)
_REFERS = anywhere("it | that | this | them | those | so")
_REFUSES = opening(
    r"i(?:'ll| will| won't|'m not going to| am not going to)(?: then)?(?: not)?",
    _SKIPPED + " | then | so | no | true | fine",
)
_HEDGES = anywhere(
    r"i (?:can|could|might|would)\b[^.?!]*\bbut(?! (?:only|not before|not until|after|by|with|i'll|i will|you))"
)
_RECONSIDERS = anywhere(
    """(?:changed|change) (?:my|our) minds? | on second thoughts? | thinking about it again | instead of | let's reverse
    | take (?:that|it) back after all | i was wrong"""
)
_REPORTED = opening(
    """(?:\\w+ ){0,2}(?:said|told|thought|promised|asked|meant|heard|remember|decided last|mentioned|wondered)"""
)


def accepts(text: str) -> bool:
    """Tell whether a clause takes on what was asked."""
    return _YES.match(text) is not None and not declines(text) and not hedges(text)


def welcomes(text: str) -> bool:
    """Tell whether a clause says yes to what somebody else offers or proposes."""
    return accepts(text) or urges(text) or (_WELCOME.match(text) is not None and not declines(text))


def urges(text: str) -> bool:
    """Tell whether a clause asks for what was offered: "yes, please", "that would help a lot"."""
    return _PLEASE_DO.search(text) is not None and not declines(text)


def agrees(text: str) -> bool:
    """Tell whether a clause says yes to what the group might do; thanks and praise do not."""
    return _AGREES.match(text) is not None and (not declines(text) or "neither" in text.lower())


def declines(text: str) -> bool:
    """Tell whether a clause says no to a request."""
    return _NO.match(text) is not None


def takes_back(text: str) -> bool:
    """Tell whether a clause takes back what was just said: "actually, no, leave it"."""
    return _TAKES_BACK.match(text) is not None


def takes_back_named(text: str) -> bool:
    """Tell whether a clause takes back what it names: "we don't need the survey any more"."""
    return _TAKES_BACK_NAMED.search(text) is not None


def hedges(text: str) -> bool:
    """Tell whether a yes is none yet: "I can do it, but this week is full"."""
    return _HEDGES.search(text) is not None


def gives_up(text: str) -> bool:
    """Tell whether the speaker cannot do something: "I am away on Friday, I cannot do that"."""
    return _GIVES_UP.search(text) is not None


def reconsiders(text: str) -> bool:
    """Tell whether a clause goes back on what was settled: "I have changed my mind"."""
    return _RECONSIDERS.search(text) is not None


def refers(text: str) -> bool:
    """Tell whether a clause says "it" or "that" for what was said before."""
    return _REFERS.search(text) is not None


def refuses(text: str) -> bool:
    """Tell whether the speaker will not do what they name: "then I will not bring the cart"."""
    match = _REFUSES.match(text)
    return match is not None and re.search(r"\bnot\b|\bwon['’]t\b", match.group(), re.IGNORECASE) is not None


def instead(text: str) -> bool:
    """Tell whether a clause puts one person or thing in another's place."""
    return _INSTEAD.search(text) is not None


def reported(text: str) -> bool:
    """Tell whether a clause tells what was said before: "I said we would look at it"."""
    return _REPORTED.match(text) is not None
