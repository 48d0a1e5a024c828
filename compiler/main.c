/* main.c - the pipeline, read from top to bottom: a card, its graphs, their plans, the program. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "compiler/build.h"
#include "compiler/channels.h"
#include "compiler/check/check.h"
#include "compiler/gen/gen.h"
#include "compiler/notes.h"
#include "compiler/options.h"
#include "compiler/output.h"
#include "compiler/pass/pass.h"
#include "compiler/plan/plan.h"
#include "compiler/tools/diff.h"
#include "compiler/tools/draw.h"
#include "compiler/tools/explain.h"
#include "compiler/tools/explain_plan.h"
#include "compiler/tools/format_files.h"
#include "compiler/tools/lsp.h"
#include "compiler/tools/statements.h"
#include "compiler/tools/sweep.h"
#include "compiler/tune.h"
#include "compiler/workers.h"

/* The graph of one use, in a phase, after the passes up to `last`; NULL: all. */
static Graph *run_passes(Arena *arena, const Card *card, UseKind use, int phase, const char *last)
{
    Graph *graph = lower_phase(arena, card, use, phase);
    graph_verify(graph, "lower");
    if (last && !strcmp(last, "lower"))
        return graph;
    for (int i = 0; i < PASSES; i++) {
        passes[i].run(graph);
        graph_verify(graph, passes[i].name);
        if (last && !strcmp(last, passes[i].name))
            break;
    }
    return graph;
}

static PlanOrder order_of(const Card *card, UseKind use, const Options *options, const Picker *picker)
{
    return (PlanOrder){ .target = options->target, .direct = options->direct, .picker = picker,
                        .batch = use == USE_VIEW || use == USE_SINGLE ? 1 : card->job.train.batch };
}

/* Only the plan knows how many numbers a layer needs, with the zeros that fill its vectors. */
static bool fits(const Plan *plan, Diagnostics *diagnostics)
{
    if (plan->too_large)
        diag_error(diagnostics, plan->too_large->span, TOO_LARGE, plan->too_large->name,
                   "numbers lie in one of its tables");
    return !plan->too_large;
}

static void dump(Arena *arena, const Card *card, Diagnostics *diagnostics, const Options *options)
{
    if (!strcmp(options->dump, "ast")) {
        statements_print(stdout, arena, card->source);
        return;
    }
    Graph *graph = run_passes(arena, card, USE_TRAIN, 0, options->dump);
    if (strcmp(options->dump, "plan"))
        graph_print(stdout, graph);
    else {
        const Plan *plan = plan_graph(graph, order_of(card, USE_TRAIN, options, NULL));
        if (fits(plan, diagnostics))
            plan_print(stdout, plan);
    }
}

/* "out/catdog" is called catdog. */
static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* "cards/catdog.net" is called catdog. */
static const char *program_name(Arena *arena, const char *card)
{
    if (!strcmp(card, "-"))
        return "card";
    const char *name = name_in(card);
    size_t length = strlen(name);
    if (length > 4 && !strcmp(name + length - 4, ".net"))
        length -= 4;
    return arena_copy(arena, name, length);
}

/* Blanks in a name would end it; make wants them behind a backslash. */
static void put_for_make(FILE *out, const char *name)
{
    for (; *name; name++)
        fprintf(out, *name == ' ' || *name == '#' ? "\\%c" : *name == '$' ? "$%c" : "%c", *name);
}

/* True where a file that netc is to make is one that it read. */
static bool would_overwrite(const Card *card, const char *path)
{
    struct stat made, read;
    for (int i = 0; i < card->reads && !stat(path, &made); i++)
        if (!stat(card->read[i]->name, &read) && read.st_dev == made.st_dev && read.st_ino == made.st_ino) {
            fprintf(stderr, "netc: %s is what was read, and would be overwritten; -o names another file\n",
                    path);
            return true;
        }
    return false;
}

/* "out/catdog.c" -> "out/catdog.d" */
static const char *beside(Arena *arena, const char *path)
{
    size_t length = strlen(path);
    bool c = length > 2 && !strcmp(path + length - 2, ".c");
    return arena_printf(arena, "%.*s.d", (int)(c ? length - 2 : length), path);
}

