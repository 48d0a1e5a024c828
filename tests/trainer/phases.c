/* phases.c - phases, schedules, running means of the weights: a training that was stopped anywhere and gone on with
 * ends in the same bytes, on any number of threads; and what each of them does is what it should. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/safetensors.h"
#include "runtime/system/fault.h"
#include "tests/trainer/tiny.h"

#define PHASE(called, kind, rate_of_it, images, ...) \
    { .name = called, .loss = &loss, .losses = 1, .optimizer = OPTIMIZER_##kind, .rate = rate_of_it, .momentum = 0.9, \
      .batch = images, .seed = 1, __VA_ARGS__ }

static const JobLoss loss = { .kind = LOSS_CROSSENTROPY, .weight = 1 };
static const double times[] = { 0.5, 1.25 };

/* A mean of the weights from the first phase to the second; another optimizer, as far as anybody can tell, in the third. */
static const JobTrain three[] = {
    PHASE("head", SGD, 0.1, 4, .epochs = 2, .ema = 0.5, .schedule = { .kind = SCHEDULE_COSINE, .warmup = 0.7, .final = 0.01 }),
    PHASE("middle", SGD, 0.1, 3, .epochs = 2, .ema = 0.75,
          .schedule = { .kind = SCHEDULE_STEPS, .at = times, .ats = 2, .factor = 0.5 }),
    PHASE("tail", RMSPROP, 0.1, 4, .epochs = 3,
          .schedule = { .kind = SCHEDULE_PLATEAU, .patience = 1, .factor = 0.5 },
          .stop = { .patience = 2, .least = 0.02 }),
    PHASE("last", SGD, 0.01, 4, .epochs = 1, .ema = 0.9),
};
enum { THREE = sizeof three / sizeof *three };

static Program program;
static PhaseUses uses[THREE];

/* From here on children train so. */
static void train_in(const JobTrain *phase, int phases)
{
    program = tiny_program;
    program.job.phase = phase;
    program.job.phases = phases;
    program.job.train.epochs = 0;
    for (int i = 0; i < phases; i++) {
        program.job.train.epochs += phase[i].epochs;
        uses[i] = tiny_program.phase[0];
        if (phase[i].ema)
            program.average = (tiny_program.train.bytes + 63) / 64 * 64;
    }
    program.phase = uses;
    tiny_now = &program;
}

