# bench.mk - `make bench` measures netc against what else there is and prints a table: docs/performance.md.
#
#   ONLY="step scale"   some of its sections        SHARED=DIR   the folder that has yardstick/ and photos/
#   make bench-page     puts the table into docs/performance.md
BENCH      := $(wildcard bench/*.c bench/sections/*.c)
SERVED     := step pictures epoch serve
SHARED     ?= ../shared
BENCH_GCC   = $(if $(findstring clang,$(CC)),,-fno-predictive-commoning)
BENCH_FAST  = -O3 -fno-math-errno -fopenmp $(NATIVE) $(BENCH_GCC)
BENCH_SERVE := bench/contenders/serve.c $(wildcard bench/contenders/*.h)
# Debian 12's libdnnl-dev is version 2; where there is none, the table says so.
HAS_ONEDNN  = $(shell echo DNNL_VERSION_MAJOR | $(CC) -E -include dnnl.h - 2>/dev/null | tail -1 | \
                      grep -qx 2 && echo $(B)/bench/onednn)

$(B)/bench/bench: $(BENCH:%.c=$(B)/%.o) $(B)/lib/libnetc.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# For the vectors of this machine.
$(B)/bench/baseline $(B)/bench/limits: $(B)/bench/%: bench/contenders/%.c $(BENCH_SERVE)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CPPFLAGS) $(BENCH_FAST) $(LDFLAGS) -o $@ $(filter %.c,$^) -lm

$(B)/bench/decode: bench/contenders/decode.c $(BENCH_SERVE)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CPPFLAGS) -O3 -fopenmp $(LDFLAGS) -o $@ $(filter %.c,$^) -ljpeg

$(B)/bench/onednn: bench/contenders/onednn.c $(BENCH_SERVE)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) -ldnnl

$(B)/bench/shrink: $(B)/bench/contenders/shrink.o $(B)/lib/libnetc.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: bench bench-built bench-page
bench:
	@scripts/deps.sh build
	@$(MAKE) --no-print-directory bench-built $(HAS_ONEDNN)
	@$(B)/bench/bench --shared '$(SHARED)' $(ONLY)

bench-built: all $(B)/demo/draw $(B)/bench/bench $(B)/bench/baseline $(B)/bench/limits $(B)/bench/shrink \
             $(B)/bench/decode \
             $(SERVED:%=$(B)/bench/contenders/%.o)

bench-page:
	@$(MAKE) --no-print-directory --silent bench > $(B)/bench/table.txt
	@awk -v table=$(B)/bench/table.txt '/^```$$/ { skip = 0 } !skip { print } \
	    /^```text$$/ { skip = 1; while ((getline line < table) > 0) print line }' \
	    docs/performance.md > $(B)/bench/page.md
	@mv $(B)/bench/page.md docs/performance.md

# The only part of it that `make check` knows.
$(B)/tests/run: $(B)/bench/table.o

-include $(BENCH:%.c=$(B)/%.d) $(wildcard $(B)/bench/contenders/*.d)
