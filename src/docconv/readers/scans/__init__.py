"""What OCR engines and libraries write as HTML and XML: hOCR, ALTO with METS, PAGE, and the XML of ABBYY FineReader.

It assumes that a block holds lines and a line words, in the order of reading, as all four do; some blocks are named (a
running head, a caption, a heading).  What is said is not guessed again, the rest is as for text lifted off a page.

A place's line is the number of the block in the file, from 1; its column counts in the text of the block.
"""

from __future__ import annotations

from docconv.readers.scans.abbyy import read_abbyy
from docconv.readers.scans.alto import read_alto
from docconv.readers.scans.hocr import looks_like_hocr, read_hocr
from docconv.readers.scans.page_xml import read_page_xml
from docconv.readers.scans.xml import format_of_xml

__all__ = ["format_of_xml", "looks_like_hocr", "read_abbyy", "read_alto", "read_hocr", "read_page_xml"]
