/* predict.c - what the pictures that the user names show. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "runtime/commands/predict_report.h"
#include "runtime/data/rows.h"
#include "runtime/options/options.h"
#include "runtime/pictures/input.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"
#include "runtime/training/trained.h"

typedef struct {
    Arena *arena;
    Row *input;                 /* pictures have no values yet */
    int inputs, room;
} InputList;

/* A batch on its way through the network. A picture that cannot be read goes along as black, since
 * pictures do not see each other, and is not answered. */
typedef struct {
    InputReader reader;         /* where pictures come in */
    Gather gather;              /* of rows */
    const Row *input;           /* [n] */
    int n;
    float *values;              /* [n][h][w][c] */
    float *output;              /* of one of them, [P][Q][C] */
    Extent *size;               /* [n] of what is a picture, else 0x0 */
    bool *sound;                /* [n] */
    char (*reason)[REASON_ROOM];
    int prepared;               /* as Step's, from batch to batch */
} Pictures;

/* ---- which pictures and rows ---- */

static void add_file(InputList *list, const Job *job, const char *path)
{
    if (!rows_are_in(job, path)) {
        *arena_push(list->arena, list->input, list->inputs, list->room) = (Row){ .name = path };
        return;
    }
    RowList rows = rows_read(list->arena, job, path);
    for (long i = 0; i < rows.rows; i++)
        *arena_push(list->arena, list->input, list->inputs, list->room) = rows.row[i];
}

static void add_folder(InputList *list, const Job *job, const char *folder)
{
    FolderList found = { 0 };
    const char *problem = folder_list(list->arena, folder, &found);
    if (!problem && !found.files)
        problem = arena_printf(list->arena, "folder '%s' holds no files", folder);
    if (problem)
        *arena_push(list->arena, list->input, list->inputs, list->room) = (Row){ .name = folder, .problem = problem };
    for (int i = 0; !problem && i < found.files; i++)
        add_file(list, job, folder_join(list->arena, folder, found.file[i]));
}

static void add_path(InputList *list, const Job *job, const char *path)
{
    struct stat status;
    if (strcmp(path, "-") && !stat(path, &status) && S_ISDIR(status.st_mode))
        add_folder(list, job, path);
    else
        add_file(list, job, path);
}

/* Names one a line or, where there is a zero byte, as `find -print0` writes them; empty ones are passed over. */
static void add_names(InputList *list, const Job *job, const char *text, size_t length)
{
    char end = memchr(text, '\0', length) ? '\0' : '\n';
    for (const char *at = text, *last = text + length; at < last; ) {
        const char *stop = memchr(at, end, (size_t)(last - at));
        size_t bytes = (size_t)((stop ? stop : last) - at);
        if (bytes)
            add_path(list, job, arena_printf(list->arena, "%.*s", (int)bytes, at));
        at += bytes + 1;
    }
}

static void add_list(InputList *list, const Job *job, const char *path)
{
    char piece[1 << 12], *text;
    size_t length;
    FILE *file = strcmp(path, "-") ? fopen(path, "rbe") : stdin, *all = open_memstream(&text, &length);
    if (!all)
        fault("out of memory");
    for (size_t got; file && (got = fread(piece, 1, sizeof piece, file)) > 0; )
        fwrite(piece, 1, got, all);
    if (!file || ferror(file))
        fault("cannot read the names in %s: %s", path, strerror(errno));
    fclose(all);
    add_names(list, job, text, length);
    free(text);
    if (file != stdin)
        fclose(file);
}

static InputList list_inputs(const Job *job, const Options *options)
{
    InputList list = { .arena = arena_open() };
    for (int i = 0; i < options->operands; i++)
        add_path(&list, job, options->operand[i]);
    if (options->list)
        add_list(&list, job, options->list);
    return list;
}

/* ---- answers ---- */

