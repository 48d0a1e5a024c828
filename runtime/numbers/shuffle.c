#include "runtime/numbers/shuffle.h"

#include "runtime/kernels/random.h"

/* R. Durstenfeld, "Algorithm 235: random permutation", CACM 7, 1964 */
void shuffle(long *list, long count, uint64_t seed, uint32_t epoch, uint32_t stream,
             uint32_t purpose)
{
    for (long i = count - 1; i > 0; i--) {
        uint32_t bits[4];
        random_draw(bits, seed, epoch, stream, (uint32_t)i, purpose);
        long j = (long)random_below(bits[0], bits[1], (uint32_t)i + 1);
        long moved = list[i];
        list[i] = list[j];
        list[j] = moved;
    }
}
