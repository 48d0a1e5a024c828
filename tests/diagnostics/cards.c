/* cards.c - what sound cards mean: the page's programs, names, shapes, numbers, the Job. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

void suite_cards(void);

static Checked check_text(const char *text)
{
    return check_in(suite_folder, "case.net", text, strlen(text));
}

static Checked check_page(const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "tests/diagnostics/page/%s", name);
    char *text = file_text(path);
    Checked checked = check_in(suite_folder, "catdog.net", text, strlen(text));
    free(text);
    return checked;
}

/* ---- the page ---- */

static void the_tutorial_is_what_it_says(void)
{
    Checked checked = check_page("tutorial.net");
    CU_ASSERT(same_text("the tutorial", checked.said, ""));
    CU_ASSERT_FATAL(checked.card != NULL);
    const Card *card = checked.card;
    const Job *job = &card->job;
    CU_ASSERT(card->has_model && card->has_train && card->layers == 10 && card->reads == 1);
    CU_ASSERT_STRING_EQUAL(job->network, "catdog");

    CU_ASSERT(shape_equal(job->input.shape, (Shape){150, 150, 3}));
    CU_ASSERT(job->input.scale == 1.0 / 255 && job->input.mean[2] == 0 && job->input.std[2] == 1);
    CU_ASSERT(job->input.resize == RESIZE_STRETCH && job->input.filter == FILTER_BILINEAR);
    CU_ASSERT(job->input.order == ORDER_RGB && job->input.place.line == 4);

    const JobData *data = &job->data;
    CU_ASSERT(data->kind == DATA_FOLDER && data->seed == 1 && data->place.line == 6);
    CU_ASSERT(data->part[PART_TRAIN].paths == 1);
    CU_ASSERT_STRING_EQUAL(data->part[PART_TRAIN].path[0], "data/train");
    CU_ASSERT(data->part[PART_VALIDATION].share == 0.1 &&
              data->part[PART_VALIDATION].place.line == 9);
    CU_ASSERT(data->part[PART_TEST].place.line == 0 && data->classes == 2);
    CU_ASSERT_STRING_EQUAL(data->class[1].name, "dog");
    CU_ASSERT_STRING_EQUAL(data->class[1].pattern[0], "dog.*");
    CU_ASSERT(data->class[1].patterns == 1 && data->class[1].weight == 1);
    CU_ASSERT(data->damaged == DAMAGED_STOP && data->damaged_limit == 100);

    const JobAugment *row = job->augment;
    CU_ASSERT(job->augments == 5 && job->fill == FILL_NEAREST);
    CU_ASSERT(row[0].kind == AUGMENT_ROTATE && row[0].to[0] == 40 * M_PI / 180 &&
              row[0].from[0] == -row[0].to[0]);
    CU_ASSERT(row[1].kind == AUGMENT_SHIFT && row[1].to[1] == 0.2 && !row[1].pixels[0] &&
              row[1].probability[0] == 1);
    CU_ASSERT(row[2].kind == AUGMENT_SHEAR && row[2].to[0] == 11 * M_PI / 180);
    CU_ASSERT(row[3].kind == AUGMENT_ZOOM && row[3].from[0] == -0.2 && row[3].free);
    CU_ASSERT(row[4].kind == AUGMENT_FLIP && row[4].probability[0] == 0 &&
              row[4].probability[1] == 0.5);

    const JobTrain *train = &job->train;
    CU_ASSERT(train->losses == 1 && train->loss[0].kind == LOSS_BINARY_CROSSENTROPY && train->optimizer == OPTIMIZER_RMSPROP);
    CU_ASSERT(train->rate == 1e-4 && train->rho == 0.9 && train->epsilon == 1e-7 &&
              train->decay == 0);
    CU_ASSERT(train->batch == 32 && train->epochs == 30 && train->seed == 1);

    const Layer *pool = card->layer[6], *conv = card->layer[1], *dense = card->layer[9];
    CU_ASSERT_STRING_EQUAL(pool->name, "pool3");
    CU_ASSERT(pool->stride.h == 2 && pool->window.w == 2 &&
              shape_equal(pool->shape, (Shape){17, 17, 128}));
    CU_ASSERT(conv->bias && conv->init == INIT_GLOROT && conv->activation == ACTIVATION_RELU);
    CU_ASSERT(dense->activation == ACTIVATION_SIGMOID && dense->filters == 1 && dense->inputs == 1);
    checked_close(&checked);
}

