/* tensors.h - files of tensors made of a header alone, so that what is tried there meets more than the length before it. */

#ifndef TESTS_FUZZ_TENSORS_H
#define TESTS_FUZZ_TENSORS_H

#include <stddef.h>
#include <stdint.h>

/* fuzz_file of what stands before the first newline as a header, behind its length, and of what is behind it as data. */
const char *fuzz_tensors(const uint8_t *bytes, size_t length);

#endif
