/* runs_command.c - lists the runs of a card and compares them, all or those that are named. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/terminal.h"
#include "runtime/commands/compare.h"
#include "runtime/options/options.h"
#include "runtime/runs/runs.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"

static bool is_wanted(const Options *options, const char *name)
{
    bool wanted = !options->operands;
    for (int i = 0; i < options->operands; i++)
        wanted |= !strcmp(options->operand[i], name);
    return wanted;
}

/* A name that is none of a run is the world's fault: it may have been there. */
static void check_names(const Options *options, const char *folder, const RunEntry *entry, int count)
{
    for (int i = 0; i < options->operands; i++) {
        bool found = false;
        for (int k = 0; k < count; k++)
            found |= !strcmp(options->operand[i], entry[k].name);
        if (!found)
            fault("%s holds no run '%s'; `%s` lists what there is", folder, options->operand[i], call_text("runs"));
    }
}

int runs_command(const Program *program, const Options *options)
{
    int count, runs = 0;
    Arena *arena = arena_open();
    char *folder = runs_folder(program);
    for (int i = 0; i < options->operands; i++)
        run_check(folder, options->operand[i]);
    const RunEntry *entry = runs_list(arena, folder, &count);
    check_names(options, folder, entry, count);
    RunSummary *run = arena_array(arena, RunSummary, count + 1);
    for (int i = 0; i < count; i++)
        if (is_wanted(options, entry[i].name))
            run[runs++] = run_summary(arena, folder, entry[i].name);
    if (options->json)
        compare_json(stdout, arena, run, runs);
    else if (runs)
        compare_table(stdout, arena, run, runs, isatty(STDOUT_FILENO) && terminal_is_utf8());
    if (!options->json && !options->quiet)
        compare_facts(stdout, arena, run, runs);
    if (!runs && !options->json)
        printf("%s holds no run yet; `%s` begins one\n", folder, call_text("train"));
    arena_close(arena);
    free(folder);
    return 0;
}
