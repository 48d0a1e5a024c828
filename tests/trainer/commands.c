/* commands.c - what the commands print, and with which code they end. The weights are set by hand, so
 * that a white picture is "light" with a probability of one half, and a black one all three alike. */

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/network/safetensors.h"
#include "runtime/system/fault.h"
#include "tests/support/dom.h"
#include "tests/trainer/tiny.h"

static void write_weights(const char *path, int inputs)
{
    const TensorHead head[] = { { "dense1.bias", 1, { 3 } }, { "dense1.weight", 2, { inputs, 3 } } };
    const float bias[3] = { 0 }, row[3] = { 0, 0, (float)(log(2) / TINY_PIXELS) };
    WholeFile file = whole_open(path);
    safetensors_begin(&file, head, 2, NULL, 0);
    whole_write(&file, bias, sizeof bias);
    for (int i = 0; i < inputs; i++)
        whole_write(&file, row, sizeof row);
    whole_publish(&file);
}

static void write_flat(const char *path, int level)
{
    png_byte pixel[TINY_PIXELS];
    png_image image = { .version = PNG_IMAGE_VERSION, .width = 4, .height = 4, .format = PNG_FORMAT_GRAY };
    memset(pixel, level, sizeof pixel);
    CU_ASSERT(png_image_write_to_file(&image, path, 0, pixel, 0, NULL));
}

static void enter(void)
{
    tiny_enter();
    write_weights("w.safetensors", TINY_PIXELS);
    write_flat("white.png", 255);
    write_flat("black.png", 0);
}

/* Runs and compares; what a line does not print is given as NULL. */
static void expect(const char *line, int code, const char *out, const char *err)
{
    TinyRun run = tiny_run(line);
    bool right = run.code == code && (!out || !strcmp(run.out, out)) && (!err || !strcmp(run.err, err));
    CU_ASSERT(right);
    if (!right)
        printf("\n--- tiny %s: %d, wanted %d\n%s%s", line, run.code, code, run.out, run.err);
    tiny_free(&run);
}

/* ---- predict ---- */

static void predict_files(void)
{
    enter();
    expect("predict --weights w.safetensors white.png black.png ./white.png", 0,
           "light 0.5000 white.png\ndark 0.3333 black.png\nlight 0.5000 ./white.png\n",
           "tiny: weights of w.safetensors\n");
    tiny_write("text.png", "no picture", 10);
    TinyRun run = tiny_run("predict --weights w.safetensors absent.png white.png text.png black.png --quiet");
    CU_ASSERT_EQUAL(run.code, EXIT_MISTAKE);
    CU_ASSERT_STRING_EQUAL(run.out, "light 0.5000 white.png\ndark 0.3333 black.png\n");
    CU_ASSERT_PTR_EQUAL(strstr(run.err, "tiny: absent.png: "), run.err);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "\ntiny: text.png: "));
    tiny_free(&run);
    tiny_leave();
}

static void predict_a_folder(void)
{
    char path[64];
    enter();
    mkdir("new", 0777);
    for (int i = 0; i < 9; i++) {       /* two batches and one */
        snprintf(path, sizeof path, "new/%c.png", "hbacgfide"[i]);
        write_flat(path, i % 2 ? 255 : 0);
    }
    expect("predict --quiet --weights w.safetensors new/ white.png", 0,
           "dark 0.3333 new/a.png\nlight 0.5000 new/b.png\nlight 0.5000 new/c.png\nlight 0.5000 new/d.png\n"
           "dark 0.3333 new/e.png\nlight 0.5000 new/f.png\ndark 0.3333 new/g.png\ndark 0.3333 new/h.png\n"
           "dark 0.3333 new/i.png\nlight 0.5000 white.png\n", "");
    tiny_leave();
}

static void predict_standard_input(void)
{
    enter();
    int before = dup(STDIN_FILENO), file = open("white.png", O_RDONLY);
    dup2(file, STDIN_FILENO);
    expect("predict --quiet --weights w.safetensors -", 0, "light 0.5000 -\n", "");
    TinyRun run = tiny_run("predict --quiet --weights w.safetensors -");    /* at its end */
    CU_ASSERT_EQUAL(run.code, EXIT_MISTAKE);
    CU_ASSERT_PTR_EQUAL(strstr(run.err, "tiny: -: "), run.err);
    tiny_free(&run);
    int endless = open("/dev/zero", O_RDONLY);
    dup2(endless, STDIN_FILENO);
    expect("predict --quiet --weights w.safetensors -", EXIT_MISTAKE, "", "tiny: -: has more than 256 MB\n");
    dup2(before, STDIN_FILENO);
    close(before);
    close(endless);
    close(file);
    tiny_leave();
}

