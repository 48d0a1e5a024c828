# demo.mk - the tutorial's drawing program. It is run on the machine that built it, on which it may use all
# the processor's instructions; without contraction they give the same pictures everywhere.
DRAW   := $(wildcard examples/catdog/draw/*.c)
NATIVE  = $(shell $(CC) -march=native -E -x c /dev/null >/dev/null 2>&1 && echo -march=native)

$(B)/examples/catdog/draw/%.o: CFLAGS += $(NATIVE) -ffp-contract=off -fno-math-errno -Wno-psabi

$(B)/demo/draw: $(DRAW:%.c=$(B)/%.o)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -ljpeg -lpthread -lm

-include $(DRAW:%.c=$(B)/%.d)

.PHONY: demo/draw
demo/draw: $(B)/demo/draw
