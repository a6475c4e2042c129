"""How much a connection may send: so many messages and bytes at once, and so many a second."""

from voicemind.board.limits import Limits


class Bucket:
    """A token bucket that may be overdrawn by what is spent last. Times are monotonic seconds."""

    def __init__(self, rate: float, at_once: float, now: float) -> None:
        self._rate = rate
        self._most = at_once
        self._left = at_once
        self._since = now

    def delay(self, now: float) -> float:
        """Return for how long nothing may be spent, 0 when something may."""
        if self._left >= 0:
            return 0.0
        self._fill(now)
        return max(0.0, -self._left / self._rate)

    def spend(self, amount: float, now: float) -> None:
        """Spend so much, be it more than is left."""
        self._fill(now)
        self._left -= amount

    def _fill(self, now: float) -> None:
        self._left = min(self._most, self._left + (now - self._since) * self._rate)
        self._since = now


class Allowance:
    """What one connection may send. Who sends more is not refused but slowed down."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._messages = Bucket(limits.messages, limits.messages_at_once, now)
        self._bytes = Bucket(limits.bytes, limits.bytes_at_once, now)

    def delay(self, now: float) -> float:
        """Return for how long the next message is to wait."""
        return max(self._messages.delay(now), self._bytes.delay(now))

    def spend(self, size: int, now: float, messages: float = 1.0) -> None:
        """Count a message of so many bytes, or one that is as dear as several."""
        self._messages.spend(messages, now)
        self._bytes.spend(size, now)
