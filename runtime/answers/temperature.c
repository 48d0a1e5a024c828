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
static void take(const Judged *judged, long image, double temperature, float *p)
{
    for (int i = 0; i < judged->outputs; i++)
        p[i] = judged->answer[image * judged->outputs + i].answer;
    temper(p, judged->outputs, judged->apart, temperature);
}

static bool is(const Judged *judged, long image, int output)
{
    return judged->answer[image * judged->outputs + output].is;
}

double judged_likelihood(const Judged *judged, double temperature)
{
    float *p = need_memory(sizeof *p * (size_t)judged->outputs);
    double sum = 0, count = 0;
    for (long image = 0; image < judged->images; image++) {
        take(judged, image, temperature, p);
        for (int i = 0; i < judged->outputs; i++)
            if (judged->apart || is(judged, image, i)) {
                sum -= log(bounded(is(judged, image, i) ? p[i] : 1 - (double)p[i]));
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

double calibration_error(const Judged *judged, double temperature)
{
    Bin bin[CALIBRATION_BINS] = { 0 };
    float *p = need_memory(sizeof *p * (size_t)judged->outputs);
    double count = 0, error = 0;
    for (long image = 0; image < judged->images; image++) {
        int most = 0;
        take(judged, image, temperature, p);
        for (int i = 0; i < judged->outputs; i++) {
            most = p[i] > p[most] ? i : most;
            if (judged->apart)
                add(bin, fmax(p[i], 1 - p[i]), (p[i] > 0.5f) == is(judged, image, i));
        }
        if (!judged->apart)
            add(bin, p[most], is(judged, image, most));
    }
    free(p);
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        count += bin[b].count;
        error += fabs(bin[b].right - bin[b].confidence);
    }
    return count > 0 ? error / count : 0;
}

/* Golden sections of ln T: the likelihood has one least value along 1/T. */
double fit_temperature(const Judged *judged)
{
    const double golden = 0.61803398874989485;
    double low = -log(20), high = log(20);
    double left = high - golden * (high - low), right = low + golden * (high - low);
    double at_left = judged_likelihood(judged, exp(left)), at_right = judged_likelihood(judged, exp(right));
    while (high - low > 1e-3) {
        bool lower = at_left <= at_right;
        if (lower) {
            high = right, right = left, at_right = at_left;
            left = high - golden * (high - low);
            at_left = judged_likelihood(judged, exp(left));
        } else {
            low = left, left = right, at_left = at_right;
            right = low + golden * (high - low);
            at_right = judged_likelihood(judged, exp(right));
        }
    }
    return exp((low + high) / 2);
}

/* ---- as new answers would be ---- */

/* Every second image, from the first or from the second on; the answers are to be freed. */
static Judged half_of(const Judged *judged, int first)
{
    Judged half = *judged;
    size_t image = sizeof *judged->answer * (size_t)judged->outputs;
    Ranked *answer = need_memory(image * (size_t)judged->images);
    half.answer = answer;
    half.images = 0;
    for (long i = first; i < judged->images; i += 2)
        memcpy(answer + half.images++ * judged->outputs, judged->answer + i * judged->outputs, image);
    return half;
}

Judged cross_fitted(const Judged *judged)
{
    assert(judged->images >= 2);
    Judged fitted = *judged;
    size_t bytes = sizeof *judged->answer * (size_t)(judged->images * judged->outputs);
    Ranked *answer = memcpy(need_memory(bytes), judged->answer, bytes);
    float *p = need_memory(sizeof *p * (size_t)judged->outputs);
    for (int first = 0; first < 2; first++) {
        Judged others = half_of(judged, 1 - first);
        double temperature = fit_temperature(&others);
        for (long image = first; image < judged->images; image += 2) {
            take(judged, image, temperature, p);
            for (int i = 0; i < judged->outputs; i++)
                answer[image * judged->outputs + i].answer = p[i];
        }
        free((void *)others.answer);
    }
    free(p);
    fitted.answer = answer;
    return fitted;
}