static void predict_json(void)
{
    enter();
    rename("white.png", "\"\xff.png");  /* no UTF-8, which JSON cannot say */
    expect("predict --quiet --json --weights w.safetensors black.png \"\xff.png", 0,
           "{\"file\":\"black.png\",\"class\":\"dark\",\"probability\":0.333333,\"probabilities\":"
           "{\"dark\":0.333333,\"middle\":0.333333,\"light\":0.333333}}\n"
           "{\"file\":\"\\\"?.png\",\"class\":\"light\",\"probability\":0.5,\"probabilities\":"
           "{\"dark\":0.25,\"middle\":0.25,\"light\":0.5}}\n", "");
    tiny_leave();
}

static void predict_csv(void)
{
    enter();
    rename("white.png", "a,\"b\".png");
    expect("predict --quiet --csv --weights w.safetensors black.png a,\"b\".png", 0,
           "file,class,probability,dark,middle,light\nblack.png,dark,0.333333,0.333333,0.333333,0.333333\n"
           "\"a,\"\"b\"\".png\",light,0.5,0.25,0.25,0.5\n", "");
    expect("predict --quiet --csv --top 2 --weights w.safetensors a,\"b\".png", 0,
           "file,class_1,probability_1,class_2,probability_2\n\"a,\"\"b\"\".png\",light,0.5,dark,0.25\n", "");
    expect("predict --json --csv --weights w.safetensors black.png", EXIT_USAGE, "",
           "tiny: --json and --csv are two ways to print; give one of them; see tiny --help\n");
    tiny_leave();
}

static void predict_the_likeliest(void)
{
    enter();
    expect("predict --quiet --top 2 --weights w.safetensors white.png", 0, "light 0.5000 dark 0.2500 white.png\n", "");
    expect("predict --quiet --top 99 --weights w.safetensors white.png", 0,
           "light 0.5000 dark 0.2500 middle 0.2500 white.png\n", "");
    TinyRun run = tiny_run("predict --quiet --json --top 1 --weights w.safetensors white.png");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\"top\":[{\"class\":\"light\",\"probability\":0.5}]}"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("predict --top 0 --weights w.safetensors white.png"), EXIT_USAGE);
    tiny_leave();
}

/* Lines, or with --null what ends with zero bytes; a name may then hold any other byte. */
static void predict_a_list(void)
{
    static const char lines[] = "white.png\n\nblack.png", zeros[] = "black.png\0odd\n\xff.png";
    enter();
    tiny_write("lines", lines, sizeof lines - 1);
    expect("predict --quiet --list lines --weights w.safetensors", 0,
           "light 0.5000 white.png\ndark 0.3333 black.png\n", "");
    rename("white.png", "odd\n\xff.png");
    tiny_write("zeros", zeros, sizeof zeros);
    int before = dup(STDIN_FILENO), file = open("zeros", O_RDONLY);
    dup2(file, STDIN_FILENO);
    expect("predict --quiet --null --list - --weights w.safetensors", 0,
           "dark 0.3333 black.png\nlight 0.5000 odd\\n\xff.png\n", "");
    dup2(before, STDIN_FILENO);
    close(before);
    close(file);
    expect("predict --list absent --weights w.safetensors", EXIT_WORLD, "",
           "tiny: weights of w.safetensors\ntiny: cannot read the names in absent: No such file or directory\n");
    expect("predict --list - - --weights w.safetensors", EXIT_USAGE, "",
           "tiny: standard input is a list of names or a picture, not both; see tiny --help\n");
    expect("predict --null --weights w.safetensors white.png", EXIT_USAGE, "",
           "tiny: --null tells how the names of --list end: give --list too; see tiny --help\n");
    tiny_write("lines", "", 0);
    expect("predict --quiet --list lines --weights w.safetensors", 0, "", "");
    expect("predict --weights w.safetensors", EXIT_USAGE, "",
           "tiny: predict takes FILE...|FOLDER|-; see tiny --help\n");
    tiny_leave();
}

