"""Clauses that answer: accept, decline, take back, put one thing in another's place."""

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
    | i like (?:it|that)
    | that(?:'s| is) (?:great|good|nice|kind|helpful|lovely|perfect|wonderful|fine)(?! to)""",
    _SKIPPED,
)
_PLEASE_DO = anywhere(
    """please do | yes,? please | please | go ahead | do that
    | (?:that|it)(?: would|'d| will) (?:really |certainly )?(?:help|be \\S+) | i'd appreciate (?:it|that)
    | good idea | i would appreciate (?:it|that) | that helps"""
)
_AGREES = opening(
    """yes | yeah | yep | yup | sure | okay | ok | of course | absolutely | definitely
    | fine (?:with|by|for) me | fine | agreed | good idea | makes sense | that works | works for me
    | sounds good | exactly | i agree | i think so | let's | me too | i can live with (?:it|that)
    | if you (?:say|think|insist|like|want)
    | i'm (?:all )?(?:for it|in|fine|okay|happy) | (?:no )?me neither | no,? me neither | same here
    | no objections? | why not | all right | alright | go ahead | i like (?:it|that|the)
    | (?:\\S+ ){1,4}(?:works|is fine|is good|is okay|sounds good|makes sense)(?: for me| with me| by me)?""",
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
_REPORTED = opening(
    """(?:\\w+ ){0,2}(?:said|told|thought|promised|asked|meant|heard|remember|decided last|mentioned|wondered)"""
)


def accepts(text: str) -> bool:
    """Tell whether a clause takes on what was asked."""
    return _YES.match(text) is not None and not declines(text)


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


def instead(text: str) -> bool:
    """Tell whether a clause puts one person or thing in another's place."""
    return _INSTEAD.search(text) is not None


def reported(text: str) -> bool:
    """Tell whether a clause tells what was said before: "I said we would look at it"."""
    return _REPORTED.match(text) is not None