static bool write_dependencies(const Card *card, const char *path, const char *program)
{
    Output file = output_open(path);
    if (!file.out)
        return false;
    put_for_make(file.out, program);
    fprintf(file.out, ":");
    for (int i = 0; i < card->reads; i++) {
        fprintf(file.out, " ");
        put_for_make(file.out, card->read[i]->name);
    }
    fprintf(file.out, "\n");
    return output_close(&file);
}

static Generation describe(Arena *arena, const Card *card, const char *path, const Options *options)
{
    LayerNote *layer = layer_notes(arena, card);
    Generation g = { .card = arena_printf(arena, "%s.net", program_name(arena, path)), .job = &card->job,
                     .source = card->read, .sources = card->reads, .set = options->set, .sets = options->sets,
                     .layer = layer, .layers = card->layers - 1 };
    g.group = note_channels(arena, card, layer, &g.groups);
    return g;
}

/* ---- plans ---- */

/* What all plans of a card have in common. */
typedef struct {
    Arena *arena;
    const Card *card;
    const Options *options;
    const Picker *picker;
} Planning;

/* With values that take at least so many bytes. */
static const Plan *plan_use(const Planning *p, UseKind use, int phase, size_t least)
{
    PlanOrder order = order_of(p->card, use, p->options, p->picker);
    order.least = least;
    return plan_graph(run_passes(p->arena, p->card, use, phase, NULL), order);
}

/* Beside the plans that there are. */
static const Plan *plan_view(const Planning *p, int phase, const Generation *g)
{
    PlanOrder order = order_of(p->card, USE_VIEW, p->options, p->picker);
    order.beside[0] = g->plan[USE_TRAIN]->graph;
    order.beside[1] = g->plan[USE_SINGLE]->graph;
    return plan_graph(run_passes(p->arena, p->card, USE_VIEW, phase, NULL), order);
}

/* All that the code of a use depends on. */
static char *text_of(const Graph *graph)
{
    const JobTrain *t = graph->train;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (graph->use == USE_TRAIN)
        fprintf(out, "%d %.17g %d %.17g %.17g %.17g %.17g %.17g\n", t->optimizer, t->momentum, t->nesterov, t->rho,
                t->beta1, t->beta2, t->epsilon, t->decay);
    graph_print(out, graph);
    fclose(out);
    return text;
}

static bool same_code(const Plan *a, const Plan *b)
{
    char *left = text_of(a->graph), *right = text_of(b->graph);
    bool same = !strcmp(left, right);
    free(left);
    free(right);
    return same;
}

/* The plan that is there already, or else the new one, as a further use. */
static const Plan *share_plan(Generation *g, const Plan *plan)
{
    const Plan *same = g->plan[plan->graph->use];
    if (same_code(same, plan))
        return same;
    for (int i = 0; i < g->others; i++)
        if (g->other[i]->graph->use == plan->graph->use && same_code(g->other[i], plan))
            return g->other[i];
    *arena_push(plan->arena, g->other, g->others, g->other_room) = plan;
    return plan;
}

/* The plans of the phases of a card with several. Their states lie alike, behind the largest one's values. */
static void plan_phases(const Planning *p, Generation *g, size_t least)
{
    int phases = p->card->job.phases;
    PhasePlans *phase = arena_array(p->arena, PhasePlans, phases);
    g->phase = phase;
    g->phases = phases;
    g->other = NULL;
    g->others = g->other_room = 0;
    g->plan[USE_TRAIN] = plan_use(p, USE_TRAIN, 0, least);
    for (int i = 0; i < phases; i++) {
        phase[i].train = share_plan(g, plan_use(p, USE_TRAIN, i, least));
        phase[i].predict = share_plan(g, plan_use(p, USE_PREDICT, i, g->plan[USE_SINGLE]->bytes));
    }
}

