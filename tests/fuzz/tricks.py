"""Feeds HTML made of tricks to the reader of HTML, and holds that no edition has anything of them.

    pip install atheris
    python tests/fuzz/tricks.py -max_total_time=60 -max_len=400 -len_control=0

An input is a list of numbers: tricks of tests/test_untrusted.py, cut and put into one another, with bytes between.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["docconv"]):
    import test_untrusted as untrusted

    from docconv.problems import DocconvError


def read(data: bytes) -> None:
    wish = atheris.FuzzedDataProvider(data)
    page = ""
    while wish.remaining_bytes() and len(page) < 20_000:
        trick = wish.PickValueInList(untrusted.TRICKS)
        at = wish.ConsumeIntInRange(0, len(page))
        cut = trick[: wish.ConsumeIntInRange(0, len(trick))] if wish.ConsumeBool() else trick
        page = page[:at] + cut + wish.ConsumeUnicodeNoSurrogates(wish.ConsumeIntInRange(0, 4)) + page[at:]
    try:
        document = untrusted.read(page, "trick.html", "html")
    except DocconvError:
        return
    found = [f"{name}: {what}" for name, markup in untrusted.editions(document) for what in untrusted.unsafe(markup)]
    assert not found, (found, page)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
