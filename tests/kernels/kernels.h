/* kernels.h - the tests of wide/, which are compiled anew for every width of a vector. */

#ifndef TESTS_KERNELS_KERNELS_H
#define TESTS_KERNELS_KERNELS_H

typedef struct {
    const char *name;           /* of the kernel's file, or of a header's part */
    void (*run)(void);
} KernelTest;

/* The files of wide/, each of which holds one table, ended by {0}. */
#define WIDE_FILES(X, width) \
    X(convolution, width) X(depthwise, width) X(winograd, width) X(sparse, width) X(dense, width) \
    X(pool, width) X(move, width) X(norm, width) X(smooth, width) X(loss, width) X(update, width) X(clip, width) X(peak, width) \
    X(upsample, width)

#define WIDE_NAME_(file, width) file##_tests_##width
#define WIDE_NAME(file, width) WIDE_NAME_(file, width)

#endif
