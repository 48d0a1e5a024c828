/* train.c - the train section: what holds for all of it, then its phases. Without a line `phase` there is one. */

#include <stdlib.h>
#include <string.h>

#include "compiler/check/braces.h"
#include "compiler/check/losses.h"
#include "compiler/check/metrics.h"
#include "compiler/check/read.h"
#include "compiler/check/sections.h"
#include "compiler/check/takes.h"

/* Statements within the braces of `train` or of a phase; what they say goes into `to`. */
typedef struct {
    Check *check;
    const Statement *braces;
    JobTrain *to;
} Told;

/* ---- optimizer ---- */

static void fill_optimizer(Told t)
{
    const Statement *optimizer = find(t.braces, STATEMENT_OPTIMIZER);
    if (!optimizer)
        return;
    Binding binding = bind_statement(t.check, optimizer, STATEMENT_OPTIMIZER);
    JobTrain *to = t.to;
    to->optimizer = choice_of(&binding, PARAMETER_OPTIMIZER_KIND);
    to->rate = number_of(&binding, PARAMETER_OPTIMIZER_RATE);
    to->decay = number_of(&binding, PARAMETER_OPTIMIZER_DECAY);
    to->momentum = number_of(&binding, PARAMETER_OPTIMIZER_MOMENTUM);
    to->nesterov = choice_of(&binding, PARAMETER_OPTIMIZER_NESTEROV);
    to->rho = number_of(&binding, PARAMETER_OPTIMIZER_RHO);
    to->beta1 = number_of(&binding, PARAMETER_OPTIMIZER_BETA1);
    to->beta2 = number_of(&binding, PARAMETER_OPTIMIZER_BETA2);
    to->epsilon = number_of(&binding, PARAMETER_OPTIMIZER_EPS);
}

/* ---- schedule ---- */

static const char *decimal(Check *check, double number)
{
    return arena_printf(check->arena, "%.9g", number);
}

/* One time, or a list that rises. */
static void fill_times(Check *check, JobSchedule *schedule, const Bound *at)
{
    const Datum *datum = at->datum;
    bool list = datum->kind == DATUM_LIST;
    int count = list ? datum->items : 1;
    double *time = arena_array(check->arena, double, count);
    for (int i = 0; i < count; i++) {
        time[i] = datum_double(list ? &datum->item[i] : datum);
        if (i && time[i] <= time[i - 1]) {
            diag_error(check->diagnostics, datum->item[i].span, STEPS_FALL, decimal(check, time[i]),
                       decimal(check, time[i - 1]));
            return;
        }
    }
    schedule->at = time;
    schedule->ats = count;
}

/* Of an exponential the factor has no value that most would want. */
static void need_factor(Check *check, const Statement *statement, const Binding *binding)
{
    const Bound *factor = bound_to(binding, PARAMETER_SCHEDULE_FACTOR);
    bool exponential = is_sound(binding, PARAMETER_SCHEDULE_KIND) &&
                       choice_of(binding, PARAMETER_SCHEDULE_KIND) == SCHEDULE_EXPONENTIAL;
    if (exponential && !factor->given)
        diag_error(check->diagnostics, statement->keyword_span, MISSING, "schedule", "factor", "=",
                   takes_text(check->arena, &parameter_rows[PARAMETER_SCHEDULE_FACTOR]), "");
}

static void fill_schedule(Told t)
{
    const Statement *statement = find(t.braces, STATEMENT_SCHEDULE);
    if (!statement)
        return;
    Binding binding = bind_statement(t.check, statement, STATEMENT_SCHEDULE);
    t.to->schedule = (JobSchedule){0};
    if (binding.uncertain)
        return;
    t.to->schedule = (JobSchedule){
        .kind = choice_of(&binding, PARAMETER_SCHEDULE_KIND),
        .warmup = number_of(&binding, PARAMETER_SCHEDULE_WARMUP),
        .final = number_of(&binding, PARAMETER_SCHEDULE_FINAL),
        .every = number_of(&binding, PARAMETER_SCHEDULE_EVERY),
        .factor = number_of(&binding, PARAMETER_SCHEDULE_FACTOR),
        .power = number_of(&binding, PARAMETER_SCHEDULE_POWER),
        .patience = (int)whole_of(&binding, PARAMETER_SCHEDULE_PATIENCE),
    };
    need_factor(t.check, statement, &binding);
    if (t.to->schedule.kind == SCHEDULE_STEPS && is_sound(&binding, PARAMETER_SCHEDULE_AT))
        fill_times(t.check, &t.to->schedule, bound_to(&binding, PARAMETER_SCHEDULE_AT));
}

