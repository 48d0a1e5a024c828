#include "runtime/answers/temperature.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/memory.h"

/* A float next to 1 is 6e-8 below it: what is nearer to a certainty than that cannot be told from it. */
static const double least = 3e-8;

static double bounded(double p)
{
    return p < least ? least : p > 1 - least ? 1 - least : p;
}

static double temper_alone(double p, double temperature)
{
    double logit = log(bounded(p) / (1 - bounded(p)));
    return 1 / (1 + exp(-logit / temperature));
}

static void temper_together(float *p, int outputs, double temperature)
{
    double most = 0, sum = 0;
    for (int i = 0; i < outputs; i++)
        most = p[i] > most ? p[i] : most;
    for (int i = 0; i < outputs; i++)
        sum += p[i] = (float)exp((log(fmax(p[i], 1e-37)) - log(most)) / temperature);
    for (int i = 0; i < outputs; i++)
        p[i] = (float)(p[i] / sum);
}

void temper(float *p, int outputs, bool apart, double temperature)
{
    if (!apart)
        temper_together(p, outputs, temperature);
    for (int i = 0; apart && i < outputs; i++)
        p[i] = (float)temper_alone(p[i], temperature);
}

/* ---- what answers are worth ---- */

/* One image's probabilities at a temperature. */
static void take(const Labelled *labelled, long image, double temperature, float *p)
{
    for (int i = 0; i < labelled->outputs; i++)
        p[i] = labelled->answer[image * labelled->outputs + i].answer;
    temper(p, labelled->outputs, labelled->apart, temperature);
}

static bool is(const Labelled *labelled, long image, int output)
{
    return labelled->answer[image * labelled->outputs + output].is;
}

double likelihood_of(const Labelled *labelled, double temperature)
{
    float *p = need_memory(sizeof *p * (size_t)labelled->outputs);
    double sum = 0, count = 0;
    for (long image = 0; image < labelled->images; image++) {
        take(labelled, image, temperature, p);
        for (int i = 0; i < labelled->outputs; i++)
            if (labelled->apart || is(labelled, image, i)) {
                sum -= log(bounded(is(labelled, image, i) ? p[i] : 1 - (double)p[i]));
                count++;
            }
    }
    free(p);
    return count > 0 ? sum / count : 0;
}

typedef struct { double count, right, confidence; } Bin;

static void add(Bin bin[CALIBRATION_BINS], double confidence, bool right)
{
    int at = (int)(confidence * CALIBRATION_BINS);
    Bin *into = &bin[at < CALIBRATION_BINS ? at : CALIBRATION_BINS - 1];
    into->count++;
    into->right += right;
    into->confidence += confidence;
}

double calibration_error(const Labelled *labelled, double temperature)
{
    Bin bin[CALIBRATION_BINS] = { 0 };
    float *p = need_memory(sizeof *p * (size_t)labelled->outputs);
    double count = 0, error = 0;
    for (long image = 0; image < labelled->images; image++) {
        int most = 0;
        take(labelled, image, temperature, p);
        for (int i = 0; i < labelled->outputs; i++) {
            most = p[i] > p[most] ? i : most;
            if (labelled->apart)
                add(bin, fmax(p[i], 1 - p[i]), (p[i] > 0.5f) == is(labelled, image, i));
        }
        if (!labelled->apart)
            add(bin, p[most], is(labelled, image, most));
    }
    free(p);
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        count += bin[b].count;
        error += fabs(bin[b].right - bin[b].confidence);
    }
    return count > 0 ? error / count : 0;
}

/* Likelihoods of images alone, whose mean is that of all. */
static double likelihood_at(const Labelled *labelled, long image)
{
    Labelled one = *labelled;
    one.answer = labelled->answer + image * labelled->outputs;
    one.images = 1;
    return likelihood_of(&one, 1);
}

Gain likelihood_gain(const Labelled *before, const Labelled *after)
{
    double sum = 0, squares = 0, images = (double)before->images;
    for (long image = 0; image < before->images; image++) {
        double gain = likelihood_at(before, image) - likelihood_at(after, image);
        sum += gain;
        squares += gain * gain;
    }
    double mean = sum / images, variance = fmax(squares / images - mean * mean, 0);
    return (Gain){ mean, images > 1 ? sqrt(variance / (images - 1)) : INFINITY };
}

static const double widest = 20;        /* the search: from 1 / widest to it */

bool temperature_is_an_end(double temperature)
{
    return temperature > 0.99 * widest || temperature < 1.01 / widest;
}

/* Golden sections of ln T: the likelihood has one least value along 1/T. */
double fit_temperature(const Labelled *labelled)
{
    const double golden = 0.61803398874989485;
    double low = -log(widest), high = log(widest);
    double left = high - golden * (high - low), right = low + golden * (high - low);
    double at_left = likelihood_of(labelled, exp(left)), at_right = likelihood_of(labelled, exp(right));
    while (high - low > 1e-3) {
        bool lower = at_left <= at_right;
        if (lower) {
            high = right, right = left, at_right = at_left;
            left = high - golden * (high - low);
            at_left = likelihood_of(labelled, exp(left));
        } else {
            low = left, left = right, at_left = at_right;
            right = low + golden * (high - low);
            at_right = likelihood_of(labelled, exp(right));
        }
    }
    return exp((low + high) / 2);
}

/* ---- as new answers would be ---- */

/* Every second image, from the first or from the second on; the answers are to be freed. */
static Labelled half_of(const Labelled *labelled, int first)
{
    Labelled half = *labelled;
    size_t image = sizeof *labelled->answer * (size_t)labelled->outputs;
    Ranked *answer = need_memory(image * (size_t)labelled->images);
    half.answer = answer;
    half.images = 0;
    for (long i = first; i < labelled->images; i += 2)
        memcpy(answer + half.images++ * labelled->outputs, labelled->answer + i * labelled->outputs, image);
    return half;
}

Labelled cross_fitted(const Labelled *labelled)
{
    assert(labelled->images >= 2);
    Labelled fitted = *labelled;
    size_t bytes = sizeof *labelled->answer * (size_t)(labelled->images * labelled->outputs);
    Ranked *answer = memcpy(need_memory(bytes), labelled->answer, bytes);
    float *p = need_memory(sizeof *p * (size_t)labelled->outputs);
    for (int first = 0; first < 2; first++) {
        Labelled others = half_of(labelled, 1 - first);
        double temperature = fit_temperature(&others);
        for (long image = first; image < labelled->images; image += 2) {
            take(labelled, image, temperature, p);
            for (int i = 0; i < labelled->outputs; i++)
                answer[image * labelled->outputs + i].answer = p[i];
        }
        free((void *)others.answer);
    }
    free(p);
    fitted.answer = answer;
    return fitted;
}
