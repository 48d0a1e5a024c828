# aarch64.mk - netc and the tests of what computes, made for aarch64 by the cross compiler: build/aarch64/. Foreign
# libraries do not come with it, so the rest of the runtime is compiled only, and stand_in.c stands in for CUnit.
# What netc calls of jansson is not there, and no test here comes to it.
#
#   make check-aarch64      runs them under emulation (run.sh), or says why not

AARCH64    := $(B)/aarch64
AARCH64_CC ?= aarch64-linux-gnu-gcc
AARCH64_FLAGS = $(FLAGS) -Itests/aarch64 -O2
AARCH64_LINK  := -no-pie -Wl,--unresolved-symbols=ignore-in-object-files

AARCH64_SUITES := kernels pool exact exact_targets real programs threads cuts laps poison
AARCH64_TESTS  := $(filter-out %/instantiate.c %/bits.c,$(wildcard tests/kernels/*.c tests/generated/*.c)) \
                  tests/trainer/pool.c $(addprefix tests/support/,compiled.c card_text.c scratch.c) \
                  tests/aarch64/CUnit/stand_in.c
AARCH64_RUNTIME := $(wildcard base/*.c) \
                   $(addprefix runtime/network/,average.c laps.c network.c pool.c schedule.c view.c) \
                   $(addprefix runtime/system/,fault.c memory.c threads.c)

# jconfig.h, which jpeglib.h includes, is each processor's own, and so is tiffconf.h.
AARCH64_COMPILED := $(filter-out %/picture_jpeg.c %/picture_tiff.c,$(filter-out runtime/kernels/%,$(wildcard runtime/*/*.c)))

AARCH64_COMPILER := $(COMPILER:%.c=$(AARCH64)/%.o) \
                    $(addprefix $(AARCH64)/,grammar/net.tab.o grammar/net.lex.o kernels.o)
AARCH64_WIDE     := $(WIDE:%.c=$(AARCH64)/%.4.o)
AARCH64_OBJECTS  := $(sort $(AARCH64_TESTS:%.c=$(AARCH64)/%.o) $(AARCH64_WIDE) $(AARCH64)/tests/main.o \
                    $(filter-out $(AARCH64)/compiler/main.o,$(AARCH64_COMPILER)) \
                    $(AARCH64_RUNTIME:%.c=$(AARCH64)/%.o))

.PHONY: check-aarch64 check-aarch64-built
check-aarch64:
	@tests/aarch64/run.sh; code=$$?; [ $$code = 77 ] || exit $$code

check-aarch64-built: $(AARCH64)/bin/netc $(AARCH64)/tests/run $(AARCH64_COMPILED:%.c=$(AARCH64)/%.o)

$(AARCH64)/bin/netc: $(AARCH64_COMPILER)
	@mkdir -p $(@D)
	$(AARCH64_CC) $(AARCH64_LINK) -o $@ $^ -lm

$(AARCH64)/tests/run: $(AARCH64_OBJECTS)
	$(AARCH64_CC) $(AARCH64_LINK) -rdynamic -o $@ $^ -lpthread -lm -ldl

$(AARCH64)/tests/main.o: AARCH64_FLAGS += -D'SUITES(X)=$(patsubst %,X(%),$(AARCH64_SUITES))'

$(AARCH64)/tests/kernels/wide/%.4.o: tests/kernels/wide/%.c
	@mkdir -p $(@D)
	$(AARCH64_CC) $(AARCH64_FLAGS) -fno-math-errno -DVL=4 -c -o $@ $<

$(AARCH64)/%.o: %.c
	@mkdir -p $(@D)
	$(AARCH64_CC) $(AARCH64_FLAGS) -c -o $@ $<

$(AARCH64)/%.o: $(B)/%.c
	@mkdir -p $(@D)
	$(AARCH64_CC) $(AARCH64_FLAGS) -c -o $@ $<

$(AARCH64_COMPILER) $(AARCH64_OBJECTS): | $(B)/grammar/net.tab.h $(B)/grammar/net.lex.h
-include $(AARCH64_OBJECTS:.o=.d) $(AARCH64_COMPILER:.o=.d)
