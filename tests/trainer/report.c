/* report.c - report.html tells what a training came to, as other commands tell it, and a browser shows it whole. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/pictures/picture.h"
#include "runtime/runs/run_log.h"
#include "runtime/system/fault.h"
#include "tests/support/browser.h"
#include "tests/support/dom.h"
#include "tests/trainer/tiny.h"

static const char page_path[] = "runs/tiny/1/report.html";
static Arena *arena;

static int open_arena(void)
{
    arena = arena_open();
    return 0;
}

static int close_arena(void)
{
    arena_close(arena);
    return 0;
}

static Node *read_report(void)
{
    const char *why = "there is none";
    char *text = tiny_read(page_path, NULL);
    Node *root = text ? dom_read(arena, text, &why) : NULL;
    if (!root)
        printf("\n%s: %s\n", page_path, why);
    free(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    CU_ASSERT_TRUE(dom_stands_alone(root));
    return root;
}

static Node *section(Node *root, const char *id)
{
    Node *found = dom_by_id(root, id);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    return found;
}

/* The text of a cell of the n-th table. */
static const char *cell(Node *in, int table, int row, int column)
{
    Node *body = dom_find(dom_find(in, "table", table), "tbody", 0);
    return dom_text(arena, dom_find(dom_find(body, "tr", row), "td", column));
}

/* ---- what it says ---- */

/* The confusions as `evaluate` prints them of the same weights. */
static void read_confusion(const char *evaluate, long count[TINY_CLASSES][TINY_CLASSES])
{
    TinyRun run = tiny_run(evaluate);
    const char *at = strstr(run.out, "right");
    for (int i = 0; i < TINY_CLASSES && at; i++) {
        at = strchr(at, '\n');
        if (at && sscanf(++at, "%*s %*d %*f%% %ld %ld %ld", &count[i][0], &count[i][1], &count[i][2]) != TINY_CLASSES)
            at = NULL;
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    tiny_free(&run);
}

static void counts_are_those_of_evaluate(void)
{
    long count[TINY_CLASSES][TINY_CLASSES];
    tiny_enter();
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 1"), 0);
    Node *answers = section(read_report(), "answers");
    read_confusion("evaluate --weights runs/tiny/1/last.safetensors", count);
    for (int i = 0; i < TINY_CLASSES; i++) {
        long row = 0, column = 0;
        for (int j = 0; j < TINY_CLASSES; j++) {
            CU_ASSERT_EQUAL(atol(cell(answers, 0, i, j)), count[i][j]);
            row += count[i][j];
            column += count[j][i];
        }
        CU_ASSERT_EQUAL(atol(cell(answers, 1, i, 0)), row);
        CU_ASSERT_DOUBLE_EQUAL(atof(cell(answers, 1, i, 1)), column ? (double)count[i][i] / (double)column : 0, 6e-4);
        CU_ASSERT_DOUBLE_EQUAL(atof(cell(answers, 1, i, 2)), (double)count[i][i] / (double)row, 6e-4);
    }
    CU_ASSERT_EQUAL(dom_count(answers, "figure.chart"), 1);     /* ROC */
    tiny_leave();
}

/* The last epoch is far from the best: what is shown at the end is the best one's. */
static void the_end_shows_the_best(void)
{
    static const char *const line[] = { "evaluate", "evaluate --weights runs/tiny/1/last.safetensors" };
    long count[2][TINY_CLASSES][TINY_CLASSES];
    char told[64];
    int best = 0;
    double loss = 0;
    tiny_enter();
    TinyRun run = tiny_run("train --epochs 4 --rate 5");
    CU_ASSERT_EQUAL_FATAL(sscanf(strstr(run.out, "best: "), "best: epoch %d, validation loss %lf", &best, &loss), 2);
    CU_ASSERT_TRUE(best < 4);
    tiny_free(&run);
    for (int i = 0; i < 2; i++)
        read_confusion(line[i], count[i]);
    CU_ASSERT_TRUE(memcmp(count[0], count[1], sizeof *count));
    Node *root = read_report(), *answers = section(root, "answers");
    for (int i = 0; i < TINY_CLASSES; i++)
        for (int j = 0; j < TINY_CLASSES; j++)
            CU_ASSERT_EQUAL(atol(cell(answers, 0, i, j)), count[0][i][j]);
    snprintf(told, sizeof told, " by the best weights, those of epoch %d.", best);
    static const char *const id[] = { "answers", "mistakes", "network" };
    for (int i = 0; i < 3; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, section(root, id[i])), told));
    CU_ASSERT_DOUBLE_EQUAL(atof(dom_text(arena, dom_find(root, "dd", 0))), loss, 1e-3 * loss);
    tiny_leave();
}

