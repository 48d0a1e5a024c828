/* data.c - what there is to train on, and a sheet of what the network will see of it. */

#include <stdio.h>
#include <stdlib.h>

#include "runtime/alike.h"
#include "runtime/balance.h"
#include "runtime/batch_sheet.h"
#include "runtime/channel_facts.h"
#include "runtime/data_report.h"
#include "runtime/fault.h"
#include "runtime/measure.h"
#include "runtime/options.h"
#include "runtime/progress.h"
#include "runtime/runs.h"

/* Cards that lie side by side keep their sheets apart; to be freed. */
static char *sheet_path(const Program *program, const Options *options)
{
    char *name = card_name(program), *path;
    int length = options->output ? asprintf(&path, "%s", options->output)
                                 : asprintf(&path, "%s-data.png", name);
    if (length < 0)
        fault("out of memory");
    free(name);
    return path;
}

int data_command(const Program *program, const Options *options)
{
    const Job *job = &program->job;
    char *sheet = sheet_path(program, options);
    Progress progress = progress_open(options->quiet);
    Dataset *dataset = dataset_open(job, program->classes, options->data);
    Shelves shelves = shelves_open(dataset, ALL_PARTS, options->threads, options->cache, progress_reading, &progress);
    measure_input(dataset, shelves.shelf[PART_TRAIN]);
    balance_weigh(dataset, shelves.shelf[PART_TRAIN]);
    data_report(stdout, &shelves);
    ChannelFacts *facts = channel_facts(&shelves, options->threads);
    channel_facts_tell(stdout, facts, dataset);
    Alike alike = alike_find(&shelves, options->threads);
    alike_tell(stdout, &alike, dataset);
    if (batch_sheet(&shelves, sheet, job->train.batch, job->train.seed, options->threads))
        printf("%s: a training batch as the network sees it\n", sheet);
    bool refused = shelves_refused(&shelves);
    free(facts);
    alike_free(&alike);
    shelves_close(&shelves);
    dataset_close(dataset);
    free(sheet);
    return refused ? EXIT_WORLD : 0;
}