/* ---- evaluate, summary ---- */

static void evaluate(void)
{
    enter();
    for (int i = 0; i < 8; i++) {       /* all pictures one grey: every answer is "light", by little */
        char path[64];
        static const char *const kind[] = { "dark", "middle", "light" };
        for (int k = 0; k < 3; k++) {
            snprintf(path, sizeof path, "data/%s.%d.png", kind[k], i);
            write_flat(path, 255);
        }
    }
    expect("evaluate --weights w.safetensors", 0,
           "validation: 6 pictures, loss 1.1552, accuracy 0.3333\n\n"      /* (2 ln 4 + ln 2) / 3 */
           "class   pictures   right    dark  middle   light\n"
           "dark           2    0.0%       0       0       2\n"
           "middle         2    0.0%       0       0       2\n"
           "light          2  100.0%       0       0       2\n", "tiny: weights of w.safetensors\n");
    expect("evaluate --quiet --weights w.safetensors --part train", 0,
           "train: 18 pictures, loss 1.1552, accuracy 0.3333\n", "");
    expect("evaluate --quiet --weights w.safetensors --part test", EXIT_WORLD, "",
           "tiny: the card has no pictures for test\n");
    tiny_leave();
}

static void the_newest_best_is_used(void)
{
    enter();
    expect("evaluate", EXIT_WORLD, "", "tiny: nothing was trained here yet: the current folder has no run "
           "with a finished epoch in runs/tiny; `tiny train` first, or give --weights FILE\n");
    tiny_word = "./my-tools/tiny (2)";          /* what is advised can be pasted into a shell */
    TinyRun odd = tiny_run("evaluate --data it's");
    CU_ASSERT_PTR_NOT_NULL(strstr(odd.err, "; `'./my-tools/tiny (2)' train --data 'it'\\''s'` first, or "));
    tiny_free(&odd);
    tiny_word = "tiny";
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1 --seed 3"), 0);
    tiny_mischief = (TinyMischief){ .signal_at = 2, .signal = SIGINT };
    CU_ASSERT_EQUAL(tiny_code("train --new"), EXIT_INTERRUPTED);    /* has no best yet */
    tiny_mischief.signal_at = 0;
    TinyRun newest = tiny_run("evaluate");
    TinyRun first = tiny_run("evaluate --weights runs/tiny/1/best.safetensors");
    CU_ASSERT_STRING_EQUAL(newest.err, "tiny: weights of runs/tiny/2/best.safetensors, epoch 1\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(first.err, "tiny: weights of runs/tiny/1/best.safetensors, epoch "));
    CU_ASSERT(strcmp(newest.out, first.out));
    tiny_free(&newest);
    tiny_free(&first);
    tiny_leave();
}

static void weights_that_do_not_fit(void)
{
    enter();
    write_weights("w.safetensors", TINY_PIXELS + 1);
    expect("predict --weights w.safetensors black.png", EXIT_WORLD, "",
           "tiny: cannot read weights from w.safetensors: tensor 'dense1.weight' is 17x3 there, but 16x3 "
           "here\n");
    expect("predict --weights absent.safetensors black.png", EXIT_WORLD, "",
           "tiny: cannot read weights from absent.safetensors: No such file or directory\n");
    tiny_leave();
}

static void write_large_weights(const char *path, float weight)
{
    const TensorHead head[] = { { "dense1.bias", 1, { 3 } }, { "dense1.weight", 2, { TINY_PIXELS, 3 } } };
    const float bias[3] = { 0 }, row[3] = { 0, 0, weight };
    WholeFile file = whole_open(path);
    safetensors_begin(&file, head, 2, NULL, 0);
    whole_write(&file, bias, sizeof bias);
    for (int i = 0; i < TINY_PIXELS; i++)
        whole_write(&file, row, sizeof row);
    whole_publish(&file);
}

/* No answer is better than one that is none. */
static void numbers_that_are_none(void)
{
    enter();
    write_large_weights("nan.safetensors", NAN);
    static const char *const lines[] = { "predict --json", "evaluate", "look", "train" };
    for (int i = 0; i < 4; i++) {
        char line[80];
        snprintf(line, sizeof line, "%s --weights nan.safetensors %s", lines[i], i % 2 ? "" : "black.png");
        TinyRun run = tiny_run(line);
        CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
        CU_ASSERT_STRING_EQUAL(run.out, "");
        CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "nan.safetensors: 'dense1.weight' holds numbers that"));
        tiny_free(&run);
    }
    write_large_weights("large.safetensors", 3e38f);        /* whose sums are none */
    expect("predict --quiet --json --weights large.safetensors white.png black.png", EXIT_MISTAKE,
           "{\"file\":\"black.png\",\"class\":\"dark\",\"probability\":0.333333,\"probabilities\":"
           "{\"dark\":0.333333,\"middle\":0.333333,\"light\":0.333333}}\n",
           "tiny: white.png: the network's answer is no finite number\n");
    TinyRun run = tiny_run("evaluate --quiet --weights large.safetensors");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_STRING_EQUAL(run.out, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "nan: the weights of large.safetensors are no good"));
    tiny_free(&run);
    tiny_leave();
}

