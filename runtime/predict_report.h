/* predict_report.h - a network's answer to one input, told: as a line of text or of JSON, and as a
 * picture. */

#ifndef RUNTIME_PREDICT_REPORT_H
#define RUNTIME_PREDICT_REPORT_H

#include "runtime/trained.h"

/* Prints a line on standard output:
 *   of a class      the class, its probability, the name
 *   of labels       those above a half, or "-", the name
 *   of a mask       each class that is there, with its share of the pixels, the name
 *   of numbers      the numbers, in the unit of the table that they were learned from, the name
 *   of the input    the mean squared difference from it, the name
 * and where there is --output DIR, writes a mask or an input that was given back to DIR/NAME.png, '/'
 * being '_' there. A mask's pixels have the card's values of the classes. `input` [H][W][C] and `output`
 * [P][Q][C] are the network's. */
void predict_report(const Trained *trained, const Options *options, const char *name, const float *input,
                    const float *output);

#endif