static void the_page_makes_its_mistakes(void)
{
    Checked checked = check_page("mistakes.net");
    char *says = file_text("tests/diagnostics/page/mistakes.txt");
    CU_ASSERT(same_text("the page's mistakes", checked.said, says));
    free(says);
    checked_close(&checked);
}

static void what_the_page_holds_else_is_built_or_said(void)
{
    Checked checked = check_page("folders.net");
    CU_ASSERT(same_text("folders.net", checked.said, ""));
    checked_close(&checked);

    checked = check_page("residual.net");
    CU_ASSERT(same_text("residual.net", checked.said, ""));
    CU_ASSERT_PTR_NOT_NULL(checked.card);
    checked_close(&checked);
}

/* ---- names and the graph ---- */

/* "NAME HxWxC from NAME NAME", a line each. */
static char *layers_text(const Card *card)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    for (int i = 0; card && i < card->layers; i++) {
        const Layer *layer = card->layer[i];
        fprintf(out, "%s %dx%dx%d", layer->name, layer->shape.h, layer->shape.w, layer->shape.c);
        for (int j = 0; j < layer->inputs; j++)
            fprintf(out, " %s", layer->input[j]->name);
        fputc('\n', out);
    }
    fclose(out);
    return text;
}

static void expect_layers(const char *card, const char *layers)
{
    Checked checked = check_text(card);
    char *text = layers_text(checked.card);
    CU_ASSERT(same_text("the messages", checked.said, ""));
    CU_ASSERT(same_text("the layers", text, layers));
    free(text);
    checked_close(&checked);
}

static void layers_are_called_by_label_or_count(void)
{
    expect_layers("input 8x8x4\n"
                  "block basic(filters, act=relu) {\n"
                  "    conv filters 3x3 act pad=same\n"
                  "    conv filters 3x3 pad=same bias=no\n"
                  "    add  input\n"
                  "}\n"
                  "model {\n"
                  "    first: conv 4 3x3 pad=same\n"
                  "    stage1: repeat 2 { basic 4 }\n"
                  "    conv 2 1x1 relu\n"
                  "    basic 2 act=sigmoid\n"
                  "    last: basic 2\n"
                  "}\n",
                  "input 8x8x4\n"
                  "first 8x8x4 input\n"
                  "stage1.1.basic1.conv1 8x8x4 first\n"
                  "stage1.1.basic1.conv2 8x8x4 stage1.1.basic1.conv1\n"
                  "stage1.1.basic1.add1 8x8x4 stage1.1.basic1.conv2 first\n"
                  "stage1.2.basic1.conv1 8x8x4 stage1.1.basic1.add1\n"
                  "stage1.2.basic1.conv2 8x8x4 stage1.2.basic1.conv1\n"
                  "stage1.2.basic1.add1 8x8x4 stage1.2.basic1.conv2 stage1.1.basic1.add1\n"
                  "conv2 8x8x2 stage1.2.basic1.add1\n"
                  "basic1.conv1 8x8x2 conv2\n"
                  "basic1.conv2 8x8x2 basic1.conv1\n"
                  "basic1.add1 8x8x2 basic1.conv2 conv2\n"
                  "last.conv1 8x8x2 basic1.add1\n"
                  "last.conv2 8x8x2 last.conv1\n"
                  "last.add1 8x8x2 last.conv2 basic1.add1\n");
}

static void labels_travel_as_arguments(void)
{
    expect_layers("input 4x4x2\n"
                  "block join(skip, act=relu) {\n"
                  "    conv (2*skip.channels) 1x1 act\n"
                  "    concat skip\n"
                  "}\n"
                  "model {\n"
                  "    a: conv 3 1x1\n"
                  "    conv 5 1x1\n"
                  "    b: join a\n"
                  "    join b act=sigmoid\n"
                  "    concat input a\n"
                  "}\n",
                  "input 4x4x2\n"
                  "a 4x4x3 input\n"
                  "conv2 4x4x5 a\n"
                  "b.conv1 4x4x6 conv2\n"
                  "b.concat1 4x4x9 b.conv1 a\n"
                  "join2.conv1 4x4x18 b.concat1\n"
                  "join2.concat1 4x4x27 join2.conv1 b.concat1\n"
                  "concat1 4x4x32 join2.concat1 input a\n");
}

