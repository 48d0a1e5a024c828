/* data_json.h - what the `data` command tells, as one object of JSON. */

#ifndef COMMANDS_DATA_JSON_H
#define COMMANDS_DATA_JSON_H

#include <jansson.h>

#include "runtime/data/alike.h"
#include "runtime/data/channel_facts.h"

/* A new reference. Keys are there where the data have such a thing; parts are called by the card's words:
 *   parts       by part: `total` and `classes` or `labels`, by name, of what can be read; of masks `pixels` by class, and
 *               those `left_out`
 *   weights     by class, by which it counts in training
 *   targets     by column, or of `all numbers`, that are trained on: least, mean, most
 *   measured    of the input: lists of each channel's `mean` and `std`
 *   sizes       of the pictures: `smallest` and `largest` with a `file`, `most_common` with its `count`
 *   damaged     a list of `file`, `part`, `reason`;  `refused`, whether training will stop at them; `in_common`, the one
 *               mistake behind all of them
 *   channels    a list of `name`, least, mean, std, most
 *   alike       a list of groups, each `across` parts or not, with `items`: `part`, `file` and, behind the first, whether
 *               it is the `same` or nearly so, and of `another_class`
 *   passed_over how many hidden files and such */
json_t *data_json(const Shelves *shelves, const ChannelFacts *facts, const Alike *alike);

#endif
