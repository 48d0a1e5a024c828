/* warm.c - a training that begins with another network's weights: one that grew answers as before, what cannot be taken
 * over begins anew, and the optimiser's running means come along. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/checkpoint.h"
#include "runtime/warm_start.h"
#include "tests/support/compiled.h"
#include "tests/support/scratch.h"
#include "tests/trainer/tiny.h"

void suite_warm(void);

enum { IMAGES = 3, TABLE_ROOM = 8192 };

static char *folder;

static int open_folder(void)
{
    folder = scratch_open();
    return 0;
}

static int close_folder(void)
{
    scratch_close(folder);
    return 0;
}

static uint64_t state;

/* xorshift64; from -1/2 to 1/2 */
static float draw(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (float)(state >> 40) * 0x1p-24f - 0.5f;
}

static float *draw_values(size_t count, float least, float range)
{
    float *values = malloc(sizeof *values * count);
    for (size_t i = 0; i < count; i++)
        values[i] = least + range * (draw() + 0.5f);
    return values;
}

/* Every tensor gets numbers; a running variance and a mean square such as are above 0. */
static void fill(Compiled *compiled)
{
    Tensors all = network_tensors(compiled->network, &compiled->program->train);
    state = 0x9e3779b97f4a7c15u;
    for (int i = 0; i < all.count; i++) {
        const char *name = strrchr(all.tensor[i].name, '.');
        bool above = !strcmp(name, ".running_var") || !strcmp(name, ".mean_square");
        float *values = draw_values((size_t)compiled_count(all.tensor[i].layout), above ? 0.5f : -0.5f, 1);
        compiled_put(compiled, all.tensor[i].name, values);
        free(values);
    }
    network_free_tensors(all);
}

static const char *save(const Compiled *compiled)
{
    const Standing standing = { .seed = 1, .batch = IMAGES, .epochs = 1, .optimizer_update = 77 };
    checkpoint_save(compiled->network, &standing, (Classes){ 0 }, &compiled->program->job.input, folder, false);
    return scratch_path(folder, "last.safetensors");
}

static Compiled *open_card(const char *name, const char *model)
{
    char text[2048];
    snprintf(text, sizeof text, "%s\ntrain {\n loss crossentropy\n optimizer adam rate=1e-3\n batch %d\n epochs 1\n}\n", model, IMAGES);
    Compiled *compiled = compiled_open_as(name, text, 1, &(CompiledHow){ .optimize = "-O1", .direct = true });
    CU_ASSERT_FATAL(compiled != NULL);
    return compiled;
}

static void predict(Compiled *compiled, float *answer)
{
    static float input[IMAGES * 1024];
    state = 42;
    for (size_t i = 0; i < sizeof input / sizeof *input; i++)
        input[i] = draw();
    Step step = { .input = input, .n = IMAGES };
    compiled_predict(compiled, &step, answer);
}

/* The table is in `table` [TABLE_ROOM]. */
static uint64_t begin_from(const Compiled *compiled, const char *path, char *table)
{
    FILE *out = fmemopen(table, TABLE_ROOM, "w");
    uint64_t updates = warm_start(compiled->network, path, out);
    fclose(out);
    return updates;
}

/* How many lines of the table end so. */
static int lines_with(const char *table, const char *fate)
{
    int lines = 0;
    char wanted[32];
    snprintf(wanted, sizeof wanted, "  %s\n", fate);
    for (const char *at = table; (at = strstr(at, wanted)); at++)
        lines++;
    return lines;
}

/* ---- networks that grow ---- */

