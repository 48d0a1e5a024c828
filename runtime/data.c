/* data.c - what there is to train on, and a sheet of what the network will see of it. */

#include <stdio.h>

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
    DataSurvey *survey = data_survey_open(dataset, options->threads, progress_reading, &progress);
    data_report(stdout, survey);
    if (data_sheet(survey, sheet, job->train.batch, job->train.seed))
        printf("%s: a training batch as the network sees it\n", sheet);
    bool refused = data_damaged(survey) && job->data.damaged == DAMAGED_STOP;
    data_survey_close(survey);
    dataset_close(dataset);
    return refused ? EXIT_WORLD : 0;
}
