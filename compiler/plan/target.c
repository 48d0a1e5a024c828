/* target.c - the processors that code can be made for. The result of training depends on the target. */

#include <string.h>

#include "compiler/plan/plan.h"

const Target targets[] = {
    { .name = "x86-64-v4", .test = "defined __AVX512F__ && defined __AVX512DQ__",
#define NUMBER(number, v4, v3, v2, armv8, unit, meaning) .number = v4,
#include "compiler/plan/numbers.def"
#undef NUMBER
    },
    { .name = "x86-64-v3", .test = "defined __AVX2__ && defined __FMA__ && !defined __AVX512F__",
#define NUMBER(number, v4, v3, v2, armv8, unit, meaning) .number = v3,
#include "compiler/plan/numbers.def"
#undef NUMBER
    },
    { .name = "x86-64-v2", .test = "defined __SSE4_2__ && !defined __FMA__ && !defined __AVX__",
#define NUMBER(number, v4, v3, v2, armv8, unit, meaning) .number = v2,
#include "compiler/plan/numbers.def"
#undef NUMBER
    },
    { .name = "armv8-a", .test = "defined __aarch64__",
#define NUMBER(number, v4, v3, v2, armv8, unit, meaning) .number = armv8,
#include "compiler/plan/numbers.def"
#undef NUMBER
    },
    { .name = NULL },
};

static const char *native(void)
{
#if defined __x86_64__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return "x86-64-v4";
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? "x86-64-v3" : "x86-64-v2";
#elif defined __aarch64__
    return "armv8-a";
#else
    return "";
#endif
}

const Target *target_named(const char *name)
{
    if (!strcmp(name, "native"))
        name = native();
    for (const Target *target = targets; target->name; target++)
        if (!strcmp(target->name, name))
            return target;
    return NULL;
}