static const struct { const char *name, *narrow, *wide; int adapted, kept; } pairs[] = {
    { "warm_chain",
      "input 10x9x2\nmodel {\n conv 5 3x3 relu\n pool max 2x2\n conv 6 3x3\n dropout 10%\n flatten\n dense 7 relu\n dense 3 softmax\n}",
      "input 10x9x2\nmodel {\n conv 11 3x3 relu\n pool max 2x2\n conv 9 3x3\n dropout 10%\n flatten\n dense 20 relu\n dense 3 softmax\n}", 7, 1 },
    { "warm_residual",
      "input 8x8x3\nmodel {\n conv 4 3x3 pad=same bias=no\n stem: norm batch relu\n depthwise 3x3 pad=same\n conv 4 3x3 pad=same\n norm batch\n add stem\n"
      " side: relu\n conv 3 1x1\n concat side\n norm batch relu\n pool average global\n dense 3 softmax\n}",
      "input 8x8x3\nmodel {\n conv 9 3x3 pad=same bias=no\n stem: norm batch relu\n depthwise 3x3 pad=same\n conv 9 3x3 pad=same\n norm batch\n add stem\n"
      " side: relu\n conv 5 1x1\n concat side\n norm batch relu\n pool average global\n dense 3 softmax\n}", 20, 1 },
};

static void one_that_grew_answers_as_before(void)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char name[32], table[TABLE_ROOM] = "";
        snprintf(name, sizeof name, "%s_old", pairs[i].name);
        Compiled *narrow = open_card(name, pairs[i].narrow), *wide = open_card(pairs[i].name, pairs[i].wide);
        float before[IMAGES * 3], after[IMAGES * 3];
        fill(narrow);
        predict(narrow, before);
        CU_ASSERT_EQUAL(begin_from(wide, save(narrow), table), 77);
        predict(wide, after);
        float apart = 0;
        for (int k = 0; k < IMAGES * 3; k++)
            apart = fmaxf(apart, fabsf(after[k] - before[k]));
        CU_ASSERT(apart < 1e-5f && before[0] != before[3]);
        CU_ASSERT_EQUAL(lines_with(table, "adapted"), pairs[i].adapted);
        CU_ASSERT_EQUAL(lines_with(table, "kept"), pairs[i].kept);
        CU_ASSERT_EQUAL(lines_with(table, "new"), 0);
        if (apart >= 1e-5f)
            fprintf(stderr, "%s: answers are %g apart\n%s", pairs[i].name, apart, table);
        compiled_close(narrow);
        compiled_close(wide);
    }
}

/* Each copy's weights and running means are those of what it copies, and what follows tells copies apart. */
static void copies_learn_apart(void)
{
    char table[TABLE_ROOM];
    Compiled *narrow = open_card("warm_copies_old", "input 1x1x2\nmodel {\n conv 2 1x1 relu\n conv 3 1x1\n flatten\n softmax\n}");
    Compiled *wide = open_card("warm_copies", "input 1x1x2\nmodel {\n conv 3 1x1 relu\n conv 3 1x1\n flatten\n softmax\n}");
    fill(narrow);
    begin_from(wide, save(narrow), table);
    static const char *const names[] = { "conv1.weight", "conv1.weight.mean", "conv1.weight.mean_square" };
    int source = -1;
    for (int n = 0; n < 3; n++) {
        float old[2][2], new[2][3];
        compiled_take(narrow, names[n], &old[0][0]);
        compiled_take(wide, names[n], &new[0][0]);
        source = new[0][2] == old[0][0] ? 0 : 1;
        for (int c = 0; c < 2; c++)
            CU_ASSERT(new[c][0] == old[c][0] && new[c][1] == old[c][1] && new[c][2] == old[c][source]);
    }
    float old[2][3], new[3][3];
    compiled_take(narrow, "conv2.weight", &old[0][0]);
    compiled_take(wide, "conv2.weight", &new[0][0]);
    for (int k = 0; k < 3; k++) {
        CU_ASSERT_DOUBLE_EQUAL(new[source][k] + new[2][k], old[source][k], 1e-6);
        CU_ASSERT_EQUAL(new[1 - source][k], old[1 - source][k]);
        CU_ASSERT(new[source][k] != new[2][k]);
    }
    CU_ASSERT(fabsf(new[source][0] / old[source][0] - new[source][1] / old[source][1]) > 1e-3f);
    compiled_take(narrow, "conv2.weight.mean", &old[0][0]);
    compiled_take(wide, "conv2.weight.mean", &new[0][0]);
    for (int k = 0; k < 3; k++)
        CU_ASSERT(new[2][k] == old[source][k] && new[source][k] == old[source][k]);
    compiled_close(narrow);
    compiled_close(wide);
}

/* ---- what is not taken over ---- */

