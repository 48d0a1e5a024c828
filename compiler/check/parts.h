/* parts.h - layers and blocks that the train section names. */

#ifndef CHECK_PARTS_H
#define CHECK_PARTS_H

#include "compiler/check/context.h"

/* Fills Card.phase. requires: the model's layers, and the job's phases. */
Sound check_parts(Check *check);

#endif
