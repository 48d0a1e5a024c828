/* stale.h - a card that was edited after its program was built. Who changes a line and trains at once would train the
 * network of before. */

#ifndef TRAINING_STALE_H
#define TRAINING_STALE_H

#include "runtime/network/program.h"

/* Says on standard error which of the card's files, below the folder where the program runs, has another text than the
 * program was made of. A file that is not there, or cannot be read, is none of it: cards need not lie beside programs. */
void note_stale_card(const Program *program);

#endif
