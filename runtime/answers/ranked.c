#include "runtime/answers/ranked.h"

#include <math.h>
#include <stdlib.h>

#include "runtime/system/memory.h"

static int by_answer(const void *a, const void *b)
{
    float x = ((const Ranked *)a)->answer, y = ((const Ranked *)b)->answer;
    if (isnan(x) || isnan(y))
        return !!isnan(x) - !!isnan(y);
    return (x > y) - (x < y);
}

void ranked_sort(Ranked *answer, long count)
{
    qsort(answer, (size_t)count, sizeof *answer, by_answer);
}

Ranked *ranked_output(const Ranked *answer, long images, int outputs, int output)
{
    Ranked *one = need_memory(sizeof *one * (size_t)images);
    for (long i = 0; i < images; i++)
        one[i] = answer[i * outputs + output];
    ranked_sort(one, images);
    return one;
}

double ranked_area(const Ranked *answer, long count)
{
    double below = 0, won = 0, are = 0;
    if (count && isnan(answer[count - 1].answer))
        return NAN;
    for (long i = 0, next; i < count; i = next) {
        long is = 0;
        for (next = i; next < count && answer[next].answer == answer[i].answer; next++)
            is += answer[next].is;
        double others = (double)(next - i - is);
        won += (double)is * (below + others / 2);
        below += others;
        are += (double)is;
    }
    return are > 0 && below > 0 ? won / (are * below) : NAN;
}