/* Weights know the classes that they were trained for. */
static void classes_that_changed(void)
{
    size_t bytes;
    enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    char *best = tiny_read("runs/tiny/1/best.safetensors", &bytes);
    char *name = strstr(best + 8, "middle");
    CU_ASSERT_PTR_NOT_NULL_FATAL(name);
    memcpy(name, "MIDDLE", 6);
    tiny_write("other.safetensors", best, bytes);
    expect("evaluate --quiet --weights other.safetensors", EXIT_WORLD, "",
           "tiny: class 1 of the data is 'middle', but 'MIDDLE' in other.safetensors\n");
    free(best);
    tiny_leave();
}

static void predict_an_empty_folder(void)
{
    enter();
    mkdir("empty", 0777);
    expect("predict --quiet --weights w.safetensors empty", EXIT_MISTAKE, "", "tiny: folder 'empty' holds no files\n");
    tiny_leave();
}

static void summary(void)
{
    enter();
    expect("summary --threads 2", 0,
           "layer   line                     output      parameters     multiply-adds\n"
           "input                             4x4x1               0                 0\n"
           "conv1   conv 2 1x1                4x4x2               0                32\n"
           "conv2   conv 1 1x1                4x4x1               0                16\n"
           "dense1  dense 3 softmax               3              51                48\n\n"
           "parameters               51\n"
           "multiply-adds            96 for one picture, forward\n"
           "training takes          0.0 MB with 2 threads\n"
           "predicting takes        0.0 MB with 2 threads\n"
           "resident                9.8 MB in all while it trains, without the pictures that are kept in memory\n",
           "");
    tiny_leave();
}

/* ---- data ---- */

/* The same bytes on the page as in the file beside it. */
static void check_figure(Arena *arena, Node *page, const char *name)
{
    char path[64];
    size_t bytes = 0, length = 0;
    snprintf(path, sizeof path, "tiny-data/%s", name);
    char *file = tiny_read(path, &bytes);
    bool found = false;
    for (int i = 0; i < dom_count(page, "img") && file; i++) {
        const uint8_t *data = dom_data(arena, dom_attribute(dom_find(page, "img", i), "src"), "image/png", &length);
        found = found || (data && length == bytes && !memcmp(data, file, bytes));
    }
    CU_ASSERT(found);
    if (!found)
        printf("\n--- %s is not on the page\n", path);
    free(file);
}

static void check_row(Arena *arena, Node *page, int row, const char *expected)
{
    Node *line = dom_find(dom_by_id(page, "counts"), "tr", row);
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    CU_ASSERT_STRING_EQUAL(dom_text(arena, line), expected);
    if (strcmp(dom_text(arena, line), expected))
        printf("\n--- row %d is %s\n", row, dom_text(arena, line));
}

static void check_data_page(const char *path)
{
    static const char *const sheets[] = { "class-0-dark.png", "class-1-middle.png", "class-2-light.png", "augment.png", "batch.png" };
    static const char *const sections[] = { "counts", "damaged", "copies", "classes", "augment", "batch", "sizes", "channels", "text" };
    Arena *arena = arena_open();
    const char *why = "there is no file";
    char *text = tiny_read(path, NULL);
    Node *page = text ? dom_read(arena, text, &why) : NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    CU_ASSERT(dom_stands_alone(page));
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        CU_ASSERT_PTR_NOT_NULL(dom_by_id(page, sections[i]));
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++)
        check_figure(arena, page, sheets[i]);
    check_row(arena, page, 0, "classtrainingvalidationdamaged");
    check_row(arena, page, 4, "total1861");
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, dom_by_id(page, "damaged")), "dark.3.pngis no picture: none of "));
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, dom_by_id(page, "copies")), "data/light.copy.png"));
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, dom_by_id(page, "copies")), ", the same"));
    free(text);
    arena_close(arena);
}