/* Stopped in the pass over what is held out that its end takes: the next start makes up for it, and begins no other run. */
static void a_stopped_end_is_made_up_for(void)
{
    bool ended = false;
    tiny_enter();
    for (int at = 8; at < 50 && !ended; at++) {
        tiny_mischief = (TinyMischief){ .predict_at = at, .signal = SIGINT };
        CU_ASSERT_EQUAL(system("rm -rf runs"), 0);
        CU_ASSERT_EQUAL(tiny_code("train --epochs 4 --rate 5"), EXIT_INTERRUPTED);
        char *log = tiny_read("runs/tiny/1/log.jsonl", NULL);
        ended = strstr(log, "\"event\":\"end\"");
        free(log);
    }
    tiny_mischief = (TinyMischief){ 0 };
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, section(read_report(), "answers")), " after epoch 4."));
    CU_ASSERT_EQUAL(tiny_code("train --epochs 4 --rate 5"), 0);
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, section(read_report(), "answers")), " by the best weights, "));
    tiny_leave();
}

static bool log_tells(const char *event)
{
    return run_log_tells("runs/tiny/1", event, NULL);
}

/* A picture that goes away for that pass is told, and the run is not taken for concluded. */
static void a_picture_that_is_gone_at_the_end(void)
{
    char path[64], told[256];
    bool ended = false;
    size_t bytes;
    tiny_enter();
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 1"), 0);
    char *split = tiny_read("runs/tiny/1/split.txt", NULL);
    CU_ASSERT_EQUAL_FATAL(sscanf(strstr(split, "validation\t"), "validation\t%*[^\t]\t%63s", path), 1);
    char *picture = tiny_read(path, &bytes);
    for (int at = 8; at < 50 && !ended; at++) {
        tiny_mischief = (TinyMischief){ .predict_at = at, .remove = path };
        CU_ASSERT_EQUAL(system("rm -rf runs"), 0);
        TinyRun run = tiny_run("train --epochs 4 --rate 5 --cache 0");
        CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
        ended = log_tells("end");
        snprintf(told, sizeof told, "tiny: %s could be read at first, but now cannot be opened: No such file or directory; %s",
                 path, ended ? "all epochs are done and saved, and `tiny train` does what follows them once the file is back\n"
                             : "epoch ");
        CU_ASSERT_PTR_NOT_NULL(strstr(run.err, told));
        CU_ASSERT_FALSE(log_tells("concluded"));
        tiny_write(path, picture, bytes);
        tiny_free(&run);
    }
    CU_ASSERT_TRUE(ended);
    tiny_mischief = (TinyMischief){ 0 };
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, section(read_report(), "answers")), " after epoch 4."));
    CU_ASSERT_EQUAL(tiny_code("train --epochs 4 --rate 5"), 0);
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/2"));
    CU_ASSERT_TRUE(log_tells("concluded"));
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, section(read_report(), "answers")), " by the best weights, "));
    free(split);
    free(picture);
    tiny_leave();
}

