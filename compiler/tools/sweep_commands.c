/* sweep_commands.c - what is run for a trial: netc itself, which builds its trainer, and that. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "compiler/tools/sweep.h"
#include "compiler/workers.h"

enum { MEMORY = 1024, LONGEST = 1000000000 };      /* MB for decoded pictures; epochs */

/* ---- what stands behind -- ---- */

/* What a sweep itself has to do with of its trainers' options. */
typedef enum {
    ITS_OWN,                    /* it tells each trainer */
    LENGTH,                     /* of a whole training; halving cuts it */
    START,                      /* a run that goes on has its own */
} Share;

static const struct { const char *option; Share share; const char *why; } shared[] = {
    { "--run", ITS_OWN, "each combination has a run of its own" },
    { "--new", ITS_OWN, "sweep --new begins all of them anew" },
    { "--epochs", LENGTH, NULL }, { "--from", START, NULL }, { "--weights", START, NULL },
};
enum { SHARED = sizeof shared / sizeof *shared };

/* The row of an option, "--epochs" or "--epochs=3"; SHARED: none. */
static int row_of(const char *word)
{
    int row = 0;
    while (row < SHARED && (strncmp(word, shared[row].option, strlen(shared[row].option)) ||
                            !strchr("=", word[strlen(shared[row].option)])))
        row++;
    return row;
}

/* What an option's value is, which may be the next word. */
static const char *value_of(const Options *options, int word)
{
    const char *equals = strchr(options->further[word], '=');
    return equals ? equals + 1 : word + 1 < options->rest ? options->further[word + 1] : "";
}

static bool take_length(Sweep *sweep, const char *value)
{
    char *end;
    long epochs = strtol(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || epochs < 1 || epochs > LONGEST) {
        fprintf(stderr, "netc: --epochs takes a whole number from 1 to %d, not '%s'\n", LONGEST, value);
        return false;
    }
    sweep->epochs = (int)epochs;
    return true;
}

bool sweep_take_further(Sweep *sweep)
{
    const Options *options = sweep->options;
    for (int i = 0; i < options->rest; i++) {
        int row = row_of(options->further[i]);
        if (row < SHARED && shared[row].share == ITS_OWN) {
            fprintf(stderr, "netc: %s is not for the trainers of a sweep: %s\n", shared[row].option, shared[row].why);
            return false;
        }
        if (row < SHARED && shared[row].share == LENGTH && !take_length(sweep, value_of(options, i)))
            return false;
    }
    return true;
}

/* ---- command lines ---- */

char **sweep_build_line(const Sweep *sweep, const Trial *trial)
{
    CommandLine line = { .arena = sweep->arena };
    const Card *card = sweep->card;
    command_add(&line, "/proc/self/exe");
    command_add(&line, "build");
    for (int i = 0; i < card->sweeps; i++)
        command_add(&line, arena_printf(sweep->arena, "--set=%s=%s", card->sweep[i].name, card->sweep[i].value[trial->value[i]]));
    command_add(&line, arena_printf(sweep->arena, "--target=%s", sweep->options->target->name));
    if (sweep->options->direct)
        command_add(&line, "--direct");
    command_add(&line, "-o");
    command_add(&line, trial->program);
    command_add(&line, sweep->options->card);
    return line.word;
}

static bool has_begun(const Sweep *sweep, const Trial *trial)
{
    return !access(arena_printf(sweep->arena, "%s/last.safetensors", sweep_run_folder(sweep, trial)), F_OK);
}

/* What was given for the trainers comes last, and so decides. */
static void add_further(CommandLine *line, const Sweep *sweep, const Trial *trial)
{
    const Options *options = sweep->options;
    bool begun = has_begun(sweep, trial);
    for (int i = 0; i < options->rest; i++) {
        int row = row_of(options->further[i]);
        bool left_out = row < SHARED && ((shared[row].share == LENGTH && trial->until) || (shared[row].share == START && begun));
        if (!left_out)
            command_add(line, options->further[i]);
        else if (!strchr(options->further[i], '='))
            i++;
    }
}

char **sweep_train_line(const Sweep *sweep, const Trial *trial, int at_once, int threads)
{
    Arena *arena = sweep->arena;
    CommandLine line = { .arena = arena };
    command_add(&line, arena_printf(arena, "./%s", trial->program));
    command_add(&line, "train");
    command_add(&line, "--run");
    command_add(&line, trial->run);
    command_add(&line, "--threads");
    command_add(&line, arena_printf(arena, "%d", threads));
    command_add(&line, "--cache");
    command_add(&line, arena_printf(arena, "%dM", MEMORY / at_once > 1 ? MEMORY / at_once : 1));
    if (trial->until) {
        command_add(&line, "--epochs");
        command_add(&line, arena_printf(arena, "%d", trial->until));
    }
    add_further(&line, sweep, trial);
    return line.word;
}

char **sweep_result_line(const Sweep *sweep, const Trial *trial)
{
    CommandLine line = { .arena = sweep->arena };
    command_add(&line, arena_printf(sweep->arena, "./%s", trial->program));
    command_add(&line, "runs");
    command_add(&line, "--json");
    command_add(&line, trial->run);
    return line.word;
}

/* ---- what to go on with ---- */

/* With all that the trainer's hash depends on: only the same program takes the run. */
static const char *build_text(const Sweep *sweep, const Trial *trial)
{
    Arena *arena = sweep->arena;
    const Card *card = sweep->card;
    const Options *options = sweep->options;
    const char *text = arena_printf(arena, "%s build", shell_text(arena, program_invocation_name));
    for (int i = 0; i < card->sweeps; i++) {
        const CardSweep *values = &card->sweep[i];
        const char *set = arena_printf(arena, "%s=%s", values->name, values->value[trial->value[i]]);
        text = arena_printf(arena, "%s --set %s", text, shell_text(arena, set));
    }
    if (options->target != target_named("native"))
        text = arena_printf(arena, "%s --target=%s", text, options->target->name);
    return arena_printf(arena, "%s%s %s", text, options->direct ? " --direct" : "", shell_text(arena, options->card));
}

/* Where the trainers were told that the card's relative paths start; NULL: here. */
static const char *data_root(const Options *options)
{
    const char *root = NULL;
    for (int i = 0; i < options->rest; i++)
        if (!strncmp(options->further[i], "--data", 6) && strchr("=", options->further[i][6]))
            root = value_of(options, i);
    return root;
}

/* Something that the trainer can answer: what it was trained on. NULL: a table of pictures that lie anywhere. */
static const char *answerable(const JobData *data)
{
    const JobPart *part = &data->part[PART_TRAIN];
    bool pictures = data->kind == DATA_CSV && data->table.file;
    return pictures ? data->table.root : part->paths ? part->path[0] : NULL;
}

/* Newer runs of the same values may have done worse, as where a halving dropped them: so the run is named. */
void sweep_say_commands(const Sweep *sweep, const Trial *trial)
{
    Arena *arena = sweep->arena;
    const char *root = data_root(sweep->options), *path = answerable(&sweep->card->job.data);
    const char *program = shell_text(arena, arena_printf(arena, "./%s", sweep->name)), *run = shell_text(arena, trial->run);
    printf("    %s\n    %s evaluate --run %s%s%s\n", build_text(sweep, trial), program, run, root ? " --data " : "",
           root ? shell_text(arena, root) : "");
    if (path && root && *path != '/')
        path = arena_printf(arena, "%s/%s", root, path);
    if (path)
        printf("    %s predict --run %s %s\n", program, run, shell_text(arena, path));
}