static void data(void)
{
    enter();
    TinyRun run = tiny_run("data --output sheets");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "total           18           6\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "sheets/batch.png: a training batch as the network sees it\n"));
    CU_ASSERT(tiny_exists("sheets/batch.png") && tiny_exists("sheets/data.html"));
    tiny_free(&run);
    tiny_write("data/dark.3.png", "no picture", 10);
    size_t length;
    char *copy = tiny_read("data/light.1.png", &length);
    tiny_write("data/light.copy.png", copy, length);
    free(copy);
    run = tiny_run("data");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "dark.3.png: is no picture: "));
    check_data_page("tiny-data/data.html");     /* the card's name, beside other cards' */
    tiny_free(&run);
    char *damaged = tiny_read("tiny-data/damaged.txt", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(damaged, "data/dark.3.png\tis no picture: none of "));
    free(damaged);
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_WORLD);
    CU_ASSERT_EQUAL(rename("data/light.copy.png", "data/dark.3.png"), 0);
    CU_ASSERT_EQUAL(tiny_code("data"), 0);
    CU_ASSERT_FALSE(tiny_exists("tiny-data/damaged.txt"));
    tiny_leave();
}

/* Empties all files. */
static void damage_all(void)
{
    static const char *const class[] = { "dark", "middle", "light" };
    char name[64];
    for (int i = 0; i < 3 * 8; i++) {
        snprintf(name, sizeof name, "data/%s.%d.png", class[i / 8], i % 8);
        tiny_write(name, "", 0);
    }
    tiny_write("data/dark.copy.png", "", 0);
}

/* One object, and nothing else but what is asked for by name. */
static void data_in_json(void)
{
    enter();
    tiny_write("data/dark.3.png", "no picture", 10);
    size_t length;
    char *copy = tiny_read("data/light.1.png", &length);
    tiny_write("data/dark.copy.png", copy, length);
    free(copy);
    TinyRun run = tiny_run("data --json");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_STRING_EQUAL(run.err, "");
    CU_ASSERT_FALSE(tiny_exists("tiny-data"));
    json_t *told = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(told);
    int total, dark, held, level = 0, pictures;
    const char *file, *reason, *part;
    CU_ASSERT_EQUAL(json_unpack(told, "{s:{s:{s:i,s:{s:i}},s:{s:i}}}", "parts", "train", "total", &total, "classes",
                                "dark", &dark, "validation", "total", &held), 0);
    CU_ASSERT_EQUAL(total + held, 3 * 8 + 1 - 1);
    CU_ASSERT_TRUE(dark >= 5 && dark <= 7);
    CU_ASSERT_EQUAL(json_unpack(told, "{s:[{s:s,s:s,s:s}!]}", "damaged", "file", &file, "part", &part, "reason",
                                &reason), 0);
    CU_ASSERT_STRING_EQUAL(file, "data/dark.3.png");
    CU_ASSERT_PTR_EQUAL(strstr(reason, "is no picture: none of "), reason);
    CU_ASSERT_TRUE(json_is_true(json_object_get(told, "refused")));
    json_t *group, *item, *copied = NULL;
    size_t i, k;
    json_array_foreach(json_object_get(told, "alike"), i, group)
        json_array_foreach(json_object_get(group, "items"), k, item)
            copied = strcmp(json_string_value(json_object_get(item, "file")), "data/light.1.png") ? copied : item;
    CU_ASSERT_TRUE(json_is_true(json_object_get(copied, "same")));
    CU_ASSERT_TRUE(json_is_true(json_object_get(copied, "another_class")));
    CU_ASSERT_EQUAL(json_unpack(told, "{s:{s:{s:i,s:i}},s:[{s:f}!]}", "sizes", "most_common", "height", &level, "count",
                                &pictures, "channels", "mean", &(double){ 0 }), 0);
    CU_ASSERT_EQUAL(level, 4);
    CU_ASSERT_EQUAL(pictures, total + held);
    json_decref(told);
    tiny_free(&run);
    run = tiny_run("data --json --output sheets");
    CU_ASSERT_EQUAL(strchr(run.out, '\n') - run.out, (long)strlen(run.out) - 1);
    CU_ASSERT_TRUE(tiny_exists("sheets/data.html"));
    CU_ASSERT_PTR_NULL(strstr(run.out, "in_common"));
    tiny_free(&run);
    damage_all();
    run = tiny_run("data --json");
    told = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(told, "in_common")), "none of the 25 pictures can be used: the "
                           "first, 'data/dark.0.png', is empty");
    json_decref(told);
    tiny_free(&run);
    tiny_leave();
}

