"""`python -m docconv` is `docconv`."""

import sys

from docconv.cli import main

sys.exit(main())
