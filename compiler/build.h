/* build.h - running the C compiler on a generated file. A signal stops the compiler, and what then is not there is no fault
 * of anybody's: workers_stopped() tells. */

#ifndef COMPILER_BUILD_H
#define COMPILER_BUILD_H

#include "base/arena.h"
#include "compiler/plan/plan.h"

/* What to type to build `program` of `source`, as one line. */
const char *build_command(Arena *arena, const char *source, const char *program, const Target *target);

/* Compiles and links with $CC (else cc), $CFLAGS behind netc's own flags, against the runtime that lies
 * beside netc. The program takes its place when it is whole. Returns false where the compiler could not be run or failed;
 * it has said why. */
bool build_program(Arena *arena, const char *source, const char *program, const Target *target);

/* The first line of what that compiler says of its version. */
const char *build_compiler(Arena *arena);

/* What else decides what it makes: $CC and $CFLAGS, on one line. */
const char *build_environment(Arena *arena);

/* What a program prints; NULL, having said why, where it could not be run or failed. */
const char *build_output(Arena *arena, const char *program);

#endif
