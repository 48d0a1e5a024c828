/* stale.h - a card that was edited after its program was built. Who changes a line and trains at once would train the
 * network of before. */

#ifndef TRAINING_STALE_H
#define TRAINING_STALE_H

#include "runtime/network/program.h"

/* Says on standard error which of the card's files, where they lie beside the program, has another text than it was made
 * of. A file that is not there, or cannot be read, is none of it: cards need not lie beside programs, nor is one in the
 * folder where it runs the card that it was made of. */
void note_stale_card(const Program *program);

#endif
