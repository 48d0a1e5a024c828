#include "runtime/train_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "runtime/called.h"
#include "runtime/clock.h"
#include "runtime/folder.h"

/* With a seed or a size of batch, what goes on is not the newest run, and the hint would not be true. */
static void say_finished(const Training *training)
{
    char words[64] = "train";
    uint64_t done = training->finished_epochs, all = training->begun_for;
    if (all <= done)
        snprintf(words, sizeof words, "train --epochs %" PRIu64, 2 * done);
    char *more = call_text(words);
    if (all <= done)
        printf("%s is finished after epoch %" PRIu64, training->finished, done);
    else
        printf("%s has %" PRIu64 " of its %" PRIu64 " epochs already", training->finished, done, all);
    if (!training->options->seeded && !training->options->batch)
        printf("; `%s` would have gone on with it", more);
    printf("\n");
    free(more);
}

static void say_new(const Run *run)
{
    struct stat status;
    char *last = path_join(run->folder, "last.safetensors");
    printf("a new run");
    if (!stat(last, &status))
        printf("; each of its two checkpoints takes %.1f MB", (double)status.st_size / 1e6);
    printf("\n");
    free(last);
}

void say_which(const Training *training)
{
    const Standing *standing = &training->standing;
    if (training->options->quiet)
        return;
    if (training->finished)
        say_finished(training);
    printf("%s: ", training->run.folder);
    if (!training->resumed)
        say_new(&training->run);
    else if (!standing->position)
        printf("goes on with epoch %" PRIu64 " of %" PRIu64 "\n", standing->epoch + 1, standing->epochs);
    else
        printf("goes on in epoch %" PRIu64 " of %" PRIu64 " after %" PRIu64 " images\n",
               standing->epoch + 1, standing->epochs, standing->position);
    fflush(stdout);
}

double so_far(const Standing *standing, double sum)
{
    return standing->position ? sum / (double)standing->position : 0;
}

/* Seconds to the training's end at this tempo. */
static double time_left(const Training *training, const Tempo *tempo)
{
    const Standing *standing = &training->standing;
    double each = (seconds_now() - tempo->begun) / (double)tempo->images;
    double epochs = (double)(standing->epochs - standing->epoch);
    return each * (epochs * (double)loader_images(training->loader) - (double)standing->position);
}

void say_progress(Training *training, const Tempo *tempo)
{
    char left[DURATION_ROOM];
    const Standing *standing = &training->standing;
    progress_draw(&training->progress,
                  "epoch %" PRIu64 "/%" PRIu64 "  %3.0f %%  %.0f img/s  loss %.4f  accuracy %.4f  "
                  "%s left",
                  standing->epoch + 1, standing->epochs,
                  100.0 * (double)standing->position / (double)loader_images(training->loader),
                  (double)tempo->images / (seconds_now() - tempo->begun),
                  so_far(standing, standing->loss_sum), so_far(standing, standing->correct),
                  duration_text(time_left(training, tempo), left));
}

static int digits(uint64_t number)
{
    return snprintf(NULL, 0, "%" PRIu64, number);
}

/* Of `epochs` that were wanted when it ended. The rate is told when it is another than the line above tells. */
void say_result(Training *training, const Result *result, uint64_t epochs, bool best)
{
    bool turned = result->learning_rate != training->rate_told;
    training->rate_told = result->learning_rate;
    if (training->options->quiet)
        return;
    printf("epoch %*" PRIu64 "/%" PRIu64 "  loss %.4f accuracy %.4f", digits(epochs),
           result->epoch, epochs, result->loss, result->accuracy);
    if (result->validated)
        printf("  validation loss %.4f accuracy %.4f %s", result->validation_loss,
               result->validation_accuracy, best ? "best" : "    ");
    printf("  %.0f img/s", result->rate);
    if (turned)
        printf("  rate %.4g", result->learning_rate);
    printf("\n");
    fflush(stdout);
}

void say_turn(const Training *training, bool early)
{
    const Standing *standing = &training->standing;
    if (training->options->quiet)
        return;
    if (early)
        printf("no better for long enough: the %s ends here\n", training_is_over(standing) ? "training" : "phase");
    if (!training_is_over(standing))
        printf("phase %s, %" PRIu64 " epochs\n", phase_now(training->program, standing)->name,
               phase_epochs(training->program, standing));
    fflush(stdout);
}

static void say_speed(const Speed *speed)
{
    double images = (double)speed->images;
    printf("speed: %.0f img/s, step alone %.0f img/s, waiting for pictures %.1f %% of the time\n",
           images / speed->seconds, images / speed->stepping, 100 * speed->waiting / speed->seconds);
}

void say_end(const Training *training, const Speed *speed)
{
    const Standing *standing = &training->standing;
    if (speed->images && !training->options->quiet)
        say_speed(speed);
    printf("best: epoch %" PRIu64 ", %sloss %.4f, accuracy %.4f: %s/best.safetensors\n",
           standing->best_epoch, training->validation ? "validation " : "", standing->best_loss,
           standing->best_accuracy, training->run.folder);
}
