"""Phrases that go with tasks and decisions, in a clause or around it: what the ranker counts."""

import re

from voicemind.insight.patterns import anywhere, opening

_DO = r"""(?:work|look|prepare|make|send|find|check|think|design|do|write|come\s+up|put|get|try|see|ask|talk|finish
|complete|build|investigate|e-?mail|fill|read|discuss|model|bring|take\s+care|present|focus|start|give|call|contact
|organi[sz]e|update|share|upload|review|schedule)\w*""".replace("\n", "")
_WHO = "(?:i|we|you|he|she|they|designers?|experts?|managers?|team)"


def _before_work(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b{words}\b(?:\W+\w+){{0,3}}?\W+{_DO}", re.IGNORECASE)


CUES = {
    "future": _before_work(rf"{_WHO}(?:['’]ll| will| shall|(?:['’](?:re|m)| are| am| is) (?:gonna|going to))"),
    "duty": _before_work(
        rf"{_WHO}(?:['’]ve| have| has)? (?:got to|gotta|have to|has to|need to|needs to|must|should)"
    ),
    "i_will": anywhere(
        "i'll | i will | i'm gonna | i'm going to | i can (?:do|make|send|look|try|check|ask|get) | let me"
    ),
    "you_will": anywhere(
        """you'll | you will | you're gonna | you're going to | you guys | you two | you both
        | your (?:task|job|action|role|part) | each of you | everyone | everybody | all of us"""
    ),
    "we_will": anywhere("we'll | we will | we're gonna | we're going to | let's"),
    "request": re.compile(
        rf"\b(?:can|could|would|will) you\b(?:\W+\w+){{0,3}}?\W+{_DO}|\bplease\b"
        r"|\bi(?:['’]d| would)? (?:want|need|like) you\b",
        re.IGNORECASE,
    ),
    "when": anywhere(
        """next (?:meeting|time|week|phase|step|one|month) | tomorrow | tonight | until
        | before (?:the |our )?(?:next|lunch|meeting) | in the meantime | in between
        | by (?:then|the end|next) | after (?:lunch|this|the meeting) | (?:half an|an) hour | \\w+ minutes
        | individual(?:ly)? | instructions | e-?mail(?:s|ed)? | monday | tuesday | wednesday | thursday | friday"""
    ),
    "task": anywhere(
        """action (?:item|point)s? | to-?do | tasks? | assignments? | homework | follow(?:ing)? up | responsib\\w+
        | in charge | minutes | report"""
    ),
    "role": anywhere("designers? | marketing | manager | expert | engineers? | developers? | colleagues?"),
    "decided": anywhere(
        """decided | decide | decision | agreed? | agreement | chosen | choose | settled | conclu\\w+
        | final(?:ly|ised|ized)? | definitely | for sure"""
    ),
    "go_with": anywhere(
        """go (?:for|with) | stick (?:with|to) | keep (?:the|it|that)
        | (?:gonna|going to|will|'ll|let's) (?:use|have|go|do|make|put|take|keep|say|just)"""
    ),
    "so": opening("so", "okay | ok | alright | all right | right | um | uh | yeah | well | and | but"),
    "we_should": anywhere("we (?:should|could|need|have to|want|might) | i think (?:we|it|that)"),
    "not": anywhere("not | no | don't | won't | without | drop | skip | leave out | forget | rid of"),
    "yes": opening(
        "yeah | yep | yes | okay | ok | right | sure | exactly | true | i agree | good | great | alright | fine"
    ),
    "close": anywhere(
        """thank you | thanks | see you | that's it | that's all | any (?:other )?questions | any other business
        | wrap up | end of the meeting | finish(?:ed)? | done | closing | bye"""
    ),
    "question": re.compile(
        r"\?|^\W*(?:what|who|how|why|when|where|do|does|is|are|can|could|should|would)\b", re.IGNORECASE
    ),
    "past": anywhere("was | were | did | had | used to | said | found | got | looked | thought"),
    "open": anywhere(
        "welcome | hello | hi | good morning | good afternoon | first | agenda | start(?:ing)? with | begin"
    ),
    "next": anywhere("next | move on | moving on | go on | another | other thing | anyway | back to | so now | now"),
    "number": anywhere(
        """one | two | three | four | five | ten | twelve | twenty | fifty | hundred | euros? | percent | million
        | \\d+"""
    ),
}  # fmt: skip


def cues(text: str) -> list[float]:
    """Return 1 for each of the ``CUES`` that a text holds, 0 for the others."""
    return [float(pattern.search(text) is not None) for pattern in CUES.values()]
