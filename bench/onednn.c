#include "bench/onednn.h"

#include <unistd.h>

static const char program[] = "build/bench/onednn";

static const char *const part_name[ONEDNN_PARTS] = { "forward", "input gradient", "weight gradient" };

bool onednn_is_there(Bench *bench)
{
    bool there = access(program, X_OK) == 0;
    if (!there)
        table_skip(bench->table, "oneDNN; apt-get install libdnnl-dev brings it");
    return there;
}

Contender *onednn_open(const char *options)
{
    return contender_open("env OMP_NUM_THREADS=%d %s --batch %d %s", THREADS, program, BATCH, options);
}

static double whole_ms(const json_t *answer)
{
    double sum = 0;
    size_t i;
    json_t *ms;
    json_array_foreach(json_object_get(answer, "ms"), i, ms)
        sum += json_number_value(ms);
    return sum;
}

Onednn onednn_measure(Contender *onednn, double seconds)
{
    Onednn measured = { 0 };
    if (!onednn)
        return measured;
    json_t *answer = contender_ask(onednn, 1);
    double rounds = 1e3 * seconds / whole_ms(answer);
    int count = rounds < 1 ? 1 : rounds > 1000 ? 1000 : (int)rounds;
    json_decref(answer);
    answer = contender_ask(onednn, count);
    json_t *parts = json_object_get(answer, "parts");
    for (int i = 0; i < ONEDNN_PARTS; i++)
        measured.ms[i] = json_number_value(json_object_get(parts, part_name[i])) / count;
    json_decref(answer);
    return measured;
}
