#include "runtime/kernels/random.h"
#include "runtime/kernels/vec.h"

/* y = x * SCALE, or 0 all over where the image's random word is below LOST. The word is named by what it is
 * for, so that the gradient is the same function of dy. SIZE numbers. */
KERNEL void drop_path(const float *restrict x, float *restrict y,
                      uint64_t seed, uint32_t epoch, uint32_t position, uint32_t purpose,
                      int SIZE, uint32_t LOST, float SCALE)
{
    uint32_t words[4];
    const uint32_t lost = LOST;

    random_draw(words, seed, epoch, position, 0, purpose);
    vf scale = splat(words[0] >= lost ? SCALE : 0);
    for (int i = 0; i < SIZE; i += VL)
        store(y + i, load(x + i) * scale);
}
