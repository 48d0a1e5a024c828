/* graph_def.h - the model as TensorFlow describes graphs: what TensorBoard draws under "Graphs". */

#ifndef SHOW_GRAPH_DEF_H
#define SHOW_GRAPH_DEF_H

#include "base/graph_view.h"
#include "runtime/show/message.h"

/* A message tensorflow.GraphDef, to be freed: a node for each box, with what it takes, its line of the card, what
 * it makes of an image and how many parameters it has. */
Message graph_def(const GraphView *view);

#endif