static void input_is_what_came_in_at_the_brace(void)
{
    expect_layers("input 4x4x2\n"
                  "model {\n"
                  "    relu\n"
                  "    repeat 2 {\n"
                  "        relu\n"
                  "        repeat 1 { add input }\n"
                  "        add input\n"
                  "    }\n"
                  "}\n",
                  "input 4x4x2\n"
                  "relu1 4x4x2 input\n"
                  "repeat1.1.relu1 4x4x2 relu1\n"
                  "repeat1.1.repeat1.1.add1 4x4x2 repeat1.1.relu1 repeat1.1.relu1\n"
                  "repeat1.1.add1 4x4x2 repeat1.1.repeat1.1.add1 relu1\n"
                  "repeat1.2.relu1 4x4x2 repeat1.1.add1\n"
                  "repeat1.2.repeat1.1.add1 4x4x2 repeat1.2.relu1 repeat1.2.relu1\n"
                  "repeat1.2.add1 4x4x2 repeat1.2.repeat1.1.add1 repeat1.1.add1\n");
}

static void files_name_things_once(void)
{
    static const char a[] = "let size=4\nblock twice() {\n    relu\n    relu\n}\n";
    static const char b[] = "include \"a.net\"\nblock four() {\n    twice\n    twice\n}\n";
    scratch_write(suite_folder, "sub/a.net", a, strlen(a));
    scratch_write(suite_folder, "sub/b.net", b, strlen(b));
    const char *card = "include \"sub/a.net\"\ninclude \"sub/b.net\"\ninput size\nmodel { four }\n";
    Checked checked = check_text(card);
    CU_ASSERT(same_text("includes", checked.said, ""));
    CU_ASSERT_FATAL(checked.card != NULL);
    CU_ASSERT(checked.card->layers == 5 && checked.card->reads == 3);
    CU_ASSERT_STRING_EQUAL(checked.card->read[2]->name, "sub/b.net");
    checked_close(&checked);
}

/* ---- shapes: made = floor((n + padding - span)/stride) + 1, by hand ---- */

