/* data_report.h - what the `data` command tells of a data set before anything is trained on it. */

#ifndef RUNTIME_DATA_REPORT_H
#define RUNTIME_DATA_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "runtime/shelves.h"

/* Prints the pictures of each class in each part, those of odd sizes, the damaged files, and how
 * many were passed over. All parts are on the shelves. */
void data_report(FILE *out, const Shelves *shelves);

/* Writes a contact sheet of the first training batch of epoch 0: the pictures as the network
 * will get them, augmented, with their classes. False where there is no picture to show. */
bool data_sheet(const Shelves *shelves, const char *path, int batch, uint64_t seed, int threads);

#endif
