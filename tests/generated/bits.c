/* bits.c - a trainer as netc builds it leaves the same bytes whatever the number of threads, with the
 * pictures kept in memory, some of them or none, wherever it was stopped and gone on with, and with tiles
 * that were timed. The card has what could tell runs apart: augmentation, dropout, a last batch that is
 * short, a running mean. */

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "tests/support/compiled.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

/* 11 pictures a class, of which 3 are held out: batches of 8, 8 and 8 less what is missing. */
static const char card[] =
    "network bits\ninput 20x18x3 scale=1/255\n"
    "data \"data\" {\n    validation 25%\n}\n"
    "augment {\n    rotate 20deg\n    brightness 20%\n    shift 10%\n    contrast 20% p=50%\n    saturation 30%\n"
    "    hue 10deg\n    crop area=60% aspect=3/4\n    noise 5%\n    flip horizontal\n    gray p=10%\n"
    "    cutout 5x5 count=2 value=128\n    cutout 3x9 p=50%\n    mixup 0.4\n    cutmix 1\n}\n"
    "model {\n    conv 8 3x3 relu\n    pool max 2x2\n    conv 5 3x3 relu pad=same\n    dropout 30%\n"
    "    flatten\n    dense 33 relu\n    dropout 20%\n    dense 3 softmax\n}\n"
    "train {\n    loss crossentropy\n    optimizer adam rate=1e-3\n    batch 7\n    epochs 2\n}\n";

enum { PICTURES = 11, UPDATES = 2 * 4 };

/* Runs a shell's line in the folder, its output into a file there; its exit code. */
static __attribute__((format(printf, 1, 2))) int run(const char *format, ...)
{
    char line[512], command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    snprintf(command, sizeof command, "cd %s && %s >out", suite_folder, line);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int enter(void)
{
    suite_open_folder();
    scratch_write(suite_folder, "bits.net", card, strlen(card));
    for (int i = 0; i < 3 * PICTURES; i++) {
        char name[64];
        Encoded picture = encode_sample(18 + i, 40 - i, (unsigned)i);
        snprintf(name, sizeof name, "data/%c/%d.png", 'a' + i % 3, i / 3);
        scratch_write(suite_folder, name, picture.bytes, picture.length);
        free(picture.bytes);
    }
    char *netc = realpath(getenv("NETC") ? getenv("NETC") : "build/bin/netc", NULL);
    int code = netc ? run("%s build bits.net", netc) : 1;
    free(netc);
    return code;
}

static bool same_as_first(int number)
{
    return run("cmp -s runs/bits/1/last.safetensors runs/bits/%d/last.safetensors", number) == 0
        && run("cmp -s runs/bits/1/best.safetensors runs/bits/%d/best.safetensors", number) == 0;
}

/* The first run is that of one thread, which all others are compared with. */
static void train_the_first(void)
{
    if (access(scratch_path(suite_folder, "runs/bits/1"), F_OK) != 0)
        CU_ASSERT_EQUAL(run("./bits train --quiet --threads 1"), 0);
}

static void threads_and_cache(void)
{
    static const char *const options[] = {
        "--threads 2", "--threads 3", "--threads 7", "--threads 1 --cache 0", "--threads 2 --cache 8k",
        "--threads 7 --cache 0",
    };
    train_the_first();
    for (int i = 0; i < (int)(sizeof options / sizeof *options); i++) {
        CU_ASSERT_EQUAL(run("./bits train --quiet --new %s", options[i]), 0);
        bool same = same_as_first(2 + i);
        CU_ASSERT_TRUE(same);
        if (!same)
            fprintf(stderr, "bits: not the same with %s\n", options[i]);
    }
    CU_ASSERT_EQUAL(run("./bits train --quiet --new --seed 9"), 0);
    CU_ASSERT_FALSE(same_as_first(8));
}

/* ---- stopping ---- */

static const Program *original;
static uint64_t stop_at;

static void train_and_stop(Step *step)
{
    original->train.run(step);
    if (step->update == stop_at)
        raise(SIGINT);
}

/* A child trains, and is interrupted at that update. Returns its exit code. */
static int train_until(const Program *program, uint64_t update)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        Program stopping = *program;
        PhaseUses phase = { &stopping.train, program->phase->predict };
        original = program;
        stop_at = update;
        stopping.train.run = train_and_stop;
        stopping.phase = &phase;
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        if (chdir(suite_folder) != 0)
            _exit(99);
        char *words[] = { "bits", "train", "--threads", "2", NULL };
        exit(trainer_main(&stopping, 4, words));
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* At every update a new run is stopped, within the test's own process; the built trainer goes on. */
static void stopped_and_resumed(void)
{
    train_the_first();
    CU_ASSERT_EQUAL_FATAL(run("rm -rf runs/bits/[2-9]*"), 0);
    Compiled *c = compiled_open("bits", card, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    for (int update = 1; update <= UPDATES; update++) {
        int code = train_until(c->program, (uint64_t)update);
        CU_ASSERT_EQUAL(code, EXIT_INTERRUPTED);
        code = run("./bits train --quiet --threads %d --cache %d", 1 + update % 3, update % 2 * 1000000);
        CU_ASSERT_EQUAL(code, 0);
        bool same = same_as_first(1 + update);
        CU_ASSERT_TRUE(same);
        if (!same)
            fprintf(stderr, "bits: not the same when stopped at update %d\n", update);
    }
    compiled_close(c);
}

static void tuned(void)
{
    train_the_first();
    CU_ASSERT_EQUAL_FATAL(run("rm -rf runs/bits/[2-9]*"), 0);
    char *netc = realpath(getenv("NETC") ? getenv("NETC") : "build/bin/netc", NULL);
    CU_ASSERT_EQUAL(run("XDG_CACHE_HOME=$PWD %s build --tune bits.net", netc), 0);
    free(netc);
    CU_ASSERT_EQUAL(run("grep -q '^call ' netc/tiles-*"), 0);
    CU_ASSERT_EQUAL(run("./bits train --quiet --new"), 0);
    CU_ASSERT_TRUE(same_as_first(2));
}

void suite_bits(void);
void suite_bits(void)
{
    CU_pSuite suite = CU_add_suite("generated: same bits", enter, suite_close_folder);
    CU_ADD_TEST(suite, threads_and_cache);
    CU_ADD_TEST(suite, stopped_and_resumed);
    CU_ADD_TEST(suite, tuned);
}