static void threads_do_not_matter(void)
{
    tiny_enter();
    train_in(three, THREE);
    CU_ASSERT_EQUAL(tiny_code("train --threads 1"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --new --threads 3"), 0);
    CU_ASSERT(tiny_same_runs(1, 2));
    tiny_leave();
}

/* The first phase leaves the bias alone, as far as anybody can tell. */
static void freeze_the_bias(void)
{
    static const int bias[] = { 1 };
    static Use head;
    head = tiny_program.train;
    head.idle = bias;
    head.idles = 1;
    uses[0].train = &head;
}

/* Stopped after each of its steps, which are counted anew where the optimizer is. */
static void stop_again_and_again(void)
{
    enum { STEPS = 22 };        /* of the first two phases */
    int stops = 0, code = EXIT_INTERRUPTED;
    tiny_enter();
    train_in(three, THREE);
    freeze_the_bias();
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    tiny_mischief = (TinyMischief){ .signal_at = 1, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train --new"), EXIT_INTERRUPTED);
    for (; code == EXIT_INTERRUPTED && stops < 3 * STEPS; stops++) {
        tiny_mischief.signal_at = (uint64_t)((stops + 1) % STEPS + 1);
        code = tiny_code("train");
    }
    CU_ASSERT_EQUAL(code, 0);
    CU_ASSERT(stops > STEPS + 10);
    CU_ASSERT(tiny_same_runs(1, 2));
    tiny_leave();
}

/* A tensor's own updates are counted, from stop to stop, until another optimizer counts anew. */
static void what_is_frozen_misses_updates(void)
{
    enum { STEPS_AN_EPOCH = 5 };
    tiny_enter();
    train_in(three, THREE);
    freeze_the_bias();
    tiny_mischief = (TinyMischief){ .signal_at = STEPS_AN_EPOCH + 2, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_INTERRUPTED);
    tiny_mischief.signal_at = 0;
    for (int epochs = 2; epochs <= 5; epochs += 3) {
        char words[32], why[REASON_ROOM];
        snprintf(words, sizeof words, "train --epochs %d", epochs);
        CU_ASSERT_EQUAL(tiny_code(words), 0);
        Safetensors *file = safetensors_open("runs/tiny/1/last.safetensors", why);
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        const char *missed = safetensors_metadata(file, "missed");
        if (epochs == 2)
            CU_ASSERT_STRING_EQUAL(missed, "{\"dense1.bias\":10}");
        if (epochs == 5)
            CU_ASSERT_PTR_NULL(missed);
        safetensors_close(file);
    }
    tiny_leave();
}

/* ---- what is told ---- */

/* A field of an epoch's line in results.csv. */
static double field(const char *results, int epoch, int number)
{
    while (epoch--)
        results = strchr(results, '\n') + 1;
    while (number--)
        results = strchr(results, ',') + 1;
    return strtod(results, NULL);
}

enum { RATE = 5 };

static void rates_are_told(void)
{
    tiny_enter();
    train_in(three, 2);
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, 0);
    char *results = tiny_read("runs/tiny/1/results.csv", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(results, ",rate,"));
    CU_ASSERT_DOUBLE_EQUAL(field(results, 2, RATE), 0.01 + 0.09 * (1 + cos(M_PI * (1.8 - 0.7) / 1.3)) / 2, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(field(results, 3, RATE), 0.05, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(field(results, 4, RATE), 0.025, 1e-9);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nphase middle, 2 epochs: sgd, rate 0.1, steps, ema 75 %\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "  rate 0.05\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "epoch 3/4"));
    free(results);
    tiny_free(&run);
    tiny_leave();
}

/* The text of a field of an epoch's line, until the next call. */
static const char *text_of(const char *results, int epoch, int number)
{
    static char text[32];
    while (epoch--)
        results = strchr(results, '\n') + 1;
    while (number--)
        results = strchr(results, ',') + 1;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(results, ",\n"), results);
    return text;
}

/* Stopped while it is validated, an epoch has the rate of its last step, and no speed: nothing is trained behind it. */
static void an_epoch_that_is_only_validated(void)
{
    enum { EPOCHS = 4, SPEED = 7, WAITING = 9 };
    char rate[32];
    tiny_enter();
    train_in(three, 2);
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --batch 3"), 0);
    tiny_mischief = (TinyMischief){ .predict_at = 1, .signal = SIGINT };
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --new --batch 3"), EXIT_INTERRUPTED);
    tiny_mischief.predict_at = 0;
    TinyRun run = tiny_run("train --batch 3");
    CU_ASSERT_EQUAL_FATAL(run.code, 0);
    char *whole = tiny_read("runs/tiny/1/results.csv", NULL), *cut = tiny_read("runs/tiny/2/results.csv", NULL);
    CU_ASSERT_DOUBLE_EQUAL(field(whole, 2, RATE), 0.01 + 0.09 * (1 + cos(M_PI * (11 / 6. - 0.7) / 1.3)) / 2, 1e-6);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        snprintf(rate, sizeof rate, "%s", text_of(whole, epoch, RATE));
        CU_ASSERT_STRING_EQUAL(text_of(cut, epoch, RATE), rate);
        for (int number = SPEED; number <= WAITING; number++)
            CU_ASSERT_EQUAL(*text_of(cut, epoch, number) == '\0', epoch == 1);
    }
    CU_ASSERT_PTR_NULL(strstr(run.out, " 0 img/s"));
    CU_ASSERT_EQUAL(tiny_code("runs 1 2"), 0);
    free(whole);
    free(cut);
    tiny_free(&run);
    tiny_leave();
}

/* Another loss, by far. */
static void predict_dearly(Step *step)
{
    tiny_program.predict.run(step);
    step->loss += 100;
}

/* From here on children train so, one of the phases with that loss. */
static void train_dearly_in(const JobTrain *phase, int phases, int dear_one)
{
    static Use dear;
    train_in(phase, phases);
    dear = tiny_program.predict;
    dear.run = predict_dearly;
    uses[dear_one].predict = &dear;
}

/* A phase is scored by its own loss, as its prediction reckons it, and not by the last one's. */
static void a_phase_is_scored_by_its_loss(void)
{
    enum { VALIDATION_LOSS = 3 };
    tiny_enter();
    train_dearly_in(three, 2, 0);
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    char *results = tiny_read("runs/tiny/1/results.csv", NULL);
    CU_ASSERT(field(results, 1, VALIDATION_LOSS) > 100);
    CU_ASSERT(field(results, 2, VALIDATION_LOSS) > 100);
    CU_ASSERT(field(results, 3, VALIDATION_LOSS) < 100);
    free(results);
    tiny_leave();
}

/* One of another program is scored by the last phase's. */
static void so_is_its_checkpoint(void)
{
    tiny_enter();
    train_dearly_in(three, 2, 0);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    TinyRun run = tiny_run("evaluate");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "loss 10"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "best.safetensors, epoch 1, phase head\n"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 4"), 0);
    run = tiny_run("evaluate");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "loss 0."));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, ", phase middle\n"));
    tiny_free(&run);
    program.hash = "0000000000000000";          /* another card's, whose first phase is not this one's */
    CU_ASSERT_EQUAL(tiny_code("train --new --epochs 1"), 0);
    program.hash = tiny_program.hash;
    run = tiny_run("evaluate --weights runs/tiny/2/best.safetensors");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "loss 0."));
    CU_ASSERT_PTR_NULL(strstr(run.err, "phase"));
    tiny_free(&run);
    tiny_leave();
}

