/* main.c - the pipeline, read from top to bottom: a card, its graphs, their plans, the program. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "compiler/build.h"
#include "compiler/check/check.h"
#include "compiler/gen/gen.h"
#include "compiler/notes.h"
#include "compiler/options.h"
#include "compiler/pass/pass.h"
#include "compiler/plan/plan.h"
#include "compiler/tools/explain.h"
#include "compiler/tools/statements.h"
#include "compiler/output.h"

/* The graph of one use after the passes up to `last`; NULL: all. */
static Graph *run_passes(Arena *arena, const Card *card, UseKind use, const char *last)
{
    Graph *graph = lower(arena, card, use);
    graph_verify(graph, "lower");
    if (last && !strcmp(last, "lower"))
        return graph;
    for (int i = 0; i < PASSES; i++) {
        if (use == USE_TRAIN || !passes[i].training) {
            passes[i].run(graph);
            graph_verify(graph, passes[i].name);
        }
        if (last && !strcmp(last, passes[i].name))
            break;
    }
    return graph;
}

static const Plan *plan_use(Arena *arena, const Card *card, UseKind use, const Target *target, size_t least)
{
    return plan_graph(run_passes(arena, card, use, NULL), target, use == USE_VIEW ? 1 : card->job.train.batch, least);
}

/* Only the plan knows how many numbers a layer needs, with the zeros that fill its vectors. */
static bool fits(const Plan *plan, Diagnostics *diagnostics)
{
    if (plan->too_large)
        diag_error(diagnostics, plan->too_large->span, TOO_LARGE, plan->too_large->name, "numbers lie in one of its tables");
    return !plan->too_large;
}

static void dump(Arena *arena, const Card *card, Diagnostics *diagnostics, const Options *options)
{
    if (!strcmp(options->dump, "ast")) {
        statements_print(stdout, arena, card->source);
        return;
    }
    Graph *graph = run_passes(arena, card, USE_TRAIN, options->dump);
    if (strcmp(options->dump, "plan"))
        graph_print(stdout, graph);
    else {
        const Plan *plan = plan_graph(graph, options->target, card->job.train.batch, 0);
        if (fits(plan, diagnostics))
            plan_print(stdout, plan);
    }
}

/* "cards/catdog.net" is called catdog. */
static const char *program_name(Arena *arena, const char *card)
{
    if (!strcmp(card, "-"))
        return "card";
    const char *slash = strrchr(card, '/'), *name = slash ? slash + 1 : card;
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
        if (!stat(card->read[i], &read) && read.st_dev == made.st_dev && read.st_ino == made.st_ino) {
            fprintf(stderr, "netc: %s is what was read, and would be overwritten; -o names another file\n", path);
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
        put_for_make(file.out, card->read[i]);
    }
    fprintf(file.out, "\n");
    return output_close(&file);
}

/* A training block also serves predicting, so its values take at least as much room. */
static Generation plan_all(Arena *arena, const Card *card, Diagnostics *diagnostics, const Options *options)
{
    Generation g = { .card = arena_printf(arena, "%s.net", program_name(arena, options->card)), .job = &card->job,
                     .layer = layer_notes(arena, card), .layers = card->layers - 1 };
    g.plan[USE_PREDICT] = plan_use(arena, card, USE_PREDICT, options->target, 0);
    g.plan[USE_TRAIN] = plan_use(arena, card, USE_TRAIN, options->target, g.plan[USE_PREDICT]->bytes);
    g.plan[USE_VIEW] = plan_use(arena, card, USE_VIEW, options->target, 0);
    for (int use = 0; use < USE_COUNT; use++)
        fits(g.plan[use], diagnostics);
    return g;
}

static int write_program(Arena *arena, const Card *card, Diagnostics *diagnostics, const Options *options)
{
    const char *name = program_name(arena, options->card);
    const char *path = options->output ? options->output
                     : strcmp(options->card, "-") || options->command == COMMAND_BUILD ? arena_printf(arena, "%s.c", name) : "-";
    if (would_overwrite(card, path) || (options->command == COMMAND_BUILD && would_overwrite(card, name)))
        return EXIT_USAGE;
    Generation g = plan_all(arena, card, diagnostics, options);
    if (diag_count(diagnostics))
        return EXIT_MISTAKE;
    Output file = output_open(path);
    if (!file.out)
        return EXIT_WORLD;
    generate(file.out, &g);
    if (!output_close(&file))
        return EXIT_WORLD;
    const char *depend = options->depend && !*options->depend ? beside(arena, path) : options->depend;
    if (depend && !write_dependencies(card, depend, path))
        return EXIT_WORLD;
    if (!strcmp(path, "-"))
        return 0;
    if (options->command == COMMAND_COMPILE) {
        printf("%s: build it with %s\n", path, build_command(arena, path, name, options->target));
        return 0;
    }
    if (!build_program(arena, path, name, options->target))
        return EXIT_WORLD;
    printf("./%s: built; './%s train' trains it, './%s --help' tells the rest\n", name, name, name);
    return 0;
}

static int run(Arena *arena, const Card *card, Diagnostics *diagnostics, const Options *options)
{
    if (options->command == COMMAND_CHECK)
        return 0;
    if (options->dump)
        dump(arena, card, diagnostics, options);
    else if (options->command == COMMAND_EXPLAIN) {
        Generation g = plan_all(arena, card, diagnostics, options);
        if (!diag_count(diagnostics))
            explain(stdout, &g);
    } else
        return write_program(arena, card, diagnostics, options);
    return 0;
}

static int show(Diagnostics *diagnostics, const Options *options)
{
    if (options->json)
        diag_print_json(diagnostics, stderr);
    else
        diag_print(diagnostics, stderr, place_color(stderr));
    return EXIT_MISTAKE;
}

static int compile(Arena *arena, const Options *options)
{
    Diagnostics *diagnostics = diag_open(arena);
    Card *card = check_card(arena, options->card, diagnostics);
    if (diag_world(diagnostics)) {
        fprintf(stderr, "netc: %s\n", diag_world(diagnostics));
        return EXIT_WORLD;
    }
    if (!card)
        return show(diagnostics, options);
    bool needs_both = options->command != COMMAND_CHECK && !(options->dump && !strcmp(options->dump, "ast"));
    if (needs_both && !(card->has_model && card->has_train)) {
        fprintf(stderr, "netc: %s: has no %s section, and nothing can be compiled without one\n", options->card,
                card->has_model ? "train" : "model");
        return EXIT_MISTAKE;
    }
    int code = run(arena, card, diagnostics, options);
    return diag_count(diagnostics) ? show(diagnostics, options) : code;
}

int main(int argc, char **argv)
{
    Options options;
    int code = 0;
    if (!options_read(&options, argc, argv, &code))
        return code;
    Arena *arena = arena_open();
    code = compile(arena, &options);
    arena_close(arena);
    if (fflush(stdout) || ferror(stdout)) {
        perror("netc: standard output");
        code = EXIT_WORLD;
    }
    return code;
}
