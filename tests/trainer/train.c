/* train.c - training ends in the same bytes whatever the number of threads, wherever it was stopped
 * and gone on with; what goes wrong is told, and leaves the last sound checkpoint. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "tests/support/encode.h"
#include "tests/trainer/tiny.h"

enum { UPDATES = 15 };          /* of the whole training: 3 epochs of 18 pictures, 4 a step */

/* The results without the times. */
static bool same_curves(int left, int right)
{
    char path[2][64], line[2][256];
    snprintf(path[0], sizeof path[0], "runs/tiny/%d/results.csv", left);
    snprintf(path[1], sizeof path[1], "runs/tiny/%d/results.csv", right);
    FILE *a = fopen(path[0], "r"), *b = fopen(path[1], "r");
    bool same = a && b;
    for (int lines = 0; same; lines++) {
        bool more = fgets(line[0], sizeof line[0], a), again = fgets(line[1], sizeof line[1], b);
        same = more == again && (more || lines == 1 + TINY_EPOCHS);
        if (!more || !same)
            break;
        for (int field = 0, at = 0; same && field < 5; field += line[0][at] == ',', at++)
            same = line[0][at] == line[1][at];
    }
    fclose(a);
    fclose(b);
    return same;
}

static void threads_do_not_matter(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --threads 1"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --new --threads 2"), 0);
    CU_ASSERT_EQUAL(tiny_code("--threads=3 train --new --cache 0"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --threads 7 --new --cache=1kb"), 0);
    for (int run = 2; run <= 4; run++)
        CU_ASSERT(tiny_same_runs(1, run) && same_curves(1, run));
    CU_ASSERT_EQUAL(tiny_code("train --new --seed 2"), 0);
    CU_ASSERT_FALSE(tiny_same_files("runs/tiny/1/last.safetensors", "runs/tiny/5/last.safetensors"));
    tiny_leave();
}

static void stop_at_every_step(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGUSR1, SIGHUP };
    char text[64];
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    for (int update = 1; update <= UPDATES; update++) {
        tiny_mischief = (TinyMischief){ .signal_at = (uint64_t)update, .signal = signals[update % 4],
                                        .echoed = update % 2 };
        TinyRun run = tiny_run("train --new");
        CU_ASSERT_EQUAL(run.code, EXIT_INTERRUPTED);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "stopped"));
        tiny_free(&run);
        tiny_mischief.signal_at = 0;
        run = tiny_run("train");
        CU_ASSERT_EQUAL(run.code, 0);
        snprintf(text, sizeof text, "runs/tiny/%d: goes on ", update + 1);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.out, text));
        tiny_free(&run);
        CU_ASSERT(tiny_same_runs(1, update + 1) && same_curves(1, update + 1));
    }
    tiny_leave();
}

/* A run that is stopped after each of its steps. */
static void stop_again_and_again(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    tiny_mischief = (TinyMischief){ .signal_at = 1, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train --new"), EXIT_INTERRUPTED);
    while (++tiny_mischief.signal_at <= UPDATES)
        CU_ASSERT_EQUAL(tiny_code("train"), EXIT_INTERRUPTED);
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    CU_ASSERT(tiny_same_runs(1, 2) && same_curves(1, 2));
    tiny_leave();
}

/* A second signal does not wait for the step; what was saved before it still stands. */
static void stopped_twice(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGINT, .twice = true };
    TinyRun run = tiny_run("train --new");
    tiny_mischief = (TinyMischief){ 0 };
    CU_ASSERT_EQUAL(run.code, EXIT_INTERRUPTED);
    CU_ASSERT_STRING_EQUAL(run.err, "tiny: ended at once; `tiny train` goes on from what runs/tiny/2 saved "
                           "last\n");
    tiny_free(&run);
    run = tiny_run("train");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "runs/tiny/2: goes on with epoch 2 of 3\n"));
    tiny_free(&run);
    CU_ASSERT(tiny_same_runs(1, 2) && same_curves(1, 2));
    tiny_leave();
}

