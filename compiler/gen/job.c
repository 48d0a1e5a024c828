/* job.c - a Job as a C initialiser: what the card says beside its model. */

#include <string.h>

#include "compiler/gen/gen.h"

/* ---- the words of the enums ---- */

#define WORDS(NAME, PREFIX, LIST) static const char *const NAME[] = { LIST(PREFIX) };
#define RESIZE_ID(id, word) "RESIZE_" #id,
#define FILTER_ID(id, word) "FILTER_" #id,
#define ORDER_ID(id, word) "ORDER_" #id,
#define DATA_ID(id, word) "DATA_" #id,
#define BALANCE_ID(id, word) "BALANCE_" #id,
#define DAMAGED_ID(id, word) "DAMAGED_" #id,
#define FILL_ID(id, word) "FILL_" #id,
#define AUGMENT_ID(id, word) "AUGMENT_" #id,
#define TARGET_ID(id, word) "TARGET_" #id,
#define LOSS_ID(id, word) "LOSS_" #id,
#define METRIC_ID(id, word, rises, fits) "METRIC_" #id,
#define OPTIMIZER_ID(id, word) "OPTIMIZER_" #id,
#define SCHEDULE_ID(id, word) "SCHEDULE_" #id,
#define LAYOUT_ID(id, word) "LAYOUT_" #id,
WORDS(resize_id, RESIZE_ID, RESIZE_KINDS)
WORDS(filter_id, FILTER_ID, FILTER_KINDS)
WORDS(order_id, ORDER_ID, ORDER_KINDS)
WORDS(data_id, DATA_ID, DATA_KINDS)
static const char *const balance_id[] = { "BALANCE_NONE", BALANCE_KINDS(BALANCE_ID) };
WORDS(damaged_id, DAMAGED_ID, DAMAGED_KINDS)
WORDS(fill_id, FILL_ID, FILL_KINDS)
WORDS(augment_id, AUGMENT_ID, AUGMENT_KINDS)
WORDS(target_id, TARGET_ID, TARGET_KINDS)
WORDS(loss_id, LOSS_ID, LOSS_KINDS)
WORDS(metric_id, METRIC_ID, METRIC_KINDS)
WORDS(optimizer_id, OPTIMIZER_ID, OPTIMIZER_KINDS)
WORDS(schedule_id, SCHEDULE_ID, SCHEDULE_KINDS)
WORDS(layout_id, LAYOUT_ID, LAYOUT_KINDS)

void put_string(FILE *out, const char *text)
{
    if (!text) {
        fputs("NULL", out);
        return;
    }
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < 32 || *c > 126 || *c == '?')
            fprintf(out, "\\%03o", *c);
        else
            fputc(*c, out);
    fputc('"', out);
}

static void put_place_value(FILE *out, const Place *place)
{
    const char *slash = place->file ? strrchr(place->file, '/') : NULL;
    if (!place->file) {
        fprintf(out, "{ NULL, 0, 0, 1, NULL }");
        return;
    }
    fprintf(out, "{ ");
    put_string(out, slash ? slash + 1 : place->file);
    fprintf(out, ", %d, %d, %d, ", place->line, place->column, place->width);
    put_string(out, place->text);
    fprintf(out, " }");
}

void put_place(FILE *out, const Place *place)
{
    fprintf(out, ".place = ");
    put_place_value(out, place);
}

/* Nothing of a job without places. */
static void put_places(FILE *out, const char *field, const Place *place, int count)
{
    if (!place || !count)
        return;
    fprintf(out, "\n              .%s = (const Place[]){ ", field);
    for (int i = 0; i < count; i++) {
        put_place_value(out, &place[i]);
        fprintf(out, i + 1 < count ? ", " : " },");
    }
}

static void put_strings(FILE *out, const char *const *text, int count)
{
    if (!count) {
        fprintf(out, "NULL");
        return;
    }
    fprintf(out, "(const char *const[]){ ");
    for (int i = 0; i < count; i++) {
        put_string(out, text[i]);
        fprintf(out, i + 1 < count ? ", " : " }");
    }
}

static void put_doubles(FILE *out, const double *number, int count)
{
    fprintf(out, "(const double[]){ ");
    for (int i = 0; i < count; i++)
        fprintf(out, "%.17g%s", number[i], i + 1 < count ? ", " : " }");
}

static void put_whole_numbers(FILE *out, const int *number, int count)
{
    fprintf(out, "(const int[]){ ");
    for (int i = 0; i < count; i++)
        fprintf(out, "%d%s", number[i], i + 1 < count ? ", " : " }");
}