/* ---- the command line ---- */

static const struct {
    const char *line, *err;
} misuses[] = {
    { "trian", "unknown command 'trian'; did you mean 'train'?" },
    { "frobnicate", "unknown command 'frobnicate'" },
    { "--quiet", "no command" },
    { "train --epoch 3", "unknown option '--epoch'; did you mean '--epochs'?" },
    { "train --xyzzy", "unknown option '--xyzzy'" },
    { "train --lr 0.1", "unknown option '--lr'; did you mean '--rate'?" },
    { "train -lr 0.1", "unknown option '-lr'; did you mean '--rate'?" },
    { "train --lr=0.1", "unknown option '--lr'; did you mean '--rate'?" },
    { "train --Learning_Rate 0.1", "unknown option '--Learning_Rate'; did you mean '--rate'?" },
    { "train --batch_size=8", "unknown option '--batch_size'; did you mean '--batch'?" },
    { "predict -0 --list -", "unknown option '-0'; did you mean '--null'?" },
    { "train --num-epochs 3", "unknown option '--num-epochs'; did you mean '--epochs'?" },
    { "train --workers 3", "unknown option '--workers'; did you mean '--threads'?" },
    { "train --resume", "unknown option '--resume': train goes on with the newest run by itself, and --run NAME names another" },
    { "train --weight-decay 1e-4", "unknown option '--weight-decay': the card's 'optimizer' line says it, as decay=" },
    { "eval", "unknown command 'eval'; did you mean 'evaluate'?" },
    { "lr_find", "unknown command 'lr_find'; did you mean 'rate'?" },
    { "train -x", "unknown option '-x'" },
    { "train --epochs", "--epochs needs a value, N" },
    { "train --epochs 0", "--epochs takes a whole number from 1 to 1000000000, not '0'" },
    { "train --epochs 3x", "--epochs takes a whole number from 1 to 1000000000, not '3x'" },
    { "train --epochs -3", "--epochs takes a whole number from 1 to 1000000000, not '-3'" },
    { "train --epochs 99999999999999999999",
      "--epochs takes a whole number from 1 to 1000000000, not '99999999999999999999'" },
    { "train --batch 5", "--batch takes at most 4, the batch that tiny.net was compiled with, not '5'; for a larger one "
      "change 'batch 4' there, and build it again" },
    { "train --batch 0", "--batch takes a whole number from 1 to 4, not '0'" },
    { "train --seed x", "--seed takes a whole number, not 'x'" },
    { "train --threads=0", "--threads takes a whole number from 1 to 1024, not '0'" },
    { "train --new=1", "--new takes no value" },
    { "train --cache 1Z", "--cache takes a size such as 500M or 2G, not '1Z'" },
    { "train --cache 1MBB", "--cache takes a size such as 500M or 2G, not '1MBB'" },
    { "train --cache M", "--cache takes a size such as 500M or 2G, not 'M'" },
    { "train --cache 99999999t", "--cache takes a size such as 500M or 2G, not '99999999t'" },
    { "train file", "train does not know what to do with 'file'" },
    { "evaluate --json", "evaluate takes no --json" },
    { "--epochs 3 predict x", "predict takes no --epochs" },
    { "predict", "predict takes FILE...|FOLDER|-" },
    { "look", "look takes FILE..." },
    { "look --layer conv3 white.png", "--layer takes a layer's name, not 'conv3'; did you mean 'conv1'?" },
    { "look --layer else white.png", "--layer takes a layer's name, not 'else': conv1, conv2" },
    { "look --layer dense1 white.png", "--layer dense1: the logits hang on no map of that layer; on those of conv1, conv2 they do" },
    { "predict --class dark white.png", "predict takes no --class" },
    { "evaluate --part trian", "--part takes train, validation or test, not 'trian'" },
};

