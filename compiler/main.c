/* main.c - the pipeline, read from top to bottom: card, graph, passes. */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "compiler/build.h"
#include "compiler/check/check.h"
#include "compiler/gen/gen.h"
#include "compiler/ir/ir.h"
#include "compiler/notes.h"
#include "compiler/pass/pass.h"
#include "compiler/plan/plan.h"

/* As the manual page lists them. */
enum { EXIT_MISTAKE = 1, EXIT_USAGE = 2, EXIT_WORLD = 3 };

typedef struct {
    const char *card;
    const char *dump;           /* the pass after which the training graph is printed, or NULL */
    const Target *target;
    const char *output;         /* -o, or NULL */
    bool check;                 /* diagnose alone */
    bool build;                 /* run the C compiler, too */
    bool json;
} Options;

static const char help[] =
    "usage: netc [-o FILE] CARD.net\n"
    "       netc build CARD.net            runs the C compiler, too\n"
    "       netc check CARD.net            diagnoses alone\n"
    "       netc --dump=PASS CARD.net      PASS is lower, derive, fuse, dead or plan\n"
    "\n"
    "netc compiles a card that describes a convolutional network to a C program that trains it.\n"
    "`-` is standard input or output.\n"
    "\n"
    "  --target=NAME        what to plan for: native (the default), x86-64-v4, x86-64-v3, ...\n"
    "  --diagnostics=json   mistakes as JSON\n"
    "  --help, --version\n"
    "\n"
    "Exit codes: 0, 1 for mistakes in the card, 2 for wrong use, 3 for what the system refuses.\n";

static int wrong_use(const char *what, const char *text)
{
    fprintf(stderr, "netc: %s '%s'; see netc --help\n", what, text);
    return EXIT_USAGE;
}

static bool is_pass(const char *name)
{
    if (!strcmp(name, "lower") || !strcmp(name, "plan"))
        return true;
    for (int i = 0; i < PASSES; i++)
        if (!strcmp(name, passes[i].name))
            return true;
    return false;
}

/* Runs all passes up to the one that is asked for, and prints what it leaves. */
static void dump(Arena *arena, const Card *card, const char *last, const Target *target)
{
    Graph *graph = lower(arena, card, USE_TRAIN);
    graph_verify(graph, "lower");
    for (int i = 0; i < PASSES && strcmp(last, i ? passes[i - 1].name : "lower"); i++) {
        passes[i].run(graph);
        graph_verify(graph, passes[i].name);
    }
    if (strcmp(last, "plan"))
        graph_print(stdout, graph);
    else
        plan_print(stdout, plan_graph(graph, target, card->job.train.batch, 0));
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const Plan *plan_use(Arena *arena, const Card *card, UseKind use, const Target *target, size_t least)
{
    Graph *graph = lower(arena, card, use);
    graph_verify(graph, "lower");
    for (int i = 0; i < PASSES; i++)
        if (use == USE_TRAIN || !passes[i].training) {
            passes[i].run(graph);
            graph_verify(graph, passes[i].name);
        }
    return plan_graph(graph, target, use == USE_VIEW ? 1 : card->job.train.batch, least);
}

/* A training block also serves predicting, so its values take at least as much room. */
static int write_program(Arena *arena, const Card *card, const Options *options)
{
    const char *card_name = strcmp(options->card, "-") ? file_name(options->card) : "card.net";
    const char *path = options->output;
    if (!path)
        path = arena_printf(arena, "%.*s.c", (int)strcspn(card_name, "."), card_name);
    Generation g = { .card = card_name, .job = &card->job, .layer = layer_notes(arena, card) + 1, .layers = card->layers - 1 };
    g.plan[USE_PREDICT] = plan_use(arena, card, USE_PREDICT, options->target, 0);
    g.plan[USE_TRAIN] = plan_use(arena, card, USE_TRAIN, options->target, g.plan[USE_PREDICT]->bytes);
    g.plan[USE_VIEW] = plan_use(arena, card, USE_VIEW, options->target, 0);
    FILE *out = strcmp(path, "-") ? fopen(path, "w") : stdout;
    if (!out) {
        fprintf(stderr, "netc: %s: %s\n", path, strerror(errno));
        return EXIT_WORLD;
    }
    generate(out, &g);
    if (out == stdout)
        return 0;
    if (fclose(out)) {
        fprintf(stderr, "netc: %s: %s\n", path, strerror(errno));
        return EXIT_WORLD;
    }
    if (!options->build) {
        printf("%s: build it with cc %s %s $(pkg-config --cflags --libs netc)\n", path,
               build_flags(arena, options->target), path);
        return 0;
    }
    const char *program = arena_printf(arena, "%.*s", (int)strcspn(card_name, "."), card_name);
    if (!build_program(arena, path, program, options->target))
        return EXIT_WORLD;
    printf("./%s: built; it trains with ./%s train, and --help tells the rest\n", program, program);
    return 0;
}

static int compile(const Options *options)
{
    Arena *arena = arena_open();
    Diagnostics *diagnostics = diag_open(arena);
    Card *card = check_card(arena, options->card, diagnostics);
    int code = 0;
    if (diag_world(diagnostics)) {
        fprintf(stderr, "netc: %s\n", diag_world(diagnostics));
        code = EXIT_WORLD;
    } else if (!card) {
        if (options->json)
            diag_print_json(diagnostics, stderr);
        else
            diag_print(diagnostics, stderr, place_color(stderr));
        code = EXIT_MISTAKE;
    } else if (!options->check && !(card->has_model && card->has_train)) {
        fprintf(stderr, "netc: %s has no model and train section to compile\n", options->card);
        code = EXIT_MISTAKE;
    } else if (options->dump)
        dump(arena, card, options->dump, options->target);
    else if (!options->check)
        code = write_program(arena, card, options);
    arena_close(arena);
    if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "netc: standard output: %s\n", strerror(errno));
        code = EXIT_WORLD;
    }
    return code;
}

int main(int argc, char **argv)
{
    Options options = { .target = target_named("native") };
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (!strcmp(word, "--help") || !strcmp(word, "-h"))
            return fputs(help, stdout) < 0 ? EXIT_WORLD : 0;
        else if (!strcmp(word, "--version"))
            return puts("netc " NETC_VERSION) < 0 ? EXIT_WORLD : 0;
        else if (!strncmp(word, "--dump=", 7)) {
            options.dump = word + 7;
            if (!is_pass(options.dump))
                return wrong_use("no pass", options.dump);
        } else if (!strncmp(word, "--target=", 9)) {
            options.target = target_named(word + 9);
            if (!options.target)
                return wrong_use("no target", word + 9);
        } else if (!strcmp(word, "--diagnostics=json"))
            options.json = true;
        else if (!strcmp(word, "-o") && i + 1 < argc)
            options.output = argv[++i];
        else if (!strcmp(word, "build") && !options.check)
            options.build = true;
        else if (!strcmp(word, "check") && !options.check)
            options.check = true;
        else if (word[0] == '-' && word[1])
            return wrong_use("unknown option", word);
        else if (options.card)
            return wrong_use("one card at a time, not also", word);
        else
            options.card = word;
    }
    if (!options.card) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    return compile(&options);
}