static void put_input(FILE *out, const JobInput *input)
{
    fprintf(out, "    .input = {\n        .shape = { %d, %d, %d },\n", input->shape.h, input->shape.w,
            input->shape.c);
    fprintf(out, "        .resize = %s, .filter = %s, .order = %s, .scale = %.17g,\n        .mean = ",
            resize_id[input->resize], filter_id[input->filter], order_id[input->order], input->scale);
    put_doubles(out, input->mean, input->shape.c);
    fprintf(out, ", .std = ");
    put_doubles(out, input->std, input->shape.c);
    fprintf(out, ",\n        ");
    if (input->mean_measured || input->std_measured)
        fprintf(out, ".mean_measured = %d, .std_measured = %d,\n        ", input->mean_measured,
                input->std_measured);
    put_place(out, &input->place);
    fprintf(out, ",\n    },\n");
}

static void put_part(FILE *out, const JobPart *part)
{
    fprintf(out, "            { .path = ");
    put_strings(out, part->path, part->paths);
    fprintf(out, ", .paths = %d, .share = %.17g,", part->paths, part->share);
    put_places(out, "path_place", part->path_place, part->paths);
    fprintf(out, "\n              ");
    put_place(out, &part->place);
    fprintf(out, " },\n");
}

static void put_class(FILE *out, const JobClass *class)
{
    fprintf(out, "            { .name = ");
    put_string(out, class->name);
    fprintf(out, ", .pattern = ");
    put_strings(out, class->pattern, class->patterns);
    fprintf(out, ", .patterns = %d", class->patterns);
    if (class->values) {
        fprintf(out, ", .value = ");
        put_whole_numbers(out, class->value, class->values);
        fprintf(out, ", .values = %d", class->values);
    }
    fprintf(out, ", .weight = %.17g,", class->weight);
    put_places(out, "pattern_place", class->pattern_place, class->patterns);
    fprintf(out, "\n              ");
    put_place(out, &class->place);
    fprintf(out, " },\n");
}

static void put_column(FILE *out, const char *field, const char *column, const char *place_field,
                       const Place *place)
{
    if (!column)
        return;
    fprintf(out, "            .%s = ", field);
    put_string(out, column);
    fprintf(out, ", .%s = ", place_field);
    put_place_value(out, place);
    fprintf(out, ",\n");
}

static void put_table(FILE *out, const JobTable *table)
{
    fprintf(out, "        .table = {\n");
    put_column(out, "file", table->file, "file_place", &table->file_place);
    put_column(out, "label", table->label, "label_place", &table->label_place);
    put_column(out, "split", table->split, "split_place", &table->split_place);
    put_column(out, "root", table->root, "root_place", &table->root_place);
    fprintf(out, "            .separator = ");
    put_string(out, table->separator);
    fprintf(out, ",\n");
    if (table->targets) {
        fprintf(out, "            .target = ");
        put_strings(out, table->target, table->targets);
        fprintf(out, ", .targets = %d, .scale = %.17g,\n            .mean = ", table->targets, table->scale);
        put_doubles(out, table->mean, table->targets);
        fprintf(out, ", .std = ");
        put_doubles(out, table->std, table->targets);
        fprintf(out, ",");
        put_places(out, "target_place", table->target_place, table->targets);
        fprintf(out, "\n");
    }
    fprintf(out, "        },\n");
}

/* What few cards say. */
static void put_data_extras(FILE *out, const JobData *data)
{
    if (data->kind == DATA_CSV)
        put_table(out, &data->table);
    if (data->target_is_input || data->table.targets) {
        fprintf(out, "        .target_is_input = %d, .target_place = ", data->target_is_input);
        put_place_value(out, &data->target_place);
        fprintf(out, ",\n");
    }
    if (data->ignores)
        fprintf(out, "        .ignores = true, .ignore = %d,\n", data->ignore);
    if (data->balance) {
        fprintf(out, "        .balance = %s, .balance_place = ", balance_id[data->balance]);
        put_place_value(out, &data->balance_place);
        fprintf(out, ",\n");
    }
}