/* True once a process has its own way with a signal. */
static bool catches(pid_t process, int signal)
{
    char path[64], line[256];
    unsigned long caught = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "SigCgt: %lx", &caught) == 1)
            break;
    if (file)
        fclose(file);
    return caught >> (signal - 1) & 1;
}

/* Pictures of which each takes some time to read. */
static void make_pictures_large(void)
{
    enum { SIDE = 2000 };
    uint16_t *sample = calloc((size_t)SIDE * SIDE, sizeof *sample);
    Encoded file = encode_png(&(PngRecipe){ .h = SIDE, .w = SIDE, .depth = 8, .sample = sample });
    char path[64];
    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof path, "data/dark.%d.png", i);
        tiny_write(path, file.bytes, file.length);
    }
    free(file.bytes);
    free(sample);
}

/* Before there is a run, or before one goes on. */
static void stop_while_reading(void)
{
    tiny_enter();
    make_pictures_large();
    for (int run = 0; run <= 1; run++) {
        int status = 0;
        pid_t child = fork();
        if (!child)
            tiny_child("train --threads 1");
        while (!catches(child, SIGINT) && !waitpid(child, &status, WNOHANG))
            usleep(1000);
        kill(child, SIGINT);
        waitpid(child, &status, 0);
        CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_INTERRUPTED);
        char *said = tiny_read("err", NULL);
        CU_ASSERT_STRING_EQUAL(said, "tiny: stopped before the first step: nothing was trained, and no run "
                               "has changed\n");
        free(said);
        CU_ASSERT_EQUAL(tiny_exists("runs/tiny/1"), run == 1);
        tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGINT };
        CU_ASSERT_EQUAL(tiny_code("train"), run ? 0 : EXIT_INTERRUPTED);
    }
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/2"));
    tiny_leave();
}

static void stop_while_validating(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    for (int call = 1; call <= 5; call++) {     /* two an epoch; the last of all comes too late */
        tiny_mischief = (TinyMischief){ .predict_at = call, .signal = SIGINT };
        CU_ASSERT_EQUAL(tiny_code("train --new"), EXIT_INTERRUPTED);
        tiny_mischief.predict_at = 0;
        CU_ASSERT_EQUAL(tiny_code("train"), 0);
        CU_ASSERT(tiny_same_runs(1, call + 1) && same_curves(1, call + 1));
    }
    tiny_leave();
}

static void runs_are_chosen(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 3"), 0);      /* the same run has fewer: goes on */
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/2"));
    TinyRun run = tiny_run("train");                        /* finished: a new one */
    CU_ASSERT_PTR_EQUAL(strstr(run.out, "runs/tiny/1 is finished after epoch 3; `tiny train --epochs 6` "
                               "would have gone on with it\nruns/tiny/2: a new run; each of its two "
                               "checkpoints takes 1.4 kB\n"), run.out);
    tiny_free(&run);
    CU_ASSERT(same_curves(1, 2));
    CU_ASSERT(tiny_same_files("runs/tiny/1/best.safetensors", "runs/tiny/2/best.safetensors"));
    tiny_mischief = (TinyMischief){ .signal_at = 2, .signal = SIGINT };
    CU_ASSERT_EQUAL(tiny_code("train --new --batch 3"), EXIT_INTERRUPTED);
    CU_ASSERT_EQUAL(tiny_code("train --new --seed 5"), EXIT_INTERRUPTED);
    tiny_mischief.signal_at = 0;
    CU_ASSERT_EQUAL(tiny_code("train --batch 3 --epochs 1"), 0);    /* the third, not the fourth */
    CU_ASSERT(tiny_exists("runs/tiny/3/best.safetensors"));
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/4/best.safetensors"));
    run = tiny_run("train");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "runs/tiny/4: goes on in epoch 1 of 3 after 8 images\n"));
    tiny_free(&run);

    tiny_mischief = (TinyMischief){ .signal_at = 6, .signal = SIGINT };
    CU_ASSERT_EQUAL(tiny_code("train --new"), EXIT_INTERRUPTED);
    tiny_mischief.signal_at = 0;
    run = tiny_run("train --epochs 1");                     /* fewer than it has: not finished, but passed over */
    CU_ASSERT_PTR_EQUAL(strstr(run.out, "runs/tiny/5 has 1 of its 3 epochs already; `tiny train` would have gone "
                               "on with it\nruns/tiny/6: a new run;"), run.out);
    tiny_free(&run);
    run = tiny_run("train --run 5 --epochs 1");             /* named: it is not cut back */
    CU_ASSERT_EQUAL(run.code, 2);
    CU_ASSERT_PTR_EQUAL(strstr(run.err, "runs/tiny/5 has done 1 epoch and a part of the next; --epochs takes 2 or more "
                               "here, and `tiny train --new` begins a new run; see"), run.err + strlen("tiny: "));
    tiny_free(&run);
    tiny_leave();
}