/* ---- which is the best ---- */

enum { PHASES_TO_WATCH = 2, EPOCHS_TO_WATCH = 2 };

/* Two phases, of which the second is good for nothing, and has another loss; returns the epoch that is called best. */
static int best_of_phases(MetricKind first, MetricKind second)
{
    int best = 0;
    const JobTrain phase[PHASES_TO_WATCH] = {
        PHASE("good", SGD, 0.3, 4, .epochs = EPOCHS_TO_WATCH, .watch = first),
        PHASE("bad", SGD, -0.5, 4, .epochs = EPOCHS_TO_WATCH, .watch = second),
    };
    tiny_enter();
    train_dearly_in(phase, PHASES_TO_WATCH, 1);
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, 0);
    const char *told = strstr(run.out, "best: epoch ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(told);
    sscanf(told, "best: epoch %d", &best);
    tiny_free(&run);
    tiny_leave();
    return best;
}

/* Where the epochs end with a phase, the best is that phase's, though the next one has another loss. */
static void the_best_where_a_phase_ends(void)
{
    tiny_enter();
    train_dearly_in(three, 2, 0);
    TinyRun run = tiny_run("train --epochs 2");
    const char *best = strstr(run.out, "\nbest: epoch ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(best);
    CU_ASSERT(atoi(best + strlen("\nbest: epoch ")) >= 1 && strstr(best, ", validation loss 10"));
    tiny_free(&run);
    tiny_leave();
}

/* A metric means the same in all phases; a loss only where it is the same loss. */
static void the_best_of_all_phases(void)
{
    CU_ASSERT(best_of_phases(METRIC_ACCURACY, METRIC_ACCURACY) <= EPOCHS_TO_WATCH);
    CU_ASSERT(best_of_phases(METRIC_LOSS, METRIC_LOSS) > EPOCHS_TO_WATCH);
    CU_ASSERT(best_of_phases(METRIC_LOSS, METRIC_ACCURACY) > EPOCHS_TO_WATCH);
}

/* Nothing gets better by more than so much. */
static void a_phase_that_stops(void)
{
    static const JobTrain phase[] = {
        PHASE("long", SGD, 1e-9, 4, .epochs = 9, .stop = { .patience = 3, .least = 1e-3 }),
        PHASE("short", SGD, 1e-9, 4, .epochs = 2, .stop = { .patience = 5 }),
    };
    tiny_enter();
    train_in(phase, 2);
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "epoch  4/11"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "no better by more than 0.001 for 3 epochs: the phase ends here\nphase short, 2 epochs: sgd, rate 1e-09, "
                                  "stop after 5 epochs without better loss\nepoch 5/6"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "epoch 6/6"));
    tiny_free(&run);
    train_in(phase, 1);
    run = tiny_run("train --new");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "epoch 4/9"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "the training ends here\n"));
    CU_ASSERT_PTR_NULL(strstr(run.out, "epoch 5"));
    tiny_free(&run);
    tiny_leave();
}

