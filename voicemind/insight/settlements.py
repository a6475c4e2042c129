"""Clauses that settle a question for the group, and those that propose to.

The weights say how often such a clause states a decision; ``voicemind.insight.decisions`` adds what
the others say to it. After Fernández et al. (2008), "Modelling and Detecting Decisions in Multi-party
Dialogue": issue, resolution (proposal, restatement), agreement.
"""

import re
from dataclasses import dataclass

from voicemind.insight.patterns import anywhere, either, opening

_OPENER = r"(?P<opener>\W*(?:" + either(
    """okay | ok | alright | all right | right | so | well | yes | yeah | good | great | perfect | fine
    | then | now | in that case | therefore | and so | excellent | lovely | thanks | thank you | but | and
    | agreed | i think | i agree | yep | no need | sold | done | to recap | to sum up
    | to summari[sz]e | just to confirm"""
) + r"[,.!:;]*\s+)*(?:(?:until|for|in|on|as of|starting|this|next)\b[^,?]{0,50},\s+)?)"  # fmt: skip
_VERB = either(
    """go with | go for | go ahead with | take | choose | pick | use | keep | stick with | stick to
    | stay with | settle on | drop | skip | cut | cancel | postpone | scrap | remove | move | push | raise
    | lower | switch | change | ship | launch | stop | close | open | delay | freeze | replace | adopt
    | approve | reject | accept | buy | order | hire | extend | shorten | reduce | increase | double | split
    | merge | limit | allow | ban | invite | publish | rename | make it | leave (?:\\S+ ){0,3}out | put off
    | opt for | invest | sign | sell | rent | charge | pay | do without"""
)
_VERB_ING = either(
    r"""going with | taking | choosing | using | keeping | sticking with | staying with | dropping
    | skipping | cutting | cancel+ing | postponing | scrapping | removing | moving | raising | lowering
    | switching | changing | shipping | launching | stopping | closing | opening | delaying | freezing
    | replacing | adopting | buying | ordering | hiring | extending | reducing | leaving (?:\S+ ){0,3}out
    | doing without"""
)
_FROM = r"""now | next \w+ | tomorrow | \w+day | january | february | march | april | may | june | july
| august | september | october | november | december"""
# Any other verb in the present counts only after "then": "then we go to the castle".
_NO_CHOICE = either(
    """are | were | have | had | can | could | cannot | need | should | would | must | might | may | do | did
    | don't | will
    | see | know | talk | discuss | get | want | think | all | both | just | still | also | went | got | came | saw
    | took | made | said | drove | found | bought | sat | left | lost | spent | look | lose | never | always | only
    | then | really | actually | basically | probably | definitely | uh | um | kind | sort | like | already | now"""
)
_OTHER_VERB = rf"(?!{_NO_CHOICE}\b)[a-z]+\b(?<!ed)\s"


@dataclass(frozen=True, slots=True)
class Settlement:
    """How likely a clause states a decision, and its words after the cue."""

    weight: float
    what: str


def _rule(pattern: str, weight: float) -> tuple[re.Pattern[str], float]:
    return re.compile(rf"{_OPENER}{pattern}", re.IGNORECASE | re.DOTALL), weight


