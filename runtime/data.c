/* data.c - what there is to train on, and a sheet of what the network will see of it. */

#include <stdio.h>

#include "runtime/batch_sheet.h"
#include "runtime/data_report.h"
#include "runtime/fault.h"
#include "runtime/options.h"
#include "runtime/progress.h"

int data_command(const Program *program, const Options *options)
{
    const Job *job = &program->job;
    const char *sheet = options->output ? options->output : "data.png";
    Progress progress = progress_open(options->quiet);
    Dataset *dataset = dataset_open(job, program->classes, options->data);
    Shelves shelves = shelves_open(dataset, ALL_PARTS, options->threads, 0, progress_reading, &progress);
    data_report(stdout, &shelves);
    if (batch_sheet(&shelves, sheet, job->train.batch, job->train.seed, options->threads))
        printf("%s: a training batch as the network sees it\n", sheet);
    bool refused = shelves_refused(&shelves);
    shelves_close(&shelves);
    dataset_close(dataset);
    return refused ? EXIT_WORLD : 0;
}
