/* predict.c - what the pictures that the user names show. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "runtime/answer.h"
#include "runtime/fault.h"
#include "runtime/folder.h"
#include "runtime/input.h"
#include "runtime/json_text.h"
#include "runtime/memory.h"
#include "runtime/options.h"
#include "runtime/rows.h"
#include "runtime/trained.h"

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
    bool *sound;                /* [n] */
    char (*reason)[REASON_ROOM];
    int prepared;               /* as Step's, from batch to batch */
} Pictures;

/* ---- which pictures and rows ---- */

static void add_path(InputList *list, const char *path)
{
    *arena_push(list->arena, list->input, list->inputs, list->room) = (Row){ .name = path };
}

static void add_rows(InputList *list, const Job *job, const char *path)
{
    RowList rows = rows_read(list->arena, job, path);
    for (long i = 0; i < rows.rows; i++)
        *arena_push(list->arena, list->input, list->inputs, list->room) = rows.row[i];
}

static void add_folder(InputList *list, const char *folder)
{
    FolderList found;
    const char *problem = folder_list(list->arena, folder, &found);
    if (problem)
        fault("%s", problem);
    if (!found.files)
        fault("folder '%s' holds no files", folder);
    for (int i = 0; i < found.files; i++)
        add_path(list, folder_join(list->arena, folder, found.file[i]));
}

static InputList list_inputs(const Job *job, const Options *options)
{
    InputList list = { .arena = arena_open() };
    struct stat status;
    for (int i = 0; i < options->operands; i++) {
        const char *path = options->operand[i];
        if (strcmp(path, "-") && !stat(path, &status) && S_ISDIR(status.st_mode))
            add_folder(&list, path);
        else if (rows_are_in(job, path))
            add_rows(&list, job, path);
        else
            add_path(&list, path);
    }
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
    pictures->sound[task] = true;
    if (input->values)
        gather_whole(&pictures->gather, input->values, values);
    else
        pictures->sound[task] = input_read(&pictures->reader, input->name, values, pictures->reason[task]);
    if (!pictures->sound[task])
        memset(values, 0, sizeof(float) * (size_t)size);
}

static void print_json(const Trained *trained, const char *path, Answer answer, const float *output)
{
    const Program *program = trained->network->program;
    json_t *each = json_object(), *line = json_object();
    for (int class = 0; class < program->classes; class++)
        json_put(each, trained->class_name[class], json_real(answer_probability(program, output, class)));
    json_put(line, "file", json_text(path));
    json_put(line, "class", json_text(trained->class_name[answer.class]));
    json_put(line, "probability", json_real(answer.probability));
    json_put(line, "probabilities", each);
    char *text = json_line(line);
    puts(text);
    free(text);
    json_decref(line);
}

/* A number in the unit of the table that it was learned from; of arrays as it is. */
static double number_of(const Program *program, const float *output, int index)
{
    const JobTable *table = &program->job.data.table;
    return table->targets ? (table->std[index] * output[index] + table->mean[index]) / table->scale : output[index];
}

static void print_numbers_json(const Program *program, const char *path, const float *output)
{
    const JobTable *table = &program->job.data.table;
    json_t *numbers = table->targets ? json_object() : json_array(), *line = json_object();
    for (int i = 0; i < program->output.c; i++) {
        json_t *number = json_real(number_of(program, output, i));
        if (table->targets)
            json_put(numbers, table->target[i], number);
        else
            json_add(numbers, number);
    }
    json_put(line, "file", json_text(path));
    json_put(line, "numbers", numbers);
    char *text = json_line(line);
    puts(text);
    free(text);
    json_decref(line);
}

static void print_numbers(const Program *program, const Options *options, const char *path, const float *output)
{
    if (options->json) {
        print_numbers_json(program, path, output);
        return;
    }
    for (int i = 0; i < program->output.c; i++)
        printf("%.7g ", number_of(program, output, i));
    printf("%s\n", path);
}

static bool is_finite(const Program *program, const float *output)
{
    for (int i = 0; i < program->output.c; i++)
        if (!isfinite(output[i]))
            return false;
    return true;
}

static void print_answer(const Trained *trained, const Options *options, const char *path,
                         const float *output)
{
    const Program *program = trained->network->program;
    if (program->job.target.kind == TARGET_NUMBERS) {
        print_numbers(program, options, path, output);
        return;
    }
    Answer answer = answer_of(program, output);
    if (options->json)
        print_json(trained, path, answer, output);
    else
        printf("%s %.4f %s\n", trained->class_name[answer.class], answer.probability, path);
}

/* True where all pictures could be read. */
static bool answer_batch(const Trained *trained, const Options *options, Pictures *pictures)
{
    const Program *program = trained->network->program;
    bool all = true;
    pool_run(trained->network->pool, read_picture, pictures, pictures->n);
    Step step = { .input = pictures->values, .n = pictures->n, .prepared = pictures->prepared };
    network_run(trained->network, &program->predict, &step);
    pictures->prepared = step.prepared;
    for (int i = 0; i < pictures->n; i++) {
        const float *output = step.output + (long)i * program->output_stride;
        if (pictures->sound[i] && !is_finite(program, output))
            pictures->sound[i] = refuse(pictures->reason[i], "the network's answer is no finite number");
        if (pictures->sound[i])
            print_answer(trained, options, pictures->input[i].name, output);
        else
            fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, pictures->input[i].name,
                    pictures->reason[i]);
        all = all && pictures->sound[i];
    }
    fflush(stdout);
    return all;
}

/* A reader of pictures, where any are among the inputs. */
static InputReader open_reader(const Job *job, const InputList *list)
{
    for (int i = 0; i < list->inputs; i++)
        if (!list->input[i].values)
            return input_open(job);
    return (InputReader){ 0 };
}

int predict_command(const Program *program, const Options *options)
{
    InputList list = list_inputs(&program->job, options);
    Trained trained = trained_open(program, options, &program->predict);
    size_t image = sizeof(float) * (size_t)shape_size(program->job.input.shape);
    Pictures pictures = {
        .reader = open_reader(&trained.job, &list),
        .gather = gather_open(&trained.job, false),
        .values = need_memory(image * (size_t)program->batch + INPUT_SLACK),
        .sound = need_memory(sizeof *pictures.sound * (size_t)program->batch),
        .reason = need_memory(sizeof *pictures.reason * (size_t)program->batch),
    };
    bool all = true;
    for (int at = 0; at < list.inputs; at += program->batch) {
        int left = list.inputs - at;
        pictures.input = list.input + at;
        pictures.n = left < program->batch ? left : program->batch;
        all = answer_batch(&trained, options, &pictures) && all;
    }
    if (pictures.reader.input)
        input_close(&pictures.reader);
    gather_close(&pictures.gather);
    free(pictures.values);
    free(pictures.sound);
    free(pictures.reason);
    trained_close(&trained);
    arena_close(list.arena);
    return all ? 0 : EXIT_MISTAKE;
}
