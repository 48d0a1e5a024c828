/* fuzz.h - the readers of whatever comes from elsewhere, each behind a function of bytes. Two programs call these: one
 * for each target, that libFuzzer's engine drives and sanitizers watch (fuzz.mk), and the suite `fuzz`, which replays
 * what is kept in corpus/. Wrong is what ends in a signal, what a sanitizer or an assertion reports, and what takes
 * longer than a person waits; that a reader refuses is right. */

#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* May end the program as a trainer or netc does, by exit: both callers go on with the next. */
typedef void FuzzTarget(const uint8_t *bytes, size_t length);

#define TARGET(name, ours, what) FuzzTarget fuzz_##name;
#include "tests/fuzz/targets.def"
#undef TARGET

/* A file of those bytes that is in memory alone, by a path that leads there until the next one is made. */
const char *fuzz_file(const uint8_t *bytes, size_t length);

/* A folder for files that must have names; gone when the program ends. */
const char *fuzz_folder(void);

/* Ends the program by a signal where what must hold does not: an assertion that no NDEBUG takes away. */
void fuzz_expect(int holds);

/* An array in memory of its own, so that a sanitizer sees who reads beyond; to be freed. */
char *fuzz_text(const uint8_t *bytes, size_t length);

#endif
