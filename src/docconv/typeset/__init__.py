"""CJK composition: which lines a paragraph falls into, and where each of its characters stands.

`classes` says what a character is, `breaks` where a line may end, `spacing` how wide neighbours are, `lines` chooses
the lines of a paragraph and `justify` fills them: all plain functions on text and widths, without a renderer.
`seam` is the one room that knows how WeasyPrint works inside.  Nothing here changes the text.
"""