/* Before anything is trained; and what was begun goes on when there is room. */
static void disks_may_be_too_small(void)
{
    tiny_enter();
    tiny_mischief.room = 4096;
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, 0);
    tiny_free(&run);
    tiny_mischief.room = 1;
    run = tiny_run("train --new");
    CU_ASSERT_EQUAL(run.code, 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "runs/tiny/2: 0 bytes are free there, and its checkpoints take 2.7 kB more: "));
    CU_ASSERT_PTR_NULL(strstr(run.out, "epoch 1/3"));
    tiny_free(&run);
    tiny_mischief.room = 0;
    run = tiny_run("train");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "runs/tiny/2: goes on with epoch 1 of 3\n"));
    tiny_free(&run);
    tiny_leave();
}

/* A card that lies beside the program, and is not what it was built from: a byte less, or one more. */
static void edited_cards_are_noted(void)
{
    static const char *const word[] = { "./tiny", "away/tiny", "tiny" };
    static const char *const said[] = {
        "tiny.net has changed since this program was built; `netc build tiny.net` takes the change in\n",
        "away/tiny.net has changed since this program was built; built anew, it takes the change in\n", "",
    };
    const CardText *card = tiny_program.text;
    char *text = NULL;
    CU_ASSERT_FATAL(asprintf(&text, "%s\n", card->text) > 0);
    for (int w = 0; w < 3; w++)
        for (size_t more = 0; more < 3; more++) {
            tiny_enter();
            CU_ASSERT_EQUAL(mkdir("away", 0777), 0);
            tiny_word = word[w];
            tiny_write(w == 1 ? "away/tiny.net" : card->name, text, strlen(card->text) - 1 + more);
            TinyRun run = tiny_run("train --epochs 1");
            CU_ASSERT_EQUAL(run.code, 0);
            CU_ASSERT_STRING_EQUAL(run.err, more == 1 ? "" : said[w]);
            tiny_free(&run);
            tiny_leave();
        }
    free(text);
}

/* A run that goes on though another is newer: evaluate takes the newer one's best, which one is told. */
static void an_older_run_goes_on(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --new"), 0);
    TinyRun run = tiny_run("train --epochs 2");
    CU_ASSERT_PTR_EQUAL(strstr(run.out, "runs/tiny/1: goes on with epoch 2 of 2\nruns/tiny/2 is newer: `tiny evaluate` "
                               "takes its best, and that of this run with --run 1\n"),
                        run.out);
    tiny_free(&run);
    run = tiny_run("train --epochs 6");
    CU_ASSERT_PTR_EQUAL(strstr(run.out, "runs/tiny/2: goes on with epoch 4 of 6\nepoch 4/6"), run.out);
    tiny_free(&run);
    tiny_leave();
}

/* A network whose running statistics need longer than an epoch says so, where what begins them is drawn: with five steps
 * an epoch, 0.9^29 is less than a twentieth, and 0.9^28 is not. */
