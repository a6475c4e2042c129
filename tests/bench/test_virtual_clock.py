from collections.abc import Callable, Sequence

import pytest

from tests.scheduler.jobs import decode
from voicemind.bench.virtual_clock import VirtualMachine
from voicemind.scheduler import Failed, Queue, Result
from voicemind.speech.ports import Decode, Decoded


class Cpu:
    """Counts seconds that only its handler spends."""

    def __init__(self, seconds: float) -> None:
        self.spent = 0.0
        self.batches: list[int] = []
        self._seconds = seconds

    def __call__(self) -> float:
        return self.spent

    def transcribe(self, requests: Sequence[Decode]) -> list[Decoded]:
        self.batches.append(len(requests))
        self.spent += self._seconds
        return [Decoded(request, "text") for request in requests]


def machine(cpu: Cpu, lanes: int) -> VirtualMachine:
    return VirtualMachine(Queue(lanes), {Decode: cpu.transcribe}, lanes, timer=cpu)


def ask(machine: VirtualMachine, found: dict[str, float], track: str, *, final: bool = True) -> Callable[[], None]:
    def deliver(result: Result | Failed) -> None:
        found[track] = machine.now

    return lambda: void(machine.submit(decode(track, final=final), machine.now + 1.0, deliver))


def void(_: object) -> None:
    """Forget what is returned."""


@pytest.mark.parametrize(
    ("lanes", "expected"), [(1, {"A": 3.0, "B": 5.0, "C": 7.0}), (2, {"A": 3.0, "B": 3.0, "C": 5.0})]
)
def test_an_inference_lasts_its_cpu_seconds_on_a_lane(lanes: int, expected: dict[str, float]) -> None:
    cpu = Cpu(2.0)
    simulated, found = machine(cpu, lanes), dict[str, float]()
    for track in "ABC":
        simulated.at(1.0, ask(simulated, found, track))

    simulated.run()

    assert found == expected
    assert simulated.model_seconds == 6.0
    assert simulated.now == max(expected.values())


def test_interims_that_wait_for_a_lane_go_together() -> None:
    cpu = Cpu(2.0)
    simulated, found = machine(cpu, 1), dict[str, float]()
    simulated.at(0.0, ask(simulated, found, "busy"))
    for track in "AB":
        simulated.at(1.0, ask(simulated, found, track, final=False))

    simulated.run()

    assert cpu.batches == [1, 2]
    assert found == {"busy": 2.0, "A": 4.0, "B": 4.0}


def test_what_the_loop_takes_is_taken_off_the_lanes() -> None:
    cpu = Cpu(1.0)
    simulated, found = machine(cpu, 2), dict[str, float]()

    def work() -> None:
        cpu.spent += 2.0  # of ten seconds so far, that is a fifth of a core

    simulated.at(9.0, work)
    simulated.at(10.0, ask(simulated, found, "A"))

    simulated.run()

    assert simulated.loop_seconds == 2.0
    assert found["A"] == pytest.approx(10.0 + 1.0 * 2 / 1.8)
