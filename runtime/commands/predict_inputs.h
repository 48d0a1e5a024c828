/* predict_inputs.h - what the command line names to be answered, one after another: files, what is below folders, rows
 * of tables and arrays, and whatever a list names, which may still be written. */

#ifndef COMMANDS_PREDICT_INPUTS_H
#define COMMANDS_PREDICT_INPUTS_H

#include "runtime/data/rows.h"
#include "runtime/options/options.h"
#include "runtime/system/name_list.h"

typedef struct Inputs Inputs;

Inputs *inputs_open(const Job *job, const Options *options);
void    inputs_close(Inputs *inputs);

/* The next one, valid until the next call; of a picture the name alone. Whether to wait for it, and what is returned, is
 * as name_list_next tells. */
NameState inputs_next(Inputs *inputs, bool wait, Row *input);

#endif
