"""Words that heat a discussion up: what each kind of them weighs, and what takes the weight from them.

Read from what is said, never from how a voice sounds. The lists are general English; disagreement by itself
("I see that differently", "that will not work") weighs nothing. After the markers of face-threatening talk
in Brown and Levinson (1987), "Politeness", and of derailing conversations in Zhang et al. (2018),
"Conversations Gone Awry": direct second person, accusation, blame, dismissal.
"""

import re
from dataclasses import dataclass

from voicemind.insight.patterns import anywhere, opening

STRONG, ACCUSING, CONTRADICTING, EXCLAIMED = 1.0, 0.5, 0.25, 0.25
_MOST = 2.0  # of one turn: a long one is not hotter for its length

_STRONG = anywhere(
    """(?:not|isn't|hardly) fair | unfair | liars? | lying to | lied | ridiculous | nonsense | absurd
    | (?:you're|you are|you think i'm|do you think i'm|don't be) (?:so |that )?stupid
    | idiot\\w* | pathetic | outrageous | unacceptable | disgrace\\w* | shame on | shut up | how dare | sick of
    | fed up | sick and tired | had enough | enough of this | (?:your|his|her|their) fault
    | blam(?:e|ing) (?:me|us|you|it on)
    | stop (?:shouting|yelling|interrupting|blaming|it, both) | stop,? both of you
    | (?:shout|yell|scream)(?:s|ed|ing)? at
    | let me (?:finish|speak) | interrupting me | interrupt me | calm down | what the hell | for god's sake
    | bloody hell | bullshit | insult(?:s|ed|ing)? | waste of (?:my|our) time | not listening | never listen
    | don't listen | are you (?:kidding|joking|serious) | you can't be serious | how many times
    | don't tell me | don't talk to me | leave me alone | look like (?:a|an) (?:liar|fool|idiot)"""
)
_ACCUSING = anywhere(
    """you (?:never|always (?:do|say|want|know|find|have to)|keep (?:\\w+ing)|didn't|couldn't even|promised|gave
    |told (?:me|us|them|him|her)|made (?:me|us)|were (?:in|there|the one)|ignored|broke|ruined|messed|forgot|refuse
    |had no right|have no right) | because you (?:told|said|never|didn't|promised|gave|made|forgot|always|refuse)
    | those (?:were|are) your | it was you | you of all people | that's on you | your problem
    | every single time | every time you | thanks to you | you people | you and your"""
)
_CONTRADICTING = anywhere(
    """no,? wait | no,? no | that's (?:wrong|not true|not what|a lie) | that is (?:wrong|not true|not what)
    | i never (?:said|gave|agreed|promised) | i didn't say | absolutely not | no way | certainly not | of course not
    | that's not how | you're wrong | you are wrong | come on"""
)
# "It's not ridiculous": denied, and so said to calm down.
_DENIED = re.compile(
    r"(?:\b(?:not|nobody|no one|never|without|hardly)|n['’]t)\s+(?:\w+\s+){0,2}"
    r"(?=(?:ridiculous|nonsense|stupid|absurd|idiot|pathetic|outrageous|unacceptable|lying|sick of|fed up"
    r"|(?:your|his|her|their) fault|blam|insult|a waste|shouting|yelling|unfair))",
    re.IGNORECASE,
)
_WELL_MEANT = anywhere(
    r"""just kidding | i'm kidding | only joking | no offen[cs]e | haha | ha ha | i'm sorry | i am sorry | my fault
    | no hard feelings | fair enough | you're right | you are right | good point | i see your point | i understand"""
)
_FRIENDLY = opening("thanks | thank you | great | lovely | perfect | good idea | sure | of course | exactly")


@dataclass(frozen=True, slots=True)
class Escalation:
    """What the words of a turn weigh; ``direct`` are those that are strong or accuse somebody."""

    weight: float
    direct: float


def escalation(text: str) -> Escalation:
    """Weigh the words of a turn; one that is well meant or friendly weighs nothing."""
    if _WELL_MEANT.search(text) or _FRIENDLY.match(text):
        return Escalation(0.0, 0.0)
    denied = len(_DENIED.findall(text))
    strong = max(0, len(_STRONG.findall(text)) - denied)
    direct = min(_MOST, STRONG * strong + ACCUSING * len(_ACCUSING.findall(text)))
    weight = direct + CONTRADICTING * (_CONTRADICTING.search(text) is not None)
    if weight:
        weight += EXCLAIMED * ("!" in text)
    return Escalation(min(_MOST, weight), direct)