# "We travel twice a year" tells how things are; only "so" or "then" make a decision of it.
_HABITUAL = re.compile(
    r"(?P<opener>\W*)we\s+(?P<what>[a-z]+\s[^?]*\b(?:(?:once|twice|times) (?:a|an|every)|usually|normally|often"
    r"|sometimes|mostly|every (?:day|week|month|year|time))\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_RULES = (
    _rule(
        either(
            """(?:it|that)(?:'s| is) (?:then |now |all )?(?:decided|settled|agreed|final|a deal)(?: then)?
            | we(?:'ve| have)? (?:all |now |just )?(?:decided|agreed)(?: to| on| that)?
            | we(?:'re| are) (?:all )?agreed(?: then)?
            | (?:the|our|final) decision(?: is| then is)?(?: to| that)? | agreed then | agreed, then
            | we decide(?: to| that| on)? | we settle on | let's call (?:it|that) (?:decided|settled)
            | decision(?=:) | i(?:'ll| will) take that as a yes | that's (?:the|our) decision
            | then we(?:'re| are) decided
            | (?:that|this)(?:'s| is) (?:then )?what we(?:'ll| will|'re going to| are going to)? do(?: then)?
            | we(?:'ll| will)? do (?:it|that) (?:like (?:that|this)|that way|this way)
            | that's how we(?:'ll| will)? do it"""
        )
        + r"\b\W*(?P<what>.*)",
        0.7,
    ),
    _rule(
        either(
            """let's make (?:that|it|this) (?:the|a|our) (?:rule|plan|policy) | let's do it (?:that|this) way
            | that's the plan"""
        )
        + r"\b(?P<what>.*)",
        0.6,
    ),
    _rule(r"(?:so|then)\s+(?P<what>no\s+(?!problem|idea|one\b|need|decision|wonder|matter|doubt|news|way)\w+.*)", 0.55),
    _rule(
        r"(?:(?<=so )|(?<=then )|(?<=so, )|(?<=then, ))it(?:['’]s|\s+is|['’]ll\s+be|\s+will\s+be)\s+"
        r"(?P<what>(?!(?:a\s+pity|a\s+shame|a\s+lot|the\s+(?:same|heat|fault|case|problem|reason|end))\b)"
        r"(?:the|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b.*)",
        0.55,
    ),
    _rule(r"agreed\W+(?P<what>\w+(?:\W+\w+){2,})", 0.6),
    _rule(
        r"(?:we|let['’]s|let us)(?:['’]ll|\s+will|\s+are\s+going\s+to|['’]re\s+going\s+to)?\s+"
        + either("go with | go for | go ahead with | stick with | stick to | stay with | settle on | opt for")
        + r"\b(?P<what>.*)",
        0.55,
    ),
    _rule(rf"we(?:['’]ll|\s+will|['’]re\s+going\s+to|\s+are\s+going\s+to)\s+(?P<what>{_VERB}\b.*)", 0.4),
    _rule(rf"we\s+(?P<what>{_VERB}\b.*)", 0.35),
    _rule(rf"we(?:['’]re|\s+are)\s+(?:now\s+|not\s+)?(?P<what>{_VERB_ING}\b.*)", 0.35),
    _rule(rf"from\s+{either(_FROM)}\W+(?:on\W+)?we\s+(?P<what>.*)", 0.6),
    (_HABITUAL, 0.15),
    _rule(rf"we\s+(?P<what>{_OTHER_VERB}.*)", 0.35),
    _rule(rf"(?:let['’]s|let\s+us)\s+(?P<what>{_VERB}\b.*)", 0.45),
    _rule(
        r"(?P<what>(?:the|our|this|that|these|those|both|all|no)\s.{2,60}?\s(?:is|are|has\s+been|have\s+been|gets?)\s+"
        + either(
            "approved | accepted | carried | cancelled | canceled | rejected | adopted | passed | postponed | dropped"
        )
        + r"\b.*)",
        0.45,
    ),
    _rule(
        r"(?P<what>(?:the|our|this|that|these|those|both|all|it|we)\s.{0,60}?\s?"
        + either("(?:is|are) out | (?:is|are) off the (?:list|table) | stays? | remains? | goes | go to | moves? to")
        + r"\b.*)",
        0.3,
    ),
    (
        re.compile(
            r"\W*(?P<opener>(?:okay|ok|good|great|wonderful|perfect|fine|excellent|lovely|all\s+right|alright)[,.]\s+so\s+)"
            r"(?P<what>(?!(?:what|how|where|who|why|when|that|this|it|i|you|they|he|she|there|if|do|does|is|are|can|could"
            r"|would|shall|should|in|my|next|last|much|many|far|basically|to)\b)\w[^?]*\s[^?]*)",
            re.IGNORECASE | re.DOTALL,
        ),
        0.35,
    ),
)
_IT_IS = re.compile(
    r"\W*(?:so|okay|ok|then|good|right|all right|great|fine|well|fine by me|fine with me)?[,\s]*"
    r"(?P<what>(?!(?:what|how|where|who|why|when|as|if|that|this|yes|yeah|yep|well|so|oh|really|no|indeed|because|whatever|i|you|whether)\b)\w.{2,50}?)\s+it\s+is(?:,?\s+then)?"
    r"(?:,\s+(?:if|when|for|on|in|at|until|from|with)\b[^,]{1,60})?\W*$",
    re.IGNORECASE,
)
_PROPOSALS = (
    re.compile(
        rf"{_OPENER}"
        + either(
            """i propose(?: that)?(?: we)? | i suggest(?: that)?(?: we)?
            | i(?:'d| would) suggest(?: that)?(?: we)? | how about | shall we | should we | why don't we
            | could we | can we | we could | we should | we might | (?:i think )?we should
            | i(?:'d| would) go with
            | i(?:'d| would)(?= (?:take|choose|pick|keep|use|drop|open|close|start|stop|leave|put|move|buy|rent|order) )
            | my proposal is | let's | let us | what if we | i vote for
            | i say (?:that )?we"""
        )
        + r"\s+(?P<what>\w.*)",
        re.IGNORECASE | re.DOTALL,
    ),
)
_POSSIBLE = re.compile(r"\bwe\s+(?:could|might)\b", re.IGNORECASE)
_VERBLESS = r"(?!(?:what|how|where|who|why|when|that|this|it|i|we|you|they|there|he|she|if|yes|no)\b)\w[^?]{1,80}"
_RESTATED = re.compile(
    rf"\W*(?:okay|ok|good|all\s+right|alright|fine|great|right|perfect|agreed)[,.]\s+(?:so|then)\s+{_VERBLESS}$"
    rf"|\W*(?:okay|ok|good|all\s+right|alright|fine|great|perfect)[,.]\s+{_VERBLESS}[,]?\s+then\W*$"
    rf"|\W*then\s+{_VERBLESS}$|\W*(?!okay|ok|good|fine|right|well|so|and|but|now|bye)(?:the\s+)?(?:\w+\s+){{0,3}}\w+,\s+then\W*$",
    re.IGNORECASE | re.DOTALL,
)
_VOTED = re.compile(
    r"\W*(?:(?:then|so|i\s+say|definitely|for\s+me)[,]?\s+(?:the\s+)?(?:\w+\s*){1,4}|(?:the\s+)?\w+(?:\s+\w+)?,\s+please)\W*$",
    re.IGNORECASE,
)
# About the meeting itself, not about its subject.
_PROCEDURE = opening(
    """start | make a start | begin | move on(?! (?:the|\\w+day)) | move to | go on | go through | go around
    | go back | continue | talk
    | discuss | look | see | hear | take a (?:break|look|step|minute|vote|moment)
    | take (?:five|ten|a short) | get (?:back|started|going|to|into|on) | come back | wait (?:a|for a)
    | stop (?:here|there|it|that) | hope | say | be | try | think | assume | pretend | have | not | find out
    | check | focus | do (?:the|this|that|it) (?:one|next|quickly|first|later|now|again) | leave (?:it|that)
    | breathe | meet | give | summari[sz]e | recap
    | keep (?:going|it short|moving|that in mind|in mind|an eye|talking|this short)
    | close (?:the|this) (?:meeting|session|point|topic|item) | open (?:the|this) (?:meeting|floor|point)
    | pick (?:it|this|that) up | turn to | jump | return | park | skip (?:to|ahead)
    | take (?:it|this|that) offline | do that | do it | do this | make sure | hold (?:on|that) | finish
    | wrap up | know | need | use the (?:time|remaining)"""
)
_DOUBT = anywhere(
    """if | maybe | perhaps | could | would | might | unless | should | haven't | have not | hasn't
    | not (?:yet )?decided | decide later | last (?:week|month|year|time|meeting) | yesterday | back then
    | originally | used to | ago | no decision | not agreed | can't decide | before we | whether | or
    | i think | i guess | i hope | next time | already | used to"""
)
_SAID_SO = anywhere("if (?:that|it) is (?:okay|ok|fine) | if (?:that's|it's) (?:okay|ok|fine|all right)")
_FIRM = anywhere(
    "then | firm | final | finally | definitely | for sure | officially | this time | instead | from now on"
)


