/* networks.c - training steps of networks of models/, in turns with Keras on TensorFlow where $PYTHON (or python3)
 * has it, and against all their products at full peak. */

#include "bench/bench.h"

#include <stdlib.h>

#include "bench/card.h"

static const double turn = 1;               /* seconds */
enum { TURNS = 7 };

typedef enum { NETC, KERAS, RACERS } Racer;

static const struct {
    const char *card, *what;
    int batch;
} networks[] = {
    { "lenet5", "LeNet-5, 28x28x1, batch 32", 32 },
    { "resnet20", "ResNet-20, 32x32x3, batch 128", 128 },
    { "mobilenet_v1_025", "MobileNetV1 0.25, 224x224x3, batch 64", 64 },
};
enum { NETWORKS = sizeof networks / sizeof *networks };

static Contender *open_keras(const char *card, int batch)
{
    return contender_open("${PYTHON:-python3} bench/contenders/networks.py %s --threads %d --batch %d 2>/dev/null",
                          card, THREADS, batch);
}

static void report(Bench *bench, int number, const Race *run, const Contender *netc)
{
    const char *what = networks[number].what;
    int batch = networks[number].batch;
    double rate = per_second(batch, race_ms(run, NETC));
    double products = json_number_value(json_object_get(contender_facts(netc), "step_multiply_adds"));
    double dense = 1e9 * bench->limits[THREADS].gflops / (2 * products);
    add_row(bench, .what = what, .value = rate, .unit = "img/s", .against = "dense at full peak", .other = dense,
            .ratio = rate / dense);
    if (race_ms(run, KERAS) > 0)
        add_row(bench, .what = what, .value = rate, .unit = "img/s", .against = "Keras",
                .other = per_second(batch, race_ms(run, KERAS)), .ratio = race_faster(run, NETC, KERAS));
}

void section_networks(Bench *bench)
{
    for (int i = 0; i < NETWORKS; i++) {
        char name[64], *text = card_model(networks[i].card);
        snprintf(name, sizeof name, "%s-step", networks[i].card);
        bool built = card_build(name, text, "step", NULL);
        free(text);
        if (!built)
            continue;
        Contender *racer[RACERS] = {
            [NETC] = open_step(name, "train", THREADS, networks[i].batch),
            [KERAS] = open_keras(networks[i].card, networks[i].batch),
        };
        if (!racer[KERAS] && !i)
            table_skip(bench->table, "Keras: ${PYTHON:-python3} has no keras with tensorflow");
        Race run = race(racer, RACERS, turn, TURNS);
        if (racer[NETC])
            report(bench, i, &run, racer[NETC]);
        for (int r = 0; r < RACERS; r++)
            contender_close(racer[r]);
    }
}