static size_t most_states(const Generation *g)
{
    size_t most = 0;
    for (int i = 0; i < g->phases; i++) {
        most = g->phase[i].train->states > most ? g->phase[i].train->states : most;
        most = g->phase[i].predict->bytes > most ? g->phase[i].predict->bytes : most;
    }
    return most;
}

/* A training block also serves predicting, so its values take at least as much room. */
static void plan_all(Arena *arena, const Card *card, const Options *options, const Picker *picker,
                     Generation *g)
{
    const Planning p = { arena, card, options, picker };
    int last = card->job.phases - 1;
    g->plan[USE_SINGLE] = plan_use(&p, USE_SINGLE, last, 0);
    g->plan[USE_PREDICT] = plan_use(&p, USE_PREDICT, last, g->plan[USE_SINGLE]->bytes);
    g->plan[USE_TRAIN] = plan_use(&p, USE_TRAIN, 0, g->plan[USE_PREDICT]->bytes);
    g->plan[USE_VIEW] = plan_view(&p, last, g);
    if (last > 0) {
        plan_phases(&p, g, g->plan[USE_PREDICT]->bytes);
        plan_phases(&p, g, most_states(g));
    }
}

static bool all_fit(const Generation *g, Diagnostics *diagnostics)
{
    bool good = true;
    for (int use = 0; use < USE_COUNT; use++)
        good &= fits(g->plan[use], diagnostics);
    for (int i = 0; i < g->others; i++)
        good &= fits(g->other[i], diagnostics);
    return good;
}

/* Plans anew, with the cuts that are the fastest here. False where that could not be found out. */
static bool tune(Arena *arena, const Card *card, const Options *options, Generation *g)
{
    Tuning *tuning = tuning_open(arena, options->target);
    do
        plan_all(arena, card, options, tuning_picker(tuning), g);
    while (tuning_collect(tuning, g));
    if (!tuning_measure(tuning, g))
        return false;
    plan_all(arena, card, options, tuning_picker(tuning), g);
    tuning_print(stdout, tuning);
    return true;
}

/* Where the C text and, with build, the program go. */
typedef struct { const char *source, *program; } Names;

static Names names_of(Arena *arena, const Options *options)
{
    const char *name = program_name(arena, options->card);
    if (options->command == COMMAND_BUILD) {
        name = options->output ? options->output : name;
        return (Names){ arena_printf(arena, "%s.c", name), name };
    }
    if (options->output)
        return (Names){ options->output, name };
    return (Names){ strcmp(options->card, "-") ? arena_printf(arena, "%s.c", name) : "-", name };
}

/* A file that netc would destroy, or a folder where a file is to be. */
static bool is_in_the_way(const Card *card, const char *path)
{
    struct stat there;
    bool folder = !stat(path, &there) && S_ISDIR(there.st_mode);
    if (folder)
        fprintf(stderr, "netc: the folder %s is called as the program would be; -o names the program otherwise, as -o train-%s\n",
                path, name_in(path));
    return folder || would_overwrite(card, path);
}

/* As it can be pasted. */
static void say_built(Arena *arena, const char *program)
{
    const char *path = strchr(program, '/') ? program : arena_printf(arena, "./%s", program);
    printf("%s: built; %s train trains it, --help tells the rest\n", path, shell_text(arena, path));
}

static int write_program(Arena *arena, const Card *card, Diagnostics *diagnostics, const Options *options)
{
    const Names names = names_of(arena, options);
    bool build = options->command == COMMAND_BUILD;
    if (is_in_the_way(card, names.source) || (build && is_in_the_way(card, names.program)))
        return EXIT_USAGE;
    Generation g = describe(arena, card, options->card, options);
    const GraphView view = graph_view(arena, card, &g, false);
    g.view = view.boxes <= MOST_DRAWN ? &view : NULL;
    plan_all(arena, card, options, NULL, &g);
    if (!all_fit(&g, diagnostics))
        return EXIT_MISTAKE;
    if (options->tune && !tune(arena, card, options, &g))
        return EXIT_WORLD;
    Output file = output_open(names.source);
    if (!file.out)
        return EXIT_WORLD;
    generate(file.out, &g);
    if (!output_close(&file))
        return EXIT_WORLD;
    const char *depend = options->depend && !*options->depend ? beside(arena, names.source) : options->depend;
    if (depend && !write_dependencies(card, depend, names.source))
        return EXIT_WORLD;
    if (build && !build_program(arena, names.source, names.program, options->target))
        return EXIT_WORLD;
    if (build)
        say_built(arena, names.program);
    else if (strcmp(names.source, "-"))
        printf("%s: build it with %s\n", names.source,
               build_command(arena, names.source, names.program, options->target));
    return 0;
}

