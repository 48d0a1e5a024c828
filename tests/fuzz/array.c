/* array.c - the bytes as a .npy or IDX file, gzipped or not; of one that is read, every value. */

#include "runtime/data/array_file.h"
#include "tests/fuzz/fuzz.h"

void fuzz_array(const uint8_t *bytes, size_t length)
{
    char reason[REASON_ROOM] = "", shape[REASON_ROOM];
    const char *path = fuzz_file(bytes, length);
    Array array;
    array_is_one(path);
    if (!array_read(&array, path, reason)) {
        fuzz_expect(*reason && !array.bytes);
        return;
    }
    volatile double sum = 0;
    for (long i = 0; i < array.values; i++)
        sum = sum + array_value(&array, i);
    array_shape_text(&array, shape);
    array_free(&array);
}
