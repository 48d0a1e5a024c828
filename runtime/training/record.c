#include "runtime/training/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/shelves.h"
#include "runtime/data/split.h"
#include "runtime/options/options_rows.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"
#include "runtime/system/whole.h"

/* ---- the card ---- */

/* The folders on the way to a file below one that is there. */
static void make_folders(const char *folder, const char *file)
{
    char *path = path_join(folder, file), *at = path + strlen(folder) + 1;
    while ((at = strchr(at, '/'))) {
        *at = '\0';
        make_folder(path);
        *at++ = '/';
    }
    free(path);
}

static void write_card(const Program *program, const char *run)
{
    char *folder = path_join(run, "card");
    make_folder(folder);
    for (const CardText *text = program->text; text && text->name; text++) {
        make_folders(folder, text->name);
        char *path = path_join(folder, text->name);
        whole_file(path, text->text, strlen(text->text));
        free(path);
    }
    free(folder);
}

/* ---- run.json ---- */

static void put_text(json_t *object, const char *key, const char *text)
{
    json_put(object, key, text ? json_text(text) : json_null());
}

/* JSON's whole numbers have a sign; a larger seed is a text. */
static void put_count(json_t *object, const char *key, uint64_t count)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, count);
    json_put(object, key, count > INT64_MAX ? json_text(digits) : json_integer((json_int_t)count));
}

static json_t *texts(const char *const *text, int count)
{
    json_t *array = json_array();
    for (int i = 0; i < count; i++)
        json_add(array, json_text(text[i]));
    return array;
}

static json_t *settings(const Program *program)
{
    int count = 0;
    while (program->set && program->set[count])
        count++;
    return texts(program->set, count);
}

/* Items by part, those that cannot be read included. */
static json_t *parts(const Dataset *dataset)
{
    json_t *object = json_object();
    for (PartKind part = 0; part < PART_COUNT; part++)
        put_count(object, part_word[part], (uint64_t)dataset->part[part].items);
    return object;
}

static uint64_t parameters(const Program *program)
{
    uint64_t count = 0;
    for (int i = 0; i < program->parameters; i++)
        count += (uint64_t)program->parameter[i].rows * (uint64_t)program->parameter[i].columns;
    return count;
}

/* What holds for the whole run. */
static json_t *describe(const Training *training)
{
    const Program *program = training->program;
    const Dataset *dataset = training->dataset;
    json_t *run = json_object();
    put_text(run, "format", "netc-run-1");
    put_count(run, "number", (uint64_t)training->run.order);
    put_text(run, "card", program->card);
    put_text(run, "hash", program->hash);
    json_put(run, "set", settings(program));
    put_text(run, "netc", program->netc);
    put_text(run, "compiler", program->compiler);
    put_text(run, "target", program->target);
    json_put(run, "direct", json_boolean(program->direct));
    put_count(run, "parameters", parameters(program));
    put_count(run, "seed", training->standing.seed);
    put_count(run, "batch", training->standing.batch);
    json_put(run, "rate", json_number(training->standing.rate));
    json_put(run, "classes", texts(dataset->class_name, dataset->classes));
    json_put(run, "items", parts(dataset));
    put_count(run, "damaged", (uint64_t)shelves_damaged(&training->shelves));
    json_put(run, "starts", json_array());
    return run;
}

/* The processor by its maker's name; NULL where the system does not tell. To be freed. */
static char *processor(void)
{
    char *line = NULL, *name = NULL;
    size_t room = 0;
    FILE *info = fopen("/proc/cpuinfo", "re");
    while (info && !name && getline(&line, &room, info) > 0)
        if (!strncmp(line, "model name", strlen("model name")) && strchr(line, ':')) {
            char *from = strchr(line, ':') + 1;
            from += strspn(from, " ");
            name = strndup(from, strcspn(from, "\n"));
        }
    if (info)
        fclose(info);
    free(line);
    return name;
}

/* The options of the command line; of those that take no value, true. */
static json_t *given(const Options *options)
{
    json_t *object = json_object();
    for (Option o = 0; o < OPTION_COUNT; o++)
        if (options->given[o])
            json_put(object, option_row[o].name, option_row[o].value ? json_text(options->given[o]) : json_true());
    return object;
}

static json_t *start(const Training *training)
{
    const Standing *standing = &training->standing;
    char time[TIME_ROOM], *name = processor();
    json_t *object = json_object();
    put_text(object, "time", time_text(time));
    put_count(object, "epoch", standing->epoch);
    put_count(object, "position", standing->position);
    put_count(object, "epochs", standing->epochs);
    json_put(object, "options", given(training->options));
    put_count(object, "threads", (uint64_t)training->options->threads);
    put_text(object, "processor", name);
    free(name);
    return object;
}

static void write_json(const Training *training, const json_t *run)
{
    char *path = path_join(training->run.folder, "run.json");
    char *text = json_dumps(run, JSON_INDENT(2));
    if (!text)
        fault("out of memory");
    WholeFile file = whole_open(path);
    fprintf(file.stream, "%s\n", text);
    whole_publish(&file);
    free(text);
    free(path);
}

/* ---- the whole ---- */

/* Adds a start to what is told of the run, which it takes. */
static void write_start(const Training *training, json_t *run)
{
    json_add(json_object_get(run, "starts"), start(training));
    write_json(training, run);
    json_decref(run);
}

void record_run(const Training *training)
{
    write_start(training, describe(training));
    write_card(training->program, training->run.folder);
    split_write(training->dataset, training->run.folder);
    shelves_write_damaged(&training->shelves, training->run.folder);
}

void record_resume(const Training *training)
{
    json_t *run = run_json(training->run.folder);
    if (json_is_array(json_object_get(run, "starts"))) {
        write_start(training, run);
        return;
    }
    json_decref(run);           /* an earlier netc began the run, and told nothing */
    write_start(training, describe(training));
}
