/* instantiate.h - a kernel's text with its shapes put in. */

#ifndef COMPILER_GEN_INSTANTIATE_H
#define COMPILER_GEN_INSTANTIATE_H

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    const char *name;           /* an identifier of the kernel's text */
    const char *text;           /* a number, or a name where a function is passed */
} Param;

/* Writes a kernel as one static function `name`: what `param` names is replaced, in comments too, the
 * `int NAME` (or `float NAME`) parameters are gone, and arithmetic that became constant is done.
 * The text is C with one function, marked KERNEL; it multiplies no float by two shapes in a row, since
 * those would be joined to one product. False, and nothing is written, where there is none. */
bool instantiate(FILE *out, const char *text, const char *name, const Param *param, int params);

#endif