static void misuse(void)
{
    char err[256];
    enter();
    for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++) {
        snprintf(err, sizeof err, "tiny: %s; see tiny --help\n", misuses[i].err);
        expect(misuses[i].line, EXIT_USAGE, "", err);
    }
    CU_ASSERT_FALSE(tiny_exists("runs"));
    tiny_leave();
}

static void help(void)
{
    static const char *const commands[] = { "train", "evaluate", "predict", "look", "data", "summary", "profile" };
    char line[64], usage[64];
    enter();
    TinyRun all = tiny_run(""), same = tiny_run("--help");
    CU_ASSERT_EQUAL(all.code, 0);
    CU_ASSERT_STRING_EQUAL(all.out, same.out);
    for (int i = 0; i < 7; i++) {
        snprintf(usage, sizeof usage, "\n  %s ", commands[i]);
        CU_ASSERT_PTR_NOT_NULL(strstr(all.out, usage));
        snprintf(line, sizeof line, "%s --help", commands[i]);
        snprintf(usage, sizeof usage, "usage: tiny %s [option...]", commands[i]);
        TinyRun one = tiny_run(line);
        CU_ASSERT_EQUAL(one.code, 0);
        CU_ASSERT_PTR_EQUAL(strstr(one.out, usage), one.out);
        tiny_free(&one);
    }
    TinyRun try = tiny_run("try --help"), rate = tiny_run("rate --help");
    CU_ASSERT_PTR_NOT_NULL(strstr(try.out, "\n  --steps N        steps in which a batch is to be learned (300)\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(rate.out, "\n  --steps N        steps over all rates (200 or more)\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(rate.out, "\n  --weights FILE   safetensors to use"));
    tiny_free(&try), tiny_free(&rate);
    tiny_free(&all);
    tiny_free(&same);
    expect("--version", 0, "tiny (tiny.net, hash 0123456789abcdef, target test)\n", "");
    expect("-- predict", EXIT_USAGE, "", NULL);
    tiny_leave();
}

static void output_that_cannot_be_written(void)
{
    static const char *const lines[] = { "summary", "--help", "--version", "train --help", "train --json", "train" };
    enter();
    CU_ASSERT_EQUAL(symlink("/dev/full", "out"), 0);
    for (int i = 0; i < 6; i++) {
        int status;
        fflush(NULL);
        pid_t child = fork();
        if (!child)
            tiny_child(lines[i]);
        waitpid(child, &status, 0);
        char *err = tiny_read("err", NULL);
        CU_ASSERT_EQUAL(WEXITSTATUS(status), EXIT_WORLD);
        if (strcmp(err, "tiny: cannot write to standard output: No space left on device\n"))
            printf("\n%s: %s", lines[i], err);
        CU_ASSERT_STRING_EQUAL(err, "tiny: cannot write to standard output: No space left on device\n");
        free(err);
    }
    tiny_leave();
}

void suite_commands(void)
{
    CU_Suite *suite = CU_add_suite("trainer: commands", NULL, NULL);
    CU_add_test(suite, "predict files", predict_files);
    CU_add_test(suite, "predict a folder", predict_a_folder);
    CU_add_test(suite, "predict standard input", predict_standard_input);
    CU_add_test(suite, "predict in JSON", predict_json);
    CU_add_test(suite, "predict in CSV", predict_csv);
    CU_add_test(suite, "predict the likeliest", predict_the_likeliest);
    CU_add_test(suite, "predict a list", predict_a_list);
    CU_add_test(suite, "evaluate", evaluate);
    CU_add_test(suite, "the newest best is used", the_newest_best_is_used);
    CU_add_test(suite, "weights that do not fit", weights_that_do_not_fit);
    CU_add_test(suite, "numbers that are none", numbers_that_are_none);
    CU_add_test(suite, "classes that changed", classes_that_changed);
    CU_add_test(suite, "predict an empty folder", predict_an_empty_folder);
    CU_add_test(suite, "summary", summary);
    CU_add_test(suite, "data", data);
    CU_add_test(suite, "data in JSON", data_in_json);
    CU_add_test(suite, "misuse", misuse);
    CU_add_test(suite, "help", help);
    CU_add_test(suite, "output that cannot be written", output_that_cannot_be_written);
}
