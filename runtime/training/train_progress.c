#include "runtime/training/train_progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "runtime/answers/metrics.h"
#include "runtime/system/clock.h"

enum { FIELD_ROOM = 64 };

/* Lines and the texts of their fields. */
typedef struct {
    ProgressLine line[PROGRESS_LINES];
    char text[PROGRESS_LINES][PROGRESS_FIELDS][FIELD_ROOM];
    int lines;
} Display;

static ProgressLine *add_line(Display *display)
{
    return &display->line[display->lines++];
}

static void add_field(Display *display, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_field(Display *display, const char *format, ...)
{
    va_list args;
    ProgressLine *line = &display->line[display->lines - 1];
    char *text = display->text[display->lines - 1][line->fields];
    va_start(args, format);
    vsnprintf(text, FIELD_ROOM, format, args);
    va_end(args);
    line->field[line->fields++] = text;
}

/* Seconds to the training's end at this tempo. */
static double time_left(const Training *training, const Tempo *tempo)
{
    const Standing *standing = &training->standing;
    double each = (seconds_now() - tempo->begun) / (double)tempo->images;
    double epochs = (double)(epochs_wanted(standing) - standing->epoch);
    return each * (epochs * (double)loader_images(training->loader) - (double)standing->position);
}

/* Where the epoch is, and how long it will take. */
static void show_place(Display *display, const Training *training, const Tempo *tempo)
{
    char left[DURATION_ROOM];
    const Standing *standing = &training->standing;
    double images = (double)loader_images(training->loader), done = (double)standing->position;
    double seconds = seconds_now() - tempo->begun;
    ProgressLine *line = add_line(display);
    line->bar = true;
    line->share = done / images;
    line->before = 1;
    add_field(display, "epoch %" PRIu64 "/%" PRIu64, standing->epoch + 1, epochs_wanted(standing));
    add_field(display, "%3.0f %%", 100 * done / images);
    add_field(display, "%s left", duration_text(seconds / (double)tempo->images * (images - done), left));
    add_field(display, "%.0f %s", (double)tempo->images / seconds, pace_word(&training->program->job.data));
    add_field(display, "waiting %.0f %%", 100 * loader_waited(training->loader) / seconds);
    if (epochs_wanted(standing) > standing->epoch + 1)
        add_field(display, "%s left in all", duration_text(time_left(training, tempo), left));
}

/* The best epoch by what it was chosen by: "best epoch 3: validation auc 0.9612". */
static void show_best(Display *display, const Training *training)
{
    const Standing *standing = &training->standing;
    MetricKind watch = (MetricKind)standing->best_watch;
    bool loss = !training->validation || watch == METRIC_LOSS || !isfinite(standing->best_watched);
    add_field(display, "best epoch %" PRIu64 ": %s%s %.4f", standing->best_epoch,
              training->validation ? "validation " : "", loss ? metric_word[METRIC_LOSS] : metric_word[watch],
              loss ? standing->best_loss : training_best_watched(standing));
}

/* How well it does. */
static void show_loss(Display *display, const Training *training)
{
    const Standing *standing = &training->standing;
    const Job *job = &training->program->job;
    ProgressLine *line = add_line(display);
    line->curve = training->losses.value;
    line->points = training->losses.count;
    line->before = 1;
    add_field(display, "loss %.4f", so_far(standing, standing->loss_sum));
    if (job->target.kind != TARGET_NUMBERS)
        add_field(display, "accuracy %.4f", so_far(standing, standing->correct));
    if (standing->best_epoch)
        show_best(display, training);
    add_field(display, "rate %.4g", training_last_rate(training));
}

/* True of the loss, of the accuracy where there is one, and of what the card asks for. */
static bool is_told(const Job *job, MetricKind kind)
{
    bool told = kind == METRIC_LOSS || (kind == METRIC_ACCURACY && job->target.kind != TARGET_NUMBERS);
    for (int i = 0; i < job->metrics; i++)
        told |= job->metric[i].kind == kind;
    return told;
}

/* What the last validation came to: first what is watched, since the last fields go where there is little room. */
static void show_validation(Display *display, const Training *training)
{
    MetricKind watch = phase_now(training->program, &training->standing)->watch;
    if (!training->validated)
        return;
    const ProgressLine *line = add_line(display);
    add_field(display, "validation %s %.4f", metric_word[watch], training->metric[watch]);
    for (int kind = 0; kind < METRIC_COUNT && line->fields < PROGRESS_FIELDS; kind++)
        if ((MetricKind)kind != watch && is_told(&training->program->job, (MetricKind)kind))
            add_field(display, "%s %.4f", metric_word[kind], training->metric[kind]);
}

void show_training(Training *training, const Tempo *tempo)
{
    Display display = { .lines = 0 };
    show_place(&display, training, tempo);
    show_loss(&display, training);
    show_validation(&display, training);
    progress_lines(&training->progress, display.line, display.lines);
}

void show_measuring(void *context, long done, long total)
{
    Training *training = context;
    const Standing *standing = &training->standing;
    Display display = { .lines = 0 };
    if (!progress_due(&training->progress))
        return;
    ProgressLine *line = add_line(&display);
    line->bar = true;
    line->share = (double)done / (double)total;
    line->before = 2;
    add_field(&display, "epoch %" PRIu64 "/%" PRIu64, standing->epoch + (standing->position > 0), epochs_wanted(standing));
    add_field(&display, "measuring");
    add_field(&display, "%ld/%ld", done, total);
    if (standing->position) {
        show_loss(&display, training);
        show_validation(&display, training);
    }
    progress_lines(&training->progress, display.line, display.lines);
}
