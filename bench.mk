# bench.mk - `make bench` measures netc against what else there is and prints a table: docs/performance.md. ONLY
# names some of its sections, ONLY="step scale". SHARED is the folder that has yardstick/ and photos/, which a
# clone need not have.
BENCH      := $(wildcard bench/*.c bench/sections/*.c)
SERVED     := step pictures epoch serve
SHARED     ?= ../shared
BENCH_GCC   = $(if $(findstring clang,$(CC)),,-fno-predictive-commoning)
BENCH_FAST  = -O3 -fno-math-errno -fopenmp $(NATIVE) $(BENCH_GCC)
BENCH_SERVE := bench/contenders/serve.c $(wildcard bench/contenders/*.h)
NEEDS_ONEDNN = $(shell echo '\#include <dnnl.h>' | $(CC) -E - >/dev/null 2>&1 && echo $(B)/bench/onednn)

$(B)/bench/bench: $(BENCH:%.c=$(B)/%.o) $(B)/lib/libnetc.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# For the vectors of this machine.
$(B)/bench/baseline $(B)/bench/limits: $(B)/bench/%: bench/contenders/%.c $(BENCH_SERVE)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CPPFLAGS) $(BENCH_FAST) $(LDFLAGS) -o $@ $(filter %.c,$^) -lm

$(B)/bench/onednn: bench/contenders/onednn.c $(BENCH_SERVE)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) -ldnnl

$(B)/bench/shrink: $(B)/bench/contenders/shrink.o $(B)/lib/libnetc.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: bench
bench:
	@scripts/deps.sh build
	@$(MAKE) --no-print-directory bench-built

.PHONY: bench-built
bench-built: all $(B)/demo/draw $(B)/bench/bench $(B)/bench/baseline $(B)/bench/limits $(B)/bench/shrink \
             $(SERVED:%=$(B)/bench/contenders/%.o) $(NEEDS_ONEDNN)
	@$(B)/bench/bench --shared '$(SHARED)' $(ONLY)

# The only part of it that `make check` knows.
$(B)/tests/run: $(B)/bench/table.o

-include $(BENCH:%.c=$(B)/%.d) $(wildcard $(B)/bench/contenders/*.d)