/* Where an option of the phase's schedule stands: in its own braces or in those of train. */
static Span schedule_span(Check *check, const Statement *phase, const char *option)
{
    const Statement *statement = phase ? find(phase, STATEMENT_SCHEDULE) : NULL;
    if (!statement)
        statement = find(check->section[SECTION_TRAIN].statement, STATEMENT_SCHEDULE);
    for (const Argument *argument = statement->arguments; argument; argument = argument->next)
        if (argument->name && !strcmp(argument->name, option))
            return argument->value->span;
    return statement->keyword_span;
}

/* Whether a line of these is told to be wrong, or one too many: which is meant? */
static bool is_lost(const Statement *braces)
{
    static const StatementId about[] = {STATEMENT_EPOCHS, STATEMENT_OPTIMIZER, STATEMENT_SCHEDULE};
    for (const Statement *line = braces ? braces->block : NULL; line; line = line->next)
        for (size_t i = 0; line->unsound && line->keyword && i < sizeof about / sizeof *about; i++)
            if (!strcmp(line->keyword, statement_rows[about[i]].keyword))
                return true;
    return false;
}

/* Times that the phase's epochs do not reach, a rate that would go the other way. */
static void judge_schedule(Check *check, const Statement *phase, const JobTrain *t)
{
    const JobSchedule *s = &t->schedule;
    Diagnostics *diagnostics = check->diagnostics;
    if (!t->epochs || !t->rate || is_lost(phase) || is_lost(check->section[SECTION_TRAIN].statement))
        return;                 /* what is missing was reported */
    if (s->warmup >= t->epochs)
        diag_error(diagnostics, schedule_span(check, phase, "warmup"), WARMUP_LONG, decimal(check, s->warmup),
                   t->epochs);
    if (s->kind == SCHEDULE_COSINE && s->final > t->rate)
        diag_error(diagnostics, schedule_span(check, phase, "final"), RATE_RISES, decimal(check, s->final),
                   decimal(check, t->rate));
    double last = s->kind == SCHEDULE_STEP ? s->every
                : s->kind == SCHEDULE_STEPS && s->ats ? s->at[s->ats - 1] : 0;
    if (last >= t->epochs)
        diag_error(diagnostics, schedule_span(check, phase, s->kind == SCHEDULE_STEP ? "every" : "at"),
                   STEP_NEVER, t->epochs, decimal(check, last));
}

/* ---- the rest ---- */

static Number standard_number(ParameterId parameter)
{
    Number number = {0, 1};
    number_parse(parameter_rows[parameter].standard, strlen(parameter_rows[parameter].standard), &number);
    return number;
}

/* The number of a statement that is one; where the braces have no such line, `otherwise`. */
static Number number_told(Told t, StatementId id, ParameterId parameter, Number otherwise)
{
    const Statement *statement = find(t.braces, id);
    if (!statement)
        return otherwise;
    Binding binding = bind_statement(t.check, statement, id);
    const Bound *bound = bound_to(&binding, parameter);
    return bound->count && is_sound(&binding, parameter) ? bound->datum->number : (Number){0, 1};
}

static double double_told(Told t, StatementId id, ParameterId parameter, double otherwise)
{
    return find(t.braces, id) ? number_double(number_told(t, id, parameter, (Number){0, 1})) : otherwise;
}

static int int_told(Told t, StatementId id, ParameterId parameter, int otherwise)
{
    return (int)number_long(number_told(t, id, parameter, number_whole(otherwise)));
}