static void curves_are_those_of_the_results(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 2"), 0);
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 5"), 0);
    Node *root = read_report(), *curves = section(root, "curves");
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, dom_find(root, "header", 0)), "5 of 5 epochs"));
    CU_ASSERT_EQUAL(dom_count(curves, "figure.chart"), 3);
    CU_ASSERT_EQUAL(dom_count(dom_find(curves, "figure.chart", 0), "circle"), 2 * 5);
    char *results = tiny_read("runs/tiny/1/results.csv", NULL), *line = strstr(results, "\n5,"), *end;
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    double loss = strtod(line + strlen("\n5,"), &end), rate;
    const char *point = dom_text(arena, dom_find(dom_find(curves, "figure.chart", 0), "title", 4));
    CU_ASSERT_EQUAL(sscanf(point, "training %lf at 5", &rate), 1);
    CU_ASSERT_DOUBLE_EQUAL(rate, loss, 1e-4 * loss);
    CU_ASSERT_EQUAL(dom_count(dom_find(root, "head", 0), "meta"), 4);   /* it is over: no browser reloads it */
    free(results);
    tiny_leave();
}

/* Every picture of the page can be read; of the worst answers there are as many as are held out. */
static void pictures_can_be_seen(void)
{
    char reason[REASON_ROOM];
    tiny_enter();
    CU_ASSERT_EQUAL_FATAL(tiny_code("train"), 0);
    Node *root = read_report();
    CU_ASSERT_EQUAL(dom_count(section(root, "mistakes"), "img"), 6);
    CU_ASSERT_EQUAL(dom_count(section(root, "batch"), "img"), TINY_BATCH);
    CU_ASSERT_EQUAL(dom_count(section(root, "network"), "img"), 3 * (2 + 2 + 1));       /* pictures, heat maps, maps */
    for (int i = 0; i < dom_count(root, "img"); i++) {
        size_t length;
        Picture picture;
        const uint8_t *png = dom_data(arena, dom_attribute(dom_find(root, "img", i), "src"), "image/png", &length);
        CU_ASSERT_PTR_NOT_NULL_FATAL(png);
        tiny_write("seen.png", png, length);
        CU_ASSERT_TRUE_FATAL(picture_read(&picture, "seen.png", 3, reason));
        CU_ASSERT_EQUAL(picture.h, 4);
        picture_free(&picture);
    }
    tiny_leave();
}

static void facts_are_told(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --seed 77"), 0);
    const char *text = dom_text(arena, section(read_report(), "run"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "seed\n77"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "held out\n6 pictures"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "options\n--seed 77"));
    tiny_leave();
}

static void without_validation_nothing_is_made_up(void)
{
    Program program = tiny_program;
    program.job.data.part[PART_VALIDATION] = (JobPart){ 0 };
    tiny_enter();
    tiny_now = &program;
    CU_ASSERT_EQUAL_FATAL(tiny_code("train"), 0);
    Node *root = read_report();
    CU_ASSERT_PTR_NULL(dom_by_id(root, "answers"));
    CU_ASSERT_PTR_NULL(dom_by_id(root, "mistakes"));
    CU_ASSERT_STRING_EQUAL(dom_text(arena, dom_find(root, "dt", 0)), "training loss");
    CU_ASSERT_TRUE(atof(dom_text(arena, dom_find(root, "dd", 0))) > 0);
    CU_ASSERT_PTR_NULL(strstr(dom_text(arena, dom_find(root, "main", 0)), "nan"));
    tiny_leave();
}

/* ---- what is held out, by hand ---- */

enum { MOST_HELD_OUT = 24 };

/* Three quarters of the pictures are held out, and the area under the curve is asked for. */
static Program with_much_held_out(void)
{
    static const JobMetric metric[] = { { .kind = METRIC_AUC } };
    Program program = tiny_program;
    program.job.data.part[PART_VALIDATION].share = 0.75;
    program.job.metric = metric;
    program.job.metrics = 1;
    return program;
}

typedef struct { int truth; double share[TINY_CLASSES]; } Answered;

static const char *const class_name[TINY_CLASSES] = { "dark", "middle", "light" };