/* As a kill behind the last checkpoint leaves it. */
static void conclude_no_more(const char *log)
{
    char *text = tiny_read(log, NULL), *line = text ? strstr(text, "\"event\":\"concluded\"") : NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    while (line > text && line[-1] != '\n')
        line--;
    tiny_write(log, text, (size_t)(line - text));
    free(text);
}

/* What a phase left out stays so when more epochs are asked for, or the same again; and goes to no other phase. */
static void a_stop_is_remembered(void)
{
    static const JobTrain phase[] = {
        PHASE("long", SGD, 1e-9, 4, .epochs = 9, .stop = { .patience = 3, .least = 1e-3 }),
        PHASE("short", SGD, 1e-9, 4, .epochs = 2),
    };
    tiny_enter();
    train_in(phase, 2);
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    TinyRun run = tiny_run("train --epochs 11");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "runs/tiny/1 is finished after epoch 6, `stop` having left out 5 of 11; "
                                  "`tiny train --epochs 17` would have gone on with it\n"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("train --new --epochs 5"), 0);    /* short of the end of the first phase, as the card has it */
    CU_ASSERT_EQUAL(tiny_code("train --run 3 --epochs 5"), 0);  /* the same again cuts nothing back */
    conclude_no_more("runs/tiny/3/log.jsonl");
    CU_ASSERT_EQUAL(tiny_code("train"), 0);                     /* what a kill left is made up for */
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/4"));
    run = tiny_run("train --run 3 --epochs 3");
    CU_ASSERT_EQUAL(run.code, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "runs/tiny/3 has done 4 epochs; --epochs takes 5 or more here"));
    tiny_free(&run);
    run = tiny_run("train --epochs 12");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "runs/tiny/3: goes on with epoch 5 of 7\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "epoch 7/7"));
    tiny_free(&run);
    tiny_leave();
}

/* The command line says how many epochs there are in all, and of how many images a step is at most. */
static void the_command_line_cuts(void)
{
    tiny_enter();
    train_in(three, 2);
    TinyRun run = tiny_run("train --epochs 3 --batch 3");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "phase middle, 1 epoch: "));
    CU_ASSERT_PTR_NULL(strstr(run.out, "epoch 4"));
    tiny_free(&run);
    run = tiny_run("train --epochs 6 --batch 3");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "goes on with epoch 4 of 6\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "epoch 6/6"));
    tiny_free(&run);
    tiny_leave();
}

/* ---- what acts is told ---- */

