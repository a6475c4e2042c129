"""The analysis of a recording without models: python -m tests.server.scripted_analysis FOLDER.

A recording whose title is "slow" never gets done; one called "broken" makes the process die.
"""

import os
import signal
import sys
import time
from pathlib import Path

from tests.fakes import fake_models
from voicemind.config import Config
from voicemind.server.analysis import main
from voicemind.server.recordings import Recording

if __name__ == "__main__":
    title = Recording.read(Path(sys.argv[1])).title
    if title == "slow":
        sys.stdout.write('{"done": 1.0, "of": 600.0}\n')
        sys.stdout.flush()
        time.sleep(600)
    if title == "broken":
        os.kill(os.getpid(), signal.SIGSEGV)
    sys.exit(main(sys.argv[1], Config(language="en").to_json(), fake_models()))
