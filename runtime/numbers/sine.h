/* sine.h - sine and cosine of our own: those of the C library differ by version and processor, and
 * augmentation must not. */

#ifndef NUMBERS_SINE_H
#define NUMBERS_SINE_H

/* Radians up to about a million; within 2 units in the last place, or 1e-16 near a zero. */
void sine_cosine(double angle, double *sine, double *cosine);

#endif