/* The objects of a run's log, one a line, whose event it is; to be released. */
static json_t *events_of(int run, const char *event)
{
    char path[64];
    json_t *found = json_array();
    snprintf(path, sizeof path, "runs/tiny/%d/log.jsonl", run);
    char *text = tiny_read(path, NULL), *at = text;
    for (char *line; text && (line = strsep(&at, "\n")) && *line; ) {
        json_t *object = json_loads(line, 0, NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(object);
        if (!strcmp(json_string_value(json_object_get(object, "event")), event))
            json_array_append(found, object);
        json_decref(object);
    }
    free(text);
    return found;
}

static double number_of(const json_t *events, size_t which, const char *key)
{
    return json_number_value(json_object_get(json_array_get(events, which), key));
}

/* Each time that the rate is lowered, in words and in the log, with the rate that the next epoch has. */
static void a_plateau_is_told(void)
{
    static const JobTrain phase[] = {
        PHASE("", SGD, -0.125, 4, .epochs = 6, .schedule = { .kind = SCHEDULE_PLATEAU, .patience = 2, .factor = 0.5 }),
    };
    tiny_enter();
    train_in(phase, 1);
    program.job.train = phase[0];
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\n6 epochs: sgd, rate -0.125, plateau\nepoch 1/6"));
    json_t *drops = events_of(1, "plateau");
    CU_ASSERT_EQUAL(json_array_size(drops), 2);         /* it gets worse from the first epoch on */
    char *results = tiny_read("runs/tiny/1/results.csv", NULL), words[64];
    for (size_t i = 0; i < json_array_size(drops); i++) {
        double rate = number_of(drops, i, "rate"), epoch = number_of(drops, i, "epoch");
        CU_ASSERT_EQUAL(number_of(drops, i, "drops"), (double)i + 1);
        CU_ASSERT_EQUAL(rate, -0.125 * pow(0.5, (double)i + 1));
        CU_ASSERT_EQUAL(field(results, (int)epoch + 1, RATE), rate);
        snprintf(words, sizeof words, "\nno better for 2 epochs: the rate falls to %.4g\n", rate);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.out, words));
    }
    json_decref(drops);
    free(results);
    tiny_free(&run);
    tiny_leave();
}

static void phases_are_told(void)
{
    tiny_enter();
    train_in(three, THREE);
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    json_t *phases = events_of(1, "phase"), *stops = events_of(1, "stop");
    static const struct { const char *name, *optimizer, *schedule; double ema; } expected[] = {
        { "head", "sgd", "cosine", 0.5 }, { "middle", "sgd", "steps", 0.75 }, { "tail", "rmsprop", "plateau", 0 },
        { "last", "sgd", "constant", 0.9 },
    };
    CU_ASSERT_EQUAL_FATAL(json_array_size(phases), THREE);
    for (size_t i = 0; i < THREE; i++) {
        const json_t *event = json_array_get(phases, i);
        CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(event, "phase")), expected[i].name);
        CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(event, "optimizer")), expected[i].optimizer);
        CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(event, "schedule")), expected[i].schedule);
        CU_ASSERT_EQUAL(number_of(phases, i, "ema"), expected[i].ema);
    }
    CU_ASSERT(json_array_size(stops) <= 1);
    json_decref(phases);
    json_decref(stops);
    tiny_leave();
}

/* Clips as the generated code does, as far as anybody can tell: in every third of an epoch's five steps. */
static void train_clipped(Step *step)
{
    tiny_program.train.run(step);
    step->shortened = step->position / 4 % 3 == 0 ? 0.5 : 1;
}

/* How often the gradient was too long, in each epoch of a phase that has a limit, also where the epoch was stopped. */
static void clipping_is_told(void)
{
    enum { CLIPPED = 10 };
    static Use clipped;
    static const JobTrain phase[] = {
        PHASE("short", SGD, 0.1, 4, .epochs = 2, .clip = 0.1), PHASE("free", SGD, 0.1, 4, .epochs = 1),
    };
    tiny_enter();
    train_in(phase, 2);
    clipped = tiny_program.train;
    clipped.run = train_clipped;
    uses[0].train = &clipped;
    tiny_mischief = (TinyMischief){ .signal_at = 3, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_INTERRUPTED);
    tiny_mischief.signal_at = 0;
    TinyRun run = tiny_run("train");
    char *results = tiny_read("runs/tiny/1/results.csv", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(results, ",waiting,clipped\n"));
    CU_ASSERT_EQUAL(field(results, 1, CLIPPED), 0.4);
    CU_ASSERT_EQUAL(field(results, 2, CLIPPED), 0.4);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "  clipped 40 %\n"));
    CU_ASSERT_PTR_NULL(strstr(strstr(run.out, "epoch 3/3"), "clipped"));
    json_t *epochs = events_of(1, "epoch");
    CU_ASSERT_EQUAL(number_of(epochs, 0, "clipped"), 0.4);
    CU_ASSERT_PTR_NULL(json_object_get(json_array_get(epochs, 2), "clipped"));
    json_decref(epochs);
    free(results);
    tiny_free(&run);
    tiny_leave();
}

