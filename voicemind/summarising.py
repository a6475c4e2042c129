"""Minutes get the summary of a language model, where one is configured."""

import logging
from collections.abc import Callable
from dataclasses import replace

from voicemind.errors import BackendError
from voicemind.insight.abstract import summarise
from voicemind.insight.ports import Llm
from voicemind.timeline.insight import Insight
from voicemind.timeline.minutes import Minutes

logger = logging.getLogger(__name__)

Tell = Callable[[str], None]


def add_summary(minutes: Minutes, llm: Llm, tell: Tell = lambda _: None) -> bool:
    """Put the model's summary in the place of the extractive one; ``tell`` gets its text as it comes.

    False, and the minutes as they were, where the model fails or says nothing that the transcript bears out.
    Takes as long as the model does: call it in a thread of its own.
    """
    found: list[Insight] = []
    try:
        for piece in summarise(minutes, llm):
            if isinstance(piece, Insight):
                found.append(piece)
            else:
                tell(piece)
    except BackendError as error:
        logger.warning("the summary stays the extractive one: %s", error)
        return False
    if not found:
        logger.warning("the summary stays the extractive one: %s said nothing that the transcript bears out", llm.name)
        return False
    for known in minutes.insights("summary"):
        minutes.add(replace(known, state="withdrawn"))
    for insight in found:
        minutes.add(replace(insight, shown=minutes.duration))
    return True
