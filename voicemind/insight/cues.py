"""Phrases that people steer a meeting with: what a turn that begins another topic tends to hold."""

from voicemind.insight.patterns import anywhere, opening

_FILLER = """okay | ok | right | so | well | good | great | um | uh | yeah | alright | all right | and | thank you
    | thanks | but | then | perfect | fine | lovely | mm-hmm"""

CUES = {
    "onward": opening(
        r"""next | anyway | moving on | let's (?:move|go|start|talk|turn|come|look|get) | let us
        | we (?:can|should|could) (?:move|go) on | back to | first(?:ly)? | second(?:ly)? | last | lastly
        | finally | the (?:next|last|first|second|other) | another (?:thing|point) | one more | speaking of
        | by the way | what about | how about | on to | the question | i want(?:ed)? to (?:talk|discuss|bring)
        | now | to start | our (?:next|first)""",
        _FILLER,
    ),
    "next": anywhere(
        "next | move on | moving on | go on to | carry on | anyway | another thing | start with | back to"
    ),
    "so": opening("so | now", "okay | ok | right | well | good | um | uh | yeah | alright | and | but"),
    "okay": opening("okay | ok | alright | all right | right | good | great | perfect"),
    "agree": opening("yeah | yep | yes | sure | exactly | true | i agree | of course | mm-hmm | no"),
    "thanks": anywhere("thank you | thanks | very good | well done | excellent | great"),
    "close": anywhere(
        r"""that's it | that's all | any (?:other )?questions | any other | wrap up | finished | the end | see you
        | bye | that's everything | i'm done | we're done"""
    ),
    "welcome": anywhere("welcome | hello | hi everybody | good morning | good afternoon | agenda | meeting | minutes"),
    "present": anywhere(
        r"""present | presentation | slide | slides | screen | show you | my part | your turn | go ahead | shall i
        | research | findings | method | results | i've been | my name"""
    ),
    "discuss": anywhere(
        "discuss | discussion | talk about | look at | question | issue | topic | point | decide | decision"
    ),
    "we_will": anywhere("we'll | we will | let's | we're gonna | we're going to | shall we"),
    "you_will": anywhere("you'll | you will | you're gonna | you guys | your | each of you | everybody | everyone"),
    "i_will": anywhere("i'll | i will | i'm gonna | i'm going to | let me | i want to | i'd like to"),
    "we_should": anywhere("we should | we could | we need | we have to | we want | i think"),
    "question": anywhere(r"what | who | how | why | when | where | do you | does | are there | is there | can we"),
    "when": anywhere(
        r"""tomorrow | next (?:time|week|meeting) | \w+ minutes | lunch | half an hour | before the | after the
        | until | deadline"""
    ),
    "past": anywhere("was | were | did | had | said | found | looked | thought | last time"),
    "number": anywhere("one | two | three | four | five | ten | twenty | fifty | hundred | percent | million"),
    "not": anywhere("not | no | don't | isn't | can't | won't"),
}  # fmt: skip
