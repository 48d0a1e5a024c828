/* warm.c - a training that begins with another network's weights: one that grew answers as before, what cannot be taken
 * over begins anew, and the optimiser's running means come along. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/runs/checkpoint.h"
#include "runtime/training/warm_start.h"
#include "tests/support/compiled.h"
#include "tests/support/scratch.h"
#include "tests/trainer/tiny.h"

void suite_warm(void);

enum { IMAGES = 3, TABLE_ROOM = 8192 };

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
    checkpoint_save(compiled->network, &standing, (Names){ 0 }, &compiled->program->job, suite_folder, false);
    return scratch_path(suite_folder, "last.safetensors");
}

static Compiled *open_card(const char *name, const char *model)
{
    char text[2048];
    snprintf(text, sizeof text, "%s\ntrain {\n loss crossentropy\n optimizer adam rate=1e-3\n batch %d\n epochs 1\n}\n", model, IMAGES);
    Compiled *compiled = compiled_open_as(name, text, 1, &(CompiledHow){ .optimize = "-O0", .direct = true });
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
    { "warm_deconv", "input 4x4x2\nmodel {\n conv 3 1x1 relu\n deconv 4 2x2 relu stride=2\n flatten\n dense 3 softmax\n}",
      "input 4x4x2\nmodel {\n conv 7 1x1 relu\n deconv 6 2x2 relu stride=2\n flatten\n dense 3 softmax\n}", 5, 1 },
    { "warm_groups", "input 5x5x2\nmodel {\n conv 4 1x1 relu\n conv 6 3x3 relu groups=2\n conv 2 1x1 groups=2\n pool average global\n dense 3 softmax\n}",
      "input 5x5x2\nmodel {\n conv 10 1x1 relu\n conv 8 3x3 relu groups=2\n conv 6 1x1 groups=2\n pool average global\n dense 3 softmax\n}", 7, 1 },
    { "warm_multiplier", "input 5x5x2\nmodel {\n conv 3 1x1 relu\n depthwise 3x3 relu multiplier=2\n flatten\n dense 3 softmax\n}",
      "input 5x5x2\nmodel {\n conv 5 1x1 relu\n depthwise 3x3 relu multiplier=2\n flatten\n dense 3 softmax\n}", 5, 1 },
    { "warm_norms", "input 4x4x2\nmodel {\n conv 6 1x1\n norm group relu groups=3\n conv 4 1x1\n norm layer relu\n pool average global\n dense 3 softmax\n}",
      "input 4x4x2\nmodel {\n conv 12 1x1\n norm group relu groups=3\n conv 12 1x1\n norm layer relu\n pool average global\n dense 3 softmax\n}", 9, 1 },
    { "warm_reshape", "input 5\nmodel {\n dense 12 relu\n reshape 2x2x3\n norm batch\n deconv 3 2x2\n conv 3 2x2\n reshape 4x1x3\n reshape 12\n dense 3 softmax\n}",
      "input 5\nmodel {\n dense 20 relu\n reshape 2x2x5\n norm batch\n deconv 4 2x2\n conv 5 2x2\n reshape 4x1x5\n reshape 20\n dense 3 softmax\n}", 11, 1 },
    { "warm_order", "input 4x4x2\nmodel {\n first: conv 3 1x1 relu\n from input\n second: conv 5 1x1 relu\n concat first\n norm batch\n conv 4 1x1\n flatten\n dense 3 softmax\n}",
      "input 4x4x2\nmodel {\n first: conv 3 1x1 relu\n from input\n second: conv 5 1x1 relu\n from first\n concat second\n norm batch\n conv 4 1x1\n flatten\n dense 3 softmax\n}", 5, 7 },
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
        for (int p = 0; p < wide->program->parameters; p++)
            CU_ASSERT_EQUAL(wide->network->missed[p], 0);
        if (apart >= 1e-5f)
            fprintf(stderr, "%s: answers are %g apart\n%s", pairs[i].name, apart, table);
        compiled_close(narrow);
        compiled_close(wide);
    }
}

/* Each copy's weights are those of what it copies, and what follows tells copies apart. */
static void copies_learn_apart(void)
{
    char table[TABLE_ROOM];
    Compiled *narrow = open_card("warm_copies_old", "input 1x1x2\nmodel {\n conv 2 1x1 relu\n conv 3 1x1\n flatten\n softmax\n}");
    Compiled *wide = open_card("warm_copies", "input 1x1x2\nmodel {\n conv 3 1x1 relu\n conv 3 1x1\n flatten\n softmax\n}");
    fill(narrow);
    begin_from(wide, save(narrow), table);
    float first[2][2], wider[2][3];
    compiled_take(narrow, "conv1.weight", &first[0][0]);
    compiled_take(wide, "conv1.weight", &wider[0][0]);
    int source = wider[0][2] == first[0][0] ? 0 : 1;
    for (int c = 0; c < 2; c++)
        CU_ASSERT(wider[c][0] == first[c][0] && wider[c][1] == first[c][1] && wider[c][2] == first[c][source]);
    float old[2][3], new[3][3];
    compiled_take(narrow, "conv2.weight", &old[0][0]);
    compiled_take(wide, "conv2.weight", &new[0][0]);
    for (int k = 0; k < 3; k++) {
        CU_ASSERT_DOUBLE_EQUAL(new[source][k] + new[2][k], old[source][k], 1e-6);
        CU_ASSERT_EQUAL(new[1 - source][k], old[1 - source][k]);
        CU_ASSERT(new[source][k] != new[2][k]);
    }
    CU_ASSERT(fabsf(new[source][0] / old[source][0] - new[source][1] / old[source][1]) > 1e-3f);
    compiled_close(narrow);
    compiled_close(wide);
}

