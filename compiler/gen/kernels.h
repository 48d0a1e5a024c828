/* kernels.h - the texts of runtime/kernels/, held by netc itself. build/ holds the table:
 * embed/embed.c prints it when netc is built. */

#ifndef COMPILER_GEN_KERNELS_H
#define COMPILER_GEN_KERNELS_H

typedef struct {
    const char *name;           /* of the file, without its folder: "conv.c", "vec.h" */
    const char *text;
} KernelText;

extern const KernelText kernel_texts[];     /* in the order of the build, ended by {0} */

#endif
