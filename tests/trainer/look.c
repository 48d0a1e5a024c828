/* look.c - what `look` writes, pixel by pixel: a network whose logits are known sums of the picture's pixels,
 * so that maps, Grad-CAM, gradient and occlusion can be told by hand. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/look/excitation.h"
#include "runtime/look/saliency.h"
#include "runtime/network/safetensors.h"
#include "runtime/options/options.h"
#include "runtime/pictures/picture.h"
#include "runtime/show/colour.h"
#include "runtime/system/fault.h"
#include "tests/trainer/tiny.h"

enum { MIDDLE = 2 };            /* the number of the picture that is looked at */

/* A pixel of the picture, as tiny_picture draws it, from 0 to 1. */
static double level(int i)
{
    return (110 + (i * 7 + MIDDLE * 13) % 40) / 255.0;
}

static double brightest(void)
{
    double most = 0;
    for (int i = 0; i < TINY_PIXELS; i++)
        most = fmax(most, level(i));
    return most;
}

static Picture sheet(const char *path)
{
    char reason[REASON_ROOM];
    Picture picture;
    CU_ASSERT_TRUE_FATAL(picture_read(&picture, path, 3, reason));
    return picture;
}

/* Pixels of a sheet that have the colour, up to what rounding turns. */
static long count_colour(const Picture *sheet, const uint8_t colour[3])
{
    long count = 0;
    for (long i = 0; i < (long)sheet->h * sheet->w; i++) {
        int far = 0;
        for (int c = 0; c < 3; c++)
            far = abs(sheet->pixel[3 * i + c] - colour[c]) > far ? abs(sheet->pixel[3 * i + c] - colour[c]) : far;
        count += far <= 1;
    }
    return count;
}

/* Each pixel is a square of the sheet, whose colour stands there more often than in a legend or a letter. */
static void expect_colours(const char *path, ColourMap map, double share_of(int i))
{
    enum { MANY = 400 };
    Picture picture = sheet(path);
    for (int i = 0; i < TINY_PIXELS; i++) {
        uint8_t colour[3];
        colour_at(map, share_of(i), colour);
        CU_ASSERT(count_colour(&picture, colour) >= MANY);
    }
    picture_free(&picture);
}

static double direct(int i)   { return level(i) / brightest(); }
static double negative(int i) { return 0.5 - level(i) / brightest() / 2; }
static double full(int i)     { (void)i; return 1; }

static double inverted(int i)
{
    double most = 0;
    for (int k = 0; k < TINY_PIXELS; k++)
        most = fmax(most, 1 - level(k));
    return (1 - level(i)) / most;
}

static const char written[] =
    "look-middle.2/input.png\nlook-middle.2/heat-grad-cam.png\nlook-middle.2/heat-gradient.png\n"
    "look-middle.2/heat-occlusion.png\nlook-middle.2/conv1.png\nlook-middle.2/conv2.png\nlook-middle.2/look.html\n";

static void expect_run(const char *line, const char *out)
{
    TinyRun run = tiny_run(line);
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_STRING_EQUAL(run.out, out);
    CU_ASSERT_STRING_EQUAL(run.err, "");
    tiny_free(&run);
}

static void maps_have_their_values_colours(void)
{
    tiny_enter_with_light();
    expect_run("look --quiet --weights w.safetensors data/middle.2.png", written);
    expect_colours("look-middle.2/conv1.png", COLOUR_RISING, direct);
    expect_colours("look-middle.2/conv1.png", COLOUR_RISING, inverted);
    expect_colours("look-middle.2/conv2.png", COLOUR_SIGNED, negative);
    Picture input = sheet("look-middle.2/input.png");
    for (int i = 0; i < TINY_PIXELS; i++) {
        uint8_t grey = (uint8_t)lround(255 * level(i));
        CU_ASSERT(count_colour(&input, (uint8_t[]){ grey, grey, grey }) >= 400);
    }
    picture_free(&input);
    tiny_leave();
}

/* conv2 is minus the picture, and the answer falls with it by 1/4 everywhere: Grad-CAM is the picture, a
 * quarter as bright. The gradient is the same everywhere. */
static void heat_maps_say_where_it_comes_from(void)
{
    tiny_enter_with_light();
    expect_run("look --quiet --weights w.safetensors data/middle.2.png", written);
    expect_colours("look-middle.2/heat-grad-cam.png", COLOUR_RISING, direct);
    expect_colours("look-middle.2/heat-gradient.png", COLOUR_RISING, full);
    tiny_leave();
}

/* What the brightest pixel adds to `light`, hiding it behind the mean takes: red. Without the darkest the
 * answer grows, but by less, since it is sure already: nearly the other end. */