static void step_on(Compiled *compiled)
{
    static float input[IMAGES * 2];
    const int32_t class[IMAGES] = { 0, 2, 1 };
    state = 7;
    for (int i = 0; i < IMAGES * 2; i++)
        input[i] = draw();
    Step step = { .input = input, .n = IMAGES, .target = class, .rate = 1e-9, .update = 78, .seed = 1 };
    compiled_train(compiled, &step);
}

/* A channel's gradient falls apart among its copies, that of what takes them does not: so what the optimiser keeps, before
 * and after a step, is of all copies together what it was of the channel. */
static void running_means_follow_the_gradients(void)
{
    char table[TABLE_ROOM];
    Compiled *narrow = open_card("warm_means_old", "input 1x1x2\nmodel {\n conv 1 1x1\n conv 3 1x1\n flatten\n softmax\n}");
    Compiled *wide = open_card("warm_means", "input 1x1x2\nmodel {\n conv 3 1x1\n conv 3 1x1\n flatten\n softmax\n}");
    fill(narrow);
    begin_from(wide, save(narrow), table);
    for (int steps = 0; steps < 2; steps++) {
        float old[2], new[2][3], taking[3], taking_copies[3][3];
        compiled_take(narrow, "conv1.weight.mean", old);
        compiled_take(wide, "conv1.weight.mean", &new[0][0]);
        compiled_take(narrow, "conv2.weight.mean", taking);
        compiled_take(wide, "conv2.weight.mean", &taking_copies[0][0]);
        for (int c = 0; c < 2; c++)
            CU_ASSERT_DOUBLE_EQUAL(new[c][0] + new[c][1] + new[c][2], old[c], 1e-6);
        for (int k = 0; k < 3; k++)
            for (int c = 0; c < 3; c++)
                CU_ASSERT_DOUBLE_EQUAL(taking_copies[c][k], taking[k], 1e-6);
        step_on(narrow);
        step_on(wide);
    }
    compiled_close(narrow);
    narrow = open_card("warm_means_old", "input 1x1x2\nmodel {\n conv 1 1x1\n conv 3 1x1\n flatten\n softmax\n}");
    fill(narrow);
    begin_from(wide, save(narrow), table);
    float square[2], squares[2][3];
    compiled_take(narrow, "conv1.weight.mean_square", square);
    compiled_take(wide, "conv1.weight.mean_square", &squares[0][0]);
    for (int c = 0; c < 3; c++)
        CU_ASSERT(squares[0][c] == square[0] / 9 && squares[1][c] == square[1] / 9);
    compiled_close(narrow);
    compiled_close(wide);
}

/* ---- what is not taken over ---- */

