/* draft_blocks.c - the blocks of one's own that random cards call, each of which leaves the shape of a map as it is. */

#include "tests/generated/drafting.h"

typedef struct {
    const char *text;
    const char *name;           /* called with the channels and an activation */
    bool rounds;                /* not for whole numbers */
} Block;

static const Block blocks[] = {
    { "let wide=(2*3)\nblock basic(filters, bent) {\n    conv filters 3x3 bent pad=same\n    conv wide 1x1\n"
      "    conv filters 1x1\n    add input\n}\n",
      "basic", false },
    { "block normed(filters, bent, kind=batch) {\n    conv filters 3x3 pad=same bias=no\n    norm kind bent\n"
      "    add input\n}\n",
      "normed", true },
    { "block mixed(filters, bent) {\n    depthwise 3x3 pad=same\n    norm layer\n    conv (2*filters) 1x1 bent\n"
      "    conv filters 1x1\n    drop_path 20%\n    add input\n}\n",
      "mixed", true },
    { "block excited(filters, bent, gate=relu) {\n    conv filters 1x1 bent\n    whole: relu\n    pool max global\n"
      "    dense (filters + 1) relu\n    dense filters gate\n    multiply whole\n}\n",
      "excited", false },
    { "block inner(bent) { conv (input.channels) 1x1 bent }\nblock nested(filters, bent) {\n    main: conv filters 1x1\n"
      "    deep: repeat 2 { inner bent }\n    from main\n    inner bent\n    concat main deep\n    conv filters 1x1\n"
      "    add input\n}\n",
      "nested", false },
};
enum { BLOCKS = sizeof blocks / sizeof *blocks };

const char *draft_block_text(int block)
{
    return block < BLOCKS ? blocks[block].text : NULL;
}

void draft_put_call(Draft *d)
{
    static const char *const bent[] = { "relu", "relu6", "tanh", "gelu", "silu", "elu" };
    int block = draft_below(d, BLOCKS);
    while (d->whole && blocks[block].rounds)
        block = draft_below(d, BLOCKS);
    d->blocks |= 1u << block;
    draft_put(d, "%s %d %s\n", blocks[block].name, d->at.c, bent[draft_below(d, d->whole ? 2 : 6)]);
}