static void put_data(FILE *out, const JobData *data)
{
    fprintf(out, "    .data = {\n        .kind = %s, .damaged = %s, .damaged_limit = %d, .seed = %lluu,\n",
            data_id[data->kind], damaged_id[data->damaged], data->damaged_limit,
            (unsigned long long)data->seed);
    fprintf(out, "        .part = {\n");
    for (int i = 0; i < PART_COUNT; i++)
        put_part(out, &data->part[i]);
    fprintf(out, "        },\n        .classes = %d,\n", data->classes);
    if (data->classes)
        fprintf(out, "        .class = (const JobClass[]){\n");
    for (int i = 0; i < data->classes; i++)
        put_class(out, &data->class[i]);
    if (data->classes)
        fprintf(out, "        },\n");
    put_data_extras(out, data);
    fprintf(out, "        ");
    put_place(out, &data->place);
    fprintf(out, ",\n    },\n");
}

static void put_row(FILE *out, const JobAugment *a)
{
    fprintf(out, "        { .kind = %s, .from = { %.17g, %.17g }, .to = { %.17g, %.17g },\n",
            augment_id[a->kind], a->from[0], a->from[1], a->to[0], a->to[1]);
    fprintf(out, "          .probability = { %.17g, %.17g }, .pixels = { %d, %d }, .free = %d,\n          ",
            a->probability[0], a->probability[1], a->pixels[0], a->pixels[1], a->free);
    if (a->kind == AUGMENT_CUTOUT)
        fprintf(out, ".count = %d, .value = %.17g, ", a->count, a->value);
    put_place(out, &a->place);
    fprintf(out, " },\n");
}

static void put_augment(FILE *out, const Job *job)
{
    fprintf(out, "    .fill = %s, .fill_value = %.17g, .augments = %d,\n", fill_id[job->fill],
            job->fill_value, job->augments);
    if (job->mixup != 0 || job->cutmix != 0)
        fprintf(out, "    .mixup = %.17g, .cutmix = %.17g,\n", job->mixup, job->cutmix);
    if (!job->augments)
        return;
    fprintf(out, "    .augment = (const JobAugment[]){\n");
    for (int i = 0; i < job->augments; i++)
        put_row(out, &job->augment[i]);
    fprintf(out, "    },\n");
}

static void put_target(FILE *out, const JobTarget *target)
{
    fprintf(out, "    .target = { %s, { %d, %d, %d } },\n", target_id[target->kind], target->shape.h,
            target->shape.w, target->shape.c);
}

static void put_schedule(FILE *out, const JobSchedule *s)
{
    fprintf(out, "      .schedule = { .kind = %s, .warmup = %.17g", schedule_id[s->kind], s->warmup);
    fprintf(out, ", .final = %.17g, .every = %.17g, .factor = %.17g, .power = %.17g, .patience = %d", s->final,
            s->every, s->factor, s->power, s->patience);
    if (s->ats) {
        fprintf(out, ",\n                    .ats = %d, .at = ", s->ats);
        put_doubles(out, s->at, s->ats);
    }
    fprintf(out, " },\n");
}

/* What a training in phases is told as well. */
static void put_extent(FILE *out, const JobTrain *t)
{
    fprintf(out, "      .batch = %d, .epochs = %d, .seed = %lluu,\n      ", t->batch, t->epochs,
            (unsigned long long)t->seed);
    put_place(out, &t->place);
}

/* What stands between the braces of a phase's initialiser, and its end. */
static void put_train(FILE *out, const JobTrain *t)
{
    fprintf(out, "      .name = ");
    put_string(out, t->name);
    fprintf(out, ",\n      .losses = %d, .loss = (const JobLoss[]){\n", t->losses);
    for (int i = 0; i < t->losses; i++)
        fprintf(out, "          { .kind = %s, .weight = %.17g, .smooth = %.17g, .delta = %.17g },\n",
                loss_id[t->loss[i].kind], t->loss[i].weight, t->loss[i].smooth, t->loss[i].delta);
    fprintf(out, "      },\n      .optimizer = %s, .rate = %.17g,\n", optimizer_id[t->optimizer], t->rate);
    fprintf(out, "      .momentum = %.17g, .nesterov = %d, .rho = %.17g, .beta1 = %.17g, .beta2 = %.17g,\n",
            t->momentum, t->nesterov, t->rho, t->beta1, t->beta2);
    fprintf(out, "      .epsilon = %.17g, .decay = %.17g, .clip = %.17g, .ema = %.17g,\n", t->epsilon, t->decay,
            t->clip, t->ema);
    put_schedule(out, &t->schedule);
    fprintf(out, "      .stop = { %d, %.17g }, .watch = %s,\n", t->stop.patience, t->stop.least, metric_id[t->watch]);
    put_extent(out, t);
    fprintf(out, " }");
}

