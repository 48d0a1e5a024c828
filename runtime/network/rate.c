#include "runtime/network/rate.h"

#include <math.h>

#include "runtime/numbers/sine.h"

static const double pi = 3.14159265358979323846, ln2 = 0.69314718055994530942;

/* ---- powers ---- */

static double whole_power(double base, double exponent)
{
    double product = 1;
    for (; exponent >= 1; exponent = floor(exponent / 2), base *= base)
        if (exponent - 2 * floor(exponent / 2) == 1)
            product *= base;
    return product;
}

/* ln x for x above 0: 2 artanh((m - 1) / (m + 1)) by its series, m between 1/sqrt(2) and sqrt(2). */
static double logarithm(double x)
{
    int twos = 0;
    for (; x < 0.70710678118654752440; x *= 2)
        twos--;
    for (; x > 1.41421356237309504880; x /= 2)
        twos++;
    double s = (x - 1) / (x + 1), square = s * s, sum = 0;
    for (int k = 29; k >= 1; k -= 2)
        sum = sum * square + 1.0 / k;
    return twos * ln2 + 2 * s * sum;
}

/* e^x for x up to 0: Taylor's series about the nearest multiple of ln 2. */
static double exponential(double x)
{
    double twos = floor(x / ln2 + 0.5), r = x - twos * ln2, sum = 1;
    for (int k = 18; k >= 1; k--)
        sum = 1 + sum * r / k;
    for (; twos < 0 && sum > 0; twos++)
        sum /= 2;
    return sum;
}

double rate_power(double base, double exponent)
{
    double whole = floor(exponent), rest = exponent - whole;
    if (base <= 0)
        return exponent > 0 ? 0 : 1;
    return whole_power(base, whole) * (rest > 0 ? exponential(rest * logarithm(base)) : 1);
}

/* ---- schedules ---- */

/* How many steps of the rate lie behind; a time that is no binary fraction still falls on its step. */
static double steps_taken(const JobSchedule *s, const RatePlace *place)
{
    const double slack = 1e-9;
    if (s->kind == SCHEDULE_STEP)
        return floor(place->step / (s->every * place->steps) + slack);
    int taken = 0;
    while (taken < s->ats && s->at[taken] * place->steps <= place->step + slack)
        taken++;
    return taken;
}

double rate_at(const JobTrain *phase, const RatePlace *place)
{
    const JobSchedule *s = &phase->schedule;
    double time = place->step / place->steps, behind = fmax(time - s->warmup, 0);
    double p = fmin(behind / fmax(place->epochs - s->warmup, 1e-9), 1), rate = phase->rate, sine, cosine;
    switch (s->kind) {
    case SCHEDULE_COSINE:
        sine_cosine(pi * p, &sine, &cosine);
        rate = s->final + (rate - s->final) * (1 + cosine) / 2;
        break;
    case SCHEDULE_POLYNOMIAL:
        rate *= rate_power(1 - p, s->power);
        break;
    case SCHEDULE_EXPONENTIAL:
        rate *= rate_power(s->factor, behind);
        break;
    case SCHEDULE_STEP: case SCHEDULE_STEPS:
        rate *= whole_power(s->factor, steps_taken(s, place));
        break;
    case SCHEDULE_PLATEAU:
        rate *= whole_power(s->factor, (double)place->drops);
        break;
    case SCHEDULE_CONSTANT: case SCHEDULE_COUNT:
        break;
    }
    double grown = s->warmup > 0 ? (place->step + 1) / (s->warmup * place->steps) : 1;
    return grown < 1 ? rate * grown : rate;
}
