/* options_value.c - what options take. */

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guess.h"
#include "runtime/data/dataset.h"
#include "runtime/options/options_rows.h"
#include "runtime/system/fault.h"

enum { MOST_THREADS = 1024, MOST_EPOCHS = 1000000000, MOST_STEPS = 1000000, LONGEST_NAME = 100 };

static uint64_t whole_number(const char *option, const char *text, uint64_t least, uint64_t most)
{
    char *end;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end || errno || number < least || number > most) {
        if (most == UINT64_MAX)
            misuse("--%s takes a whole number, not '%s'", option, text);
        misuse("--%s takes a whole number from %llu to %llu, not '%s'", option,
               (unsigned long long)least, (unsigned long long)most, text);
    }
    return number;
}

static int batch_value(const char *option, const char *text, const Program *program)
{
    if (strlen(text) < 10 && strspn(text, "0123456789") == strlen(text) && atoi(text) > program->batch)
        misuse("--%s takes at most %d, the batch that %s was compiled with, not '%s'; for a larger one change 'batch %d' "
               "there, and build it again", option, program->batch, program->card, text, program->batch);
    return (int)whole_number(option, text, 1, (uint64_t)program->batch);
}

/* "2G", "500M", "64kB", "500mb", "0"; a bare number is bytes. */
static size_t size_value(const char *option, const char *text)
{
    static const char unit[] = "KMGT";
    char *end;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10), bytes = 1;
    const char *found = *end ? strchr(unit, toupper((unsigned char)*end)) : NULL;
    if (found) {
        bytes <<= 10 * (found - unit + 1);
        end++;
    }
    if (toupper((unsigned char)*end) == 'B')
        end++;
    if (!isdigit((unsigned char)*text) || *end || errno ||
        __builtin_mul_overflow(bytes, number, &bytes))
        misuse("--%s takes a size such as 500M or 2G, not '%s'", option, text);
    return bytes;
}

/* As a card's `rate=`. */
static double rate_value(const char *option, const char *text)
{
    const double most = 10;
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !(number > 0 && number <= most))
        misuse("--%s takes a number above 0, at most %g, as 0.001 or 1e-3, not '%s'", option, most, text);
    return number;
}

/* "0.3" or "30%" */
static double threshold_value(const char *option, const char *text)
{
    char *end;
    double number = strtod(text, &end);
    if (end > text && *end == '%') {
        number /= 100;
        end++;
    }
    if (end == text || *end || !(number > 0 && number < 1))
        misuse("--%s takes a probability between 0 and 1, as 0.3 or 30%%, not '%s'", option, text);
    return number;
}

static PartKind part_value(const char *option, const char *text)
{
    for (PartKind part = 0; part < PART_COUNT; part++)
        if (!strcmp(text, part_word[part]))
            return part;
    misuse("--%s takes train, validation or test, not '%s'", option, text);
}

/* What names a folder within the card's, and stands in hints as it is. */
static const char *run_value(const char *option, const char *text)
{
    bool plain = class_name_is_sound(text) && isalnum((unsigned char)*text) && strlen(text) <= LONGEST_NAME;
    for (const char *c = text; *c && plain; c++)
        plain = isalnum((unsigned char)*c) || strchr("-_.+,=@%", *c);
    if (!plain)
        misuse("--%s takes a name of letters, digits and -_.+,=@%%, the first a letter or digit, not '%s'", option, text);
    return text;
}

/* "conv1, conv2, conv3": whose gradients are maps. To be freed. */
static char *list_layers(const Program *program)
{
    char *list;
    size_t length;
    FILE *out = open_memstream(&list, &length);
    if (!out)
        fault("out of memory");
    for (int i = 0, listed = 0; i < program->layers; i++)
        if (layer_has_maps(&program->layer[i]))
            fprintf(out, "%s%s", listed++ ? ", " : "", program->layer[i].name);
    fclose(out);
    return list;
}

static const LayerRow *layer_value(const Program *program, const char *option, const char *text)
{
    Guess guess = guess_begin(text);
    const LayerRow *found = NULL;
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++) {
        if (!strcmp(layer->name, text))
            found = layer;
        else if (layer_has_maps(layer))
            guess_try(&guess, layer->name);
    }
    if (found && layer_has_maps(found))
        return found;
    if (found)
        misuse("--%s %s: the logits hang on no map of that layer; on those of %s they do", option, text, list_layers(program));
    if (guess.nearest)
        misuse("--%s takes a layer's name, not '%s'; did you mean '%s'?", option, text, guess.nearest);
    misuse("--%s takes a layer's name, not '%s': %s", option, text, list_layers(program));
}

void set_option(Options *options, const Program *program, Option option, const char *value)
{
    const char *name = option_row[option].name;
    options->seeded = options->seeded || option == OPTION_SEED;
    options->ported = options->ported || option == OPTION_PORT;
    options->parted = options->parted || option == OPTION_PART || option == OPTION_TEST;
    switch (option) {
    case OPTION_THREADS: options->threads = (int)whole_number(name, value, 1, MOST_THREADS); break;
    case OPTION_DATA:    options->data = value; break;
    case OPTION_WEIGHTS: options->weights = value; break;
    case OPTION_QUIET:   options->quiet = true; break;
    case OPTION_RUN:     options->run = run_value(name, value); break;
    case OPTION_NEW:     options->fresh = true; break;
    case OPTION_FROM:    options->from = value; break;
    case OPTION_EPOCHS:  options->epochs = (int)whole_number(name, value, 1, MOST_EPOCHS); break;
    case OPTION_BATCH:   options->batch = batch_value(name, value, program); break;
    case OPTION_RATE:    options->rate = rate_value(name, value); break;
    case OPTION_SEED:    options->seed = whole_number(name, value, 0, UINT64_MAX); break;
    case OPTION_CACHE:   options->cache = size_value(name, value); break;
    case OPTION_PART:    options->part = part_value(name, value); break;
    case OPTION_TEST:    options->part = PART_TEST; break;
    case OPTION_THRESHOLD: options->threshold = threshold_value(name, value); break;
    case OPTION_JSON:    options->json = true; break;
    case OPTION_CSV:     options->csv = true; break;
    case OPTION_TOP:     options->top = (int)whole_number(name, value, 1, INT_MAX); break;
    case OPTION_CLASS:   options->class = value; break;
    case OPTION_LAYER:   options->layer = layer_value(program, name, value); break;
    case OPTION_LIST:    options->list = value; break;
    case OPTION_NULL:    options->null = true; break;
    case OPTION_PORT:    options->port = (int)whole_number(name, value, 0, 65535); break;
    case OPTION_ADDRESS: options->address = value; break;
    case OPTION_RANDOM:  options->random = true; break;
    case OPTION_ANSWERS: options->answers = true; break;
    case OPTION_CALLS:   options->calls = true; break;
    case OPTION_STEPS:   options->steps = (int)whole_number(name, value, 1, MOST_STEPS); break;
    case OPTION_OUTPUT:  options->output = value; break;
    case OPTION_HELP: case OPTION_VERSION: case OPTION_COUNT: break;
    }
}