static void fill_stop(Told t)
{
    const Statement *statement = find(t.braces, STATEMENT_STOP);
    if (!statement)
        return;
    Binding binding = bind_statement(t.check, statement, STATEMENT_STOP);
    t.to->stop = (JobStop){(int)whole_of(&binding, PARAMETER_STOP_PATIENCE),
                           number_of(&binding, PARAMETER_STOP_LEAST)};
}

/* All that may stand in a phase, too. */
static void fill_told(Told t)
{
    fill_losses(t.check, t.braces, t.to);
    fill_watch(t.check, t.braces, t.to);
    fill_optimizer(t);
    fill_schedule(t);
    fill_stop(t);
    t.to->clip = double_told(t, STATEMENT_CLIP, PARAMETER_CLIP_LENGTH, t.to->clip);
    t.to->ema = double_told(t, STATEMENT_EMA, PARAMETER_EMA_KEEP, t.to->ema);
    t.to->batch = int_told(t, STATEMENT_BATCH, PARAMETER_BATCH_SIZE, t.to->batch);
    t.to->epochs = int_told(t, STATEMENT_EPOCHS, PARAMETER_EPOCHS_COUNT, t.to->epochs);
}

/* ---- phases ---- */

static bool is_phase(const Statement *statement)
{
    return statement->keyword && !strcmp(statement->keyword, "phase");
}

static bool is_told_in_a_phase(const Statement *train, StatementId id)
{
    for (const Statement *phase = train->block; phase; phase = phase->next)
        if (is_phase(phase) && find(phase, id))
            return true;
    return false;
}

/* What neither the phase nor train says is missing: in train where no phase says it. */
static void need_told(Check *check, const Statement *train, const Statement *phase, StatementId id)
{
    if (find(train, id))
        return;
    if (!phase || !is_told_in_a_phase(train, id))
        need(check, train, id);
    else if (is_whole(train) && is_whole(phase))
        need(check, phase, id);
}

static void need_all(Check *check, const Statement *train, const Statement *phase)
{
    need_told(check, train, phase, STATEMENT_LOSS);
    need_told(check, train, phase, STATEMENT_OPTIMIZER);
    if (phase && find(train, STATEMENT_EPOCHS))
        return;                 /* they stand in the wrong braces, which was reported */
    if (phase)
        need(check, phase, STATEMENT_EPOCHS);
    else
        need(check, train, STATEMENT_EPOCHS);
}

/* Phases have names of their own, in a frame that nothing else sees. */
static void declare_phase(Check *check, Frame *frame, const char *name, const Statement *statement)
{
    const Name *other = name_find(check->names, frame, name);
    if (!other) {
        name_declare(check->names, frame, name, NAME_LABEL, statement->keyword_span);
        return;
    }
    diag_error(check->diagnostics, statement->keyword_span, PHASE_TWICE, name);
    diag_note(check->diagnostics, other->span, "the first '%s' is here", name);
}

static void fill_phase(Check *check, const Statement *train, const Statement *statement, Frame *names,
                       JobTrain *phase)
{
    Binding binding = bind_statement(check, statement, STATEMENT_PHASE);
    *phase = check->card->job.train;
    phase->epochs = 0;
    phase->place = place_of(check, statement);
    if (is_sound(&binding, PARAMETER_PHASE_NAME)) {
        phase->name = bound_to(&binding, PARAMETER_PHASE_NAME)->datum->text;
        declare_phase(check, names, phase->name, statement);
    }
    fill_told((Told){check, statement, phase});
    need_all(check, train, statement);
    judge_schedule(check, statement, phase);
}

/* The whole training is as long as all of its phases, and takes as much memory as any; all else is theirs. */
static void sum_up(Job *job)
{
    long epochs = 0;
    int batch = 0;
    for (int i = 0; i < job->phases; i++) {
        epochs += job->phase[i].epochs;
        batch = job->phase[i].batch > batch ? job->phase[i].batch : batch;
    }
    job->train = (JobTrain){ .name = "", .epochs = epochs < 1000000000 ? (int)epochs : 1000000000, .batch = batch,
                             .seed = job->train.seed, .place = job->train.place };
}

