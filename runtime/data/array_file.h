/* array_file.h - one array of numbers in a .npy or IDX file, gzipped or not. Read strictly: a file
 * holds what its header says, no less and no more. */

#ifndef DATA_ARRAY_FILE_H
#define DATA_ARRAY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/system/reason.h"

enum { ARRAY_DIMS = 8, ARRAY_SLACK = 16 };

/* ID, bytes, NumPy's code, IDX's code (0: has none), the value of `bits` */
#define ARRAY_TYPES(X) \
    X(U1, 1, "u1", 0x08, (uint8_t)bits)  X(I1, 1, "i1", 0x09, (int8_t)bits) \
    X(U2, 2, "u2", 0, (uint16_t)bits)    X(I2, 2, "i2", 0x0B, (int16_t)bits) \
    X(U4, 4, "u4", 0, (uint32_t)bits)    X(I4, 4, "i4", 0x0C, (int32_t)bits) \
    X(U8, 8, "u8", 0, bits)              X(I8, 8, "i8", 0, (int64_t)bits) \
    X(F4, 4, "f4", 0x0D, as_float(bits)) X(F8, 8, "f8", 0x0E, as_double(bits)) \
    X(B1, 1, "b1", 0, (uint8_t)bits)

#define X(id, bytes, numpy, idx, value) ARRAY_##id,
typedef enum { ARRAY_TYPES(X) ARRAY_TYPE_COUNT } ArrayType;
#undef X

typedef struct {
    ArrayType type;
    bool big_endian;            /* the bytes are as in the file */
    int dims;
    long dim[ARRAY_DIMS];       /* each at least 1 */
    long values;                /* their product */
    uint8_t *bytes;             /* row after row, then ARRAY_SLACK zeros; freed with array_free */
} Array;

/* On failure false, `array` empty, and a reason that fits behind "FILE: ". */
bool array_read(Array *array, const char *path, char reason[REASON_ROOM]);
void array_free(Array *array);

/* True where a file begins as a .npy or IDX file does, or as a gzipped one. */
bool array_is_one(const char *path);

/* The value at an index; whole numbers beyond 2^53 are rounded. */
double array_value(const Array *array, long index);

/* "60000 x 28 x 28" */
void array_shape_text(const Array *array, char text[REASON_ROOM]);

#endif
