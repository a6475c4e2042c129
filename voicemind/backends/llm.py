"""Any endpoint that speaks OpenAI's chat API, behind the ``Llm`` port: ``POST {url}/chat/completions``, streamed.

The answer comes as server-sent events; a service that answers in one piece is understood as well. Nothing here is
ever waited for by what transcribes or keeps: whoever asks does so in a thread of their own.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from voicemind.errors import BackendError
from voicemind.insight.ports import Message

TIMEOUT = 60.0  # seconds without a sign of life
PATIENCE = 300.0  # seconds for a whole answer
LONGEST = 200_000  # characters of an answer; more is no summary


class OpenAiLlm:
    """A language model behind a URL such as http://localhost:11434/v1."""

    def __init__(
        self, url: str, model: str, key: str = "", *, timeout: float = TIMEOUT, patience: float = PATIENCE
    ) -> None:
        """Use ``model`` of the service at ``url``; an answer is given up after ``timeout`` seconds of silence."""
        self.name = model
        self._url = url.rstrip("/").removesuffix("/chat/completions") + "/chat/completions"
        self._patience = patience
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(timeout, connect=min(10.0, timeout)))

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the answer in pieces as they come; BackendError where the service fails or falls silent."""
        body = {
            "model": self.name,
            "stream": True,
            "temperature": 0,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
        }
        end, length = time.monotonic() + self._patience, 0
        with self._asked(), self._client.stream("POST", self._url, json=body) as answer:
            self._check(answer)
            for piece in _pieces(answer):
                length += len(piece)
                if length > LONGEST or time.monotonic() > end:
                    raise BackendError(f"the language model at {self._url} does not come to an end: try another one")
                if piece:
                    yield piece

    def close(self) -> None:
        """Give up the connections."""
        self._client.close()

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Tell failures of the connection as what they mean."""
        try:
            yield
        except httpx.TimeoutException as error:
            raise BackendError(f"the language model at {self._url} did not answer in time") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise BackendError(f"{self._url} is no address of a language model: {error}") from error
        except httpx.TransportError as error:
            raise BackendError(f"the language model at {self._url} cannot be reached ({error})") from error

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code in (401, 403):
            raise BackendError(
                f"the language model at {self._url} refuses the key ({answer.status_code}): "
                "set VOICEMIND_LLM_KEY to one that it knows"
            )
        if answer.status_code >= 300:
            answer.read()
            reason = " ".join(answer.text.split())[:200]
            raise BackendError(
                f"the language model at {self._url} answered {answer.status_code} ({reason}): "
                "check --llm-url and --llm-model"
            )


def _pieces(answer: httpx.Response) -> Iterator[str]:
    """Read the pieces of an answer: events, or one JSON object; each event counts as a sign of life."""
    if "event-stream" not in answer.headers.get("Content-Type", ""):
        answer.read()
        yield _content(answer.text, "message")
        return
    for line in answer.iter_lines():
        if line.startswith("data:"):
            data = line[len("data:") :].strip()
            if data == "[DONE]":
                return
            yield _content(data, "delta")
        else:
            yield ""


def _content(text: str, key: str) -> str:
    """Take the words out of one object; some services' last one has none."""
    try:
        table: Any = json.loads(text)
        if error := table.get("error"):
            raise BackendError(f"the language model gave up: {str(error)[:200]}")
        choices = table["choices"]
        return str(choices[0][key].get("content") or "") if choices else ""
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BackendError(
            f"the language model answered with something else than a chat completion ({error!r}); "
            "is --llm-url an OpenAI-compatible endpoint?"
        ) from error
