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

/* True for the run itself, and where a sweep is named, for its runs: "sweep1" for "sweep1-rate=0.1". */
static bool is_named(const char *operand, const char *name)
{
    size_t length = strlen(operand);
    return !strncmp(operand, name, length) && (!name[length] || name[length] == '-');
}

static bool is_wanted(const Options *options, const char *name)
{
    bool wanted = !options->operands;
    for (int i = 0; i < options->operands; i++)
        wanted |= is_named(options->operand[i], name);
    return wanted;
}

/* A name that is none of a run is the world's fault: it may have been there. */
static void check_names(const Options *options, const char *folder, const RunEntry *entry, int count)
{
    for (int i = 0; i < options->operands; i++) {
        bool found = false;
        for (int k = 0; k < count; k++)
            found |= is_named(options->operand[i], entry[k].name);
        if (!found)
            fault("%s holds no run '%s'; `%s` lists what there is", folder, options->operand[i], call_text("runs"));
    }
}

int runs_command(const Program *program, const Options *options)
{
    int count, runs = 0, columns = isatty(STDOUT_FILENO) ? terminal_size().columns : 0;
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
        compare_table(stdout, arena, run, runs, columns, columns && terminal_is_utf8());
    if (!options->json && !options->quiet)
        compare_facts(stdout, arena, run, runs);
    if (!runs && !options->json)
        printf("%s holds no run yet; `%s` begins one\n", folder, call_text("train"));
    arena_close(arena);
    free(folder);
    return 0;
}