static void hiding_tells_for_and_against(void)
{
    tiny_enter_with_light();
    expect_run("look --quiet --weights w.safetensors data/middle.2.png", written);
    Picture picture = sheet("look-middle.2/heat-occlusion.png");
    uint8_t most[3];
    long blue = 0;
    colour_at(COLOUR_SIGNED, 1, most);
    CU_ASSERT(count_colour(&picture, most) >= 400);
    for (long i = 0; i < (long)picture.h * picture.w; i++)
        blue += picture.pixel[3 * i + 2] > picture.pixel[3 * i] + 60 && picture.pixel[3 * i] < 40;
    CU_ASSERT(blue >= 400);
    picture_free(&picture);
    tiny_leave();
}

/* Of a class on whose logit nothing hangs the map is dark, and the page says so. */
static void a_class_can_be_chosen(void)
{
    tiny_enter_with_light();
    expect_run("look --quiet --weights w.safetensors --class dark data/middle.2.png", written);
    Picture picture = sheet("look-middle.2/heat-grad-cam.png");
    uint8_t none[3];
    colour_at(COLOUR_RISING, 0, none);
    CU_ASSERT(count_colour(&picture, none) >= TINY_PIXELS * 400);
    picture_free(&picture);
    TinyRun run = tiny_run("look --weights w.safetensors --class drak data/middle.2.png");
    CU_ASSERT_EQUAL(run.code, EXIT_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "--class takes one of dark, middle, light, not 'drak'; did you mean 'dark'?"));
    tiny_free(&run);
    tiny_leave();
}

/* conv1's maps are the picture and its inverse, on which nothing hangs: Grad-CAM is the same. */
static void a_layer_can_be_chosen(void)
{
    tiny_enter_with_light();
    expect_run("look --quiet --weights w.safetensors --layer conv1 data/middle.2.png", written);
    expect_colours("look-middle.2/heat-grad-cam.png", COLOUR_RISING, direct);
    tiny_leave();
}

/* The brightest picture excites conv1's first filter most; the darkest, its second. */
static void strongest_filters_stand_beside_what_excites_them(void)
{
    char *page;
    size_t bytes;
    tiny_enter_with_light();
    TinyRun run = tiny_run("look --weights w.safetensors --quiet --layer conv1 --top 2 data/middle.2.png");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "look-middle.2/strongest-filters.png\nlook-middle.2/conv1.png\n"));
    tiny_free(&run);
    page = tiny_read("look-middle.2/look.html", &bytes);
    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "The filters that answer most"));
    free(page);
    Picture picture = sheet("look-middle.2/strongest-filters.png");
    CU_ASSERT(picture.w > 9 * 112 && picture.h > 2 * 112);
    picture_free(&picture);
    tiny_leave();
}

static int falling(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x < y) - (x > y);
}

/* conv1's first filter is the picture: those with the brightest pixels excite it most, in that order. */
static void the_most_exciting_are_kept(void)
{
    enum { TRAINED = 18 };
    static const char *const line[] = { "tiny", "look", "--quiet", "--weights", "w.safetensors", "--top", "2", "file" };
    char word[8][16], *words[8];        /* which are moved about */
    float most[TRAINED] = { 0 };
    tiny_enter_with_light();
    for (int i = 0; i < 8; i++)
        words[i] = strcpy(word[i], line[i]);
    const Options options = options_parse(&tiny_program, 8, words);
    Scoring scoring = scoring_open(&tiny_program, &options, &tiny_program.view, PART_TRAIN);
    Excitation excitation = excitation_open(&scoring, &tiny_program.layer[0], &options);
    CU_ASSERT_EQUAL_FATAL(excitation.seen, TRAINED);
    for (long p = 0; p < TRAINED; p++) {
        Sample sample = scoring_sample(&scoring, p);
        for (int i = 0; i < TINY_PIXELS; i++)
            most[p] = fmaxf(most[p], sample.input[i]);
        scoring_free(sample);
    }
    for (int i = 0; i < EXCITING; i++)
        CU_ASSERT_EQUAL(excitation.best[i].strength, most[excitation.best[i].position]);
    qsort(most, TRAINED, sizeof *most, falling);
    for (int i = 0; i < EXCITING; i++)
        CU_ASSERT_EQUAL(excitation.best[i].strength, most[i]);
    excitation_close(&excitation);
    scoring_close(&scoring);
    tiny_leave();
}

