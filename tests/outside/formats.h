/* formats.h - files of pictures and masks that Pillow wrote, by format and what is special of each: "webp-lossless". */

#ifndef TESTS_OUTSIDE_FORMATS_H
#define TESTS_OUTSIDE_FORMATS_H

#include <stdbool.h>

#include "tests/support/fixture.h"

/* False where this build lacks the format's library. */
bool formats_built_in(const char *name);

/* "file", what was written; "expected", what Pillow reads of it. */
const FixtureTensor *formats_part(const Fixture *fixture, const char *name, const char *part);

#endif