static Answered read_answer(const json_t *line)
{
    Answered answered = { .truth = -1 };
    const char *file = json_string_value(json_object_get(line, "file"));
    for (int k = 0; k < TINY_CLASSES; k++) {
        json_t *shares = json_object_get(line, "probabilities");
        answered.share[k] = json_number_value(json_object_get(shares, class_name[k]));
        if (file && strstr(file, class_name[k]))
            answered.truth = k;
    }
    return answered;
}

/* What `predict` answers to what split.txt says is held out; returns how many there are. */
static int answer_held_out(Answered answered[MOST_HELD_OUT])
{
    char line[2048] = "predict --quiet --json";
    int count = 0;
    char *split = tiny_read("runs/tiny/1/split.txt", NULL);
    for (char *at = strstr(split, "validation\t"); at; at = strstr(at + 1, "validation\t")) {
        size_t length = strlen(line);
        CU_ASSERT_EQUAL_FATAL(sscanf(at, "validation\t%*[^\t]\t%63s", line + length + 1), 1);
        line[length] = ' ';
    }
    free(split);
    TinyRun run = tiny_run(line);
    for (char *at = run.out, *end; count < MOST_HELD_OUT && (end = strchr(at, '\n')); at = end + 1) {
        json_t *one = json_loadb(at, (size_t)(end - at), 0, NULL);
        answered[count] = read_answer(one);
        CU_ASSERT_TRUE_FATAL(answered[count].truth >= 0);
        count++;
        json_decref(one);
    }
    tiny_free(&run);
    return count;
}

/* The share of those that are of a class, or of those that are not, whose answer for it is at least so much. */
static double share_above(const Answered *answered, int count, int class, bool is, double least)
{
    int all = 0, above = 0;
    for (int i = 0; i < count; i++)
        if ((answered[i].truth == class) == is) {
            all++;
            above += answered[i].share[class] >= least;
        }
    return (double)above / all;
}

/* How often one of a class is answered above one that is not. */
static double area_of(const Answered *answered, int count, int class)
{
    double won = 0, pairs = 0;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < count; k++)
            if (answered[i].truth == class && answered[k].truth != class) {
                double a = answered[i].share[class], b = answered[k].share[class];
                won += a > b ? 1 : a == b ? 0.5 : 0;
                pairs++;
            }
    return won / pairs;
}

/* True where the line goes through the point, in shares of the plot. */
static bool goes_through(const char *way, double x, double y)
{
    double at[2];
    for (; way && sscanf(way + 1, "%lf %lf", &at[0], &at[1]) == 2; way = strchr(way + 1, 'L'))
        if (at[0] / 1000 > x - 2e-4 && at[0] / 1000 < x + 2e-4 && 1 - at[1] / 1000 > y - 2e-4 && 1 - at[1] / 1000 < y + 2e-4)
            return true;
    return false;
}

static int points_of(const char *way)
{
    int points = way && *way == 'M';
    while (way && (way = strchr(way, 'L')))
        points++, way++;
    return points;
}

/* By weights as they were drawn, which rank some classes well, some badly. */
static void curves_rank_as_the_answers_do(void)
{
    Program program = with_much_held_out();
    Answered answered[MOST_HELD_OUT];
    char name[64];
    double mean = 0, told;
    int lopsided = 0;
    tiny_enter();
    tiny_now = &program;
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 1 --rate 1e-9"), 0);
    int count = answer_held_out(answered);
    CU_ASSERT_EQUAL_FATAL(count, 18);
    Node *chart = dom_find(section(read_report(), "answers"), "figure.chart", 0);
    for (int k = 0; k < TINY_CLASSES; k++) {
        const char *way = dom_attribute(dom_find(chart, "path.line", k + 1), "d");      /* the first is the diagonal */
        CU_ASSERT_EQUAL(points_of(way), 1 + count);
        CU_ASSERT_TRUE(goes_through(way, 0, 0));
        for (int i = 0; i < count; i++)
            CU_ASSERT_TRUE(goes_through(way, share_above(answered, count, k, false, answered[i].share[k]),
                                        share_above(answered, count, k, true, answered[i].share[k])));
        double area = area_of(answered, count, k);
        lopsided += area < 0.4 || area > 0.6;
        snprintf(name, sizeof name, "%s, AUC %.3f", class_name[k], area);
        CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, chart), name));
        mean += area / TINY_CLASSES;
    }
    TinyRun run = tiny_run("evaluate");
    const char *auc = strstr(run.out, "auc ");
    CU_ASSERT_TRUE(auc && sscanf(auc, "auc %lf", &told) == 1);
    CU_ASSERT_DOUBLE_EQUAL(told, mean, 6e-5);
    CU_ASSERT_TRUE(lopsided >= 2);
    tiny_free(&run);
    tiny_leave();
}

