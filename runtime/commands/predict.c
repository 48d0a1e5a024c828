/* predict.c - what the pictures that the user names show. They are decoded ahead, as a loader's are, while the network
 * answers those before; where names come slowly, it answers what there is. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/commands/predict_inputs.h"
#include "runtime/commands/predict_report.h"
#include "runtime/data/prefetch.h"
#include "runtime/data/ring.h"
#include "runtime/options/options_rows.h"
#include "runtime/pictures/input.h"
#include "runtime/show/terminal_text.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

/* An input on its way to its answer. A picture that cannot be read goes along as black, since pictures do not see each
 * other, and is not answered. */
typedef struct {
    Row row;
    Extent size;                /* of what is a picture, else 0x0 */
    bool sound;
    char reason[REASON_ROOM];   /* why it is not */
} Asked;

/* A batch of them. */
typedef struct {
    Arena *arena;               /* of what the rows hold; NULL: there are none */
    Asked *asked;               /* [n] */
    int n;
} Load;

typedef struct {
    Trained trained;
    const Program *program;
    const Options *options;
    Inputs *inputs;
    bool over;                  /* there are no more */
    InputReader reader;         /* of pictures, once there is one */
    Gather gather;              /* of rows */
    Prefetch *prefetch;
    Ring *ring;
    Load load[RING_BATCHES];    /* beside the ring's batches */
    long filling;               /* the batch that is being asked for */
    float *output;              /* of one of them, [P][Q][C] */
    OutputFiles files;          /* where --output is told */
    int prepared;               /* as Step's, from batch to batch */
    bool all;                   /* could be answered */
} Predicting;

static float *values_at(const Predicting *predicting, long batch, int place)
{
    return predicting->ring->input[batch % RING_BATCHES] + place * shape_size(predicting->program->job.input.shape);
}

/* ---- decoding ahead ---- */

/* As ImageMaker.make. */
static char *make_input(void *context, void *bench, long batch, int place)
{
    const Predicting *predicting = context;
    Asked *asked = &predicting->load[batch % RING_BATCHES].asked[place];
    float *values = values_at(predicting, batch, place);
    (void)bench;
    asked->sound = !asked->row.problem;
    if (asked->row.values)
        gather_whole(&predicting->gather, asked->row.values, values);
    else if (asked->sound)
        asked->sound = input_read_sized(&predicting->reader, asked->row.name, values, &asked->size, asked->reason);
    if (!asked->sound)
        memset(values, 0, sizeof(float) * (size_t)shape_size(predicting->program->job.input.shape));
    return NULL;
}

/* ---- which pictures and rows ---- */

/* A row of the batch's own. */
static Row keep(Arena *arena, const Job *job, const Row *row)
{
    Row kept = { .name = arena_printf(arena, "%s", row->name) };
    size_t bytes = sizeof(float) * (size_t)shape_size(job->input.shape);
    if (row->values)
        kept.values = memcpy(arena_alloc(arena, bytes + INPUT_SLACK), row->values, bytes);
    if (row->problem)
        kept.problem = arena_printf(arena, "%s", row->problem);
    return kept;
}

static void ask(Predicting *predicting, const Row *row)
{
    Load *load = &predicting->load[predicting->filling % RING_BATCHES];
    if (!row->values && !row->problem && !predicting->reader.input)
        predicting->reader = input_open(&predicting->trained.job);
    if (!load->arena)
        load->arena = arena_open();
    load->asked[load->n++] = (Asked){ .row = keep(load->arena, &predicting->trained.job, row) };
    bool whole = load->n == predicting->program->batch;
    prefetch_ask(predicting->prefetch, 1, whole);
    predicting->filling += whole;
}

/* Asks for what is named, as far ahead as there is room. Waits for names only where nothing is on its way; and where
 * all that is, is a part of a batch, sends it off. */
static void ask_ahead(Predicting *predicting)
{
    const Load *load;
    while (!predicting->over && prefetch_has_room(predicting->prefetch)) {
        load = &predicting->load[predicting->filling % RING_BATCHES];
        Row row;
        NameState state = inputs_next(predicting->inputs, !load->n && !prefetch_ahead(predicting->prefetch), &row);
        if (state == NAME_LATER)
            break;
        if (state == NAME_NEXT)
            ask(predicting, &row);
        predicting->over = state == NAME_END;
    }
    load = &predicting->load[predicting->filling % RING_BATCHES];
    if (!prefetch_ahead(predicting->prefetch) && load->n) {
        prefetch_ask(predicting->prefetch, 0, true);
        predicting->filling++;
    }
}