def settlement(text: str) -> Settlement | None:
    """The clause states what the group will do: "Then it is decided"."""
    if match := _IT_IS.match(text):
        return Settlement(0.6, match.group("what"))
    for pattern, weight in _RULES:
        match = pattern.match(text)
        if match is None:
            continue
        what = match.group("what").strip()
        if weight < 0.6 and _PROCEDURE.match(what):
            return None
        if _DOUBT.search(_SAID_SO.sub("", text[match.end("opener") :])):
            return None
        opener = match.group("opener").lower()
        firm = 0.2 * bool(re.search(r"\bthen\b", opener) and not re.search(r"\band\s+then\b", opener))
        firm = max(
            firm,
            0.1 * bool(re.search(r"\b(?:okay|ok|all right|alright|good|fine|right)\b", opener)),
            0.15 * bool(_FIRM.search(text)),
            0.1 * bool(re.search(r"\b(?:so|therefore|in that case)\b", opener)),
        )
        return Settlement(weight + firm, what)
    return None


def only_possible(text: str) -> bool:
    """Tell whether a proposal says no more than what could be: "we could rent a tent"."""
    return _POSSIBLE.search(text) is not None


def restated(text: str) -> bool:
    """Tell whether a clause sums up, without a verb, what others said: "okay, so seven stands"."""
    return _RESTATED.match(text) is not None


def voted(text: str) -> bool:
    """Tell whether a clause names one of several choices: "then the middle one", "birch, please"."""
    return _VOTED.match(text) is not None


def proposal(text: str) -> str | None:
    """Return what is proposed, None when it is about the meeting itself: "I propose we keep it open"."""
    for pattern in _PROPOSALS:
        if match := pattern.match(text):
            what = match.group("what").strip()
            return None if _PROCEDURE.match(what) else what
    return None
