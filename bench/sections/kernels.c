/* kernels.c - convolutions of all kinds, as a card has them one after another: the time of each, forward
 * and both ways back, against what the machine could do at best: its peak, or its memory where that is
 * less. */

#include "bench/onednn.h"

#include <stdlib.h>
#include <string.h>

#include "bench/card.h"
#include "bench/profile.h"

enum { SIDE = 56, REPEATS = 3 };

typedef struct {
    const char *what, *line;                /* of the card; %d is the number of channels, which all have */
    int window, stride;
    bool same;                              /* padding */
} Kind;

/* conv1 brings a picture to so many channels; conv2 is the first of these. */
static const Kind kinds[] = {
    { "3x3 same", "conv %d 3x3 pad=same", 3, 1, true },
    { "5x5 same", "conv %d 5x5 pad=same", 5, 1, true },
    { "1x1", "conv %d 1x1", 1, 1, false },
    { "3x3", "conv %d 3x3", 3, 1, false },
    { "3x3 stride 2", "conv %d 3x3 stride=2 pad=same", 3, 2, true },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const int channels[] = { 8, 16, 32, 64 };
enum { WIDTHS = sizeof channels / sizeof *channels };

static const char *const way[ONEDNN_PARTS] = { "forward", "input gradient", "weight gradient" };

typedef struct { int side, made, pad, pad_end; } Sides;

static Sides sides_of(const Kind *kind, int side)
{
    Sides s = { .side = side };
    if (kind->same) {
        s.made = (side + kind->stride - 1) / kind->stride;
        int pad = (s.made - 1) * kind->stride + kind->window - side;
        s.pad = pad / 2;
        s.pad_end = pad - pad / 2;
    } else
        s.made = (side - kind->window) / kind->stride + 1;
    return s;
}

static char *card_of(int width)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fprintf(out,
            "network kernels\n"
            "input %dx%dx3 scale=1/255\n"
            "data \"data/train\" {\n"
            "    class cat \"cat.*\"\n"
            "    class dog \"dog.*\"\n"
            "}\n"
            "model {\n"
            "    conv %d 1x1\n", SIDE, SIDE, width);
    for (int i = 0; i < KINDS; i++) {
        fprintf(out, "    ");
        fprintf(out, kinds[i].line, width);
        fprintf(out, "\n");
    }
    fprintf(out,
            "    pool average global\n"
            "    dense 1 sigmoid\n"
            "}\n"
            "train {\n"
            "    loss binary_crossentropy\n"
            "    optimizer sgd rate=1e-6\n"
            "    batch %d\n"
            "    epochs 1\n"
            "}\n", BATCH);
    fclose(out);
    return text;
}

/* GFLOP/s that the machine allows, all arrays passing through memory once. */
static double roofline(const Limits *limits, const Kind *kind, const Sides *s, int width)
{
    double taps = (double)kind->window * kind->window;
    double in = (double)s->side * s->side, out = (double)s->made * s->made;
    double flop = 2 * BATCH * out * taps * width * width;
    double bytes = 4 * (BATCH * (in + out) * width + taps * width * width);
    double memory = flop / bytes * limits->read;
    return memory < limits->gflops ? memory : limits->gflops;
}

static void report(Bench *bench, const Limits *limits, int width, const Kind *kind, const Sides *s,
                   const double ms[ONEDNN_PARTS], const Onednn *other)
{
    double flop = 2. * BATCH * s->made * s->made * kind->window * kind->window * width * width;
    double limit = roofline(limits, kind, s, width);
    for (int i = 0; i < ONEDNN_PARTS; i++) {
        char what[64], note[64];
        double rate = 1e-6 * flop / ms[i], theirs = 1e-6 * flop / other->ms[i];
        snprintf(what, sizeof what, "%d channels, %s, %s", width, kind->what, way[i]);
        snprintf(note, sizeof note, "oneDNN %.1f, %.2f times", theirs, rate / theirs);
        add_row(bench, .what = what, .value = rate, .unit = "GFLOP/s", .against = "roofline", .other = limit,
                .ratio = rate / limit, .goal = AT_LEAST(width < 16 ? 0.35 : 0.7),
                .note = other->ms[i] > 0 ? note : NULL);
    }
}

/* The fastest of some profiles, and the highest of the limits measured before each: what disturbs a run makes it
 * slower, and a virtual machine is not as fast at one minute as at the next. */
static bool measure(const char *name, double ms[KINDS][ONEDNN_PARTS], Limits *limits)
{
    *limits = (Limits){ 0 };
    for (int r = 0; r < REPEATS; r++) {
        Limits now = measure_limits(THREADS);
        limits->gflops = now.gflops > limits->gflops ? now.gflops : limits->gflops;
        limits->read = now.read > limits->read ? now.read : limits->read;
        json_t *profile = profile_open(name, THREADS);
        if (!profile)
            return false;
        for (int i = 0; i < KINDS; i++)
            for (int w = 0; w < ONEDNN_PARTS; w++) {
                char layer[16];
                snprintf(layer, sizeof layer, "conv%d", i + 2);
                double found = profile_ms(profile, layer, way[w]);
                ms[i][w] = r == 0 || found < ms[i][w] ? found : ms[i][w];
            }
        json_decref(profile);
    }
    return true;
}

static Onednn measure_onednn(const Kind *kind, const Sides *s, int width)
{
    char options[200];
    snprintf(options, sizeof options,
             "--side %d --in %d --out %d --window %d --stride %d --pad %d --pad-end %d",
             s->side, width, width, kind->window, kind->stride, s->pad, s->pad_end);
    Contender *onednn = onednn_open(options);
    Onednn best = onednn_measure(onednn, 0.2);
    for (int r = 1; onednn && r < REPEATS; r++) {
        Onednn again = onednn_measure(onednn, 0.2);
        for (int i = 0; i < ONEDNN_PARTS; i++)
            best.ms[i] = again.ms[i] < best.ms[i] ? again.ms[i] : best.ms[i];
    }
    contender_close(onednn);
    return best;
}

void section_kernels(Bench *bench)
{
    bool compare = onednn_is_there(bench);
    for (int c = 0; c < WIDTHS; c++) {
        double ms[KINDS][ONEDNN_PARTS];
        Limits limits;
        char *text = card_of(channels[c]), name[64];
        snprintf(name, sizeof name, "kernels-%d", channels[c]);
        bool built = card_build(name, text, NULL, NULL);
        free(text);
        if (!built || !measure(name, ms, &limits)) {
            table_skip(bench->table, "this netc makes programs that have no `profile`");
            return;
        }
        int side = SIDE;
        for (int i = 0; i < KINDS; i++) {
            Sides s = sides_of(&kinds[i], side);
            Onednn other = compare ? measure_onednn(&kinds[i], &s, channels[c]) : (Onednn){ 0 };
            report(bench, &limits, channels[c], &kinds[i], &s, ms[i], &other);
            side = s.made;
        }
    }
}
