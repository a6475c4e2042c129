"""In a process of its own, since it is for the whole process and for ever."""

import os
import subprocess
import sys

SCRIPT = """
import numpy  # which brings OpenBLAS
from threadpoolctl import threadpool_info
from voicemind.backends.blas import use_one_thread
print(use_one_thread(), *(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"))
"""


def run(environment: dict[str, str]) -> list[str]:
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, check=True)
    return said.stdout.split()


def test_the_thread_that_asks_computes_alone() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    said, *threads = run(environment)
    assert said == "True"
    assert set(threads) == {"1"}


def test_what_the_environment_says_stays() -> None:
    assert run({**os.environ, "OPENBLAS_NUM_THREADS": "2"}) == ["False", "2"]