static void norms_that_settle_late(void)
{
    const Parameter parameter[] = { tiny_program.parameter[0], tiny_program.parameter[1], tiny_statistic };
    Program program = tiny_program;
    tiny_enter();
    program.parameter = parameter;
    program.parameters = 3;
    program.norm_keep = 0.9;
    tiny_now = &program;
    TinyRun run = tiny_run("train");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nnorm batch keeps 90 % of its running statistics at a step, which start at mean 0 "
                                  "and variance 1: validation looks worse than the network is until about epoch 6; "));
    tiny_free(&run);
    run = tiny_run("train --epochs 6");
    CU_ASSERT_PTR_NULL(strstr(run.out, "norm batch"));
    tiny_free(&run);
    run = tiny_run("train --weights runs/tiny/1/last.safetensors");
    CU_ASSERT_PTR_NULL(strstr(run.out, "norm batch"));
    tiny_free(&run);
    tiny_now = &tiny_program;
    CU_ASSERT_EQUAL(tiny_code("train --run plain"), 0);
    tiny_now = &program;                /* which the other had not */
    run = tiny_run("train --run warm --from runs/tiny/plain/last.safetensors");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nnorm batch keeps 90 % of its running statistics"));
    tiny_free(&run);
    run = tiny_run("train --run warmer --from runs/tiny/warm/last.safetensors");
    CU_ASSERT_PTR_NULL(strstr(run.out, "norm batch"));
    tiny_free(&run);
    program.norm_keep = 0.5;            /* within the first epoch */
    run = tiny_run("train --new");
    CU_ASSERT_PTR_NULL(strstr(run.out, "norm batch"));
    tiny_free(&run);
    tiny_leave();
}

/* So does a mean of the weights, whatever it starts from. */
static void a_mean_that_settles_late(void)
{
    JobTrain phase = tiny_program.job.phase[0];
    Program program = tiny_program;
    tiny_enter();
    phase.ema = 0.9;
    program.job.phase = &phase;
    program.job.train = phase;
    program.average = (tiny_program.train.bytes + 63) / 64 * 64;
    tiny_now = &program;
    TinyRun run = tiny_run("train");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nema keeps 90 % of the mean of the weights at a step, and validation is of that mean: it "
                                  "looks worse than the network is until about epoch 6; a smaller ema is faster\n"));
    tiny_free(&run);
    run = tiny_run("train --epochs 6");
    CU_ASSERT_PTR_NULL(strstr(run.out, "ema keeps"));
    tiny_free(&run);
    phase.ema = 0.5;
    program.job.train = phase;
    run = tiny_run("train --new");
    CU_ASSERT_PTR_NULL(strstr(run.out, "ema keeps"));
    tiny_free(&run);
    tiny_leave();
}

static void numbers_that_are_none(void)
{
    tiny_enter();
    for (int kind = 0; kind < 2; kind++) {
        tiny_mischief = kind ? (TinyMischief){ .nan_at = 8 } : (TinyMischief){ .nan_loss_at = 8 };
        TinyRun run = tiny_run("train --new");
        CU_ASSERT_EQUAL(run.code, EXIT_MISTAKE);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.err, kind ? "epoch 2, step 4: the loss is nan, and 'dense1.weight'"
                                                    : "epoch 2, step 3: the loss is nan;"));
        tiny_free(&run);
    }
    /* the best of the first epoch, and a last from before the trouble */
    CU_ASSERT(tiny_same_files("runs/tiny/1/best.safetensors", "runs/tiny/1/last.safetensors"));
    CU_ASSERT(tiny_same_runs(1, 2));
    /* a gradient that breaks the epoch's last update shows in validation; Ctrl-C must not save it */
    tiny_mischief = (TinyMischief){ .nan_at = 5 };
    CU_ASSERT_EQUAL(tiny_code("train --new"), EXIT_MISTAKE);
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/3/best.safetensors"));
    tiny_mischief = (TinyMischief){ .nan_at = 3, .signal_at = 3, .signal = SIGINT };
    CU_ASSERT_EQUAL(tiny_code("train --new"), EXIT_MISTAKE);
    tiny_mischief = (TinyMischief){ 0 };
    TinyRun run = tiny_run("train");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "runs/tiny/4: goes on with epoch 1 of 3\n"));
    tiny_free(&run);
    tiny_leave();
}

