"""A smaller recogniser for when the machine is too slow for the usual one."""

import threading
from collections.abc import Callable, Sequence

from voicemind.speech.ports import Asr, Decode, Decoded


class Lighter:
    """Answers English by a smaller model, which is loaded when it is first needed, and the rest as usual."""

    def __init__(self, usual: Asr, load: Callable[[], Asr], *, english: bool) -> None:
        """``english`` says that nothing else is spoken; otherwise each request has to say so."""
        self.name = usual.name
        self._usual = usual
        self._load = load
        self._english = english
        self._smaller: Asr | None = None
        self._loading = threading.Lock()

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        """Answer each request, in order; those of one call are interims, or one final."""
        if self._english or all(request.language == "en" for request in requests):
            return self._get().transcribe(requests)
        return self._usual.transcribe(requests)

    def _get(self) -> Asr:
        with self._loading:
            if self._smaller is None:
                self._smaller = self._load()
            return self._smaller