static void put_metrics(FILE *out, const Job *job)
{
    if (!job->metrics)
        return;
    fprintf(out, "    .metrics = %d,\n    .metric = (const JobMetric[]){", job->metrics);
    for (int i = 0; i < job->metrics; i++)
        fprintf(out, " { %s, %d },", metric_id[job->metric[i].kind], job->metric[i].k);
    fprintf(out, " },\n");
}

/* Where the card names no phases, all of the training is the only one. */
static void put_phases(FILE *out, const Job *job)
{
    bool named = *job->phase->name;
    fprintf(out, "    .train = {\n");
    if (named) {
        fprintf(out, "      .name = \"\",\n");
        put_extent(out, &job->train);
        fprintf(out, " }");
    } else
        put_train(out, &job->train);
    fprintf(out, ",\n    .phases = %d,\n    .phase = ", job->phases);
    if (!named) {
        fprintf(out, "&program.job.train,\n");
        return;
    }
    fprintf(out, "(const JobTrain[]){\n");
    for (int i = 0; i < job->phases; i++) {
        fprintf(out, "    {\n");
        put_train(out, &job->phase[i]);
        fprintf(out, ",\n");
    }
    fprintf(out, "    },\n");
}

static void put_load(FILE *out, const JobLoad *load)
{
    fprintf(out, "        { .path = ");
    put_string(out, load->path);
    fprintf(out, ", .layout = %s, .prefix = ", layout_id[load->layout]);
    put_string(out, load->prefix);
    fprintf(out, ",\n          .parts = %d, .part = ", load->parts);
    put_strings(out, load->part, load->parts);
    fprintf(out, ", .renames = %d", load->renames);
    if (load->renames)
        fprintf(out, ", .rename = (const JobRename[]){");
    for (int i = 0; i < load->renames; i++) {
        fprintf(out, "%s{ ", i ? ", " : " ");
        put_string(out, load->rename[i].old);
        fprintf(out, ", ");
        put_string(out, load->rename[i].new);
        fprintf(out, " }");
    }
    fprintf(out, "%s,\n          ", load->renames ? " }" : "");
    put_place(out, &load->place);
    fprintf(out, " },\n");
}

static void put_loads(FILE *out, const Job *job)
{
    if (!job->loads)
        return;
    fprintf(out, "    .loads = %d,\n    .load = (const JobLoad[]){\n", job->loads);
    for (int i = 0; i < job->loads; i++)
        put_load(out, &job->load[i]);
    fprintf(out, "    },\n");
}

void generate_job(FILE *out, const Job *job)
{
    fprintf(out, "    .network = ");
    put_string(out, job->network);
    fprintf(out, ",\n");
    put_input(out, &job->input);
    put_data(out, &job->data);
    put_augment(out, job);
    put_target(out, &job->target);
    put_metrics(out, job);
    put_phases(out, job);
    put_loads(out, job);
}

/* The same job from nowhere: what a comment or a blank in the card may change is gone. */
Job job_without_places(Arena *arena, const Job *job)
{
    Job bare = *job;
    JobClass *class = arena_array(arena, JobClass, job->data.classes);
    JobAugment *augment = arena_array(arena, JobAugment, job->augments);
    JobTrain *phase = arena_array(arena, JobTrain, job->phases);
    const Place nowhere = { 0 };
    bare.input.place = bare.data.place = bare.train.place = nowhere;
    bare.data.target_place = bare.data.balance_place = nowhere;
    bare.data.table.file_place = bare.data.table.label_place = bare.data.table.split_place = nowhere;
    bare.data.table.root_place = nowhere;
    bare.data.table.target_place = NULL;
    for (int i = 0; i < PART_COUNT; i++) {
        bare.data.part[i].place = nowhere;
        bare.data.part[i].path_place = NULL;
    }
    for (int i = 0; i < job->data.classes; i++) {
        class[i] = job->data.class[i];
        class[i].place = nowhere;
        class[i].pattern_place = NULL;
    }
    for (int i = 0; i < job->augments; i++) {
        augment[i] = job->augment[i];
        augment[i].place = nowhere;
    }
    for (int i = 0; i < job->phases; i++) {
        phase[i] = job->phase[i];
        phase[i].place = nowhere;
    }
    bare.phase = phase;
    JobLoad *load = arena_array(arena, JobLoad, job->loads);
    for (int i = 0; i < job->loads; i++) {
        load[i] = job->load[i];
        load[i].place = nowhere;
    }
    bare.load = load;
    bare.data.class = class;
    bare.augment = augment;
    return bare;
}
