/* view.h - one picture seen in the network: what each layer makes of it, and how an answer hangs on that. */

#ifndef NETWORK_VIEW_H
#define NETWORK_VIEW_H

#include <stdbool.h>

#include "runtime/network/network.h"

/* Runs the view on a network that was opened for it. `input` as in Step; the answer is in `step->output`.
 * `asked` [program->logits]: the weights of the logits' sum that gradients are of; NULL: none is wanted, and
 * all are zero. */
void view_run(const Network *network, const float *input, const float *asked, Step *step);

/* Whether a map is there: a gradient is none behind the logits. */
static inline bool view_has(ViewRow row)
{
    return row.stride > 0;
}

/* A map's numbers, `row.stride` apart from pixel to pixel, until the network runs again. */
static inline const float *view_at(const Network *network, ViewRow row)
{
    return (const float *)(network->block + row.place);
}

/* Copies one to `to` [shape], without what lies between. */
void view_read(const Network *network, ViewRow row, Shape shape, float *to);

#endif