/* All are answered light, the surer the lighter they are; more are wrong than the page shows. */
static void the_worst_are_those_of_mistakes(void)
{
    Program program = with_much_held_out();
    char path[64];
    tiny_enter_with_light();
    for (int i = 8; i < 16; i++) {
        snprintf(path, sizeof path, "data/dark.%d.png", i);
        tiny_picture(path, 10, i);
    }
    tiny_now = &program;
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 1 --rate 1e-9 --weights w.safetensors"), 0);
    Node *shown = section(read_report(), "mistakes");
    TinyRun run = tiny_run("mistakes --quiet --json --top 18");
    CU_ASSERT_EQUAL(run.code, 0);
    int worst = 0;
    for (char *at = run.out, *end; (end = strchr(at, '\n')); at = end + 1) {
        json_t *one = json_loadb(at, (size_t)(end - at), 0, NULL);
        const char *file = json_string_value(json_object_get(one, "file"));
        if (file && json_object_get(one, "loss") && worst++ < 12) {
            const char *note = dom_text(arena, dom_find(dom_find(shown, "figure", worst - 1), "small", 0));
            CU_ASSERT_STRING_EQUAL(strrchr(note, '\n') + 1, strrchr(file, '/') + 1);
        }
        json_decref(one);
    }
    CU_ASSERT_EQUAL(worst, 18);
    CU_ASSERT_EQUAL(dom_count(shown, "figure"), 12);
    tiny_free(&run);
    tiny_leave();
}

/* ---- what comes between ---- */

/* The sections by their names. */
static const char *sections_of(Node *root)
{
    const char *all = "";
    for (int i = 0; i < dom_count(root, "section"); i++)
        all = arena_printf(arena, "%s %s", all, dom_attribute(dom_find(root, "section", i), "id"));
    return all;
}

/* Of how many pictures the page shows answers; 0 where it shows none. */
static int answers_on_page(void)
{
    int pictures = 0;
    Node *answers = dom_by_id(read_report(), "answers");
    if (answers)
        CU_ASSERT_EQUAL(sscanf(strstr(dom_text(arena, answers), "To "), "To %d pictures", &pictures), 1);
    return pictures;
}

/* A browser that shows the page waits for another one. */
static bool is_live(void)
{
    char *text = tiny_read(page_path, NULL);
    bool live = text && strstr(text, "http-equiv=\"refresh\"");
    CU_ASSERT_PTR_NOT_NULL(text);
    free(text);
    return live;
}

