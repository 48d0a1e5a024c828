/* layers.c - the tutorial's layers one by one: netc's times from its own profile, oneDNN's for the same
 * layer with relu and pool. What netc does at once with a dense layer's gradient, its update, is in its
 * time alone. */

#include "bench/onednn.h"

#include <stdlib.h>

#include "bench/card.h"
#include "bench/profile.h"

#define CONV "--window 3 --relu 1 --pool 1 "

static const struct {
    const char *layer, *pool, *onednn;
    double multiply_adds;                   /* forward, of a picture */
    bool first;                             /* has no gradient of its input */
} cases[] = {
    { "conv1", "pool1", CONV "--side 150 --in 3 --out 32", 148. * 148 * 27 * 32, true },
    { "conv2", "pool2", CONV "--side 74 --in 32 --out 64", 72. * 72 * 288 * 64, false },
    { "conv3", "pool3", CONV "--side 36 --in 64 --out 128", 34. * 34 * 576 * 128, false },
    { "dense1", "flatten1", "--relu 1 --dense 1 --in 36992 --out 512", 36992. * 512, false },
};
enum { CASES = sizeof cases / sizeof *cases };

static void report(Bench *bench, int number, const char *way, double ms, double other, double multiply_adds)
{
    char what[64], note[64];
    double gflops = 2e-6 * multiply_adds * BATCH / ms;
    snprintf(what, sizeof what, "%s, %s", cases[number].layer, way);
    snprintf(note, sizeof note, "%.1f GFLOP/s, %.2f of peak", gflops, gflops / bench->limits[THREADS].gflops);
    if (ms > 0)
        add_row(bench, .what = what, .value = ms, .unit = "ms", .against = other > 0 ? "oneDNN" : NULL,
                .other = other, .ratio = other > 0 ? other / ms : 0, .note = note);
}

static double with_pool(const json_t *profile, int number, const char *direction)
{
    return profile_ms(profile, cases[number].layer, direction) + profile_ms(profile, cases[number].pool,
                                                                            direction);
}

void section_layers(Bench *bench)
{
    bool compare = onednn_is_there(bench);
    char *text = card_tutorial((Changes){ 0 });
    bool built = card_build("catdog", text, NULL, NULL);
    free(text);
    json_t *profile = built ? profile_open("catdog", THREADS) : NULL;
    if (!profile)
        table_skip(bench->table, "this netc makes programs that have no `profile`");
    for (int i = 0; profile && i < CASES; i++) {
        Contender *onednn = compare ? onednn_open(cases[i].onednn) : NULL;
        Onednn other = onednn_measure(onednn, 0.5);
        double back = other.ms[ONEDNN_WEIGHT] + (cases[i].first ? 0 : other.ms[ONEDNN_INPUT]);
        contender_close(onednn);
        double ahead = with_pool(profile, i, "forward");
        report(bench, i, "forward", ahead, other.ms[ONEDNN_FORWARD], cases[i].multiply_adds);
        report(bench, i, "backward", with_pool(profile, i, NULL), back,
               cases[i].multiply_adds * (cases[i].first ? 1 : 2));
    }
    json_decref(profile);
}