/* A weight that no loss shows: the message names the epoch that broke it, of which nothing is kept. */
static void a_hidden_number_that_is_none(void)
{
    tiny_enter();
    tiny_mischief = (TinyMischief){ .hidden_at = 8 };
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, EXIT_MISTAKE);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "epoch 2, step 5: a weight is nan, and 'dense1.weight' holds"));
    char *curve = tiny_read("runs/tiny/1/results.csv", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(curve, "\n1,"));
    CU_ASSERT_PTR_NULL(strstr(curve, "\n2,"));
    free(curve);
    tiny_free(&run);
    tiny_leave();
}

/* ---- who watches ---- */

static size_t longest_line(const char *text)
{
    size_t longest = 0;
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        longest = length > longest ? length : longest;
    }
    return longest;
}

static void lines_in_a_file(void)
{
    tiny_enter();
    TinyRun run = tiny_run("train --new"), quiet = tiny_run("train --new --quiet");
    CU_ASSERT_PTR_NULL(strchr(run.out, '\r'));
    CU_ASSERT_PTR_NULL(strchr(run.out, '\033'));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nepoch 3/3  loss "));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, " img/s, step alone "));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, " % of the time\nbest: epoch "));
    CU_ASSERT(longest_line(run.out) <= 100);
    CU_ASSERT_PTR_EQUAL(strstr(quiet.out, "best: epoch "), quiet.out);      /* the result alone */
    CU_ASSERT_PTR_EQUAL(strchr(quiet.out, '\n'), quiet.out + strlen(quiet.out) - 1);
    CU_ASSERT_STRING_EQUAL(quiet.err, "");
    tiny_free(&run);
    tiny_free(&quiet);
    tiny_leave();
}

/* ---- the world's faults ---- */

static void folders_that_cannot_be_written(void)
{
    tiny_enter();
    tiny_write("runs", "", 0);
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "tiny: cannot read runs/tiny: Not a directory\n"));
    tiny_free(&run);
    unlink("runs");
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    unlink("runs/tiny/1/best.safetensors");
    mkdir("runs/tiny/1/best.safetensors", 0777);
    run = tiny_run("train --epochs 2");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "cannot write runs/tiny/1/best.safetensors: Is a directory"));
    tiny_free(&run);
    tiny_leave();
}

/* A disk that fills up: a limit on the size of files, at which writing fails, whichever file it is. */
static void a_full_disk(void)
{
    struct stat status;
    struct rlimit before, limit;
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    stat("runs/tiny/1/last.safetensors", &status);
    char *old = tiny_read("runs/tiny/1/last.safetensors", NULL);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = (rlim_t)status.st_size - 100;
    setrlimit(RLIMIT_FSIZE, &limit);
    TinyRun run = tiny_run("train --epochs 2");
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "tiny: cannot write runs/tiny/1/"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, ": File too large\n"));
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/1/last.safetensors.1.tmp"));
    char *now = tiny_read("runs/tiny/1/last.safetensors", NULL);
    CU_ASSERT(!memcmp(old, now, (size_t)status.st_size));
    free(old);
    free(now);
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 3"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --new --epochs 3"), 0);
    CU_ASSERT(tiny_same_runs(1, 2) && same_curves(1, 2));
    tiny_leave();
}

static void a_run_that_another_trains(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    FILE *folder = fopen("runs/tiny/1", "r");
    CU_ASSERT_EQUAL(flock(fileno(folder), LOCK_EX), 0);
    TinyRun run = tiny_run("train --epochs 2");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "runs/tiny/1 is being trained or calibrated by another process"));
    tiny_free(&run);
    fclose(folder);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 2"), 0);
    tiny_leave();
}

/* Another process writes into a run that is over: what it has not put in place yet is not cleared away. */
static void a_run_that_another_writes_into(void)
{
    static const char temporary[] = "runs/tiny/1/best.safetensors.1.tmp";
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    tiny_write(temporary, "half", 4);
    FILE *folder = fopen("runs/tiny/1", "r");
    CU_ASSERT_EQUAL(flock(fileno(folder), LOCK_SH), 0);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    CU_ASSERT_TRUE(tiny_exists("runs/tiny/2"));
    CU_ASSERT_TRUE(tiny_exists(temporary));
    CU_ASSERT_EQUAL(tiny_code("train --run 1 --epochs 2"), EXIT_WORLD);
    CU_ASSERT_TRUE(tiny_exists(temporary));
    fclose(folder);
    CU_ASSERT_EQUAL(tiny_code("train --run 1 --epochs 2"), 0);
    CU_ASSERT_FALSE(tiny_exists(temporary));
    tiny_leave();
}