static void fill_phases(Check *check, const Statement *train, int count)
{
    Job *job = &check->card->job;
    JobTrain *phase = arena_array(check->arena, JobTrain, count);
    job->phase = phase;
    Frame names = frame_within(NULL);
    const Statement *epochs = find(train, STATEMENT_EPOCHS);
    bool torn = diag_has(check->diagnostics, DIAG_NO_BRACES) || check->file[0]->syntax->closes_nothing.source;
    if (epochs && !torn)
        diag_error(check->diagnostics, epochs->keyword_span, EPOCHS_TWICE);
    for (const Statement *statement = train->block; statement; statement = statement->next)
        if (is_phase(statement) && !statement->unsound)
            fill_phase(check, train, statement, &names, &phase[job->phases++]);
    frame_leave(check->names, &names);
}

static void fill_single_phase(Check *check, const Statement *train)
{
    Job *job = &check->card->job;
    JobTrain *phase = arena_new(check->arena, JobTrain);
    need_all(check, train, NULL);
    judge_schedule(check, NULL, &job->train);
    *phase = job->train;
    job->phase = phase;
    job->phases = 1;
}

/* ---- all of it ---- */

static Sound loss_sound(const Check *check)
{
    return check->told && !check->loss_lost && !has_strayed(check, SECTION_TRAIN) ? SOUND_LOSS : SOUND_NONE;
}

Sound check_train(Check *check)
{
    const Statement *train = check->section[SECTION_TRAIN].statement;
    Job *job = &check->card->job;
    const Told all = {check, train, &job->train};
    job->train = (JobTrain){
        .name = "",
        .seed = (uint64_t)number_long(standard_number(PARAMETER_SEED_NUMBER)),
        .batch = (int)number_long(standard_number(PARAMETER_BATCH_SIZE)),
    };
    if (!train)
        return SOUND_NONE;
    job->train.place = place_of(check, train);
    job->train.seed = (uint64_t)number_long(number_told(all, STATEMENT_SEED, PARAMETER_SEED_NUMBER,
                                                        standard_number(PARAMETER_SEED_NUMBER)));
    fill_told(all);
    fill_metrics(check, train);
    int phases = 0, sound = 0;
    for (const Statement *statement = train->block; statement; statement = statement->next) {
        phases += is_phase(statement);
        sound += is_phase(statement) && !statement->unsound;
    }
    if (sound)
        fill_phases(check, train, sound);
    else if (!phases)
        fill_single_phase(check, train);
    if (sound)
        sum_up(job);
    measure_watched(check);
    return loss_sound(check);
}

/* ---- what validation is for ---- */

static bool holds_out(const JobData *data)
{
    const JobPart *part = &data->part[PART_VALIDATION];
    return part->share > 0 || part->paths || data->table.split;
}

/* Of several the first is told: they lack the same line. */
static bool needs_watching(Check *check, const Statement *braces)
{
    const Statement *stop = find(braces, STATEMENT_STOP), *watch = find(braces, STATEMENT_WATCH);
    const Statement *schedule = find(braces, STATEMENT_SCHEDULE);
    const Argument *kind = schedule ? schedule->arguments : NULL;
    bool plateau = kind && kind->value->kind == VALUE_WORD && !strcmp(kind->value->text, "plateau");
    if (stop)
        diag_error(check->diagnostics, stop->keyword_span, NOTHING_WATCHED, "stop");
    else if (plateau)
        diag_error(check->diagnostics, kind->value->span, NOTHING_WATCHED, "plateau");
    else if (watch)
        diag_error(check->diagnostics, watch->keyword_span, NOTHING_WATCHED, "watch");
    return stop || plateau || watch;
}

Sound check_watching(Check *check)
{
    const Statement *train = check->section[SECTION_TRAIN].statement;
    if (!train || holds_out(&check->card->job.data) || needs_watching(check, train))
        return SOUND_NONE;
    for (const Statement *statement = train->block; statement; statement = statement->next)
        if (is_phase(statement) && !statement->unsound && needs_watching(check, statement))
            return SOUND_NONE;
    return SOUND_NONE;
}
