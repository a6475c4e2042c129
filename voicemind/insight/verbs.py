"""What verbs promise: work that leaves a result, or just the next thing in the conversation."""

import re

from voicemind.insight.patterns import opening
from voicemind.insight.phrases import stem


def _stems(verbs: str) -> frozenset[str]:
    return frozenset(stem(verb) for verb in verbs.split())


_WORK = _stems(
    """send forward share write draft prepare finish complete finalise finalize check verify confirm
    clarify call phone email e-mail mail message text ping ask contact fix repair update upgrade
    ring schedule book reserve organise organize arrange review proofread chase investigate research create
    build test order file publish upload post compile collect gather clean report design sketch draw
    implement document record invite print submit deliver measure analyse analyze translate interview
    rewrite rework revise edit merge deploy monitor negotiate sign cancel reschedule copy transfer
    summarise summarize outline define remind notify inform reply respond answer circulate distribute
    coordinate estimate calculate map list track install configure migrate restore replace remove add
    change move adjust redo ensure handle push correct count plan train recruit hire announce propose
    apply register renew compare evaluate assess raise escalate present produce provide host lead own
    double-check cover digitise scan export import package archive label transcribe refactor debug
    profile benchmark validate audit sync pair fill"""
)
_TALK = _stems(
    """say tell explain describe mention repeat admit think believe guess see know start begin stop
    continue skip jump remember forget hear imagine assume like love want wish hope pass hold wait agree
    seem mean elaborate bet try go stay accept trust listen understand need let come read talk speak
    give"""
)
_PRIVATE = _stems(
    """ride drive fly walk eat drink sleep cook play watch sit stand leave rest travel relax swim wear hike
    bike cycle visit celebrate win lose die cry laugh enjoy miss retire marry"""
)
_GAP = r"(?:\S+\s+){0,4}?"
_WORK_PHRASES = opening(
    rf"""looks? into | looks? at | looks? up | looks? over | find(?:s|ing)? out
    | finds? (?:a|an|the|us|some) | gets? back | follows? up | sets? {_GAP}up | setting {_GAP}up
    | puts? {_GAP}together | putting {_GAP}together | lets? \w+ know | lets? \w+ \w+ know | takes? care
    | takes? {_GAP}over | hands? {_GAP}over | comes? up with | sorts? {_GAP}out | makes? sure | works? on
    | works? out | talks? to | talks? with | speaks? to | speaks? with | chats? with | reach(?:es)? out
    | picks? {_GAP}up | gives? \w+ a (?:call|ring) | writes? {_GAP}up | cleans? {_GAP}up | figures? out
    | digs? (?:up|out|into) | deals? with | gets? in touch | takes? a look
    | runs? the (?:tests?|numbers|script|report)"""
)
# Said of the conversation itself, not of anything that is still to be done after it.
_TALK_PHRASES = opening(
    r"""shares? (?:my|your|the) screen | shows? (?:you|me|us|that|this|it) | look(?:ing)? forward
    | add (?:that|just|only|one|something)
    | second that | put it (?:this|that) | finish (?:my|this|that|the) (?:point|sentence|thought)
    | open the (?:meeting|floor) | close the meeting | live with
    | take (?:a|one|the|my) (?:step|minute|second|break|question|point|moment|seat)
    | take (?:that|this|it) as | do (?:my|our|your) best | be (?:quick|brief|honest)
    | walk (?:you|us|them|everyone) through | ask (?:you|a question|one|another|the (?:question|group|room))
    | answer (?:that|this|your) | move on | move to the next | summari[sz]e (?:quickly|briefly) | point out
    | leave it | mute | unmute | play | back up | just | not | never | call (?:it|that|this) | propose that
    | count (?:to|on) | present (?:it|this|that|the) now | check (?:the clock|my watch)"""
)  # fmt: skip
_BE = opening(r"(?:be|being|is|been)(?!\s+(?:send|writ|prepar|work|finish|test|call|do)\w*ing\b)")
_LIGHT = opening("have | has | having | get | gets | take | takes | bring | brings | do | does | make | makes")
_PASS_ON = opening(
    "tells? (?:the|them|him|her|everyone|everybody|my|our|your) | shows? (?:the|them|him|her|my|our|your)"
)
# To give a thing is something to do, to give a minute or an example is talk.
_GIVE = opening(
    r"""gives? \S+ (?:(?:the|your|her|his|their|our|my|its)\b
    | an?\b(?! (?:minute|second|moment|hint|idea|example|break|hand|try|thought|chance|sense|bit|little)))"""
)
_FIRST_WORD = re.compile(r"\W*([\w'’-]+)")
_SECOND_VERB = re.compile(r"\band (?:then )?(\w+)", re.IGNORECASE)


def works(root: str) -> bool:
    """Tell whether a stem is that of a verb of work, which says how something is done rather than what."""
    return root in _WORK


def promise(what: str, dated: bool) -> float | None:
    """Return what a verb phrase adds to the weight of an action; None where it is none at all.

    ``dated`` says that a date stands with it: "I'll tell them" is talk, "I'll tell them by Friday" a task.
    """
    verb = _FIRST_WORD.match(what)
    if verb is None or _BE.match(what):
        return None
    root = stem(verb.group(1))
    if _WORK_PHRASES.match(what):
        return 0.15
    if _PASS_ON.match(what) or _GIVE.match(what):
        return 0.0
    if _TALK_PHRASES.match(what) or root in _TALK:
        if any(stem(second) in _WORK for second in _SECOND_VERB.findall(what)):
            return 0.15  # "go through the warnings and send them to the team"
        return -0.1 if dated else None
    if _LIGHT.match(what):
        return 0.0 if dated else -0.2
    if root in _PRIVATE:
        return -0.3
    return 0.15 if root in _WORK else 0.0