static const struct { const char *name, *old, *new, *fates[10]; } others[] = {
    { "warm_shrunk", "input 5x5x1\nmodel {\n conv 6 3x3\n flatten\n dense 3 softmax\n}", "input 5x5x1\nmodel {\n conv 4 3x3\n flatten\n dense 3 softmax\n}",
      { "conv1.weight new: fewer channels than before", "conv1.bias new: fewer channels than before",
        "dense1.weight new: fewer channels than before", "dense1.bias kept" } },
    { "warm_softmax", "input 5x5x1\nmodel {\n conv 4 3x3 softmax\n flatten\n dense 3 softmax\n}",
      "input 5x5x1\nmodel {\n conv 6 3x3 softmax\n flatten\n dense 3 softmax\n}",
      { "conv1.weight new: softmax weighs a channel against all others", "dense1.weight new: softmax weighs a channel against all others",
        "dense1.bias kept" } },
    { "warm_swapped", "input 5x5x1\nmodel {\n first: conv 4 1x1\n from input\n second: conv 6 1x1\n concat first\n last: conv 2 3x3\n flatten\n dense 3 softmax\n}",
      "input 5x5x1\nmodel {\n first: conv 6 1x1\n from input\n second: conv 4 1x1\n concat first\n last: conv 2 3x3\n flatten\n dense 3 softmax\n}",
      { "last.weight new: fewer channels than before", "last.bias kept", "dense1.weight kept" } },
    { "warm_uneven", "input 5x5x1\nmodel {\n conv 4 1x1\n norm layer\n flatten\n dense 3 softmax\n}", "input 5x5x1\nmodel {\n conv 6 1x1\n norm layer\n flatten\n dense 3 softmax\n}",
      { "norm1.weight new: the mean of a layer or group norm wants each channel as often: a multiple of the old number" } },
    { "warm_regrouped", "input 5x5x1\nmodel {\n conv 8 1x1\n conv 8 3x3 groups=2\n flatten\n dense 3 softmax\n}",
      "input 5x5x1\nmodel {\n conv 16 1x1\n conv 8 3x3 groups=4\n flatten\n dense 3 softmax\n}",
      { "conv1.weight adapted", "conv2.weight new: the same shape, but of other channels", "dense1.weight kept" } },
    { "warm_local", "input 5x5x1\nmodel {\n conv 4 1x1\n norm local\n flatten\n dense 3 softmax\n}", "input 5x5x1\nmodel {\n conv 6 1x1\n norm local\n flatten\n dense 3 softmax\n}",
      { "conv1.weight new: a local norm weighs a channel against its neighbours" } },
    { "warm_answer", "input 5x5x1\nmodel {\n flatten\n dense 3 softmax\n}", "input 5x5x1\nmodel {\n flatten\n dense 4 softmax\n}",
      { "dense1.weight new: what the network answers, or asks, is another thing" } },
    { "warm_window", "input 5x5x1\nmodel {\n first: conv 4 1x1\n conv 4 3x3\n flatten\n dense 3 softmax\n}",
      "input 5x5x1\nmodel {\n other: conv 4 1x1\n conv 4 2x2\n flatten\n dense 3 softmax\n}",
      { "other.weight new", "other.bias new", "conv2.weight new: another shape", "conv2.bias kept", "dense1.weight new: another shape", "first.weight dropped", "first.bias dropped",
        "        rename \"first\" \"other\"" } },
};

static bool tells(const char *table, const char *fate)
{
    char *copy = strdup(table), *save = NULL;
    size_t length = strcspn(fate, " "), tail = strlen(fate + length + 1);
    bool found = false;
    for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        size_t end = strlen(line);
        found |= !strncmp(line, fate, length + 1) && end > tail && !strcmp(line + end - tail, fate + length + 1);
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
        compiled_close(old);
        compiled_close(new);
    }
}

/* ---- a file that lies ---- */

static const struct { const char *joined, *fate; } lies[] = {
    { "{\"last.weight\": [[\"first\", 3, 1], [\"second\", 5, 1]]}", "last.weight kept" },
    { "{\"last.weight\": [[\"second\", 5, 1], [\"first\", 3, 1]]}", "last.weight adapted" },
    { "{\"last.weight\": [[\"first\", 4, 1], [\"second\", 4, 1]]}", "last.weight new: other layers are joined in front of it" },
    { "{\"last.weight\": [[\"first\", 8, 1]]}", "last.weight new: other layers are joined in front of it" },
    { "{\"last.weight\": [[\"first\", 3, 1], [\"first\", 5, 1]]}", "last.weight kept" },
};

