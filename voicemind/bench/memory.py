"""How much memory this process has."""

import resource
from pathlib import Path


def resident_mb() -> float:
    """Return the megabytes that are resident now; the most there ever were where the system does not say."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