/* Ended between the last checkpoint and the conclusion: the program that makes up for it trains nothing. */
static void a_late_conclusion_shows_all(void)
{
    Program program = tiny_program;
    program.job.data.part[PART_TEST] = (JobPart){ .share = 0.25, .place = { "tiny.net", 6, 5, 4, "    test 25%" } };
    tiny_enter();
    tiny_now = &program;
    CU_ASSERT_EQUAL_FATAL(tiny_code("train"), 0);
    const char *before = sections_of(read_report());
    CU_ASSERT_STRING_EQUAL(before, " curves answers conclusion mistakes batch network model time run");
    int pictures = answers_on_page();
    char *log = tiny_read("runs/tiny/1/log.jsonl", NULL), *test = strstr(log, "\"event\":\"test\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(test);
    while (test > log && test[-1] != '\n')
        test--;
    tiny_write("runs/tiny/1/log.jsonl", log, (size_t)(test - log));
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    Node *root = read_report();
    CU_ASSERT_STRING_EQUAL(sections_of(root), before);
    CU_ASSERT_EQUAL(dom_count(section(root, "batch"), "img"), TINY_BATCH);
    CU_ASSERT_EQUAL(answers_on_page(), pictures);
    free(log);
    tiny_leave();
}

/* In a training that goes on, before an epoch has ended, and while one is validated. */
static void a_signal_takes_no_results_away(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 2"), 0);
    const char *before = sections_of(read_report());
    tiny_mischief = (TinyMischief){ .signal = SIGINT, .signal_at = 12 };
    CU_ASSERT_EQUAL(tiny_code("train --epochs 4"), EXIT_INTERRUPTED);
    CU_ASSERT_STRING_EQUAL(sections_of(read_report()), before);
    CU_ASSERT_EQUAL(answers_on_page(), 6);
    tiny_mischief = (TinyMischief){ .signal = SIGINT, .predict_at = 1 };
    CU_ASSERT_EQUAL(tiny_code("train --epochs 4"), EXIT_INTERRUPTED);
    CU_ASSERT_STRING_EQUAL(sections_of(read_report()), before);
    CU_ASSERT_EQUAL(answers_on_page(), 6);
    tiny_leave();
}

/* Wherever it comes, until it comes too late: the page tells of all that is held out, or of none. */
static void no_part_is_told_as_the_whole(void)
{
    int code = EXIT_INTERRUPTED, at = 1;
    tiny_enter();
    for (; at < 50 && code == EXIT_INTERRUPTED; at++) {
        tiny_mischief = (TinyMischief){ .signal = SIGINT, .predict_at = at };
        code = tiny_code("train --new --run 1 --epochs 2");
        CU_ASSERT_EQUAL(answers_on_page(), at < 2 ? 0 : 6);
        CU_ASSERT_FALSE(is_live());
        CU_ASSERT_EQUAL(system("rm -r runs"), 0);
    }
    CU_ASSERT_EQUAL(code, 0);
    CU_ASSERT_TRUE(at > 8);
    tiny_leave();
}

/* Killed behind the first epoch, a page waits for ever; one that breaks off says that it does not, and all else that it
 * said: in the first step, where no epoch of this program has ended, and where a loss or a weight is no number. */
static void a_break_ends_the_waiting(void)
{
    static const TinyMischief mischief[] = {
        { .signal = SIGINT, .signal_at = 8 }, { .nan_loss_at = 8 }, { .nan_at = 8 }, { .hidden_at = 8 },
    };
    tiny_enter();
    for (size_t i = 0; i < sizeof mischief / sizeof *mischief; i++) {
        tiny_mischief = (TinyMischief){ .signal = SIGKILL, .signal_at = 6 };
        CU_ASSERT_EQUAL(tiny_code("train --new --run 1"), 128 + SIGKILL);
        CU_ASSERT_TRUE(is_live());
        const char *before = sections_of(read_report());
        tiny_mischief = mischief[i];
        CU_ASSERT_NOT_EQUAL(tiny_code("train --run 1"), 0);
        CU_ASSERT_FALSE(is_live());
        CU_ASSERT_STRING_EQUAL(sections_of(read_report()), before);
        CU_ASSERT_EQUAL(answers_on_page(), 6);
        CU_ASSERT_EQUAL(dom_count(section(read_report(), "batch"), "img"), TINY_BATCH);
        CU_ASSERT_EQUAL(system("rm -r runs"), 0);
    }
    tiny_leave();
}

/* ---- more of the page ---- */

/* Two phases, and a test part. */
static void phases_and_the_test_are_told(void)
{
    static JobTrain phase[2];
    static PhaseUses uses[2];
    Program program = tiny_program;
    for (int i = 0; i < 2; i++) {
        phase[i] = tiny_program.job.phase[0];
        phase[i].name = i ? "whole" : "head";
        phase[i].epochs = 2;
        uses[i] = tiny_program.phase[0];
    }
    program.job.phase = phase;
    program.job.phases = 2;
    program.job.train.epochs = 4;
    program.phase = uses;
    program.job.data.part[PART_TEST] = (JobPart){ .share = 0.25, .place = { "tiny.net", 6, 5, 4, "    test 25%" } };
    tiny_enter();
    tiny_now = &program;
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 3"), 0);
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 4"), 0);
    Node *root = read_report(), *curves = section(root, "curves"), *end = section(root, "conclusion");
    CU_ASSERT_EQUAL(dom_count(dom_find(curves, "figure", 0), "line.mark"), 1);
    CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(curves, "line.mark", 0), "x1"), "50.00%");    /* of epochs 1 to 4 */
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, dom_find(curves, "figure", 0)), "whole"));
    CU_ASSERT_STRING_EQUAL(dom_text(arena, dom_find(end, "dd", 0)), "6");
    CU_ASSERT_STRING_EQUAL(dom_text(arena, dom_find(end, "dt", 1)), "loss");
    tiny_leave();
}

