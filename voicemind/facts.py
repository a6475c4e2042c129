"""What a meeting gives out, to any number of subscribers, none of whom can hold it up."""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from voicemind.timeline.event import Event
from voicemind.timeline.insight import Insight
from voicemind.timeline.transcript import Interim

Fact = Event | Interim | Insight

BUFFER = 4096  # facts that a subscriber may be behind before it is cut off


class Facts:
    """Hands each fact to every subscriber.

    A subscriber that falls too far behind is cut off: its stream ends, and the minutes hold what it
    missed.
    """

    def __init__(self) -> None:
        self._subscribers: list[MemoryObjectSendStream[Fact]] = []
        self._closed = False

    def subscribe(self) -> MemoryObjectReceiveStream[Fact]:
        """Return a stream of all facts from now on; whoever takes it closes it (``async with``)."""
        send, receive = anyio.create_memory_object_stream[Fact](BUFFER)
        if self._closed:
            send.close()
        else:
            self._subscribers.append(send)
        return receive

    def publish(self, fact: Fact) -> None:
        """Hand out a fact."""
        for subscriber in list(self._subscribers):
            try:
                subscriber.send_nowait(fact)
            except (anyio.WouldBlock, anyio.BrokenResourceError):
                subscriber.close()
                self._subscribers.remove(subscriber)

    def close(self) -> None:
        """End every subscriber's stream once it has read what it was given."""
        self._closed = True
        for subscriber in self._subscribers:
            subscriber.close()
        self._subscribers.clear()