static void a_damaged_checkpoint(void)
{
    size_t bytes;
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    char *sound = tiny_read("runs/tiny/1/last.safetensors", &bytes);
    tiny_write("runs/tiny/1/last.safetensors", sound, bytes - 1);
    TinyRun run = tiny_run("train --epochs 2");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "cannot read weights from runs/tiny/1/last.safetensors: "));
    tiny_free(&run);
    char *update = strstr(sound + 8, "\"update\":\"5\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(update);
    update[10] = 'x';
    tiny_write("runs/tiny/1/last.safetensors", sound, bytes);
    run = tiny_run("train --epochs 2");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "its metadata 'update' is no number"));
    tiny_free(&run);
    free(sound);
    tiny_leave();
}

/* The folder of a run is made when its pictures have been read. */
static void damaged_pictures_begin_no_run(void)
{
    tiny_enter();
    tiny_write("data/dark.3.png", "no picture", 10);
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "dark.3.png"));
    CU_ASSERT_FALSE(tiny_exists("runs"));
    tiny_free(&run);
    tiny_leave();
}

/* Whether a picture is left out decides the order of the others. */
static void a_picture_that_is_mended(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    size_t bytes;
    char *last = tiny_read("runs/tiny/1/last.safetensors", &bytes);
    char *pictures = strstr(last + 8, "\"pictures\":\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(pictures);
    pictures[12] = pictures[12] == '1' ? '2' : '1';
    tiny_write("runs/tiny/1/last.safetensors", last, bytes);
    TinyRun run = tiny_run("train --epochs 2");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "the pictures that can be read are not those that runs/tiny/1 was "
                                           "trained on"));
    tiny_free(&run);
    free(last);
    tiny_leave();
}

/* A picture that goes away while it is needed costs nothing that was learnt before. */
static void a_picture_that_goes_away(void)
{
    static const char *const lost[] = { "data/dark.0.png", "data/light.5.png", "data/middle.7.png" };
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --cache 0"), 0);
    for (int i = 0; i < 3; i++) {
        size_t bytes;
        char *content = tiny_read(lost[i], &bytes), said[96];
        tiny_mischief = (TinyMischief){ .remove_at = 3, .remove = lost[i] };
        TinyRun run = tiny_run("train --new --cache 0");
        tiny_mischief.remove_at = 0;
        CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
        snprintf(said, sizeof said, "tiny: %s could be read at first, but now cannot be opened", lost[i]);
        CU_ASSERT_PTR_EQUAL(strstr(run.err, said), run.err);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "`tiny train` goes on once the file is back\n"));
        tiny_free(&run);
        tiny_write(lost[i], content, bytes);
        run = tiny_run("train --cache 0");
        CU_ASSERT_EQUAL(run.code, 0);
        CU_ASSERT_PTR_NULL(strstr(run.out, "goes on with epoch 1 "));     /* something was saved */
        CU_ASSERT(tiny_same_runs(1, i + 2) && same_curves(1, i + 2));
        tiny_free(&run);
        free(content);
    }
    tiny_leave();
}

/* --weights starts a new run from a file. */
static void weights_to_begin_with(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 2 --seed 7 --weights runs/tiny/1/best.safetensors"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 2 --new --seed 7"), 0);
    char *from = tiny_read("runs/tiny/2/results.csv", NULL);
    char *drawn = tiny_read("runs/tiny/3/results.csv", NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(from);
    CU_ASSERT_PTR_NOT_NULL_FATAL(drawn);
    double loss[2];
    CU_ASSERT_EQUAL(sscanf(strstr(from, "\n1,") + 3, "%lf", &loss[0]), 1);
    CU_ASSERT_EQUAL(sscanf(strstr(drawn, "\n1,") + 3, "%lf", &loss[1]), 1);
    CU_ASSERT(loss[0] < loss[1]);
    free(from);
    free(drawn);
    tiny_leave();
}

