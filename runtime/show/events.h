/* events.h - a file of events as TensorBoard reads it: records of the message tensorflow.Event, each with its
 * length and checks of both. docs/formats.md tells what is in a run's.
 *
 * `step` is what TensorBoard draws along; values of one tag come with rising steps. Failures are faults that
 * name the file. */

#ifndef SHOW_EVENTS_H
#define SHOW_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/graph_view.h"
#include "runtime/numbers/histogram.h"

typedef struct Events Events;

/* Begins a file in the folder, behind those that are there in the order of names. */
Events *events_open(const char *folder);
void    events_close(Events *events);

/* Puts what was written into the file. */
void events_flush(Events *events);

/* What earlier files have of this step and later ones counts no more. */
void events_restart(Events *events, int64_t step);

void events_scalar(Events *events, int64_t step, const char *tag, double value);
void events_histogram(Events *events, int64_t step, const char *tag, const Histogram *histogram);

/* A PNG. */
void events_image(Events *events, int64_t step, const char *tag, const uint8_t *png, size_t bytes);

/* The model. */
void events_graph(Events *events, const GraphView *view);

/* Markdown. */
void events_text(Events *events, int64_t step, const char *tag, const char *text);

#endif
