/* saliency.c - maps of where an answer comes from, by their numbers: of a network whose answer is a known sum of the
 * picture's pixels, and takes its time. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "runtime/look/saliency.h"
#include "runtime/system/clock.h"
#include "runtime/system/stop.h"
#include "tests/trainer/tiny.h"

void suite_saliency(void);

enum { SIDE = 20, PIXELS = SIDE * SIDE, WINDOW = 4, BATCH = 16 };

static long rest;               /* nanoseconds for each picture */
static int predicted;           /* pictures */

static float weight(int i)
{
    return (float)(i % 7 - 3);
}

/* One number: the weighted sum of the pixels. */
static void predict(Step *step)
{
    float *output = (float *)step->block;
    for (int image = 0; image < step->n; image++) {
        output[image] = 0;
        for (int i = 0; i < PIXELS; i++)
            output[image] += weight(i) * step->input[image * PIXELS + i];
        nanosleep(&(struct timespec){ .tv_nsec = rest }, NULL);
        predicted++;
    }
    step->output = output;
}

static Program program_of(void)
{
    Program program = tiny_program;
    program.batch = BATCH;
    program.classes = 0;
    program.output = (Shape){ 1, 1, 1 };
    program.output_stride = program.pixel_stride = 1;
    program.job.input.shape = (Shape){ SIDE, SIDE, 1 };
    program.predict = program.view = (Use){ .run = predict, .bytes = sizeof(float) * BATCH, .scratch = 64 };
    program.parameters = 0;
    return program;
}

/* A picture of whole numbers whose mean is 2. */
static void draw(float *picture)
{
    for (int i = 0; i < PIXELS; i++)
        picture[i] = (float)(i % 5);
}

static int step_back(int place, int step)
{
    int from = place * step + step / 2 - WINDOW / 2;
    return from < 0 ? 0 : from;
}

static int step_end(int place, int step)
{
    int to = place * step + step / 2 + WINDOW / 2;
    return to > SIDE ? SIDE : to;
}

/* By hand: in the mean over all windows that hide a pixel, what the sum falls by where the window's pixels are 2. */
static void expect_falls(const float *picture, const float *map, int step)
{
    double fall[PIXELS] = { 0 };
    int times[PIXELS] = { 0 };
    for (int row = 0; row * step < SIDE; row++)
        for (int column = 0; column * step < SIDE; column++) {
            double sum = 0;
            for (int y = step_back(row, step); y < step_end(row, step); y++)
                for (int x = step_back(column, step); x < step_end(column, step); x++)
                    sum += (double)(weight(y * SIDE + x) * (picture[y * SIDE + x] - 2));
            for (int y = step_back(row, step); y < step_end(row, step); y++)
                for (int x = step_back(column, step); x < step_end(column, step); x++) {
                    fall[y * SIDE + x] += sum;
                    times[y * SIDE + x]++;
                }
        }
    for (int i = 0; i < PIXELS; i++)
        CU_ASSERT_DOUBLE_EQUAL(map[i], fall[i] / times[i], 1e-3);
}

typedef struct { bool done; Hiding hiding; float picture[PIXELS], map[PIXELS]; } Occluded;

static Occluded occlude(double until)
{
    const Program program = program_of();
    float one = 1;
    const Asked asked = { .name = "sum", .weight = &one, .weights = 1 };
    const Trained trained = { .network = network_open(&program, &program.view, 1), .job = program.job,
                              .decision = decision_plain(&program) };
    Occluded occluded;
    draw(occluded.picture);
    predicted = 0;
    occluded.done = saliency_occlusion(&trained, &asked, occluded.picture, until, &occluded.hiding, occluded.map);
    network_close(trained.network);
    decision_free((Decision *)&trained.decision);
    return occluded;
}

static void occlusion_is_the_mean_fall(void)
{
    Occluded occluded = occlude(INFINITY);
    CU_ASSERT_TRUE(occluded.done && occluded.hiding.side == WINDOW && occluded.hiding.step == 1);
    expect_falls(occluded.picture, occluded.map, 1);
    occluded = occlude(seconds_now() + 1000);   /* what is not pressed for time is as fine */
    CU_ASSERT_TRUE(occluded.done && occluded.hiding.step == 1);
    expect_falls(occluded.picture, occluded.map, 1);
}

/* 400 pictures would take 0.8 seconds, 25 do. What ends late has no map. */
static void occlusion_ends_in_time(void)
{
    rest = 2000000;
    double begun = seconds_now();
    Occluded occluded = occlude(begun + 0.5);
    CU_ASSERT_TRUE(occluded.done && occluded.hiding.step > 1);
    CU_ASSERT_TRUE(predicted < 200 && seconds_now() - begun < 1);
    expect_falls(occluded.picture, occluded.map, occluded.hiding.step);
    occluded = occlude(seconds_now() + 0.01);
    CU_ASSERT_TRUE(!occluded.done && predicted < 25);
    rest = 0;
}

/* Whoever ends a server does not wait for it. A stop stays asked for: this is the last test. */
static void a_stop_is_heard(void)
{
    stop_listen();
    stop_guard(true);
    raise(SIGTERM);
    const Occluded occluded = occlude(INFINITY);
    CU_ASSERT_TRUE(!occluded.done && predicted <= 1 + BATCH);
    stop_guard(false);
}

/* What falls counts as what rises, and of some channels the one that matters most. */
static void the_gradient_has_no_sign(void)
{
    Program program = program_of();
    float gradient[2 * 4] = { 1, -3, 9, 0, -0.5f, 0.25f, 9, 0 }, map[2];
    program.job.input.shape = (Shape){ 1, 2, 2 };
    program.input_gradient = (ViewRow){ 0, 4 };
    const Network network = { .program = &program, .block = (char *)gradient };
    saliency_gradient(&network, map);
    CU_ASSERT_EQUAL(map[0], 3);
    CU_ASSERT_EQUAL(map[1], 0.5f);
}

void suite_saliency(void)
{
    CU_pSuite suite = CU_add_suite("trainer: saliency", NULL, NULL);
    CU_ADD_TEST(suite, occlusion_is_the_mean_fall);
    CU_ADD_TEST(suite, occlusion_ends_in_time);
    CU_ADD_TEST(suite, the_gradient_has_no_sign);
    CU_ADD_TEST(suite, a_stop_is_heard);
}
