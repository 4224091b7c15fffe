"""Pictures that every reader of PDF shows, for screens and archives: inks as they look, sixteen bits as eight.

It assumes that the picture can be opened, as `place_pictures` has found.
"""

from __future__ import annotations

import io

from PIL import Image, ImageCms


def in_rgb(data: bytes) -> bytes:
    """A picture in CMYK in RGB, one of sixteen bits of grey in eight; another as it is."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.mode == "CMYK":
                picture = _as_it_looks(image)
            elif has_sixteen_bits(image):
                picture = in_eight_bits(image)
            else:
                return data
    except OSError:  # an SVG
        return data
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def has_sixteen_bits(image: Image.Image) -> bool:
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def in_eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey in eight."""
    return image.convert("I").point(lambda value: value / 256).convert("L")


def _as_it_looks(image: Image.Image) -> Image.Image:
    """Inks as the ICC profile of the picture shows them; without one, as most programs do."""
    if icc := image.info.get("icc_profile"):
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            made = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (OSError, ImageCms.PyCMSError):
            made = None
        if made is not None:
            made.info.clear()
            return made
    return image.convert("RGB")
