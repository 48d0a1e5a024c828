#include "runtime/answers/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/answers/decision.h"
#include "runtime/data/target.h"
#include "runtime/system/memory.h"

#define X(id, word, rises, fits) word,
const char *const metric_word[METRIC_COUNT] = { METRIC_KINDS(X) };
#undef X
#define X(id, word, rises, fits) rises,
const bool metric_rises[METRIC_COUNT] = { METRIC_KINDS(X) };
#undef X

/* The errors of one channel, and Welford's running mean and squares of its targets. */
typedef struct {
    double count, absolute, squared, mean, squares;
} Column;

struct Metrics {
    const Program *program;
    Decision plain;
    const Decision *decision;   /* `plain`, or another */
    int classes, outputs, k;    /* k: of top; 0 where nobody asks */
    bool labels, ranks;
    float *output;              /* of the image at hand */
    long *confusion;            /* [classes][classes] */
    LabelCounts *label;         /* [classes] */
    Column *column;             /* [outputs] */
    Ranked *ranked;             /* [images][outputs] */
    long images, room, hits;    /* of images: all, that there is room for, within the k first */
    long counted;               /* in the confusion */
};

/* ---- opening ---- */

static bool wants(const Job *job, MetricKind kind)
{
    bool wanted = false;
    for (int i = 0; i < job->metrics; i++)
        wanted |= job->metric[i].kind == kind;
    for (int i = 0; i < job->phases; i++)
        wanted |= job->phase[i].watch == kind;
    return wanted;
}

static int k_of(const Job *job)
{
    for (int i = 0; i < job->metrics; i++)
        if (job->metric[i].kind == METRIC_TOP)
            return job->metric[i].k;
    return wants(job, METRIC_TOP) ? METRIC_TOP_K : 0;
}

Metrics *metrics_open(const Program *program)
{
    Metrics *m = need_memory(sizeof *m);
    const Job *job = &program->job;
    size_t classes = (size_t)program->classes;
    m->program = program;
    m->plain = decision_plain(program);
    m->decision = &m->plain;
    m->classes = program->classes;
    m->outputs = program->output.c;
    m->k = k_of(job);
    m->labels = dataset_has_labels(job);
    m->ranks = wants(job, METRIC_AUC) && shape_is_vector(program->output);
    m->output = need_memory(sizeof *m->output * (size_t)shape_size(program->output));
    if (job->target.kind == TARGET_NUMBERS)
        m->column = need_memory(sizeof *m->column * (size_t)m->outputs);
    else if (m->labels)
        m->label = need_memory(sizeof *m->label * classes);
    else
        m->confusion = need_memory(sizeof *m->confusion * classes * classes);
    return m;
}

void metrics_close(Metrics *m)
{
    decision_free(&m->plain);
    free(m->output);
    free(m->confusion);
    free(m->label);
    free(m->column);
    free(m->ranked);
    free(m);
}

void metrics_decide(Metrics *m, const Decision *decision)
{
    m->decision = decision;
}

void metrics_keep(Metrics *m)
{
    m->ranks |= !m->column && shape_is_vector(m->program->output);
}

const Ranked *metrics_answers(const Metrics *m, long *images)
{
    *images = m->images;
    return m->ranks ? m->ranked : NULL;
}

/* ---- adding ---- */

/* The class of a pixel of a target, NO_CLASS where it does not count; of shares the largest. */
static int true_class(const Metrics *m, const void *target, long pixel)
{
    TargetKind kind = m->program->job.target.kind;
    if (kind == TARGET_CLASS || kind == TARGET_MASK)
        return ((const int32_t *)target)[pixel];
    const float *share = (const float *)target + pixel * m->outputs;
    if (m->outputs == 1)
        return *share > 0.5f;
    int most = 0;
    for (int class = 1; class < m->outputs; class++)
        most = share[class] > share[most] ? class : most;
    return share[most] > 0 ? most : NO_CLASS;
}

static void add_classes(Metrics *m, const void *target)
{
    long pixels = (long)m->program->output.h * m->program->output.w;
    for (long pixel = 0; pixel < pixels; pixel++) {
        int class = true_class(m, target, pixel);
        m->counted += class != NO_CLASS;
        if (class != NO_CLASS)
            m->confusion[class * m->classes + decision_answer(m->decision, m->output + pixel * m->outputs).class]++;
    }
}

static void add_labels(Metrics *m, const float *target)
{
    for (int i = 0; i < m->classes; i++) {
        bool is = target[i] > 0.5f, answered = decision_has_label(m->decision, m->output, i);
        m->label[i].both += is && answered;
        m->label[i].missed += is && !answered;
        m->label[i].wrong += !is && answered;
        m->label[i].neither += !is && !answered;
    }
}

double metrics_in_unit(const Job *job, int column, double number)
{
    const JobTable *table = &job->data.table;
    return table->targets ? (number * table->std[column] + table->mean[column]) / table->scale : number;
}

static void add_numbers(Metrics *m, const float *target)
{
    const Job *job = &m->program->job;
    for (long i = 0; i < shape_size(m->program->output); i++) {
        int at = (int)(i % m->outputs);
        Column *column = &m->column[at];
        double t = metrics_in_unit(job, at, target[i]), off = metrics_in_unit(job, at, m->output[i]) - t;
        double from_mean = t - column->mean;
        column->count++;
        column->absolute += fabs(off);
        column->squared += off * off;
        column->mean += from_mean / column->count;
        column->squares += from_mean * (t - column->mean);
    }
}

