#include "runtime/network/view.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/system/memory.h"

void view_run(const Network *network, const float *input, const float *asked, Step *step)
{
    float *nothing = asked ? NULL : need_memory(sizeof *nothing * (size_t)shape_size(network->program->logits));
    *step = (Step){ .input = input, .target = asked ? asked : nothing, .n = 1 };
    network_run(network, &network->program->view, step);
    step->target = NULL;
    free(nothing);
}

void view_read(const Network *network, ViewRow row, Shape shape, float *to)
{
    const float *from = view_at(network, row);
    for (long pixel = 0; pixel < (long)shape.h * shape.w; pixel++)
        memcpy(to + pixel * shape.c, from + pixel * row.stride, sizeof *to * (size_t)shape.c);
}
