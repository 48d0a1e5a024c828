#include "runtime/runs/phase.h"

#include <math.h>

#include "runtime/network/average.h"
#include "runtime/network/rate.h"

#define X(id, word) word,
const char *const optimizer_word[OPTIMIZER_COUNT] = { OPTIMIZER_KINDS(X) };
const char *const schedule_word[SCHEDULE_COUNT] = { SCHEDULE_KINDS(X) };
#undef X

const JobTrain *phase_now(const Program *program, const Standing *standing)
{
    return &program->job.phase[standing->phase];
}

const PhaseUses *phase_uses(const Program *program, const Standing *standing)
{
    return &program->phase[standing->phase];
}

static bool is_last(const Program *program, const Standing *standing)
{
    return standing->phase + 1 == (uint64_t)program->job.phases;
}

int phase_batch(const Program *program, const Standing *standing)
{
    int batch = phase_now(program, standing)->batch;
    return (uint64_t)batch < standing->batch ? batch : (int)standing->batch;
}

uint64_t phase_epochs(const Program *program, const Standing *standing)
{
    uint64_t own = (uint64_t)phase_now(program, standing)->epochs;
    uint64_t all = epochs_wanted(standing), left = all > standing->phase_epoch ? all - standing->phase_epoch : 0;
    return is_last(program, standing) || left < own ? left : own;
}

double phase_full_rate(const Program *program, const Standing *standing)
{
    double first = program->job.phase[0].rate, own = phase_now(program, standing)->rate;
    return standing->rate == first ? own : standing->rate * (own / first);
}

double phase_rate(const Program *program, const Standing *standing, long images)
{
    double batch = phase_batch(program, standing), steps = ceil((double)images / batch);
    double done = (double)(standing->epoch - standing->phase_epoch);
    const RatePlace place = {
        .step = done * steps + floor((double)standing->position / batch), .steps = steps,
        .epochs = (double)phase_epochs(program, standing), .drops = standing->plateau_drops,
    };
    JobTrain phase = *phase_now(program, standing);
    double own = phase.rate;
    phase.rate = phase_full_rate(program, standing);
    if (phase.rate != own)
        phase.schedule.final *= phase.rate / own;
    return rate_at(&phase, &place);
}

/* ---- from phase to phase ---- */

static bool keeps_the_same(const Program *program, uint64_t left, uint64_t right)
{
    return program->job.phase[left].optimizer == program->job.phase[right].optimizer &&
           program->phase[left].train->states == program->phase[right].train->states;
}

void phase_begin_average(const Network *network, const Standing *standing)
{
    if (phase_now(network->program, standing)->ema)
        average_step(network, 0, true);
}

void phase_enter(const Network *network, Standing *standing, uint64_t from)
{
    const Program *program = network->program;
    if (!phase_now(program, standing)->ema)
        standing->averaged = 0;
    else if (!standing->averaged)
        phase_begin_average(network, standing);
    if (keeps_the_same(program, from, standing->phase))
        return;
    network_begin_optimizer(network);
    standing->optimizer_update = 0;
}

/* ---- the end of an epoch ---- */

/* Counts the epochs in a row that were no improvement by more than `least`; true where these are as many as the
 * patience, and it begins anew. */
static bool out_of_patience(double watched, double least, int patience, double *best, uint64_t *waited)
{
    if (watched < *best - least) {
        *best = watched;
        *waited = 0;
        return false;
    }
    if (++*waited < (uint64_t)patience)
        return false;
    *waited = 0;
    return true;
}

void phase_begin(Standing *standing)
{
    standing->phase_epoch = standing->epoch;
    standing->plateau_best = standing->stop_best = INFINITY;
    standing->plateau_waited = standing->plateau_drops = standing->stop_waited = 0;
}

static bool stops(const JobTrain *phase, Standing *standing, double watched)
{
    return phase->stop.patience && out_of_patience(watched, phase->stop.least, phase->stop.patience,
                                                   &standing->stop_best, &standing->stop_waited);
}

/* What is left of a phase that ends early is wanted no more: all that the card gives it, though the command line may
 * have cut it; of the last, all that there was to be. */
static void leave_out_rest(const Program *program, Standing *standing)
{
    uint64_t own = (uint64_t)phase_now(program, standing)->epochs;
    uint64_t epochs = is_last(program, standing) ? phase_epochs(program, standing) : own;
    standing->left_out += standing->phase_epoch + epochs - standing->epoch;
}

bool phase_after_epoch(const Program *program, Standing *standing, double watched)
{
    const JobTrain *phase = phase_now(program, standing);
    uint64_t done = standing->epoch - standing->phase_epoch;
    bool early = done < phase_epochs(program, standing) && stops(phase, standing, watched);
    if (phase->schedule.kind == SCHEDULE_PLATEAU)
        standing->plateau_drops += out_of_patience(watched, 0, phase->schedule.patience, &standing->plateau_best,
                                                   &standing->plateau_waited);
    if (early)
        leave_out_rest(program, standing);
    if (!is_last(program, standing) && (early || done >= (uint64_t)phase->epochs)) {
        standing->phase++;
        phase_begin(standing);
    }
    return early;
}
