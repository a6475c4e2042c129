"""The only place that runs models: earliest deadline first, batches across tracks, on a few threads."""

from voicemind.scheduler.jobs import Deliver, Failed, Handler, Job, Request, Result
from voicemind.scheduler.ladder import LIGHT, RUNGS, Ladder, Rung
from voicemind.scheduler.queue import Batch, Queue
from voicemind.scheduler.spill import Spill
from voicemind.scheduler.threads import Scheduler

__all__ = [
    "LIGHT",
    "RUNGS",
    "Batch",
    "Deliver",
    "Failed",
    "Handler",
    "Job",
    "Ladder",
    "Queue",
    "Request",
    "Result",
    "Rung",
    "Scheduler",
    "Spill",
]