static const struct { const char *name, *old, *new, *fates[8]; } others[] = {
    { "warm_shrunk", "input 5x5x1\nmodel {\n conv 6 3x3\n flatten\n dense 3 softmax\n}", "input 5x5x1\nmodel {\n conv 4 3x3\n flatten\n dense 3 softmax\n}",
      { "conv1.weight new", "conv1.bias new", "dense1.weight new", "dense1.bias kept" } },
    { "warm_softmax", "input 5x5x1\nmodel {\n conv 4 3x3 softmax\n flatten\n dense 3 softmax\n}",
      "input 5x5x1\nmodel {\n conv 6 3x3 softmax\n flatten\n dense 3 softmax\n}",
      { "conv1.weight new", "conv1.bias new", "dense1.weight new", "dense1.bias kept" } },
    { "warm_answer", "input 5x5x1\nmodel {\n flatten\n dense 3 softmax\n}", "input 5x5x1\nmodel {\n flatten\n dense 4 softmax\n}",
      { "dense1.weight new", "dense1.bias new" } },
    { "warm_window", "input 5x5x1\nmodel {\n first: conv 4 1x1\n conv 4 3x3\n flatten\n dense 3 softmax\n}",
      "input 5x5x1\nmodel {\n other: conv 4 1x1\n conv 4 2x2\n flatten\n dense 3 softmax\n}",
      { "other.weight new", "other.bias new", "conv2.weight new", "conv2.bias kept", "dense1.weight new", "first.weight dropped", "first.bias dropped" } },
};

static bool tells(const char *table, const char *fate)
{
    char name[64], word[32], *copy = strdup(table), *save = NULL;
    bool found = false;
    sscanf(fate, "%63s %31s", name, word);
    for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        size_t length = strlen(name), end = strlen(line), tail = strlen(word);
        found |= !strncmp(line, name, length) && line[length] == ' ' && end > tail && !strcmp(line + end - tail, word);
    }
    free(copy);
    return found;
}

static void the_rest_begins_anew(void)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char name[32], table[TABLE_ROOM] = "";
        snprintf(name, sizeof name, "%s_old", others[i].name);
        Compiled *old = open_card(name, others[i].old), *new = open_card(others[i].name, others[i].new);
        fill(old);
        begin_from(new, save(old), table);
        for (int k = 0; others[i].fates[k]; k++) {
            CU_ASSERT(tells(table, others[i].fates[k]));
            if (!tells(table, others[i].fates[k]))
                fprintf(stderr, "%s: no '%s' in\n%s", others[i].name, others[i].fates[k], table);
        }
        CU_ASSERT_EQUAL(lines_with(table, "adapted"), 0);
        compiled_close(old);
        compiled_close(new);
    }
}

/* ---- the command ---- */

static void a_trainer_starts_from_another_run(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    TinyRun run = tiny_run("train --epochs 1 --seed 7 --from runs/tiny/1/last.safetensors");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT(strstr(run.out, "tensor") && strstr(run.out, "kept\n") && strstr(run.out, "running means go on\n") &&
              strstr(run.out, "runs/tiny/2: a new run"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("train --from runs/tiny/1/last.safetensors --weights runs/tiny/1/last.safetensors"), 2);
    CU_ASSERT_EQUAL(tiny_code("evaluate --from runs/tiny/1/last.safetensors"), 2);
    CU_ASSERT_EQUAL(tiny_code("train --from nowhere.safetensors"), 3);
    run = tiny_run("train --quiet --epochs 1 --from runs/tiny/1/last.safetensors");
    CU_ASSERT(run.code == 0 && !strstr(run.out, "kept"));
    tiny_free(&run);
    tiny_leave();
}

void suite_warm(void)
{
    CU_pSuite suite = CU_add_suite("warm", open_folder, close_folder);
    CU_add_test(suite, "one_that_grew_answers_as_before", one_that_grew_answers_as_before);
    CU_add_test(suite, "copies_learn_apart", copies_learn_apart);
    CU_add_test(suite, "the_rest_begins_anew", the_rest_begins_anew);
    CU_add_test(suite, "a_trainer_starts_from_another_run", a_trainer_starts_from_another_run);
}