static void add_rank(Metrics *m, const void *target)
{
    if (m->images == m->room) {
        m->room = m->room ? 2 * m->room : 256;
        Ranked *more = need_memory(sizeof *more * (size_t)(m->room * m->outputs));
        if (m->ranked)
            memcpy(more, m->ranked, sizeof *more * (size_t)(m->images * m->outputs));
        free(m->ranked);
        m->ranked = more;
    }
    for (int i = 0; i < m->outputs; i++) {
        bool is = m->labels ? ((const float *)target)[i] > 0.5f
                : m->outputs == 1 ? true_class(m, target, 0) == 1 : true_class(m, target, 0) == i;
        m->ranked[m->images * m->outputs + i] = (Ranked){ m->output[i], is };
    }
}

static void add_top(Metrics *m, const void *target)
{
    int class = true_class(m, target, 0), before = 0;
    for (int i = 0; i < m->outputs && class != NO_CLASS; i++)
        before += !(m->output[i] <= m->output[class]);  /* NaN is no hit */
    m->hits += class != NO_CLASS && before < m->k;
}

void metrics_add(Metrics *m, const Step *step)
{
    for (int i = 0; i < step->n; i++) {
        const void *target = (const char *)step->target + (size_t)i * target_bytes(m->program);
        output_read(m->program, step, i, m->output);
        decision_temper(m->decision, m->output);
        if (m->confusion)
            add_classes(m, target);
        else if (m->label)
            add_labels(m, target);
        else
            add_numbers(m, target);
        if (m->ranks)
            add_rank(m, target);
        if (m->k && m->confusion && shape_is_vector(m->program->output))
            add_top(m, target);
        m->images++;
    }
}

/* ---- classes ---- */

LabelCounts metrics_counts(const Metrics *m, int class)
{
    if (m->label)
        return m->label[class];
    const long *row = m->confusion + (long)class * m->classes, *column = m->confusion + class;
    LabelCounts counts = { .both = row[class] };
    for (int i = 0; i < m->classes; i++) {
        counts.missed += i == class ? 0 : row[i];
        counts.wrong += i == class ? 0 : column[(long)i * m->classes];
    }
    counts.neither = m->counted - counts.both - counts.missed - counts.wrong;
    return counts;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

double counts_value(MetricKind kind, LabelCounts c)
{
    double both = (double)c.both, missed = (double)c.missed, wrong = (double)c.wrong;
    switch (kind) {
    case METRIC_PRECISION: return ratio(both, both + wrong);
    case METRIC_RECALL:    return ratio(both, both + missed);
    case METRIC_IOU:       return ratio(both, both + missed + wrong);
    default:               return ratio(2 * both, 2 * both + missed + wrong);
    }
}

/* Labels are all taken, as scikit-learn takes the columns of an indicator. */
static double over_classes(const Metrics *m, MetricKind kind)
{
    double sum = 0;
    int classes = 0;
    if (!m->label && m->outputs == 1)
        return counts_value(kind, metrics_counts(m, 1));
    for (int class = 0; class < m->classes; class++) {
        LabelCounts counts = metrics_counts(m, class);
        if (!m->label && !(counts.both + counts.missed + counts.wrong))
            continue;
        sum += counts_value(kind, counts);
        classes++;
    }
    return classes ? sum / classes : NAN;
}

static double accuracy(const Metrics *m)
{
    long right = 0, all = 0;
    for (int i = 0; i < m->classes; i++) {
        LabelCounts c = metrics_counts(m, i);
        long rest = m->label ? c.wrong + c.neither : 0;
        right += c.both + (m->label ? c.neither : 0);
        all += c.both + c.missed + rest;
    }
    return all ? (double)right / (double)all : NAN;
}

/* ---- ranks ---- */

static double auc(const Metrics *m)
{
    double sum = 0;
    int classes = 0;
    for (int class = 0; m->ranks && class < m->outputs; class++) {
        Ranked *one = ranked_output(m->ranked, m->images, m->outputs, class);
        double area = ranked_area(one, m->images);
        sum += isnan(area) ? 0 : area;
        classes += !isnan(area);
        free(one);
    }
    return classes ? sum / classes : NAN;
}

/* ---- numbers ---- */

static double of_column(MetricKind kind, const Column *c)
{
    if (kind == METRIC_R2)
        return c->squares > 0 ? 1 - c->squared / c->squares : c->squared > 0 ? 0 : 1;
    return (kind == METRIC_MAE ? c->absolute : c->squared) / c->count;
}

static double over_columns(const Metrics *m, MetricKind kind)
{
    double sum = 0;
    for (int i = 0; i < m->outputs; i++)
        sum += of_column(kind, &m->column[i]);
    return sum / m->outputs;
}

/* ---- all ---- */

double metrics_value(const Metrics *m, MetricKind kind)
{
    bool numbers = kind == METRIC_MAE || kind == METRIC_MSE || kind == METRIC_R2;
    if (!m->images || kind == METRIC_LOSS || numbers != (m->column != NULL))
        return NAN;
    switch (kind) {
    case METRIC_ACCURACY: return accuracy(m);
    case METRIC_TOP:      return m->k ? (double)m->hits / (double)m->images : NAN;
    case METRIC_AUC:      return auc(m);
    default:              return numbers ? over_columns(m, kind) : over_classes(m, kind);
    }
}

const long *metrics_confusion(const Metrics *m)
{
    return m->confusion;
}

const LabelCounts *metrics_labels(const Metrics *m)
{
    return m->label;
}

double metrics_error(const Metrics *m, int channel)
{
    return of_column(METRIC_MAE, &m->column[channel]);
}
