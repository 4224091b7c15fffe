# Rules that turn a source into its editions: put `include $(shell docconv --makefile)` in a Makefile, then
#     all: issue.pdf issue.epub issue.html
# DOCCONV is the command, DOCCONV_FLAGS are options for every call (--style, --lang, --images …).

DOCCONV ?= docconv
DOCCONV_FLAGS ?=

%.pdf: %.txt
	$(DOCCONV) convert $(DOCCONV_FLAGS) '$<' -o '$@'
%.epub: %.txt
	$(DOCCONV) convert $(DOCCONV_FLAGS) '$<' -o '$@'
%.html: %.txt
	$(DOCCONV) convert $(DOCCONV_FLAGS) '$<' -o '$@'

%.pdf: %.md
	$(DOCCONV) convert $(DOCCONV_FLAGS) '$<' -o '$@'
%.epub: %.md
	$(DOCCONV) convert $(DOCCONV_FLAGS) '$<' -o '$@'
%.html: %.md
	$(DOCCONV) convert $(DOCCONV_FLAGS) '$<' -o '$@'
