"""``python -m voicemind`` is the command line."""

import sys

from voicemind.cli import main

sys.exit(main())