/* Of a dark picture the filter that inverts it answers most: its row is the first. */
static void the_strongest_filter_comes_first(void)
{
    float map[TINY_PIXELS];
    uint8_t pixel[TINY_PIXELS], over[3 * TINY_PIXELS];
    tiny_enter_with_light();
    CU_ASSERT_EQUAL(tiny_code("look --quiet --weights w.safetensors --layer conv1 --top 1 data/dark.2.png"), 0);
    for (int i = 0; i < TINY_PIXELS; i++) {
        pixel[i] = (uint8_t)(10 + (i * 7 + 2 * 13) % 40);
        map[i] = 1 - pixel[i] / 255.f;
    }
    saliency_over(saliency_scale(map, TINY_PIXELS, 1), map, pixel, 1, TINY_PIXELS, over);
    Picture picture = sheet("look-dark.2/strongest-filters.png");
    for (int i = 0; i < TINY_PIXELS; i++)
        CU_ASSERT(count_colour(&picture, over + 3 * i) >= 400);
    picture_free(&picture);
    tiny_leave();
}

/* Whoever looks at a training picture, the same ones come first. */
static void threads_change_no_pixel(void)
{
    tiny_enter_with_light();
    CU_ASSERT_EQUAL(tiny_code("look --quiet --weights w.safetensors --layer conv1 --top 2 --threads 1 --output one "
                              "data/middle.2.png"), 0);
    CU_ASSERT_EQUAL(tiny_code("look --quiet --weights w.safetensors --layer conv1 --top 2 --threads 3 --output three "
                              "data/middle.2.png"), 0);
    CU_ASSERT_TRUE(tiny_same_files("one/strongest-filters.png", "three/strongest-filters.png"));
    CU_ASSERT_TRUE(tiny_same_files("one/heat-occlusion.png", "three/heat-occlusion.png"));
    tiny_leave();
}

static void every_picture_has_a_folder(void)
{
    tiny_enter_with_light();
    TinyRun run = tiny_run("look --weights w.safetensors --quiet data/middle.2.png data/light.1.png data/middle.2.png");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_TRUE(tiny_exists("look-middle.2/look.html") && tiny_exists("look-light.1/look.html") &&
                   tiny_exists("look-middle.2-2/look.html"));
    tiny_free(&run);
    run = tiny_run("look --weights w.safetensors --quiet --output here data/middle.2.png data/light.1.png");
    CU_ASSERT_TRUE(run.code == 0 && tiny_exists("here/middle.2/look.html") && tiny_exists("here/light.1/conv2.png"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(rename("data/light.1.png", "...png"), 0);   /* a folder's name is never another's */
    CU_ASSERT_EQUAL(rename("data/light.2.png", "..png"), 0);
    CU_ASSERT_EQUAL(tiny_code("look --weights w.safetensors --quiet --output there ...png ..png data/middle.2.png"), 0);
    CU_ASSERT_TRUE(tiny_exists("there/...png/look.html") && tiny_exists("there/..png/look.html"));
    CU_ASSERT_FALSE(tiny_exists("look.html") || tiny_exists("there/look.html"));
    run = tiny_run("look --weights w.safetensors data");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "\ntiny: data is a folder; look takes pictures, as data/NAME.png\n"));
    tiny_free(&run);
    run = tiny_run("look --weights w.safetensors absent.png");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "\ntiny: absent.png: "));
    tiny_free(&run);
    tiny_leave();
}

/* Of a mask no classes are told in order, but filters and mistakes can be counted. */
static void top_is_for_any_network(void)
{
    Program mask = tiny_program;
    mask.output = (Shape){ 4, 4, TINY_CLASSES };
    static const char *const lines[][5] = { { "tiny", "look", "--top", "3", "file" }, { "tiny", "mistakes", "--top", "3", NULL } };
    for (int i = 0; i < 2; i++) {
        char *words[5] = { 0 };
        int count = 0;
        for (; count < 5 && lines[i][count]; count++)
            words[count] = strdup(lines[i][count]);
        CU_ASSERT_EQUAL(options_parse(&mask, count, words).top, 3);
    }
}

void suite_look(void);
void suite_look(void)
{
    CU_pSuite suite = CU_add_suite("trainer: look", NULL, NULL);
    CU_ADD_TEST(suite, maps_have_their_values_colours);
    CU_ADD_TEST(suite, heat_maps_say_where_it_comes_from);
    CU_ADD_TEST(suite, hiding_tells_for_and_against);
    CU_ADD_TEST(suite, a_class_can_be_chosen);
    CU_ADD_TEST(suite, a_layer_can_be_chosen);
    CU_ADD_TEST(suite, strongest_filters_stand_beside_what_excites_them);
    CU_ADD_TEST(suite, the_most_exciting_are_kept);
    CU_ADD_TEST(suite, the_strongest_filter_comes_first);
    CU_ADD_TEST(suite, threads_change_no_pixel);
    CU_ADD_TEST(suite, every_picture_has_a_folder);
    CU_ADD_TEST(suite, top_is_for_any_network);
}
