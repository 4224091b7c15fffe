"""The colour spaces of plates beside the four of the process, as PDF knows them.

It assumes pydyf's objects, before they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from weasyprint.pdf import pydyf

from docconv.typeset.seam.colours import Ink, Spot

WHITE: Ink = (0, 0, 0, 0)


class Tint(NamedTuple):
    """A share of a spot colour, from 0 to 1."""

    spot: Spot
    share: float


def separation(name: str, solid: Ink) -> Any:
    """The space of one plate, and what stands for its ink where there is none (ISO 32000-1, 8.6.6.4); `All` is every
    plate."""
    tint = pydyf.Dictionary({"FunctionType": 2, "Domain": pydyf.Array((0, 1)), "C0": pydyf.Array(WHITE),
                             "C1": pydyf.Array(solid), "N": 1})  # fmt: skip
    return pydyf.Array(["/Separation", f"/{_escaped(name)}", "/DeviceCMYK", tint])


class Mixture:
    """What a gradient is mixed of: the four inks, one spot colour and paper, or all of these.

    Components stand in the order of their plates: four if it takes process inks, then one for each spot colour."""

    def __init__(self, ends: Iterable[Ink | Tint]) -> None:
        ends = list(ends)
        self.spots = list(dict.fromkeys(end.spot for end in ends if isinstance(end, Tint)))
        has_process = any(end != WHITE for end in ends if not isinstance(end, Tint))
        self._is_one = len(self.spots) == 1 and not has_process
        self._program: Any = None
        self.space: Any = (
            separation(*self.spots[0]) if self._is_one else self._of_all() if self.spots else "/DeviceCMYK"
        )

    def components(self, end: Ink | Tint) -> tuple[float, ...]:
        tint = end if isinstance(end, Tint) else None
        shares = [tint.share if tint and tint.spot == spot else 0.0 for spot in self.spots]
        process = () if self._is_one else WHITE if isinstance(end, Tint) else end
        return (*process, *shares)

    def join(self, pdf: Any) -> None:
        """Give a PDF what has to be an object of its own."""
        if self._program is not None:
            pdf.add_object(self._program)
            self.space[3] = self._program.reference

    def _of_all(self) -> Any:
        """The four inks and spot colours beside them (ISO 32000-1, 8.6.6.5)."""
        names = ("Cyan", "Magenta", "Yellow", "Black", *(spot.name for spot in self.spots))
        ranges = {"Domain": pydyf.Array((0, 1) * len(names)), "Range": pydyf.Array((0, 1) * 4)}
        self._program = pydyf.Stream([_program(self.spots)], pydyf.Dictionary({"FunctionType": 4, **ranges}))
        colorants = pydyf.Dictionary({_escaped(spot.name): separation(*spot) for spot in self.spots})
        return pydyf.Array(["/DeviceN", pydyf.Array(f"/{_escaped(name)}" for name in names), "/DeviceCMYK", None,
                            pydyf.Dictionary({"Colorants": colorants})])  # fmt: skip


def _program(spots: Sequence[Spot]) -> str:
    """What mixes each of the four from itself and its part in the spot colours; on the stack lie the four, the spot
    colours, and above them what is mixed already."""
    count, words = 4 + len(spots), []
    for ink in range(4):
        words.append(f"{count - 1} index")
        words += [f"{count + ink - 4 - nth} index {number(spot.solid[ink])} mul add" for nth, spot in enumerate(spots)]
        words.append("dup 1 gt { pop 1 } if")
    return f"{{ {' '.join(words)} {count + 4} 4 roll {'pop ' * count}}}"


def number(share: float) -> str:
    return f"{share:.4f}".rstrip("0").rstrip(".")


def _escaped(name: str) -> str:
    """A name as a PDF writes it (ISO 32000-1, 7.3.5)."""
    return "".join(chr(each) if each < 128 and chr(each).isalnum() else f"#{each:02X}" for each in name.encode())
