/* card.h - a job about data as a card would give it, for tests to change. */

#ifndef TESTS_DATA_CARD_H
#define TESTS_DATA_CARD_H

#include "base/job.h"

/* `data "train" { class cat "cat.*"; class dog "dog.*"; validation 10% }`, seed 1, input 20x16x3,
 * stretched by bilinear, values as they are. What it points to lives as long as the program. */
Job card_job(void);

/* A place on a line of "pets.net" whose text is given. */
Place card_place(int line, const char *text);

#endif
