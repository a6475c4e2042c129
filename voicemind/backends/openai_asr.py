"""Any endpoint that speaks OpenAI's transcription API, behind the ``Asr`` port.

``POST {url}/audio/transcriptions`` with the sound as WAV; asked for ``verbose_json`` with the times of
words, content with plain ``text``.
"""

import io
import logging
import math
import random
import threading
import time
import wave
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from typing import Any

import httpx
import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, Samples
from voicemind.backends.openai_reply import Reply, parse_reply
from voicemind.backends.retry_after import retry_after
from voicemind.errors import BackendError
from voicemind.speech.guard import Evidence, believable
from voicemind.speech.hints import as_sentences
from voicemind.speech.ports import Decode, Decoded, Piece

logger = logging.getLogger(__name__)

MODEL = "whisper-1"
TIMEOUT = 60.0  # seconds for one answer
FIRST_WAIT = 0.5  # seconds before a second try; twice as long before each further one
LONGEST_WAIT = 30.0
PATIENCE = 300.0  # seconds after which a final is given up: the service is down, not busy
FIRST_PATIENCE = 20.0  # the same for one that never answered: perhaps there is none

_PASSING = {408, 409, 425, 429}  # statuses that say: try again; and all of 500 and more


class OpenAiAsr:
    """A transcription service; safe to call from several threads at once.

    A final is asked for again until it is answered or ``patience`` is over. Interims cost as much as
    finals, and so are answered with nothing unless ``interims`` says otherwise; they get one try.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        model: str = MODEL,
        *,
        interims: bool = False,
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        """Use the service at ``url``, such as https://api.openai.com/v1."""
        self.name = model
        self.retries = 0
        self._url = url.rstrip("/").removesuffix("/audio/transcriptions") + "/audio/transcriptions"
        self._interims = interims
        self._patience = patience
        self._answered = False
        self._closed = threading.Event()
        self._waiting: set[Future[httpx.Response]] = set()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(timeout, connect=min(10.0, timeout)))

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        """Answer each request; raises BackendError where the service refuses a final, or cannot be had."""
        return [self._final(request) if request.final else self._interim(request) for request in requests]

    def close(self) -> None:
        """Give up what waits for an answer, or for another try."""
        self._closed.set()
        waiting = list(self._waiting)
        for future in waiting:
            future.cancel()
        if not waiting:  # connections in use end with their answer, or with the process
            self._client.close()

    def _final(self, request: Decode) -> Decoded:
        began = time.monotonic()
        wait = FIRST_WAIT
        while True:
            try:
                return self._ask(request)
            except _Passing as error:
                pause = error.wait if error.wait is not None else wait * random.uniform(0.5, 1.0)  # noqa: S311
                patience = self._patience if self._answered else min(FIRST_PATIENCE, self._patience)
                if self._closed.is_set() or time.monotonic() + pause > began + patience:
                    raise BackendError(f"the transcription service at {self._url} {error}") from error
                self.retries += 1
                logger.warning("the transcription service %s; trying again in %.1f s", error, pause)
                if self._closed.wait(pause):
                    raise BackendError("the transcription was given up: the service is closed") from error
                wait = min(LONGEST_WAIT, wait * 2)

    def _interim(self, request: Decode) -> Decoded:
        if not self._interims:
            return Decoded(request, "", language=request.language or "")
        try:
            return self._ask(request)
        except (_Passing, BackendError) as error:
            logger.info("an interim is left out: the transcription service %s", error)
            return Decoded(request, "", language=request.language or "")

    def _ask(self, request: Decode) -> Decoded:
        reply = parse_reply(self._post(request))
        self._answered = True
        return _decoded(request, reply)

    def _post(self, request: Decode) -> Any:
        form: dict[str, Any] = {
            "model": self.name,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
            "temperature": "0",
        }
        if request.hints:
            form["prompt"] = " ".join(as_sentences(request.hints))
        if request.language:
            form["language"] = request.language
        try:
            answer = self._answer(form, {"file": ("speech.wav", _wav(request.samples), "audio/wav")})
        except httpx.TimeoutException:
            raise _Passing("did not answer in time") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise BackendError(f"{self._url} is no address of a transcription service: {error}") from error
        except httpx.TransportError as error:
            raise _Passing(f"cannot be reached ({error})") from error
        except (CancelledError, RuntimeError) as error:  # the latter is httpx's for a client that is closed
            raise BackendError("the transcription was given up: the service is closed") from error
        self._check(answer)
        try:
            return answer.json()
        except ValueError:
            raise _Passing("answered with something that is not JSON") from None

    def _answer(self, form: dict[str, Any], files: dict[str, Any]) -> httpx.Response:
        """Post from a thread of its own: nothing else would wake who waits for a socket, for up to a minute."""
        future: Future[httpx.Response] = Future()

        def post() -> None:
            try:
                answer = self._client.post(self._url, data=form, files=files)
            except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
                with suppress(InvalidStateError):
                    future.set_exception(error)
            else:
                with suppress(InvalidStateError):  # it was given up
                    future.set_result(answer)

        self._waiting.add(future)
        try:
            if self._closed.is_set():
                raise CancelledError
            threading.Thread(target=post, name="voicemind-asr", daemon=True).start()
            return future.result()
        finally:
            self._waiting.discard(future)

    def _check(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status in _PASSING or status >= 500:
            raise _Passing(f"answered {status}{_reason(answer)}", retry_after(answer.headers.get("Retry-After")))
        if status in (401, 403):
            raise BackendError(
                f"the transcription service at {self._url} refuses the key ({status}{_reason(answer)}): "
                "set VOICEMIND_ASR_KEY to one that it knows"
            )
        if status >= 300:
            raise BackendError(
                f"the transcription service at {self._url} refuses the request ({status}{_reason(answer)}): "
                "check --asr-url and --model"
            )


class _Passing(Exception):
    """A failure that may be over soon; ``wait`` seconds until then, where the service says so."""

    def __init__(self, text: str, wait: float | None = None) -> None:
        super().__init__(text)
        self.wait = wait


def _decoded(request: Decode, reply: Reply) -> Decoded:
    language = request.language or reply.language
    seconds = len(request.samples) / SAMPLE_RATE
    evidence = Evidence(
        reply.text,
        language,
        seconds if request.seconds is None else min(seconds, request.seconds),
        reply.logprob,
        reply.no_speech,
        request.voice,
    )
    found = ((reply.language, reply.language_confidence),) if reply.language and not request.language else ()
    if not believable(evidence):
        return Decoded(request, "", language=language, languages=found)
    return Decoded(
        request,
        reply.text,
        words=reply.words(request.start / SAMPLE_RATE, seconds) if request.final else (),
        # Without ends: a service takes no prefix, and so is always given the whole utterance.
        pieces=() if request.final else tuple(Piece(f" {text}", ()) for text in reply.text.split()),
        confidence=math.exp(reply.logprob),
        language=language,
        language_confidence=1.0 if request.language else reply.language_confidence,
        languages=found,
    )


def _reason(answer: httpx.Response) -> str:
    """What the service says of its refusal, in brief."""
    try:
        message = str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        message = answer.text
    message = " ".join(message.split())[:200]
    return f", {message}" if message else ""


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