/* A folder stands where the page should go. */
static void a_page_that_cannot_be_written_ends_nothing(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --epochs 1"), 0);
    unlink(page_path);
    mkdir(page_path, 0777);
    TinyRun run = tiny_run("train --epochs 60");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "epoch 60/60"));
    const char *told = strstr(run.err, "cannot write runs/tiny/1/report.html: Is a directory");
    CU_ASSERT_PTR_NOT_NULL_FATAL(told);
    CU_ASSERT_PTR_NULL(strstr(told + 1, "cannot write"));
    tiny_free(&run);
    tiny_leave();
}

/* ---- in a browser ---- */

/* With all its folds open: how wide it is, how many pictures it has, how many of these were decoded. */
static const char whole[] =
    "(() => {"
    "  for (const details of document.querySelectorAll('details')) details.open = true;"
    "  const images = [...document.images];"
    "  return [document.documentElement.scrollWidth, images.length, images.filter(image => image.naturalWidth > 0).length];"
    "})()";

/* By the formula of WCAG 2: the least contrast of a text, of a line and of a chart's name with what is behind it, and how
 * light the paper is, from 0 to 1; the text itself comes last. Behind a text may be a bar, which is a gradient. */
static const char contrast[] =
    "(() => {"
    "  const parse = text => [...text.matchAll(/rgba?\\(([^)]*)\\)/g)].map(found => found[1].split(',').map(Number));"
    "  const opaque = text => parse(text).filter(colour => colour.length < 4 || colour[3] > 0);"
    "  const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;"
    "  const light = ([r, g, b]) =>"
    "    0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);"
    "  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);"
    "  const behind = node => {"
    "    let all = [];"
    "    for (let paint; node; node = node.parentElement) {"
    "      const style = getComputedStyle(node);"
    "      all = all.concat(opaque(style.backgroundImage), paint = opaque(style.backgroundColor));"
    "      if (paint.length) break;"
    "    }"
    "    return all;"
    "  };"
    "  const against = (node, colour) => Math.min(...behind(node).map(under => ratio(colour, under)));"
    "  const has_text = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());"
    "  let text = 99, line = 99, name = 99, least = '';"
    "  for (const node of document.body.querySelectorAll('*')) {"
    "    if (!has_text(node) || !node.getClientRects().length) continue;"
    "    const style = getComputedStyle(node), svg = node instanceof SVGElement;"
    "    const found = against(node, parse(svg ? style.fill : style.color)[0]);"
    "    if (found < text) [text, least] = [found, node.textContent];"
    "  }"
    "  for (const node of document.querySelectorAll('path.line'))"
    "    line = Math.min(line, against(node, parse(getComputedStyle(node).stroke)[0]));"
    "  const probe = document.querySelector('section').appendChild(document.createElement('p'));"
    "  for (let i = 0; i < 6; i++) {"
    "    probe.style.color = `var(--s${i})`;"
    "    name = Math.min(name, against(probe, parse(getComputedStyle(probe).color)[0]));"
    "  }"
    "  return [text, line, name, light(opaque(getComputedStyle(document.documentElement).backgroundColor)[0]), least];"
    "})()";