/* Another rate is as if the card had it, in the first phase to the bit, in others in proportion; it belongs to the run. */
static void another_rate(void)
{
    static const JobTrain card[] = {
        PHASE("one", SGD, 0.1, 4, .epochs = 1, .schedule = { .kind = SCHEDULE_COSINE, .final = 0.01 }),
        PHASE("two", SGD, 0.05, 4, .epochs = 1),
    };
    static const JobTrain other[] = {
        PHASE("one", SGD, 0.02, 4, .epochs = 1, .schedule = { .kind = SCHEDULE_COSINE, .final = 0.002 }),
        PHASE("two", SGD, 0.01, 4, .epochs = 1),
    };
    tiny_enter();
    train_in(other, 2);
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    train_in(card, 2);
    TinyRun run = tiny_run("train --new --rate 0.02");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nphase one, 1 epoch: sgd, rate 0.02, cosine\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nphase two, 1 epoch: sgd, rate 0.01\nepoch 2/2"));
    CU_ASSERT_PTR_NULL(strstr(run.out, "  rate 0.01\n"));      /* it is told already */
    tiny_free(&run);
    CU_ASSERT_TRUE(tiny_same_runs(1, 2));
    json_t *told = json_load_file("runs/tiny/2/run.json", 0, NULL);
    CU_ASSERT_EQUAL(json_number_value(json_object_get(told, "rate")), 0.02);
    json_decref(told);
    tiny_mischief = (TinyMischief){ .signal_at = 3, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train --new --rate 0.02"), EXIT_INTERRUPTED);
    tiny_mischief.signal_at = 0;
    CU_ASSERT_EQUAL(tiny_code("train --rate 0.03 --epochs 1"), 0);      /* no run has that: a new one */
    run = tiny_run("train --rate 0.02");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "runs/tiny/3: goes on in epoch 1 of 2 after "));
    tiny_free(&run);
    CU_ASSERT_TRUE(tiny_same_runs(1, 3));
    static const char *const wrong[] = { "0", "-1", "11", "nan", "1e-3x", "" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char words[64];
        snprintf(words, sizeof words, "train --rate=%s", wrong[i]);
        run = tiny_run(words);
        CU_ASSERT(run.code == EXIT_USAGE && strstr(run.err, "--rate takes a number above 0, at most 10, "));
        tiny_free(&run);
    }
    tiny_leave();
}

/* ---- the mean of the weights ---- */

