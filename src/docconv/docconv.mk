# Rules that turn a source into its editions, for GNU make.  In a Makefile:
#
#     include $(shell docconv --makefile)
#     all: issue.pdf issue.epub issue.html
#     issue.pdf issue.epub issue.html: $(wildcard issue.txt.images/*)    # pictures that come later
#
# DOCCONV is the command; DOCCONV_FLAGS are options for every call (--style, --lang, --images …), and target-specific
# ones for one edition (issue.pdf: DOCCONV_FLAGS += --style …).
#
# A name may hold Chinese, quotes, parentheses and &; # and $ are written \# and $$, and a name with = is put into a
# variable first.  Make itself allows no blank, and none of : ; |.  An edition is written whole or not at all.

DOCCONV ?= docconv
DOCCONV_FLAGS ?=

.DELETE_ON_ERROR:

# A name as one word of the shell, which is not taken for an option: it's-1.txt → 'it'\''s-1.txt', -1.txt → './-1.txt'
docconv.word = '$(subst ','\'',$(if $(filter -%,$(1)),./)$(1))'
docconv.call = $(DOCCONV) convert $(DOCCONV_FLAGS) $(call docconv.word,$<) -o $(call docconv.word,$@)

%.pdf: %.txt
	$(docconv.call)
%.epub: %.txt
	$(docconv.call)
%.html: %.txt
	$(docconv.call)

%.pdf: %.md
	$(docconv.call)
%.epub: %.md
	$(docconv.call)
%.html: %.md
	$(docconv.call)
