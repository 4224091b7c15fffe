"""What all tests share: the settings of the property tests, which try the same cases on every machine, and no cache."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("docconv", max_examples=100, deadline=None, derandomize=True, database=None)
settings.load_profile("docconv")

os.environ["DOCCONV_CACHE"] = ""  # what is tested is made, and nothing of the user's is touched
