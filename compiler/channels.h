/* channels.h - which channels of a model belong together, so that a network can grow and answer as before. */

#ifndef COMPILER_CHANNELS_H
#define COMPILER_CHANNELS_H

#include "compiler/ast/card.h"
#include "compiler/gen/gen.h"

/* Fills what base/fit.h wants to know of each layer's tensors; returns the groups. */
const ChannelGroup *note_channels(Arena *arena, const Card *card, LayerNote *note, int *groups);

#endif
