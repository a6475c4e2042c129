"""``python -m voicemind`` is the command line."""

import sys

from voicemind.cli import main

if __name__ == "__main__":  # not in the worker processes of this one
    sys.exit(main())
