# kernels.mk - tests/kernels/wide/ once for each width of a vector, as build/tests/kernels/wide/NAME.WIDTH.o.
# All are linked; tests/kernels/kernels.c runs those that the processor can.

WIDE := $(wildcard tests/kernels/wide/*.c)
WIDE_4  := -march=x86-64-v2
WIDE_8  := -march=x86-64-v3
WIDE_16 := -march=x86-64-v4
WIDTHS  := 4 8 16
ifeq ($(filter x86_64%,$(shell $(CC) -dumpmachine)),)
WIDTHS := 4
WIDE_4 :=
endif

# Shapes that are known at run time only: clang can't unroll for them, and says so.
define wide_rule
$(B)/tests/kernels/wide/%.$(1).o: tests/kernels/wide/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(FLAGS) $$(CPPFLAGS) $$(CFLAGS) $(WIDE_$(1)) -fno-math-errno -Wno-pass-failed -DVL=$(1) -c -o $$@ $$<
endef
$(foreach width,$(WIDTHS),$(eval $(call wide_rule,$(width))))

WIDE_OBJECTS := $(foreach width,$(WIDTHS),$(WIDE:%.c=$(B)/%.$(width).o))

$(B)/tests/run: $(WIDE_OBJECTS)
-include $(WIDE_OBJECTS:.o=.d)
