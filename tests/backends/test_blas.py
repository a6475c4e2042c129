"""In a process of its own, since it is for the whole process and for ever."""

import os
import subprocess
import sys

SCRIPT = """
import resource, time
import numpy as np
from voicemind.backends.blas import use_one_thread
print(use_one_thread(), flush=True)
filters, spectrum = np.ones((80, 201), np.float32), np.ones((201, 3000), np.float32)
# Work for half a second in products with pauses, as a recogniser does; only one thread may have computed.
began, until = time.process_time(), time.perf_counter() + 0.5
own = time.thread_time()
while time.perf_counter() < until:
    filters @ spectrum
    time.sleep(0.001)
print(time.process_time() - began < 1.2 * (time.thread_time() - own) + 0.02)
"""


def run(environment: dict[str, str]) -> list[str]:
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, check=True)
    return said.stdout.split()


def test_no_other_thread_computes_or_spins() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    assert run(environment) == ["True", "True"]


def test_what_the_environment_says_stays() -> None:
    assert run({**os.environ, "OPENBLAS_NUM_THREADS": "2"})[0] == "False"
