/* data_report.h - what the `data` command tells of a data set before anything is trained on it. */

#ifndef RUNTIME_DATA_REPORT_H
#define RUNTIME_DATA_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "runtime/loader.h"

typedef struct DataSurvey DataSurvey;

/* Reads every file of every part once. `progress`, which may be NULL, is told of each part in
 * turn. */
DataSurvey *data_survey_open(const Dataset *dataset, int threads, LoaderProgress *progress,
                             void *context);
void        data_survey_close(DataSurvey *survey);

/* Prints the pictures of each class in each part, those of odd sizes, the damaged files, and how
 * many were passed over. */
void data_report(FILE *out, const DataSurvey *survey);

/* Files that cannot be read, of all parts. */
long data_damaged(const DataSurvey *survey);

/* Writes a contact sheet of the first training batch of epoch 0: the pictures as the network
 * will get them, augmented, with their classes. False where there is no picture to show. */
bool data_sheet(const DataSurvey *survey, const char *path, int batch, uint64_t seed);

#endif
