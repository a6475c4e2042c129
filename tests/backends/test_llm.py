import pytest

from tests.backends.llm_service import Service, llm_service
from voicemind.backends.llm import OpenAiLlm
from voicemind.errors import BackendError
from voicemind.insight.ports import Message

ASKED = [Message("system", "Be brief."), Message("user", "Hi")]


def answer(service: Service, **settings: float) -> list[str]:
    llm = OpenAiLlm(service.url, "tiny", "secret", **settings)
    try:
        return list(llm.stream(ASKED))
    finally:
        llm.close()


def test_the_answer_comes_in_pieces() -> None:
    with llm_service() as service:
        assert answer(service) == ["Hello", " world"]
    assert service.keys == ["Bearer secret"]
    (asked,) = service.asked
    assert asked["model"] == "tiny"
    assert asked["stream"] is True
    assert asked["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]


def test_a_piece_is_given_before_the_rest_has_come() -> None:
    with llm_service(Service(hangs=True)) as service:
        llm = OpenAiLlm(service.url, "tiny")
        pieces = llm.stream(ASKED)
        assert next(pieces) == "Hello"
        service.stopped.set()
        assert list(pieces) == [" world"]
        llm.close()


def test_an_answer_in_one_piece() -> None:
    with llm_service(Service(streams=False)) as service:
        assert answer(service) == ["Hello world"]


@pytest.mark.parametrize("ending", ["", "/", "/chat/completions"])
def test_the_address_may_be_written_in_several_ways(ending: str) -> None:
    with llm_service() as service:
        llm = OpenAiLlm(service.url + ending, "tiny")
        assert "".join(llm.stream(ASKED)) == "Hello world"
        llm.close()
    assert service.keys == [None]


@pytest.mark.parametrize(
    ("service", "said"),
    [
        (Service(status=500, body=b"out of memory"), "answered 500 .out of memory"),
        (Service(status=404, body=b"no such model"), "check --llm-url and --llm-model"),
        (Service(status=401), "VOICEMIND_LLM_KEY"),
        (Service(body=b"data: what?\n\n"), "OpenAI-compatible"),
        (Service(body=b'data: {"error": {"message": "overloaded"}}\n\n'), "overloaded"),
        (Service(streams=False, body=b"<html>"), "OpenAI-compatible"),
    ],
)
def test_failures_say_what_to_do(service: Service, said: str) -> None:
    with llm_service(service), pytest.raises(BackendError, match=said):
        answer(service)


def test_one_that_hangs_is_given_up() -> None:
    with llm_service(Service(hangs=True)) as service, pytest.raises(BackendError, match="did not answer in time"):
        answer(service, timeout=0.3)


def test_one_that_never_begins_is_given_up() -> None:
    with llm_service(Service(before=60)) as service, pytest.raises(BackendError, match="did not answer in time"):
        answer(service, timeout=0.3)


def test_one_that_never_ends_is_given_up() -> None:
    with (
        llm_service(Service(pieces=["word "] * 10_000, between=0.01)) as service,
        pytest.raises(BackendError, match="to an end"),
    ):
        answer(service, patience=0.2)


def test_one_that_is_not_there() -> None:
    llm = OpenAiLlm("http://127.0.0.1:9/v1", "tiny")
    with pytest.raises(BackendError, match="cannot be reached"):
        list(llm.stream(ASKED))
    llm.close()


def test_what_is_no_address() -> None:
    llm = OpenAiLlm("ftp://host", "tiny")
    with pytest.raises(BackendError, match="no address"):
        list(llm.stream(ASKED))
    llm.close()


@pytest.mark.soak
def test_one_that_takes_its_time_is_waited_for() -> None:
    with llm_service(Service(before=15)) as service:
        assert answer(service) == ["Hello", " world"]