static double number_at(const json_t *list, size_t at)
{
    return json_number_value(json_array_get(list, at));
}

static void is_shown_whole(Browser *browser, int width)
{
    browser_look(browser, width, 900, false);
    json_t *told = browser_ask(browser, whole);
    CU_ASSERT_TRUE(number_at(told, 0) > 0 && number_at(told, 0) <= width);
    CU_ASSERT_TRUE(number_at(told, 1) > 0);
    CU_ASSERT_EQUAL(number_at(told, 2), number_at(told, 1));
    json_decref(told);
}

static void can_be_read(Browser *browser, bool dark)
{
    browser_look(browser, 1400, 900, dark);
    json_t *told = browser_ask(browser, contrast);
    CU_ASSERT_TRUE(number_at(told, 0) >= 4.5 && number_at(told, 0) <= 21);
    CU_ASSERT_TRUE(number_at(told, 1) >= 3 && number_at(told, 1) <= 21);
    CU_ASSERT_TRUE(number_at(told, 2) >= 4.5 && number_at(told, 2) <= 21);
    CU_ASSERT_TRUE(dark ? number_at(told, 3) < 0.05 : number_at(told, 3) > 0.8);
    if (number_at(told, 0) < 4.5)
        printf("\n'%s' is hard to read\n", json_string_value(json_array_get(told, 4)));
    json_decref(told);
}

static void a_browser_shows_it_well(void)
{
    char url[4096 + 64], folder[4096];
    tiny_enter();
    CU_ASSERT_EQUAL_FATAL(tiny_code("train"), 0);
    Browser *browser = browser_open("browser");
    if (!browser) {
        printf("\na_browser_shows_it_well: skipped, for there is no chromium\n");
    } else {
        CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(folder, sizeof folder));
        snprintf(url, sizeof url, "file://%s/%s", folder, page_path);
        browser_go(browser, url);
        is_shown_whole(browser, 400);
        is_shown_whole(browser, 1400);
        can_be_read(browser, true);
        can_be_read(browser, false);
        browser_close(browser);
    }
    tiny_leave();
}

void suite_report(void)
{
    CU_pSuite suite = CU_add_suite("trainer: the report of a run", open_arena, close_arena);
    CU_ADD_TEST(suite, counts_are_those_of_evaluate);
    CU_ADD_TEST(suite, the_end_shows_the_best);
    CU_ADD_TEST(suite, a_stopped_end_is_made_up_for);
    CU_ADD_TEST(suite, a_picture_that_is_gone_at_the_end);
    CU_ADD_TEST(suite, curves_are_those_of_the_results);
    CU_ADD_TEST(suite, curves_rank_as_the_answers_do);
    CU_ADD_TEST(suite, the_worst_are_those_of_mistakes);
    CU_ADD_TEST(suite, a_late_conclusion_shows_all);
    CU_ADD_TEST(suite, a_signal_takes_no_results_away);
    CU_ADD_TEST(suite, no_part_is_told_as_the_whole);
    CU_ADD_TEST(suite, a_break_ends_the_waiting);
    CU_ADD_TEST(suite, pictures_can_be_seen);
    CU_ADD_TEST(suite, facts_are_told);
    CU_ADD_TEST(suite, without_validation_nothing_is_made_up);
    CU_ADD_TEST(suite, phases_and_the_test_are_told);
    CU_ADD_TEST(suite, a_page_that_cannot_be_written_ends_nothing);
    CU_ADD_TEST(suite, a_browser_shows_it_well);
}
