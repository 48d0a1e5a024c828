/* peak.c - the kernel that a profile measures the processor with. */

#include "runtime/kernels/peak.c"
#include "tests/kernels/wide/wide.h"

static void peak_case(int sums, int rounds)
{
    open_case("peak of %d sums, %d rounds", sums, rounds);
    float *got = begun(sums * VL, 9), *want = copy_of(got);
    seal();
    peak(got, rounds, sums);
    for (int i = 0; i < sums * VL; i++)
        for (int round = 0; round < rounds; round++)
            want[i] = want[i] / 2 + 1;          /* exact, for so few rounds */
    same(got, want);
    close_case();
}

static void test_peak(void)
{
    peak_case(1, 0);
    peak_case(1, 1);
    peak_case(14, 9);
    peak_case(24, 15);
}

WIDE_TESTS(peak) = { { "peak", test_peak }, { 0 } };
