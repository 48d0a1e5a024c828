/* models.c - the networks of models/: each compiles, has as many weights as others count (published.h), and takes a
 * training step. tests/models/learn.sh shows that they learn. */

#include <CUnit/CUnit.h>
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/initialise.h"
#include "tests/models/published.h"
#include "tests/support/compiled.h"

enum { IMAGES = 2, MOST_TEXT = 1 << 14 };

/* The card's text with another batch: a test needs no memory for 128 pictures. */
static void card_text(const char *name, char text[MOST_TEXT])
{
    char path[64], line[256];
    snprintf(path, sizeof path, "models/%s.net", name);
    FILE *in = fopen(path, "r");
    assert(in);
    size_t length = 0;
    while (fgets(line, sizeof line, in)) {
        int batch;
        if (sscanf(line, " batch %d", &batch) == 1)
            snprintf(line, sizeof line, "    batch %d\n", IMAGES);
        length += (size_t)snprintf(text + length, MOST_TEXT - length, "%s", line);
        assert(length < MOST_TEXT);
    }
    fclose(in);
}

static void counts_are_the_published(const Compiled *compiled, const Published *published)
{
    long trained = 0, all = 0;
    for (int i = 0; i < compiled->program->parameters; i++) {
        const Parameter *parameter = &compiled->program->parameter[i];
        all += compiled_count(parameter);
        if (!strstr(parameter->name, ".running_"))
            trained += compiled_count(parameter);
    }
    CU_ASSERT_EQUAL(trained, published->trained);
    CU_ASSERT_EQUAL(all, published->trained + published->running);
    if (trained != published->trained || all - trained != published->running)
        fprintf(stderr, "%s: %ld weights, %ld running means; published: %ld and %ld\n", published->card, trained,
                all - trained, published->trained, published->running);
}

/* Everything drawn as the card says, small noise for a picture, and whatever zeros mean for a target. */
static void a_step_can_be_taken(Compiled *compiled)
{
    const Program *program = compiled->program;
    long floats = shape_size(program->job.input.shape);
    float *input = malloc((size_t)floats * IMAGES * sizeof *input);
    assert(input);
    for (long i = 0; i < floats * IMAGES; i++)
        input[i] = (float)(i * 7919 % 256) / 255 - 0.5f;
    initialise(compiled->network, 1);
    void *target = calloc(IMAGES, target_bytes(program));
    assert(target);
    Step step = { .input = input, .target = target, .n = IMAGES, .rate = 1e-3, .update = 1, .seed = 1 };
    compiled_train(compiled, &step);
    CU_ASSERT(isfinite(step.loss));
    CU_ASSERT(step.loss > 0);
    CU_ASSERT_PTR_NULL(network_broken(compiled->network));
    free(target);
    free(input);
}

static void model_holds(const Published *published)
{
    char text[MOST_TEXT];
    card_text(published->card, text);
    Compiled *compiled = compiled_open_as(published->card, text, 2, &(CompiledHow){ .optimize = "-O1" });
    CU_ASSERT_PTR_NOT_NULL(compiled);
    if (!compiled)
        return;
    counts_are_the_published(compiled, published);
    a_step_can_be_taken(compiled);
    compiled_close(compiled);
}

#define X(card, trained, running, source) \
    static void card##_is_as_published(void) { model_holds(&(Published){ #card, trained, running }); }
PUBLISHED(X)
#undef X

/* U-Net as the paper has it: 31,030,658 weights with one channel in and two classes out, as is counted by those who
 * rebuilt it. */
static void unet_at_full_width(void)
{
    CU_ASSERT_EQUAL(system("printf '%s\\n' 'network unet_full' 'include \"unet.net\"' 'input 32x32x1' 'model {' 'unet 64'"
                           " 'conv 2 1x1 softmax' '}' | build/bin/netc explain - | grep -q 'total.* 31,030,658 '"), 0);
}

/* No card of models/ lacks a row: a block library has no `network` line. */
static void every_card_has_a_row(void)
{
#define X(card, ...) #card "|"
    CU_ASSERT_EQUAL(system("for card in $(grep -l '^network' models/*.net); do"
                           " name=$(basename $card .net); case '|" PUBLISHED(X) "' in *\"|$name|\"*) ;;"
                           " *) echo \"models/$name.net has no row in tests/models/published.h\" >&2; exit 1;; esac; done"), 0);
#undef X
}

void suite_models(void);
void suite_models(void)
{
    CU_pSuite suite = CU_add_suite("models", NULL, NULL);
#define X(card, ...) CU_add_test(suite, #card "_is_as_published", card##_is_as_published);
    PUBLISHED(X)
#undef X
    CU_add_test(suite, "unet_at_full_width", unet_at_full_width);
    CU_add_test(suite, "every_card_has_a_row", every_card_has_a_row);
}