static void windows_slide_as_the_page_says(void)
{
    static const struct { const char *line; Shape shape; Padding padding; } windows[] = {
        {"conv 5 3x3", {8, 7, 5}, {0, 0, 0, 0}},
        {"conv 5 3x2 stride=2", {4, 4, 5}, {0, 0, 0, 0}},
        {"conv 5 3x3 stride=2x3", {4, 3, 5}, {0, 0, 0, 0}},
        {"conv 5 3x3 pad=same", {10, 9, 5}, {1, 1, 1, 1}},
        {"conv 5 3x3 pad=same stride=2", {5, 5, 5}, {0, 1, 1, 1}},
        {"conv 5 2x2 pad=same", {10, 9, 5}, {0, 1, 0, 1}},
        {"conv 5 3x3 pad=2", {12, 11, 5}, {2, 2, 2, 2}},
        {"conv 5 3x3 pad=1x2", {10, 11, 5}, {1, 1, 2, 2}},
        {"conv 5 3x3 pad=(1, 2, 3, 4)", {11, 14, 5}, {1, 2, 3, 4}},
        {"conv 5 3x3 dilation=2", {6, 5, 5}, {0, 0, 0, 0}},
        {"conv 5 3x3 dilation=2 pad=same", {10, 9, 5}, {2, 2, 2, 2}},
        {"pool max 2x2", {5, 4, 3}, {0, 0, 0, 0}},
        {"pool max 3x3 stride=2", {4, 4, 3}, {0, 0, 0, 0}},
        {"pool average 3x3 stride=2 pad=same", {5, 5, 3}, {0, 1, 1, 1}},
        {"pool average global", {1, 1, 3}, {0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        char card[200];
        snprintf(card, sizeof card, "input 10x9x3\nmodel {\n    %s\n}\n", windows[i].line);
        Checked checked = check_text(card);
        CU_ASSERT(same_text(windows[i].line, checked.said, ""));
        CU_ASSERT_FATAL(checked.card != NULL);
        const Layer *layer = checked.card->layer[1];
        CU_ASSERT(shape_equal(layer->shape, windows[i].shape));
        CU_ASSERT(!memcmp(&layer->padding, &windows[i].padding, sizeof layer->padding));
        checked_close(&checked);
    }
}

/* ---- texts ---- */

/* The size of the input that would do is told where there is one, and nothing else is wrong. */
static void a_larger_input_is_proposed(void)
{
    static const struct { const char *card, *note; } cards[] = {
        {"input 6x9x1\nmodel {\n skip: conv 2 3x3 pad=same\n pool max 4x4\n upsample 4\n concat skip\n}\n",
         "case.net:1:7: note: with 8x12 it would do\n"},
        {"let n=8\ninput (n x n x 1)\nmodel {\n repeat 3 { conv 2 3x3\n pool max 2x2 }\n}\n", NULL},
        {"input 8x8x1\nmodel {\n repeat 3 {\n conv 2 3x3\n pool max 2x2\n }\n}\n", "case.net:1:7: note: with 22x22 it would do\n"},
        {"input 8x8x1\nmodel {\n side: conv 2 3x3\n conv 2 3x3\n add side\n}\n", NULL},
        {"input 8x8x1\nmodel {\n pool max 9x9\n}\ntrain {\n optimizer sgd rat=1\n}\n", NULL},
    };
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
        Checked checked = check_text(cards[i].card);
        const char *note = strstr(checked.said, "it would do");
        CU_ASSERT(cards[i].note ? note && strstr(checked.said, cards[i].note) : *checked.said && !note);
        if (cards[i].note && !note)
            fprintf(stderr, "no '%s' in\n%s", cards[i].note, checked.said);
        checked_close(&checked);
    }
}

static void editors_may_write_as_they_do(void)
{
    expect_layers("\xef\xbb\xbfinput 4x4x2\r\n\tmodel  {\r\n\r\nflatten# comment\r\n } # end",
                  "input 4x4x2\nflatten1 1x1x32 input\n");
    expect_layers("input (2 +\r\n  2 # half\n\n x 4 x 2)\nmodel { repeat 2 { relu } }",
                  "input 4x4x2\nrepeat1.1.relu1 4x4x2 input\nrepeat1.2.relu1 4x4x2 repeat1.1.relu1\n");
}

/* ---- values ---- */

/* What a value comes out as, by the scale that it gives. */
static double value_of(const char *value)
{
    char card[300];
    snprintf(card, sizeof card, "input 8 scale=%s\n", value);
    Checked checked = check_text(card);
    CU_ASSERT(same_text(value, checked.said, ""));
    double scale = checked.card ? checked.card->job.input.scale : NAN;
    checked_close(&checked);
    return scale;
}

static void arithmetic_is_exact(void)
{
    static const struct { const char *value; double number; } values[] = {
        {"1/255", 1.0 / 255},
        {"20%", 0.2},
        {"-0.5", -0.5},
        {"(0.1 + 0.2)", 0.3},
        {"(1 - 0.9 - 0.1)", 0},
        {"(1/3 + 1/3 + 1/3)", 1},
        {"(2 + 3*4 - 6/2)", 11},
        {"(8/4/2)", 1},
        {"(8 - (4 - 2))", 6},
        {"(-(2 + 3))", -5},
        {"1e-7", 1e-7},
        {"0.1", 0.1},
        {"999999999999999999", 999999999999999999.0},
        {"0.30000000000000004", 0.30000000000000004},
        {"round(32*0.25, 8)", 8},
        {"round(28, 8)", 32},           /* halves up */
        {"round(-28, 8)", -24},
        {"round(2.5)", 3},
        {"round(-2.5)", -2},
        {"floor(-1/3)", -1},
        {"ceil(-1/3)", 0},
        {"min(3, 1/3, 2)", 1.0 / 3},
        {"max(3, 1/3,\n   # a comment\n   2)", 3},
        {"max(20%, 0.1)", 0.2},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        CU_ASSERT(value_of(values[i].value) == values[i].number);
}

/* The nearest double, as strtod finds it, of numbers with many digits and of quotients. */
static void doubles_are_the_nearest(void)
{
    uint64_t state = 88172645463325252u;
    Arena *arena = arena_open();
    for (int i = 0; i < 20000; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;    /* xorshift64 */
        char text[64];
        int places = (int)(state % 19);
        snprintf(text, sizeof text, "%017llu", (unsigned long long)(state >> 8));
        snprintf(text + 17, sizeof text - 17, "e-%d", places);
        Number number;
        CU_ASSERT(number_parse(text, strlen(text), &number));
        CU_ASSERT(number_double(number) == strtod(text, NULL));
        const char *back = number_text(arena, number);
        CU_ASSERT(strtod(back, NULL) == strtod(text, NULL));
        Number quotient;
        long over = (long)(state >> 40), under = (long)(state & 0xffffff) + 1;
        CU_ASSERT(number_divide(number_whole(over), number_whole(under), &quotient));
        CU_ASSERT(number_double(quotient) == (double)over / (double)under);
        CU_ASSERT(number_compare(quotient, number) ==
                  (number_double(quotient) > number_double(number)) -
                      (number_double(quotient) < number_double(number)));
    }
    arena_close(arena);
}

/* ---- the Job ---- */

static void the_job_holds_what_the_card_says(void)
{
    Checked checked = check_text(
        "let rate=0.01 kind=arrays\n"
        "input 28x27x3 scale=2 mean=(1, 2.5, 3) std=50% resize=crop filter=nearest order=bgr\n"
        "data kind {\n"
        "    train \"a.npy\" \"b.npy\"\n"
        "    test  \"c.npy\" \"d.npy\"\n"
        "    validation 1/6 seed=7\n"
        "    class \"T-shirt\" weight=2\n"
        "    class shoe\n"
        "    damaged skip limit=5\n"
        "}\n"
        "augment {\n"
        "    zoom (-10%, 30%) aspect=keep p=25%\n"
        "    fill constant value=128\n"
        "    shift 3px (-1px, 2px)\n"
        "    rotate (0rad, 0.5rad)\n"
        "    flip vertical horizontal p=0.75\n"
        "    crop area=8% aspect=3/4 p=90%\n"
        "    contrast (-10%, 50%)\n"
        "    cutout 4x8 count=3 value=127.5 p=50%\n"
        "    gray p=20%\n"
        "    cutout 2x2\n"
        "    hue 0.5rad\n"
        "    mixup 0.2\n"
        "    cutmix 1\n"
        "}\n"
        "train {\n"
        "    loss crossentropy\n"
        "    optimizer sgd rate=(10*rate) momentum=90% nesterov=yes decay=1e-4\n"
        "    epochs 4\n"
        "    seed 9\n"
        "}\n");
    CU_ASSERT(same_text("the job", checked.said, ""));
    CU_ASSERT_FATAL(checked.card != NULL);
    const Job *job = &checked.card->job;
    CU_ASSERT(!checked.card->has_model && checked.card->has_train);
    CU_ASSERT_STRING_EQUAL(job->network, "case");
    CU_ASSERT(job->input.mean[0] == 1 && job->input.mean[1] == 2.5 && job->input.std[2] == 0.5);
    CU_ASSERT(job->input.resize == RESIZE_CROP && job->input.filter == FILTER_NEAREST);
    CU_ASSERT(job->input.order == ORDER_BGR && job->input.scale == 2);

    CU_ASSERT(job->data.kind == DATA_ARRAYS && job->data.part[PART_TEST].paths == 2);
    CU_ASSERT_STRING_EQUAL(job->data.part[PART_TEST].path[1], "d.npy");
    CU_ASSERT(job->data.part[PART_VALIDATION].share == 1.0 / 6 && job->data.seed == 7);
    CU_ASSERT_STRING_EQUAL(job->data.class[0].name, "T-shirt");
    CU_ASSERT(job->data.class[0].weight == 2 && job->data.class[1].patterns == 0);
    CU_ASSERT(job->data.damaged == DAMAGED_SKIP && job->data.damaged_limit == 5);

    const JobAugment *row = job->augment;
    CU_ASSERT(job->augments == 10 && job->fill == FILL_CONSTANT && job->fill_value == 128);
    CU_ASSERT(row[0].from[0] == -0.1 && row[0].to[1] == 0.3 && !row[0].free &&
              row[0].probability[0] == 0.25);
    CU_ASSERT(row[1].from[0] == -3 && row[1].to[0] == 3 && row[1].from[1] == -1 &&
              row[1].to[1] == 2);
    CU_ASSERT(row[1].pixels[0] && row[1].pixels[1]);
    CU_ASSERT(row[2].from[0] == 0 && row[2].to[0] == 0.5);
    CU_ASSERT(row[3].probability[0] == 0.75 && row[3].probability[1] == 0.75);
    CU_ASSERT(row[4].kind == AUGMENT_CROP && row[4].from[0] == 0.08 && row[4].from[1] == 0.75 &&
              !row[4].pixels[0] && row[4].probability[0] == 0.9);
    CU_ASSERT(row[5].kind == AUGMENT_CONTRAST && row[5].from[0] == -0.1 && row[5].to[0] == 0.5);
    CU_ASSERT(row[6].kind == AUGMENT_CUTOUT && row[6].to[0] == 4 && row[6].to[1] == 8 && row[6].count == 3 &&
              row[6].value == 127.5 && row[6].probability[0] == 0.5);
    CU_ASSERT(row[7].kind == AUGMENT_GRAY && row[7].from[0] == 1 && row[7].to[0] == 1);
    CU_ASSERT(row[8].kind == AUGMENT_CUTOUT && row[8].count == 1 && row[8].value == 0);
    CU_ASSERT(job->mixup == 0.2 && job->cutmix == 1);
    CU_ASSERT(row[9].kind == AUGMENT_HUE && row[9].from[0] == -0.5 && row[9].to[0] == 0.5);

    CU_ASSERT(job->train.rate == 0.1 && job->train.momentum == 0.9 && job->train.nesterov);
    CU_ASSERT(job->train.decay == 1e-4 && job->train.batch == 32 && job->train.seed == 9);
    checked_close(&checked);
}

/* They lie beside the data that they are made for, which need not be there. */
static void the_examples_are_sound(void)
{
    static const char *const examples[] = { "catdog/catdog.net", "fashion/fashion.net", "fashion/mixed.net" };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        char path[200];
        snprintf(path, sizeof path, "examples/%s", examples[i]);
        char *text = file_text(path);
        Checked checked = check_text(text);
        CU_ASSERT(same_text(path, checked.said, ""));
        checked_close(&checked);
        free(text);
    }
}

void suite_cards(void)
{
    CU_pSuite suite = CU_add_suite("cards", suite_open_folder, suite_close_folder);
    CU_add_test(suite, "the tutorial is what it says", the_tutorial_is_what_it_says);
    CU_add_test(suite, "the page makes its mistakes", the_page_makes_its_mistakes);
    CU_add_test(suite, "what the page holds else is built or said",
                what_the_page_holds_else_is_built_or_said);
    CU_add_test(suite, "the examples are sound", the_examples_are_sound);
    CU_add_test(suite, "layers are called by label or count", layers_are_called_by_label_or_count);
    CU_add_test(suite, "labels travel as arguments", labels_travel_as_arguments);
    CU_add_test(suite, "input is what came in at the brace", input_is_what_came_in_at_the_brace);
    CU_add_test(suite, "files name things once", files_name_things_once);
    CU_add_test(suite, "windows slide as the page says", windows_slide_as_the_page_says);
    CU_add_test(suite, "a larger input is proposed", a_larger_input_is_proposed);
    CU_add_test(suite, "editors may write as they do", editors_may_write_as_they_do);
    CU_add_test(suite, "arithmetic is exact", arithmetic_is_exact);
    CU_add_test(suite, "doubles are the nearest", doubles_are_the_nearest);
    CU_add_test(suite, "the job holds what the card says", the_job_holds_what_the_card_says);
}
