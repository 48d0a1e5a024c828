/* data_report.h - what the `data` command tells of a data set before anything is trained on it. */

#ifndef COMMANDS_DATA_REPORT_H
#define COMMANDS_DATA_REPORT_H

#include <stdio.h>

#include "runtime/data/shelves.h"

/* Prints the pictures of each class in each part, those of odd sizes, the damaged files, and how
 * many were passed over. All parts are on the shelves. */
void data_report(FILE *out, const Shelves *shelves);

#endif
