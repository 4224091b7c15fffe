"""Readers of finished editions, anybody's: what a printer, a store or a reader would object to, with place and clause.

`pdf` reads the pages of a PDF as a compositor of East Asian text would, `epub` a book as the stores do.  Neither knows
docconv's readers and writers: what they say of docconv's own editions, they say of anybody's.
"""
