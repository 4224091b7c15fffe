"""What all tests share: the settings of the property tests, which try the same cases on every machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("docconv", max_examples=100, deadline=None, derandomize=True, database=None)
settings.load_profile("docconv")
