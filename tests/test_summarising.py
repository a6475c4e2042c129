import pytest

from tests.backends.llm_service import Service, llm_service
from tests.insight.talk import dialogue, run
from voicemind.backends.llm import OpenAiLlm
from voicemind.insight.summary import Summary
from voicemind.summarising import add_summary
from voicemind.timeline.minutes import Minutes

TALK = """
Ann> The greenhouse heating costs nine thousand euros a winter, as the old pump is broken.
Bob> A new heat pump costs thirty thousand, and the city pays half.
Ann> Then we order the heat pump in May.
Bob> Good.
"""


def meeting() -> Minutes:
    minutes = Minutes()
    known = dialogue(TALK)
    for turn in known.turns:
        minutes.add(turn)
    for insight in run(Summary(), known.events).values():
        minutes.add(insight)
    assert [i.data["extractive"] for i in minutes.insights("summary")] == [True]
    return minutes


def test_the_model_says_it_instead() -> None:
    minutes, told = meeting(), list[str]()
    with llm_service(Service(pieces=["A heat pump is ", "ordered in May [3]."])) as service:
        llm = OpenAiLlm(service.url, "tiny")
        assert add_summary(minutes, llm, told.append)
        llm.close()
    assert "".join(told) == "A heat pump is ordered in May [3]."
    (found,) = minutes.insights("summary")
    assert (found.text, found.evidence, found.shown) == ("A heat pump is ordered in May.", ("t002",), minutes.duration)


@pytest.mark.parametrize(
    "service",
    [Service(status=500), Service(hangs=True, pieces=["A heat pump is"]), Service(pieces=["It will rain [1]."])],
)
def test_what_fails_or_makes_things_up_changes_nothing(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    minutes = meeting()
    before = minutes.insights()
    with llm_service(service):
        llm = OpenAiLlm(service.url, "tiny", timeout=0.3)
        assert not add_summary(minutes, llm)
        llm.close()
    assert minutes.insights() == before
    assert "the summary stays the extractive one" in caplog.text
