#include "runtime/training/train_log.h"

#include "runtime/answers/metrics.h"
#include "runtime/system/json_text.h"

static void put_count(json_t *event, const char *key, uint64_t count)
{
    json_put(event, key, json_integer((json_int_t)count));
}

/* Where the training stands. */
static json_t *standing_event(const Training *training, const char *name)
{
    const Standing *standing = &training->standing;
    json_t *event = run_event(name);
    put_count(event, "epoch", standing->epoch);
    put_count(event, "position", standing->position);
    put_count(event, "epochs", epochs_wanted(standing));
    return event;
}

void note_start(const Training *training)
{
    json_t *event = standing_event(training, "start");
    json_put(event, "run", json_text(training->run.folder));
    json_put(event, "new", json_boolean(!training->resumed));
    run_log_write(training->log, event);
}

void note_result(const Training *training, const Result *result, uint64_t epochs, bool best)
{
    json_t *event = run_event("epoch");
    results_put(event, &training->program->job, result);
    put_count(event, "epochs", epochs);
    json_put(event, "best", json_boolean(best));
    run_log_write(training->log, event);
}

void note_phase(const Training *training)
{
    const JobTrain *phase = phase_now(training->program, &training->standing);
    json_t *event = standing_event(training, "phase");
    json_put(event, "phase", json_text(phase->name));
    put_count(event, "phase_epochs", phase_epochs(training->program, &training->standing));
    json_put(event, "optimizer", json_text(optimizer_word[phase->optimizer]));
    json_put(event, "rate", json_number(phase_full_rate(training->program, &training->standing)));
    json_put(event, "schedule", json_text(schedule_word[phase->schedule.kind]));
    json_put(event, "warmup", json_number(phase->schedule.warmup));
    json_put(event, "ema", json_number(phase->ema));
    json_put(event, "clip", json_number(phase->clip));
    put_count(event, "stop", (uint64_t)phase->stop.patience);
    json_put(event, "watch", json_text(metric_word[phase->watch]));
    run_log_write(training->log, event);
}

void note_drop(const Training *training)
{
    json_t *event = standing_event(training, "plateau");
    json_put(event, "rate", json_number(training_rate(training)));
    put_count(event, "drops", training->standing.plateau_drops);
    run_log_write(training->log, event);
}

void note_stop(const Training *training)
{
    run_log_write(training->log, standing_event(training, "stop"));
}

void note_break(const Training *training, const char *why)
{
    json_t *event = standing_event(training, "break");
    json_put(event, "why", json_text(why));
    run_log_write(training->log, event);
}

void note_end(const Training *training, const Speed *speed)
{
    const Standing *standing = &training->standing;
    json_t *event = standing_event(training, "end");
    put_count(event, "best_epoch", standing->best_epoch);
    json_put(event, "best_loss", json_number(standing->best_loss));
    if (training->program->job.target.kind != TARGET_NUMBERS)
        json_put(event, "best_accuracy", json_number(standing->best_accuracy));
    put_count(event, "images", (uint64_t)speed->images);
    json_put(event, "seconds", json_number(speed->seconds));
    run_log_write(training->log, event);
}
