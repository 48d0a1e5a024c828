# netc: see README.md. Non-recursive, and nothing is written outside build/.
#
#   make            netc, the runtime's library and headers, laid out in build/ as an install lays them
#   make check      all proofs that are quick        make check-long  the long ones, too
#   make demo       the tutorial, from drawing the pictures to an answer
#   make check-aarch64      kernels and generated programs for aarch64, under emulation
#   make fuzz       hostile bytes for each reader, SECONDS=20 each, TARGET= one
#   make demo-fashion                                make install PREFIX= DESTDIR=, make uninstall

CC      ?= cc
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
VERSION := 0.1.0

B       := build
FLAGS   := -std=gnu17 -Wall -Wextra -Werror -I. -I$(B) -MMD -MP -DNETC_VERSION='"$(VERSION)"' -D_GNU_SOURCE
LIBS    := -lpng -ljpeg -lz -ljansson -lpthread -lm

# What a build may lack: taken where pkg-config knows it, and left out by `make WEBP=no`.
knows    = $(shell pkg-config --exists '$(1)' 2>/dev/null && echo yes || echo no)
WEBP    ?= $(call knows,libwebpdemux)
TIFF    ?= $(call knows,libtiff-4 >= 4.5)
HTTPD   ?= $(call knows,libmicrohttpd >= 0.9.75)
ifeq ($(WEBP),yes)
LIBS    := -lwebpdemux -lwebp $(LIBS)
endif
ifeq ($(TIFF),yes)
LIBS    := -ltiff $(LIBS)
endif
ifeq ($(HTTPD),yes)
LIBS    := -lmicrohttpd $(LIBS)
endif

COMPILER := $(wildcard base/*.c grammar/*.c compiler/*.c compiler/*/*.c)
RUNTIME  := $(addprefix base/,arena.c completion.c draw_svg.c fit.c guess.c markup.c place.c renamed.c replace.c resident.c terminal.c text.c) \
            $(filter-out runtime/kernels/%,$(wildcard runtime/*/*.c))
KERNELS  := $(sort $(wildcard runtime/kernels/*.c runtime/kernels/*.h))
HEADERS  := base/arena.h base/fit.h base/graph_view.h base/job.h base/place.h base/shape.h \
            $(addprefix runtime/network/,pool.h program.h schedule.h timing.h)
TESTS    := $(wildcard tests/main.c tests/*/*.c)

COMPILER_OBJECTS := $(COMPILER:%.c=$(B)/%.o) $(B)/grammar/net.tab.o $(B)/grammar/net.lex.o $(B)/kernels.o
RUNTIME_OBJECTS  := $(RUNTIME:%.c=$(B)/%.o)
TEST_OBJECTS     := $(TESTS:%.c=$(B)/%.o)

.PHONY: all deps check check-long check-built demo demo-fashion clean
.DELETE_ON_ERROR:

all: $(B)/bin/netc $(B)/lib/libnetc.a $(HEADERS:%=$(B)/include/netc/%)

$(B)/bin/netc: $(COMPILER_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -ljansson -lm

$(B)/lib/libnetc.a: $(RUNTIME_OBJECTS)
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/include/netc/%.h: %.h
	@mkdir -p $(@D)
	cp $< $@

# Loops over the values of pictures are for the vectoriser.
$(B)/runtime/pictures/resize.o: CFLAGS += -O3

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# ---- which libraries there are: for the sources, and for those who link what was built ----

$(B)/libraries: FORCE
	@mkdir -p $(@D)
	@echo '$(LIBS)' | cmp -s - $@ || echo '$(LIBS)' > $@

$(B)/base/libraries.h: $(B)/libraries
	@mkdir -p $(@D)
	@{ echo '#define NETC_LIBRARIES "$(LIBS)"'; for word in WEBP=$(WEBP) TIFF=$(TIFF) HTTPD=$(HTTPD); do \
	    echo "#define HAS_$${word%=*} $$([ $${word#*=} = yes ] && echo 1 || echo 0)"; done; } > $@

FORCE:

# ---- what is generated: the parser, and the kernels' text within netc ----

$(B)/grammar/net.tab.c: grammar/net.y
	@mkdir -p $(@D)
	bison -Wall -Werror -o $@ --header=$(B)/grammar/net.tab.h $<

$(B)/grammar/net.lex.c: grammar/net.l
	@mkdir -p $(@D)
	flex -o $@ --header-file=$(B)/grammar/net.lex.h $<

$(B)/grammar/net.tab.h: $(B)/grammar/net.tab.c
$(B)/grammar/net.lex.h: $(B)/grammar/net.lex.c
$(B)/grammar/net.tab.o: $(B)/grammar/net.lex.h
$(B)/grammar/net.lex.o: $(B)/grammar/net.tab.h
$(COMPILER_OBJECTS) $(RUNTIME_OBJECTS) $(TEST_OBJECTS): | $(B)/base/libraries.h
$(COMPILER:%.c=$(B)/%.o) $(TEST_OBJECTS): | $(B)/grammar/net.tab.h $(B)/grammar/net.lex.h

$(B)/grammar/%.o: $(B)/grammar/%.c
	$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(B)/embed: compiler/gen/embed/embed.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CFLAGS) -o $@ $<

# Of the folder, since a file may go.
$(B)/kernels.c: $(B)/embed $(KERNELS) runtime/kernels
	$(B)/embed $(KERNELS) > $@

$(B)/kernels.o: $(B)/kernels.c
	$(CC) $(FLAGS) $(CFLAGS) -c -o $@ $<

# ---- proof ----

# The test program holds the compiler (all but its main) and the runtime, and lends the runtime to the
# trainers that it loads.
TESTED := $(sort $(filter-out $(B)/compiler/main.o,$(COMPILER_OBJECTS)) $(RUNTIME_OBJECTS))

$(B)/tests/run: $(TEST_OBJECTS) $(TESTED)
	$(CC) $(LDFLAGS) -rdynamic -o $@ $^ -lcunit $(LIBS) -ldl

# Draws what the networks of models/ learn from.
$(B)/tests/draw: $(B)/tests/models/draw/draw.o $(B)/tests/support/encode.o
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

deps:
	@scripts/deps.sh

check:
	@scripts/deps.sh check
	@$(MAKE) --no-print-directory check-built

check-built: all $(B)/demo/draw $(B)/tests/run
	$(B)/tests/run

check-long:
	@scripts/deps.sh check
	@$(MAKE) --no-print-directory check-built $(B)/tests/draw
	scripts/check-long.sh

demo:
	@scripts/deps.sh demo
	@$(MAKE) --no-print-directory all $(B)/demo/draw
	scripts/demo.sh

demo-fashion:
	@scripts/deps.sh fashion
	@$(MAKE) --no-print-directory all
	scripts/demo-fashion.sh

clean:
	rm -rf $(B)

include install.mk editors.mk demo.mk bench.mk tests/kernels/kernels.mk tests/aarch64/aarch64.mk tests/fuzz/fuzz.mk
-include $(COMPILER_OBJECTS:.o=.d) $(RUNTIME_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d)
