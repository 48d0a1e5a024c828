/* predict_report.h - a network's answer to one input, told: as a line of text, of JSON or of CSV, and as a
 * picture. */

#ifndef COMMANDS_PREDICT_REPORT_H
#define COMMANDS_PREDICT_REPORT_H

#include <stdbool.h>

#include "runtime/system/output_files.h"
#include "runtime/training/trained.h"

/* One input and what the network answers to it. */
typedef struct {
    const char *name;
    Extent size;                /* of the picture; 0x0 where it is none */
    const float *input;         /* [H][W][C] as the network has it */
    const float *output;        /* [P][Q][C] */
} Answered;

/* Whether answers of such a network are pictures that can be written. */
bool predict_writes(const Program *program);

/* Of --csv the line that names the columns: the file, then the class and its probability, or the labels, and
 * every class's probability or share of pixels; or the numbers; or the mean squared difference. */
void predict_head(const Trained *trained, const Options *options);

/* Prints a line on standard output, of text, of JSON or of CSV:
 *   of a class      the class, its probability, the name
 *   of labels       those above their threshold, or "-", the name
 *   with --top K    the K likeliest classes or labels, each with its probability, the name
 *   of a mask       each class that is there, with its share of the pixels, the name
 *   of numbers      the numbers, in the unit of the table that they were learned from, the name
 *   of the input    the mean squared difference from it, the name
 * and writes a mask or an input that was given back among `files`, unless that is NULL. A mask has the
 * picture's own size, and its pixels the card's values of the classes. */
void predict_report(const Trained *trained, const Options *options, const Answered *answered, OutputFiles *files);

#endif
