"""Clauses that ask for something to be known, and those that give no answer."""

import re

from voicemind.insight.commitments import offer
from voicemind.insight.patterns import anywhere, opening
from voicemind.insight.requests import open_request, request
from voicemind.insight.settlements import proposal

_LEAST = 4  # words of a question that says by itself what it is about
_WHAT = "(?:if|whether|when|who|what|how|where|why|which)"
_ANYBODY = "(?:we|you|they|anybody|anyone|somebody|someone)"
_ASKS = opening(
    f"""(?:do|does) {_ANYBODY} (?:already )?(?:know|remember) {_WHAT}
    | (?:has|have) {_ANYBODY} (?:heard|found out|checked|seen) {_WHAT}
    | i wonder {_WHAT} | (?:the|one|another|my) question is""",
    "okay | ok | so | and | but | also | now | well | then | by the way | one more thing | oh",
)  # fmt: skip
_NOT_ASKED = anywhere(
    r"""(?:right|okay|ok|no|yes|isn't it|aren't we|don't you think|you know|correct|huh)(?=\?) | anything else
    | any questions
    | how are you | who wants to | what do you think | what about you | any objections?
    | (?:everybody|everyone) (?:agree|okay|ok|fine)
    | ready | (?:should|shouldn't|shall|can't|couldn't) we | why don't we | can you hear | is that you
    | what's next | what is next | where (?:are|were) we | is that all
    | anybody else | anyone else | who cares"""
)
_MAY_I = opening("(?:can|could|may|might) i", "okay | so | and | but | then | well | oh")
_UNKNOWN = anywhere(
    r"""(?:i|we) (?:really |honestly |just )?(?:don't|do not) (?:really )?know(?! (?:you|him|her|them|that|much about))
    | no idea | no clue | not (?:so |really |quite )?sure(?! (?:i|we) (?:like|want|agree))
    | nobody (?:knows|has asked|told)
    | no one (?:knows|has asked|told) | (?:haven't|have not|hasn't) (?:heard|asked|checked|looked|found out|been told)
    | (?:nor|neither) (?:have|do|am|did) i | me neither | good question | hard to (?:say|tell)
    | can't (?:say|tell) | cannot (?:say|tell)
    | who knows | we(?:'ll| will) (?:have to )?see | couldn't (?:say|tell you) | could not (?:say|tell you)
    | (?:i )?wish i knew
    | (?:they|he|she|it) (?:never|didn't|did not|doesn't|does not|hasn't|haven't) (?:said|say|saying|tell|told)
    | never (?:heard|asked|checked) | beats me | your guess is as good as mine"""
)
_FINDS_OUT = anywhere(
    """i(?:'ll| will| can|'m going to) (?:find out|ask|check|look|call|phone|ring|mail|write to|get back|have a look)
    | i(?:'ll| will| can|'m going to) (?:see (?:if|whether)|let you know|tell you)"""
)
_LISTENS = re.compile(
    r"\W*(?:m+-?h+m*|h?m+|hm+|uh-?huh|oh|ah|okay|ok|well|so|right|yeah|i see|thanks?|thank you)"
    r"(?:\W+(?:no|dear|okay|ok|yes|well))?\W*",
    re.IGNORECASE,
)
_DISCUSS = "(?:talk|go|get|discuss|do|start|open|think)(?:ing)?"
_SUBJECT = r"(?:about |into |with )?(?:that|this|it|there|him|her|them|(?:the|our) \w+)"
_DEFLECTS = anywhere(
    rf"""(?:let's|let us|can we|could we|please,?) (?:please |maybe )?not {_DISCUSS}(?: \S+)? {_SUBJECT}\b
    | (?:i'd|i would|we'd|we would) rather not (?:talk|discuss|go|get|say|think)
    | (?:change|changing) (?:the|of) (?:subject|topic)
    | (?:talk|speak) about something (?:else|nicer|different)
    | (?:don't|do not) want to (?:talk|speak|get into|go into|discuss|think)
    | not (?:that|this) again | let's not go there | let us not go there | (?:don't|do not) let us (?:talk|get|go)
    | (?:don't|do not|not) (?:really )?the (?:time|moment|place) (?:for|to) | drop the subject
    | enough (?:of|about) (?:that|this|it)
    | (?:leave|drop) (?:that|it|this)(?: \S+)? (?:for now|alone|there)"""
)


def asks(text: str) -> bool:
    """Tell whether a clause asks for something to be known: no request, offer or proposal, and no mere "right?"."""
    if len(text.split()) < _LEAST or _NOT_ASKED.search(text) or _MAY_I.match(text):
        return False
    if _ASKS.match(text):
        return True
    known = request(text) or open_request(text) or offer(text)
    return text.endswith("?") and known is None and proposal(text) is None


def unknown(text: str) -> bool:
    """Tell whether a clause says that there is no answer: "I have no idea", "we will see"."""
    return _UNKNOWN.search(text) is not None


def finds_out(text: str) -> bool:
    """Tell whether the speaker will get to know it: "I will ask them tomorrow"."""
    return _FINDS_OUT.search(text) is not None


def listens(text: str) -> bool:
    """Tell whether a clause is no more than a sign of listening."""
    return _LISTENS.fullmatch(text) is not None


def deflects(text: str) -> bool:
    """Tell whether a clause steers away from what was raised: "let us not talk about it now"."""
    return _DEFLECTS.search(text) is not None
