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
#include "runtime/trained.h"

typedef struct {
    Arena *arena;
    const char **path;
    int paths, room;
} PathList;

/* A batch on its way through the network. A picture that cannot be read goes along as black, since
 * pictures do not see each other, and is not answered. */
typedef struct {
    InputReader reader;
    const char *const *path;    /* [n] */
    int n;
    float *values;              /* [n][h][w][c] */
    bool *sound;                /* [n] */
    char (*reason)[REASON_ROOM];
    int prepared;               /* as Step's, from batch to batch */
} Pictures;

/* ---- which pictures ---- */

static void add_path(PathList *list, const char *path)
{
    *arena_push(list->arena, list->path, list->paths, list->room) = path;
}

static void add_folder(PathList *list, const char *folder)
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

static PathList list_paths(const Options *options)
{
    PathList list = { .arena = arena_open() };
    struct stat status;
    for (int i = 0; i < options->operands; i++) {
        const char *path = options->operand[i];
        if (strcmp(path, "-") && !stat(path, &status) && S_ISDIR(status.st_mode))
            add_folder(&list, path);
        else
            add_path(&list, path);
    }
    return list;
}

/* ---- answers ---- */

static void read_picture(void *context, int task, int worker)
{
    const Pictures *pictures = context;
    long size = shape_size(pictures->reader.input->shape);
    float *values = pictures->values + task * size;
    (void)worker;
    pictures->sound[task] = input_read(&pictures->reader, pictures->path[task], values,
                                       pictures->reason[task]);
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
    Answer answer = answer_of(trained->network->program, output);
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
            print_answer(trained, options, pictures->path[i], output);
        else
            fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, pictures->path[i],
                    pictures->reason[i]);
        all = all && pictures->sound[i];
    }
    fflush(stdout);
    return all;
}

int predict_command(const Program *program, const Options *options)
{
    PathList list = list_paths(options);
    Trained trained = trained_open(program, options, &program->predict);
    size_t image = sizeof(float) * (size_t)shape_size(program->job.input.shape);
    Pictures pictures = {
        .reader = input_open(&trained.job),
        .values = need_memory(image * (size_t)program->batch + INPUT_SLACK),
        .sound = need_memory(sizeof *pictures.sound * (size_t)program->batch),
        .reason = need_memory(sizeof *pictures.reason * (size_t)program->batch),
    };
    bool all = true;
    for (int at = 0; at < list.paths; at += program->batch) {
        int left = list.paths - at;
        pictures.path = list.path + at;
        pictures.n = left < program->batch ? left : program->batch;
        all = answer_batch(&trained, options, &pictures) && all;
    }
    input_close(&pictures.reader);
    free(pictures.values);
    free(pictures.sound);
    free(pictures.reason);
    trained_close(&trained);
    arena_close(list.arena);
    return all ? 0 : EXIT_MISTAKE;
}