static void read_picture(void *context, int task, int worker)
{
    const Pictures *pictures = context;
    const Row *input = &pictures->input[task];
    long size = shape_size(pictures->gather.shape);
    float *values = pictures->values + task * size;
    (void)worker;
    pictures->sound[task] = !input->problem;
    pictures->size[task] = (Extent){ 0 };
    if (input->values)
        gather_whole(&pictures->gather, input->values, values);
    else if (!input->problem)
        pictures->sound[task] = input_read_sized(&pictures->reader, input->name, values, &pictures->size[task],
                                                 pictures->reason[task]);
    if (!pictures->sound[task])
        memset(values, 0, sizeof(float) * (size_t)size);
}

static bool is_finite(const float *output, long count)
{
    for (long i = 0; i < count; i++)
        if (!isfinite(output[i]))
            return false;
    return true;
}

static void tell_problem(const Row *input, const char *reason)
{
    if (input->problem)
        fprintf(stderr, "%s: %s\n", program_invocation_short_name, input->problem);
    else
        fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, input->name, reason);
}

/* True where all pictures could be read. */
static bool answer_batch(const Trained *trained, const Options *options, Pictures *pictures, OutputFiles *files)
{
    const Program *program = trained->network->program;
    bool all = true;
    pool_run(trained->network->pool, read_picture, pictures, pictures->n);
    Step step = { .input = pictures->values, .n = pictures->n, .prepared = pictures->prepared };
    network_run(trained->network, &program->predict, &step);
    pictures->prepared = step.prepared;
    for (int i = 0; i < pictures->n; i++) {
        output_read(program, &step, i, pictures->output);
        if (pictures->sound[i] && !is_finite(pictures->output, shape_size(program->output)))
            pictures->sound[i] = refuse(pictures->reason[i], "the network's answer is no finite number");
        decision_temper(&trained->decision, pictures->output);
        if (pictures->sound[i])
            predict_report(trained, options, &(Answered){
                .name = pictures->input[i].name, .size = pictures->size[i],
                .input = pictures->values + i * shape_size(pictures->gather.shape), .output = pictures->output,
            }, files);
        else
            tell_problem(&pictures->input[i], pictures->reason[i]);
        all = all && pictures->sound[i];
    }
    fflush(stdout);
    return all;
}

/* A reader of pictures, where any are among the inputs. */
static InputReader open_reader(const Job *job, const InputList *list)
{
    for (int i = 0; i < list->inputs; i++)
        if (!list->input[i].values && !list->input[i].problem)
            return input_open(job);
    return (InputReader){ 0 };
}

int predict_command(const Program *program, const Options *options)
{
    Trained trained = trained_open(program, options, &program->predict);
    InputList list = list_inputs(&trained.job, options);
    size_t image = sizeof(float) * (size_t)shape_size(program->job.input.shape);
    Pictures pictures = {
        .reader = open_reader(&trained.job, &list),
        .gather = gather_open(&trained.job, false),
        .values = need_memory(image * (size_t)program->batch + INPUT_SLACK),
        .output = need_memory(sizeof(float) * (size_t)shape_size(program->output)),
        .size = need_memory(sizeof *pictures.size * (size_t)program->batch),
        .sound = need_memory(sizeof *pictures.sound * (size_t)program->batch),
        .reason = need_memory(sizeof *pictures.reason * (size_t)program->batch),
    };
    bool all = true;
    OutputFiles files = options->output ? output_files_open(options->output) : (OutputFiles){ 0 };
    predict_head(&trained, options);
    for (int at = 0; at < list.inputs; at += program->batch) {
        int left = list.inputs - at;
        pictures.input = list.input + at;
        pictures.n = left < program->batch ? left : program->batch;
        all = answer_batch(&trained, options, &pictures, options->output ? &files : NULL) && all;
    }
    if (pictures.reader.input)
        input_close(&pictures.reader);
    output_files_close(&files);
    gather_close(&pictures.gather);
    free(pictures.values);
    free(pictures.output);
    free(pictures.size);
    free(pictures.sound);
    free(pictures.reason);
    trained_close(&trained);
    arena_close(list.arena);
    return all ? 0 : EXIT_MISTAKE;
}
