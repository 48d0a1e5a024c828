#include "runtime/training/trained.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/dataset.h"
#include "runtime/runs/phase.h"
#include "runtime/runs/runs.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"

/* The best of the run that is meant, or else of the newest; to be freed. */
static char *best_of(const Program *program, const char *name)
{
    Run run;
    int others;
    if (run_find(program, name, "best.safetensors", NULL, NULL, &run, &others)) {
        char *path = path_join(run.folder, "best.safetensors");
        run_close(&run);
        return path;
    }
    if (name && others)
        fault("%s/%s is of another version of this card; its weights may still fit: --weights %s/%s/best.safetensors",
              runs_folder(program), name, runs_folder(program), name);
    if (name)
        fault("there is no run %s/%s with a finished epoch; `%s` lists what there is", runs_folder(program), name,
              call_text("runs"));
    if (others)
        fault("no run of this card has a finished epoch; those in %s are of another version of it, "
              "whose weights --weights FILE may still fit", runs_folder(program));
    fault("nothing was trained here yet: the current folder has no run with a finished epoch in %s; `%s` "
          "first, or give --weights FILE", runs_folder(program), call_text("train"));
}

static char *folder_of(const char *path)
{
    char *copy = strdup(path), *folder = copy ? strdup(dirname(copy)) : NULL;
    if (!folder)
        fault("out of memory");
    free(copy);
    return folder;
}

/* The names of the file; where a foreign one has none, those of the card, or numbers. */
static const char **class_names(const Program *program, const Checkpoint *checkpoint)
{
    const JobData *data = &program->job.data;
    const char **name = need_memory(sizeof *name * (size_t)program->classes);
    for (int i = 0; i < program->classes; i++) {
        char *number = NULL;
        if (i < checkpoint->classes.count)
            name[i] = strdup(checkpoint->classes.name[i]);
        else if (i < data->classes && *data->class[i].name && class_name_is_sound(data->class[i].name))
            name[i] = strdup(data->class[i].name);
        else
            name[i] = asprintf(&number, "%d", i) < 0 ? NULL : number;
        if (!name[i])
            fault("out of memory");
    }
    return name;
}

/* The job as it was when the weights were trained. */
static void fill_job(Trained *trained, const Program *program)
{
    const JobInput *input = &program->job.input;
    size_t bytes = sizeof(double) * (size_t)input->shape.c;
    trained->job = program->job;
    trained->job.input.mean = trained->mean = memcpy(need_memory(bytes), input->mean, bytes);
    trained->job.input.std = trained->std = memcpy(need_memory(bytes), input->std, bytes);
    checkpoint_measures(trained->checkpoint, input, trained->mean, trained->std);
    trained->job.data.table.input = trained->checkpoint->columns.name;
    trained->job.data.table.inputs = trained->checkpoint->columns.count;
}

/* Scored by the loss of the phase that they come from, where it is one of this program's. */
static const Use *scoring_use(const Program *program, const Checkpoint *checkpoint)
{
    if (!checkpoint_is_of(checkpoint, program))
        return &program->predict;
    checkpoint_check_standing(checkpoint, program);
    return phase_uses(program, &checkpoint->standing)->predict;
}

static void say_which(const Program *program, const Checkpoint *checkpoint)
{
    const Standing *standing = &checkpoint->standing;
    fprintf(stderr, "%s: weights of %s", program_invocation_short_name, checkpoint->path);
    if (checkpoint->hash)
        fprintf(stderr, ", epoch %" PRIu64, standing->epoch);
    if (checkpoint_is_of(checkpoint, program) && program->job.phases > 1)
        fprintf(stderr, ", phase %s", phase_now(program, standing)->name);
    fputc('\n', stderr);
}

Trained trained_open(const Program *program, const Options *options, const Use *use)
{
    char *path = options->weights ? strdup(options->weights) : best_of(program, options->run);
    Trained trained = { .checkpoint = checkpoint_open(path), .folder = folder_of(path) };
    free(path);
    trained.network = network_open(program, use, options->threads);
    trained.network->predict = scoring_use(program, trained.checkpoint);
    checkpoint_read(trained.checkpoint, trained.network, false);
    const Parameter *broken = network_broken(trained.network);
    if (broken)
        fault("cannot use the weights of %s: '%s' holds numbers that are not finite",
              trained.checkpoint->path, broken->name);
    fill_job(&trained, program);
    trained.class_name = class_names(program, trained.checkpoint);
    trained.decision = decision_read(program, trained.checkpoint);
    if (options->threshold > 0)
        decision_set_threshold(&trained.decision, options->threshold);
    if (!options->quiet)
        say_which(program, trained.checkpoint);
    return trained;
}

void trained_close(Trained *trained)
{
    for (int i = 0; i < trained->network->program->classes; i++)
        free((char *)trained->class_name[i]);
    free((void *)trained->class_name);
    decision_free(&trained->decision);
    free(trained->mean);
    free(trained->std);
    network_close(trained->network);
    checkpoint_close(trained->checkpoint);
    free(trained->folder);
}