/* What a file tells of joined layers is taken at its word, but never beyond its own numbers. */
static void what_is_joined_is_told(void)
{
    static const float zero[16] = { 0 };
    Compiled *card = open_card("warm_joined", "input 1x1x2\nmodel {\n first: conv 3 1x1\n from input\n second: conv 5 1x1\n from first\n concat second\n"
                               " last: conv 2 1x1\n flatten\n softmax\n}");
    const char *path = scratch_path(suite_folder, "joined.safetensors");
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        char table[TABLE_ROOM] = "";
        WholeFile file = whole_open(path);
        safetensors_begin(&file, &(TensorHead){ "last.weight", 4, { 1, 1, 8, 2 } }, 1, &(Metadata){ "joined", lies[i].joined }, 1);
        whole_write(&file, zero, sizeof zero);
        whole_publish(&file);
        begin_from(card, path, table);
        CU_ASSERT(tells(table, lies[i].fate));
        if (!tells(table, lies[i].fate))
            fprintf(stderr, "%s:\n%s", lies[i].joined, table);
    }
    compiled_close(card);
}

/* What begins anew begins its optimizer anew, too, beside what goes on; also where one of its two means alone is there. */
static void each_has_its_own_updates(void)
{
    enum { FROZEN = 50, UPDATES = 77 };
    char table[TABLE_ROOM];
    Compiled *old = open_card("warm_updates_old", "input 5x5x1\nmodel {\n conv 6 3x3\n flatten\n dense 3 softmax\n}");
    Compiled *new = open_card("warm_updates", "input 5x5x1\nmodel {\n conv 4 3x3\n flatten\n dense 3 softmax\n}");
    fill(old);
    old->network->missed[3] = FROZEN;
    CU_ASSERT_EQUAL(begin_from(new, save(old), table), UPDATES);
    static const struct { const char *name; uint64_t missed; } expected[] = {
        { "conv1.weight", UPDATES }, { "conv1.bias", UPDATES }, { "dense1.weight", UPDATES }, { "dense1.bias", FROZEN },
    };
    for (int p = 0; p < 4; p++) {
        CU_ASSERT_STRING_EQUAL(new->program->parameter[p].name, expected[p].name);
        CU_ASSERT_EQUAL(new->network->missed[p], expected[p].missed);
    }
    float mean[3], mean_square[3];
    char *text = strdup(scratch_path(suite_folder, "other.safetensors"));
    size_t bytes;
    char *file = tiny_read(scratch_path(suite_folder, "last.safetensors"), &bytes), *at = memmem(file, bytes, "bias.mean\"", 10);
    for (char *next; (next = memmem(at + 1, bytes - (size_t)(at + 1 - file), "bias.mean\"", 10)); )
        at = next;
    memcpy(at, "bias.else", 9);         /* dense1's, the last */
    tiny_write(text, file, bytes);
    begin_from(new, text, table);
    compiled_take(new, "dense1.bias.mean", mean);
    compiled_take(new, "dense1.bias.mean_square", mean_square);
    for (int i = 0; i < 3; i++)
        CU_ASSERT(mean[i] == 0 && mean_square[i] == 0);
    free(file);
    free(text);
    compiled_close(old);
    compiled_close(new);
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
    CU_ASSERT_EQUAL(tiny_code("train --from runs/tiny/1/last.safetensors --weights runs/tiny/1/last.safetensors"), 2);
    CU_ASSERT_EQUAL(tiny_code("evaluate --from runs/tiny/1/last.safetensors"), 2);
    CU_ASSERT_PTR_NULL(strstr(run.err, "warning"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(system("sed 's/dense1.weight/dense9.weight/g' runs/tiny/1/last.safetensors >other.safetensors"), 0);
    run = tiny_run("train --epochs 1 --quiet --from other.safetensors");
    CU_ASSERT_STRING_EQUAL(run.err, "tiny: warning: no weights of other.safetensors fit this network: all of them begin "
                           "anew\n");
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("train --from nowhere.safetensors"), 3);
    run = tiny_run("train --quiet --epochs 1 --from runs/tiny/1/last.safetensors");
    CU_ASSERT(run.code == 0 && !strstr(run.out, "kept"));
    tiny_free(&run);
    tiny_leave();
}

void suite_warm(void)
{
    CU_pSuite suite = CU_add_suite("warm", suite_open_folder, suite_close_folder);
    CU_add_test(suite, "one_that_grew_answers_as_before", one_that_grew_answers_as_before);
    CU_add_test(suite, "copies_learn_apart", copies_learn_apart);
    CU_add_test(suite, "running_means_follow_the_gradients", running_means_follow_the_gradients);
    CU_add_test(suite, "the_rest_begins_anew", the_rest_begins_anew);
    CU_add_test(suite, "what_is_joined_is_told", what_is_joined_is_told);
    CU_add_test(suite, "each_has_its_own_updates", each_has_its_own_updates);
    CU_add_test(suite, "a_trainer_starts_from_another_run", a_trainer_starts_from_another_run);
}