/* Reads a tensor of a run's last checkpoint. */
static void read_tensor(int run, const char *name, float values[TINY_PIXELS * TINY_CLASSES])
{
    char path[64], why[REASON_ROOM];
    snprintf(path, sizeof path, "runs/tiny/%d/last.safetensors", run);
    Safetensors *file = safetensors_open(path, why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    const TensorHead head = { name, 2, { TINY_PIXELS, TINY_CLASSES } };
    CU_ASSERT_TRUE_FATAL(safetensors_find(file, &head, why));
    CU_ASSERT_TRUE(safetensors_next(file, values, TINY_PIXELS * TINY_CLASSES, why));
    safetensors_close(file);
}

/* The best of a phase is what was scored: its mean, though the next phase, which begins before it is saved, keeps none. */
static void the_best_keeps_its_mean(void)
{
    static const JobTrain phase[] = {
        PHASE("mean", SGD, 0.1, 4, .epochs = 1, .ema = 0.75), PHASE("bare", SGD, 0.1, 4, .epochs = 1),
    };
    const TensorHead head = { "dense1.weight.trained", 2, { TINY_PIXELS, TINY_CLASSES } };
    char why[REASON_ROOM];
    tiny_enter();
    train_in(phase, 2);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    Safetensors *file = safetensors_open("runs/tiny/1/best.safetensors", why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_TRUE(safetensors_find(file, &head, why));
    safetensors_close(file);
    tiny_leave();
}

/* One step an epoch, so that what each leaves is in a checkpoint. */
static void the_mean_is_one(void)
{
    enum { SIZE = TINY_PIXELS * TINY_CLASSES, EPOCHS = 4 };
    static const JobTrain bare[] = { PHASE("", SGD, 0.1, 4, .epochs = EPOCHS) };
    static const JobTrain averaged[] = { PHASE("", SGD, 0.1, 4, .epochs = EPOCHS, .ema = 0.75) };
    float weight[SIZE], trained[SIZE], mean[SIZE], found[SIZE];
    char words[64];
    tiny_enter();
    for (int k = 1; k < 3; k++)         /* four pictures are left of each class: one is held out */
        for (int i = 0; i < 8; i++)
            for (int kind = 0; kind < 3; kind++) {
                static const char *const name[] = { "dark", "middle", "light" };
                snprintf(words, sizeof words, "data/%s.%d.png", name[kind], i);
                if (i > 1)
                    remove(words);
            }
    for (int epochs = 1; epochs <= EPOCHS; epochs++) {
        snprintf(words, sizeof words, "train --new --epochs %d", epochs);
        train_in(bare, 1);
        CU_ASSERT_EQUAL(tiny_code(words), 0);
        train_in(averaged, 1);
        CU_ASSERT_EQUAL(tiny_code(words), 0);
        read_tensor(2 * epochs - 1, "dense1.weight", weight);
        read_tensor(2 * epochs, "dense1.weight.trained", trained);
        read_tensor(2 * epochs, "dense1.weight", found);
        CU_ASSERT_EQUAL(memcmp(weight, trained, sizeof weight), 0);
        int wrong = 0;
        for (int i = 0; i < SIZE; i++) {
            mean[i] = epochs == 1 ? weight[i] : mean[i] + 0.25f * (weight[i] - mean[i]);
            wrong += !(fabsf(mean[i] - found[i]) <= 1e-6f * (1e-3f + fabsf(mean[i])));
        }
        CU_ASSERT_EQUAL(wrong, 0);
    }
    tiny_leave();
}

void suite_phases(void);
void suite_phases(void)
{
    CU_pSuite suite = CU_add_suite("trainer: phases", NULL, NULL);
    CU_ADD_TEST(suite, threads_do_not_matter);
    CU_ADD_TEST(suite, stop_again_and_again);
    CU_ADD_TEST(suite, what_is_frozen_misses_updates);
    CU_ADD_TEST(suite, rates_are_told);
    CU_ADD_TEST(suite, an_epoch_that_is_only_validated);
    CU_ADD_TEST(suite, a_phase_is_scored_by_its_loss);
    CU_ADD_TEST(suite, so_is_its_checkpoint);
    CU_ADD_TEST(suite, the_best_of_all_phases);
    CU_ADD_TEST(suite, the_best_where_a_phase_ends);
    CU_ADD_TEST(suite, a_phase_that_stops);
    CU_ADD_TEST(suite, a_stop_is_remembered);
    CU_ADD_TEST(suite, the_command_line_cuts);
    CU_ADD_TEST(suite, a_plateau_is_told);
    CU_ADD_TEST(suite, phases_are_told);
    CU_ADD_TEST(suite, clipping_is_told);
    CU_ADD_TEST(suite, another_rate);
    CU_ADD_TEST(suite, the_best_keeps_its_mean);
    CU_ADD_TEST(suite, the_mean_is_one);
}
