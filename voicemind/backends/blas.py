"""How many threads numpy's linear algebra takes."""

import os

from threadpoolctl import threadpool_limits


def use_one_thread() -> bool:
    """Have matrix products computed by the thread that asks for them; return whether they are.

    OpenBLAS keeps a thread for every core, which after each product spins for a while in case another comes. The
    products here are small (a mel filter bank over some seconds): with a recogniser on each core, those spinning
    threads took 40 % of all CPU time. It is process-wide, and left alone where OPENBLAS_NUM_THREADS says otherwise.
    """
    if "OPENBLAS_NUM_THREADS" in os.environ:
        return False
    threadpool_limits(limits=1, user_api="blas")
    return True