/* ---- answers ---- */

static bool is_finite(const float *output, long count)
{
    for (long i = 0; i < count; i++)
        if (!isfinite(output[i]))
            return false;
    return true;
}

static void tell_problem(const Row *input, const char *reason)
{
    fprintf(stderr, "%s: ", program_invocation_short_name);
    if (input->problem) {
        fprintf(stderr, "%s\n", input->problem);
        return;
    }
    put_name(stderr, input->name);
    fprintf(stderr, ": %s\n", reason);
}

static void answer(Predicting *predicting, const Step *step, long batch, int place)
{
    Asked *asked = &predicting->load[batch % RING_BATCHES].asked[place];
    output_read(predicting->program, step, place, predicting->output);
    if (asked->sound && !is_finite(predicting->output, shape_size(predicting->program->output)))
        asked->sound = refuse(asked->reason, "the network's answer is no finite number");
    decision_temper(&predicting->trained.decision, predicting->output);
    if (asked->sound)
        predict_report(&predicting->trained, predicting->options, &(Answered){
            .name = asked->row.name, .size = asked->size, .input = values_at(predicting, batch, place),
            .output = predicting->output,
        }, predicting->options->output ? &predicting->files : NULL);
    else
        tell_problem(&asked->row, asked->reason);
    predicting->all = predicting->all && asked->sound;
}

static void answer_batch(Predicting *predicting)
{
    Prefetched next = prefetch_next(predicting->prefetch);
    Load *load = &predicting->load[next.number % RING_BATCHES];
    Step step = { .input = values_at(predicting, next.number, 0), .n = next.n, .prepared = predicting->prepared };
    network_run(predicting->trained.network, &predicting->program->predict, &step);
    predicting->prepared = step.prepared;
    for (int i = 0; i < next.n; i++)
        answer(predicting, &step, next.number, i);
    flush_output();
    arena_close(load->arena);
    load->arena = NULL;
    load->n = 0;
    prefetch_give_back(predicting->prefetch);
}

/* ---- the whole ---- */

static void open_loads(Predicting *predicting)
{
    int batch = predicting->program->batch;
    predicting->ring = ring_open(&predicting->program->job, batch);
    for (int i = 0; i < RING_BATCHES; i++)
        predicting->load[i].asked = need_memory(sizeof(Asked) * (size_t)batch);
    predicting->prefetch = prefetch_open(&(ImageMaker){ .context = predicting, .make = make_input },
                                         predicting->options->threads);
    prefetch_start(predicting->prefetch, 0);
}

static void close_loads(Predicting *predicting)
{
    prefetch_close(predicting->prefetch);
    for (int i = 0; i < RING_BATCHES; i++)
        free(predicting->load[i].asked);
    ring_close(predicting->ring);
}

int predict_command(const Program *program, const Options *options)
{
    if (options->output && !predict_writes(program))
        misuse("--output of predict takes masks, or pictures that are given back: this network answers neither, and its "
               "answers are printed");
    Predicting predicting = { .trained = trained_open(program, options, &program->predict), .program = program,
                              .options = options, .all = true };
    predicting.inputs = inputs_open(&predicting.trained.job, options);
    predicting.gather = gather_open(&predicting.trained.job, false);
    predicting.output = need_memory(sizeof(float) * (size_t)shape_size(program->output));
    if (options->output)
        predicting.files = output_files_open(options->output);
    predict_head(&predicting.trained, options);
    open_loads(&predicting);
    for (ask_ahead(&predicting); prefetch_ahead(predicting.prefetch); ask_ahead(&predicting))
        answer_batch(&predicting);
    close_loads(&predicting);
    if (predicting.reader.input)
        input_close(&predicting.reader);
    output_files_close(&predicting.files);
    gather_close(&predicting.gather);
    free(predicting.output);
    inputs_close(predicting.inputs);
    trained_close(&predicting.trained);
    return predicting.all ? 0 : EXIT_MISTAKE;
}
