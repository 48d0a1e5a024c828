#include "runtime/kernels/random.h"
#include "runtime/kernels/vec.h"

/* y = x * SCALE, but 0 where a random word is below LOST, and in the pads. The words are named by what
 * they are for and by the channel's number without pads, so that the gradient is the same function of
 * dy, and no mask is kept.
 *
 *   x, y [PIXELS][XS], of which C channels count */
KERNEL void dropout(const float *restrict x, float *restrict y,
                    uint64_t seed, uint32_t epoch, uint32_t position, uint32_t purpose,
                    int PIXELS, int C, int XS, uint32_t LOST, float SCALE)
{
    const uint32_t lost = LOST;
    uint32_t words[4] = {0};
    for (int i = 0; i < PIXELS; i++) {
        for (int c = 0; c < C; c++) {
            uint32_t number = (uint32_t)(i * C + c);
            if (number % 4 == 0)
                random_draw(words, seed, epoch, position, number / 4, purpose);
            y[i * XS + c] = words[number % 4] >= lost ? x[i * XS + c] * SCALE : 0;
        }
        for (int c = C; c < XS; c++)
            y[i * XS + c] = 0;
    }
}