static int draw(Arena *arena, const Card *card, const Options *options)
{
    const Generation g = describe(arena, card, options->card, options);
    const GraphView view = graph_view(arena, card, &g, options->unfold);
    if (view.boxes > MOST_DRAWN) {
        fprintf(stderr, "netc: %d boxes are too many to be drawn; blocks and repeats are folded without --unfold\n", view.boxes);
        return EXIT_MISTAKE;
    }
    Output file = output_open(options->output ? options->output : "-");
    if (!file.out)
        return EXIT_WORLD;
    (options->svg ? draw_svg : draw_dot)(file.out, arena, &view);
    return output_close(&file) ? 0 : EXIT_WORLD;
}

static int run(Arena *arena, const Card *card, Diagnostics *diagnostics, const Options *options)
{
    if (options->command == COMMAND_SWEEP)
        return sweep(arena, card, options);
    if (options->dump)
        dump(arena, card, diagnostics, options);
    else if (options->dot || options->svg)
        return draw(arena, card, options);
    else if (options->command == COMMAND_EXPLAIN) {
        Generation g = describe(arena, card, options->card, options);
        if (card->has_train) {
            plan_all(arena, card, options, NULL, &g);
            all_fit(&g, diagnostics);
        }
        if (!diag_count(diagnostics)) {
            GraphView view = graph_view(arena, card, &g, options->unfold);
            explain(stdout, arena, &g, &view);
            explain_sweeps(stdout, card);
        }
        if (!diag_count(diagnostics) && options->plan && card->has_train)
            explain_plans(stdout, &g);
    } else
        return write_program(arena, card, diagnostics, options);
    return 0;
}

static int show(Diagnostics *diagnostics, const Options *options)
{
    diag_show(diagnostics, stderr, options->json);
    return EXIT_MISTAKE;
}

/* What the card lacks for what is asked; NULL: nothing. */
static const char *missing_section(const Card *card, const Options *options)
{
    if (options->command == COMMAND_CHECK || (options->dump && !strcmp(options->dump, "ast")))
        return NULL;
    if (!card->has_model)
        return "model";
    return card->has_train || options->command == COMMAND_EXPLAIN ? NULL : "train";
}

/* A sound card; NULL and *code, where there is none and why has been said. */
static Card *read_sound(Arena *arena, const char *path, Diagnostics *diagnostics, const Options *options, int *code)
{
    Card *card = check_card_with(arena, path, options->set, options->sets, diagnostics);
    if (diag_world(diagnostics)) {
        fprintf(stderr, "netc: %s\n", diag_world(diagnostics));
        *code = EXIT_WORLD;
        return NULL;
    }
    *code = card ? 0 : show(diagnostics, options);
    return card;
}

/* False where a value that the command line sets is none of what the cards sweep; of two, one may not sweep it. */
static bool settings_fit(Arena *arena, const Card *const *card, int cards, const Options *options)
{
    for (int i = 0; i < options->sets; i++) {
        const char *fault = NULL;
        int takers = 0;
        for (int c = 0; c < cards; c++)
            takers += swept(card[c], options->set[i]) != NULL;
        for (int c = 0; c < cards && !fault; c++)
            if (!takers || swept(card[c], options->set[i]))
                fault = setting_fault(arena, card[c], options->set[i]);
        if (fault) {
            fprintf(stderr, "netc: %s\n", fault);
            return false;
        }
    }
    return true;
}

