#include "compiler/check/metrics.h"

#include <string.h>

#include "base/text.h"
#include "compiler/check/braces.h"
#include "compiler/check/fit.h"

#define X(id, word, rises, fits) {word, fits},
static const struct {
    const char *word;
    int fits;
} metrics[METRIC_COUNT] = {METRIC_KINDS(X)};
#undef X

static bool is_line(const Statement *statement, StatementId id)
{
    return statement->keyword && !statement->unsound && !strcmp(statement->keyword, statement_rows[id].keyword);
}

static Span word_of(const Statement *line)
{
    return line->arguments->value->span;
}

/* ---- what is told ---- */

/* The line that told a kind before. */
static const Statement *told_before(const Statement *train, const Statement *line)
{
    const char *word = line->arguments->value->text;
    for (const Statement *s = train->block; s && s != line; s = s->next)
        if (is_line(s, STATEMENT_METRIC) && s->arguments && s->arguments->value->text &&
            !strcmp(s->arguments->value->text, word))
            return s;
    return NULL;
}

static void fill_metric(Check *check, const Statement *train, Statement *line, JobMetric *metric)
{
    Job *job = &check->card->job;
    Binding binding = bind_statement(check, line, STATEMENT_METRIC);
    line->unsound = binding.uncertain || !is_sound(&binding, PARAMETER_METRIC_K);
    if (line->unsound || !is_sound(&binding, PARAMETER_METRIC_KIND))
        return;
    const Statement *before = told_before(train, line);
    if (before) {
        diag_error(check->diagnostics, word_of(line), WORD_TWICE, line->arguments->value->text);
        diag_note(check->diagnostics, word_of(before), "the first is here");
        return;
    }
    metric[job->metrics++] =
        (JobMetric){choice_of(&binding, PARAMETER_METRIC_KIND), (int)whole_of(&binding, PARAMETER_METRIC_K)};
}

void fill_metrics(Check *check, const Statement *train)
{
    int room = 0;
    for (const Statement *s = train->block; s; s = s->next)
        room += is_line(s, STATEMENT_METRIC);
    JobMetric *metric = arena_array(check->arena, JobMetric, room);
    check->card->job.metric = metric;
    for (Statement *s = train->block; s; s = s->next)
        if (is_line(s, STATEMENT_METRIC))
            fill_metric(check, train, s, metric);
}

void fill_watch(Check *check, const Statement *braces, JobTrain *to)
{
    const Statement *line = find(braces, STATEMENT_WATCH);
    if (!line)
        return;
    Binding binding = bind_statement(check, line, STATEMENT_WATCH);
    to->watch = choice_of(&binding, PARAMETER_WATCH_KIND);
}

static bool is_measured(const Job *job, MetricKind kind)
{
    bool measured = kind == METRIC_LOSS || kind == METRIC_ACCURACY;
    for (int i = 0; i < job->metrics; i++)
        measured = measured || job->metric[i].kind == kind;
    return measured;
}

void measure_watched(Check *check)
{
    Job *job = &check->card->job;
    JobMetric *metric = arena_array(check->arena, JobMetric, job->metrics + job->phases);
    memcpy(metric, job->metric, (size_t)job->metrics * sizeof *metric);
    job->metric = metric;
    for (int i = 0; i < job->phases; i++)
        if (!is_measured(job, job->phase[i].watch))
            metric[job->metrics++] = (JobMetric){job->phase[i].watch, METRIC_TOP_K};
}

/* ---- what fits ---- */

static int of_target(TargetKind kind)
{
    static const int of[TARGET_COUNT] = {
        [TARGET_CLASS] = OF_CLASS, [TARGET_MASK] = OF_MASK, [TARGET_SHARES] = OF_LABELS, [TARGET_NUMBERS] = OF_NUMBERS,
    };
    return of[kind];
}

static const char *fitting_text(Check *check, int of)
{
    const char *part[METRIC_COUNT];
    int parts = 0;
    for (int kind = METRIC_LOSS + 1; kind < METRIC_COUNT; kind++)
        if (metrics[kind].fits & of)
            part[parts++] = arena_printf(check->arena, "'%s'", metrics[kind].word);
    return either_text(check->arena, part, parts);
}

static int k_of(const Job *job)
{
    for (int i = 0; i < job->metrics; i++)
        if (job->metric[i].kind == METRIC_TOP)
            return job->metric[i].k;
    return METRIC_TOP_K;
}

static bool judge(Check *check, const Statement *line)
{
    const Job *job = &check->card->job;
    const char *word = line->arguments ? line->arguments->value->text : NULL;
    int kind = 0, of = of_target(job->target.kind), outputs = check->answer->shape.c;
    while (word && kind < METRIC_COUNT && strcmp(metrics[kind].word, word))
        kind++;
    if (!word || kind == METRIC_COUNT)
        return true;            /* was reported */
    int classes = outputs == 1 ? 2 : outputs;
    if (!(metrics[kind].fits & of))
        diag_error(check->diagnostics, word_of(line), METRIC_MISFIT, word, compared_text(job->target.kind),
                   fitting_text(check, of));
    else if (kind == METRIC_TOP && k_of(job) >= classes)
        diag_error(check->diagnostics, word_of(line), TOP_ALWAYS, classes, k_of(job),
                   classes > 2 ? "a smaller k" : "'accuracy'");
    else
        return true;
    return false;
}

/* Of those that measure the same in vain, the first is told. */
static bool judge_all(Check *check, const Statement *braces)
{
    for (const Statement *s = braces->block; s; s = s->next) {
        if ((is_line(s, STATEMENT_METRIC) || is_line(s, STATEMENT_WATCH)) && !judge(check, s))
            return false;
        if (is_line(s, STATEMENT_PHASE) && !judge_all(check, s))
            return false;
    }
    return true;
}

Sound check_metrics_fit(Check *check)
{
    /* Where the data tells something else than the loss asks for, nobody knows of what they are. */
    if (!diag_has(check->diagnostics, DIAG_LOSS_DATA))
        judge_all(check, check->section[SECTION_TRAIN].statement);
    return SOUND_NONE;
}
