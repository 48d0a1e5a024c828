/* y = a + b, of SIZE numbers each */
KERNEL void add2(const float *restrict a, const float *restrict b, float *restrict y, int SIZE)
{
    for (int i = 0; i < SIZE; i += VL)
        store(y + i, load(a + i) + load(b + i));
}
