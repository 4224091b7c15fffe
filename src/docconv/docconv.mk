# Rules that turn a source into its editions, for GNU make 4.  In a Makefile:
#
#     include $(shell docconv --makefile)
#     all: issue.pdf issue.epub issue.html
#     clean: docconv-clean
#
# DOCCONV is the command; DOCCONV_FLAGS are options for every call (--style, --lang, --images …), whether or not its
# edition heeds them, and target-specific ones for one edition (issue.pdf: DOCCONV_FLAGS += --style …).
#
# What an edition was made of is kept beside it, .issue.pdf.d beside issue.pdf: pictures, style sheets, fonts, decisions,
# configuration.  When one changes, goes or comes, the edition is made anew.
#
# A name may hold Chinese, quotes, parentheses and &; # and $ are written \# and $$, and a name with = is put into a
# variable first.  Make itself allows no blank, and none of : ; |.  An edition is written whole or not at all.

DOCCONV ?= docconv
DOCCONV_FLAGS ?=
export DOCCONV_ALLOW_IDLE ?= 1

.DELETE_ON_ERROR:

# A name as one word of the shell, which is not taken for an option: it's-1.txt → 'it'\''s-1.txt', -1.txt → './-1.txt'
docconv.word = '$(subst ','\'',$(if $(filter -%,$(1)),./)$(1))'
docconv.deps = $(patsubst ./%,%,$(dir $@)).$(notdir $@).d
docconv.call = $(DOCCONV) convert $(DOCCONV_FLAGS) --deps $(call docconv.word,$(docconv.deps)) $\
	$(call docconv.word,$<) -o $(call docconv.word,$@)

# $(1) is an edition, $(2) a source, by suffix.
define docconv.rule
%.$(1): %.$(2)
	$$(docconv.call)
endef

# Texts make every edition.  What is itself an edition of a text makes none that could be taken for its source.
$(foreach source,txt md,$(foreach edition,pdf epub html xhtml docx odt icml,$(eval $(call docconv.rule,$(edition),$(source)))))
$(foreach source,docx odt rst org tex ipynb,$(foreach edition,pdf epub html,$(eval $(call docconv.rule,$(edition),$(source)))))
$(foreach source,html htm xhtml json,$(foreach edition,pdf epub,$(eval $(call docconv.rule,$(edition),$(source)))))

# What was noted of the last builds, in this folder and three below; it must not become the first goal.
docconv.goal := $(.DEFAULT_GOAL)
docconv.known := $(wildcard .*.d */.*.d */*/.*.d */*/*/.*.d)
-include $(docconv.known)

.PHONY: docconv-clean
docconv-clean:  # editions made by these rules, and what was noted of them
	$(if $(docconv.known),rm -f -- $(foreach each,$(docconv.known),$\
		$(call docconv.word,$(each)) $(call docconv.word,$(patsubst ./%,%,$(dir $(each)))$(patsubst .%.d,%,$(notdir $(each))))),@:)

.DEFAULT_GOAL := $(docconv.goal)
