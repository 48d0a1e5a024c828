/* record.h - what a run's folder keeps of how it came to be, so that the run can be told, compared and
 * repeated:
 *
 *   card/         the card as it was, and what it includes
 *   split.txt     which item was in which part: runtime/data/split.h
 *   damaged.txt   the files that cannot be read and are left out, path<tab>reason
 *   run.json      what the program is and, for each start of it, what it was asked for and by which machine
 *
 * All are written whole. Failures are faults. */

#ifndef TRAINING_RECORD_H
#define TRAINING_RECORD_H

#include "runtime/training/training.h"

/* Of a new run, before its first checkpoint. */
void record_run(const Training *training);

/* That it goes on: a further start in run.json. */
void record_resume(const Training *training);

#endif
