# fuzz.mk - fuzzing with libFuzzer, in build/fuzz/: what comes from elsewhere against AddressSanitizer and UBSan, or, of
# the targets that no foreign library touches, against MemorySanitizer. targets.def lists the targets, run.sh runs them.
#
#   make fuzz [SECONDS=20] [TARGET=card] [SANITIZER=address|memory]     or says why not

SECONDS   := 20
comma     := ,
SANITIZER ?= address
FUZZ      := $(B)/fuzz/$(SANITIZER)
FUZZ_CC   ?= clang
FUZZ_WATCH := -fsanitize=fuzzer-no-link,$(if $(filter memory,$(SANITIZER)),memory,address$(comma)undefined)
FUZZ_FLAGS = $(FLAGS) -Wno-unknown-warning-option -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all $(FUZZ_WATCH)
FUZZ_WRAPS := $(foreach function,exit fopen fdopen open_memstream fclose,-Wl$(comma)--wrap=$(function))

FUZZ_OURS    := $(if $(filter memory,$(SANITIZER)),yes,\(yes\|no\))
FUZZ_TARGETS := $(shell sed -n 's/^TARGET.\([a-z]*\), $(FUZZ_OURS),.*/\1/p' tests/fuzz/targets.def)
FUZZ_SOURCES := $(filter-out compiler/main.c,$(COMPILER)) $(RUNTIME) tests/data/card.c tests/support/scratch.c \
                tests/fuzz/support.c $(FUZZ_TARGETS:%=tests/fuzz/%.c)
FUZZ_OBJECTS := $(sort $(addprefix $(FUZZ)/,$(FUZZ_SOURCES:.c=.o) tests/fuzz/picture.o grammar/net.tab.o grammar/net.lex.o kernels.o))
FUZZ_ENTRIES  := $(FUZZ_TARGETS:%=$(FUZZ)/entry/%.o)
FUZZ_PROGRAMS := $(FUZZ_TARGETS:%=$(FUZZ)/bin/%)

.PHONY: fuzz fuzz-built
fuzz:
	@MAKE='$(MAKE)' FUZZ_CC='$(FUZZ_CC)' tests/fuzz/run.sh $(SANITIZER) $(SECONDS) $(or $(TARGET),$(FUZZ_TARGETS)); \
	code=$$?; [ $$code = 77 ] || exit $$code

fuzz-built: $(FUZZ_PROGRAMS) $(B)/fuzz/seeds/made $(FUZZ_TARGETS:%=$(B)/fuzz/words/%)

$(FUZZ)/bin/%: $(FUZZ)/entry/%.o $(FUZZ)/all.a
	@mkdir -p $(@D)
	$(FUZZ_CC) $(subst fuzzer-no-link,fuzzer,$(FUZZ_WATCH)) $(FUZZ_WRAPS) -o $@ $^ $(LIBS)

$(FUZZ)/all.a: $(FUZZ_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(FUZZ_ENTRIES): $(FUZZ)/entry/%.o: tests/fuzz/engine/entry.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -DFUZZED=$* -c -o $@ $<

$(FUZZ)/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -c -o $@ $<

$(FUZZ)/%.o: $(B)/%.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -c -o $@ $<

# ---- what fuzzing begins with ----

FUZZ_MAKERS := $(addprefix $(B)/tests/fuzz/engine/,words.o seeds.o)

$(B)/fuzz/makers/words: $(B)/tests/fuzz/engine/words.o $(B)/compiler/ast/rows.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^

$(B)/fuzz/makers/seeds: $(B)/tests/fuzz/engine/seeds.o \
    $(addprefix $(B)/tests/,support/encode.o support/fixture.o support/scratch.o)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -lpng -ljpeg -lz -ljansson

$(B)/fuzz/seeds/made: $(B)/fuzz/makers/seeds
	rm -rf $(@D) && mkdir -p $(@D)
	$< $(@D)
	@touch $@

$(B)/fuzz/words/%: $(B)/fuzz/makers/words
	@mkdir -p $(@D)
	$< $* > $@

$(FUZZ_OBJECTS) $(FUZZ_ENTRIES) $(FUZZ_MAKERS): \
    | $(B)/grammar/net.tab.h $(B)/grammar/net.lex.h $(B)/base/libraries.h
-include $(FUZZ_OBJECTS:.o=.d) $(FUZZ_ENTRIES:.o=.d) $(FUZZ_MAKERS:.o=.d)
