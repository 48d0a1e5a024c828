/* fixture.h - numbers made outside the project, read from a safetensors file of F64, F32, I32 and
 * U8 tensors. It shares no line with the runtime's reader, which takes F32 alone. A fixture is the
 * project's own: one that is missing or wrong ends the test program with a line that says so. */

#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include <stdint.h>

enum { FIXTURE_DIMS = 5 };

/* Dense, the last dimension fastest. One of the four pointers is set, that of its type. */
typedef struct {
    const char *name;
    int dims;
    long dim[FIXTURE_DIMS];
    long count;
    const double  *f64;
    const float   *f32;
    const int32_t *i32;
    const uint8_t *u8;
} FixtureTensor;

typedef struct Fixture Fixture;

/* The tensors live until the fixture is closed. */
Fixture *fixture_open(const char *path);
void     fixture_close(Fixture *fixture);

/* The tensor of that name, which must be there; or NULL where there is none. */
const FixtureTensor *fixture_tensor(const Fixture *fixture, const char *name);
const FixtureTensor *fixture_find(const Fixture *fixture, const char *name);

/* The values of a tensor that must be there, of that type, with `count` of them. */
const double  *fixture_f64(const Fixture *fixture, const char *name, long count);
const float   *fixture_f32(const Fixture *fixture, const char *name, long count);
const int32_t *fixture_i32(const Fixture *fixture, const char *name, long count);
const uint8_t *fixture_u8(const Fixture *fixture, const char *name, long count);

#endif