static int compare(Arena *arena, const Options *options)
{
    int code;
    Version version[2];
    Generation g[2];
    for (int i = 0; i < 2; i++) {
        version[i].card = read_sound(arena, options->file[i], diag_open(arena), options, &code);
        if (!version[i].card)
            return code;
        if (version[i].card->has_model)
            g[i] = describe(arena, version[i].card, options->file[i], options);
        version[i].g = &g[i];
    }
    const Card *const cards[2] = { version[0].card, version[1].card };
    if (!settings_fit(arena, cards, 2, options))
        return EXIT_USAGE;
    diff(stdout, arena, version[0], version[1]);
    return 0;
}

/* What is swept is sound with each of its values, the others being what they are in the card. Else that was said of the
 * first value that is not. */
static int check_swept(Arena *arena, const Card *card, const Options *options)
{
    const char **set = arena_array(arena, const char *, options->sets + 1);
    int code = 0;
    for (int i = 0; i < options->sets; i++)
        set[i] = options->set[i];
    for (int i = 0; i < card->sweeps; i++)
        for (int value = 0; value < card->sweep[i].values && !code; value++) {
            set[options->sets] = arena_printf(arena, "%s=%s", card->sweep[i].name, card->sweep[i].value[value]);
            Diagnostics *diagnostics = diag_open(arena);
            if (!check_card_with(arena, options->card, set, options->sets + 1, diagnostics))
                code = show(diagnostics, options);
        }
    return code;
}

/* A sound file of constants and blocks; what it lacks for a network is no mistake. */
static int say_library(Arena *arena, const Card *card, const Options *options)
{
    if (!options->json)
        printf("%s: constants and blocks, for a card to take by include \"%s\"; how they fit together is checked there\n",
               options->card, name_in(options->card));
    return check_swept(arena, card, options);
}

static int compile(Arena *arena, const Options *options)
{
    int code;
    Diagnostics *diagnostics = diag_open(arena);
    Card *card = read_sound(arena, options->card, diagnostics, options, &code);
    if (!card)
        return code;
    const Card *const cards[1] = { card };
    if (!settings_fit(arena, cards, 1, options))
        return EXIT_USAGE;
    const char *missing = missing_section(card, options);
    if (missing) {
        Span begin = {card->source, 0, 0};
        diag_error(diagnostics, begin, MISSING_STATEMENT, options->card, missing);
        if (card->is_library)
            diag_note(diagnostics, begin, "these are constants and blocks, for a card to take by include \"%s\"", name_in(options->card));
        else
            diag_note(diagnostics, begin, "netc check takes such a card, but it cannot be compiled");
        return show(diagnostics, options);
    }
    if (options->command == COMMAND_CHECK && card->is_library)
        return say_library(arena, card, options);
    if (options->command == COMMAND_CHECK)
        return check_swept(arena, card, options);
    code = run(arena, card, diagnostics, options);
    return diag_count(diagnostics) ? show(diagnostics, options) : code;
}

/* Commands that compile nothing have a way of their own. */
static int carry_out(Arena *arena, const Options *options)
{
    if (options->command == COMMAND_FORMAT)
        return format_files(arena, options->file, options->files,
                            (FormatOrder){ .only_check = options->only_check, .json = options->json });
    if (options->command == COMMAND_DIFF)
        return compare(arena, options);
    if (options->command == COMMAND_LSP)
        return lsp(stdin, stdout);
    if (options->command == COMMAND_HELP) {
        options_help(stdout);
        return 0;
    }
    if (options->command == COMMAND_COMPLETION)
        return options_completion(options->card);
    return compile(arena, options);
}

int main(int argc, char **argv)
{
    Options options;
    int code = 0;
    if (!options_read(&options, argc, argv, &code))
        return code;
    Arena *arena = arena_open();
    code = carry_out(arena, &options);
    arena_close(arena);
    if (workers_stopped() && options.command == COMMAND_BUILD)
        workers_fall();
    if (fflush(stdout) || ferror(stdout)) {
        perror("netc: standard output");
        code = EXIT_WORLD;
    }
    return code;
}