static void a_position_that_does_not_fit(void)
{
    size_t bytes;
    tiny_enter();
    tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGINT };
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_INTERRUPTED);
    tiny_mischief.signal_at = 0;
    char *last = tiny_read("runs/tiny/1/last.safetensors", &bytes);
    char *position = strstr(last + 8, "\"position\":\"8\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(position);
    position[12] = '7';
    tiny_write("runs/tiny/1/last.safetensors", last, bytes);
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "is 7 images into an epoch, which does not fit the 18 "));
    tiny_free(&run);
    free(last);
    tiny_leave();
}

/* ---- the split ---- */

static void a_run_keeps_its_split(void)
{
    tiny_enter();
    tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGINT };
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_INTERRUPTED);
    tiny_mischief.signal_at = 0;
    CU_ASSERT_EQUAL(tiny_code("train --new"), 0);
    for (int i = 20; i < 30; i++) {
        char path[64];
        snprintf(path, sizeof path, "data/dark.%d.png", i);
        tiny_picture(path, 10, i);
    }
    rename("runs/tiny/2", "elsewhere");
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "10 pictures are not in runs/tiny/1/split.txt and are left out"));
    tiny_free(&run);
    CU_ASSERT(tiny_same_files("elsewhere/last.safetensors", "runs/tiny/1/last.safetensors"));
    run = tiny_run("evaluate");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "validation: 6 pictures"));
    tiny_free(&run);

    rename("runs/tiny/1", "elsewhere/1");
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    unlink("data/middle.3.png");
    run = tiny_run("train --epochs 2");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "1 of the pictures in runs/tiny/1/split.txt is gone, the first is "));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "middle.3.png"));
    tiny_free(&run);
    tiny_leave();
}

void suite_train(void)
{
    CU_Suite *suite = CU_add_suite("trainer: train", NULL, NULL);
    CU_add_test(suite, "threads and cache do not matter", threads_do_not_matter);
    CU_add_test(suite, "stopped at every step, gone on with", stop_at_every_step);
    CU_add_test(suite, "stopped again and again", stop_again_and_again);
    CU_add_test(suite, "stopped twice", stopped_twice);
    CU_add_test(suite, "stopped while reading", stop_while_reading);
    CU_add_test(suite, "stopped while validating", stop_while_validating);
    CU_add_test(suite, "which run is gone on with", runs_are_chosen);
    CU_add_test(suite, "disks may be too small", disks_may_be_too_small);
    CU_add_test(suite, "edited cards are noted", edited_cards_are_noted);
    CU_add_test(suite, "an older run goes on", an_older_run_goes_on);
    CU_add_test(suite, "norms that settle late", norms_that_settle_late);
    CU_add_test(suite, "a mean that settles late", a_mean_that_settles_late);
    CU_add_test(suite, "numbers that are none", numbers_that_are_none);
    CU_add_test(suite, "lines in a file", lines_in_a_file);
    CU_add_test(suite, "folders that cannot be written", folders_that_cannot_be_written);
    CU_add_test(suite, "a full disk", a_full_disk);
    CU_add_test(suite, "a run that another process trains", a_run_that_another_trains);
    CU_add_test(suite, "a run that another process writes into", a_run_that_another_writes_into);
    CU_add_test(suite, "a damaged checkpoint", a_damaged_checkpoint);
    CU_add_test(suite, "damaged pictures begin no run", damaged_pictures_begin_no_run);
    CU_add_test(suite, "a picture that is mended", a_picture_that_is_mended);
    CU_add_test(suite, "a picture that goes away", a_picture_that_goes_away);
    CU_add_test(suite, "weights to begin with", weights_to_begin_with);
    CU_add_test(suite, "a hidden number that is none", a_hidden_number_that_is_none);
    CU_add_test(suite, "a position that does not fit", a_position_that_does_not_fit);
    CU_add_test(suite, "a run keeps its split", a_run_keeps_its_split);
}
