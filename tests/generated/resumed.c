/* resumed.c - a training in which all acts that a card can ask for, stopped behind each of its steps: phases that freeze
 * and thaw under Adam, a phase that ends early, a plateau, schedules, running means of the weights, a limit of the
 * gradient, balanced sampling, mixup, dropout, batch norms. It leaves the same checkpoints as one that was never stopped. */

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "tests/support/compiled.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

enum { PHASES = 3, MOST_STARTS = 100 };

/* Classes of 4, 6 and 8 pictures, a quarter of each held out. */
static const char card[] =
    "network resumed\ninput 12x10x3 scale=1/255\n"
    "data \"data\" {\n    validation 25%\n    balance sample\n}\n"
    "augment {\n    flip horizontal\n    mixup 0.4\n}\n"
    "model {\n    conv 6 3x3 pad=same bias=no\n    norm batch relu\n    pool average global\n    dropout 20%\n"
    "    dense 3 softmax\n}\n"
    "train {\n    loss crossentropy\n    optimizer adam rate=3e-2\n    batch 6\n    watch accuracy\n    clip 0.5\n    ema 80%\n"
    "    phase head {\n        epochs 2\n        freeze conv1\n        schedule cosine warmup=0.5\n        batch 5\n    }\n"
    "    phase all {\n        epochs 6\n        schedule plateau patience=1 factor=0.5\n        stop patience=3 least=2\n    }\n"
    "    phase end {\n        epochs 1\n        optimizer sgd rate=1e-2 momentum=0.9\n        schedule exponential factor=0.5\n"
    "    }\n}\n";

static Compiled *compiled;

static int enter(void)
{
    int number = 0;
    suite_open_folder();
    for (int class = 0; class < 3; class++)
        for (int i = 0; i < 4 + 2 * class; i++, number++) {
            char name[64];
            Encoded picture = encode_sample(18 + number, 40 - number, (unsigned)number);
            snprintf(name, sizeof name, "data/%c/%d.png", 'a' + class, i);
            scratch_write(suite_folder, name, picture.bytes, picture.length);
            free(picture.bytes);
        }
    compiled = compiled_open_as("resumed", card, 1, &(CompiledHow){ .optimize = "-O1" });
    return compiled == NULL;
}

static int leave_folder(void)
{
    if (compiled)
        compiled_close(compiled);
    return suite_close_folder();
}

/* ---- a child that stops ---- */

static int left;                /* steps to its stop; 0: there is none */

static void take_step(int phase, Step *step)
{
    compiled->program->phase[phase].train->run(step);
    if (left && !--left)
        raise(SIGINT);
}

static void first_phase(Step *step)
{
    take_step(0, step);
}

static void second_phase(Step *step)
{
    take_step(1, step);
}

static void third_phase(Step *step)
{
    take_step(2, step);
}

/* Trains in a child, which is interrupted behind so many steps; its exit code. */
static int train(bool fresh, int steps, int threads)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        static void (*const run[PHASES])(Step *step) = { first_phase, second_phase, third_phase };
        Program stopping = *compiled->program;
        Use use[PHASES];
        PhaseUses phase[PHASES];
        for (int i = 0; i < PHASES; i++) {
            use[i] = *stopping.phase[i].train;
            use[i].run = run[i];
            phase[i] = (PhaseUses){ &use[i], stopping.phase[i].predict };
        }
        stopping.phase = phase;
        left = steps;
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        if (chdir(suite_folder) != 0)
            _exit(99);
        char number[8], *words[] = { "resumed", "train", "--threads", number, fresh ? "--new" : NULL, NULL };
        snprintf(number, sizeof number, "%d", threads);
        exit(trainer_main(&stopping, 4 + fresh, words));
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int shell(const char *line)
{
    char command[1000];
    snprintf(command, sizeof command, "cd %s/runs/resumed && { %s; }", suite_folder, line);
    return system(command);
}

/* ---- the tests ---- */

/* That it acts: else nothing would be tested. */
static void all_acts(void)
{
    CU_ASSERT_EQUAL_FATAL(compiled->program->job.phases, PHASES);
    CU_ASSERT_EQUAL(train(true, 0, 2), 0);
    CU_ASSERT_EQUAL(shell("test $(grep -c '\"event\":\"phase\"' 1/log.jsonl) = 3"), 0);
    CU_ASSERT_EQUAL(shell("grep -q '\"event\":\"plateau\"' 1/log.jsonl && grep -q '\"event\":\"stop\"' 1/log.jsonl"), 0);
    CU_ASSERT_EQUAL(shell("grep '\"event\":\"epoch\"' 1/log.jsonl | grep -qv '\"clipped\":0.0'"), 0);
    CU_ASSERT_EQUAL(shell("grep -aq '\"missed\":' 1/best.safetensors || grep -aq trained 1/best.safetensors"), 0);
}

static void stopped_behind_each_step(void)
{
    int starts = 0, code = EXIT_INTERRUPTED;
    for (; code == EXIT_INTERRUPTED && starts < MOST_STARTS; starts++)
        code = train(starts == 0, 1, 1 + starts % 3);
    CU_ASSERT_EQUAL(code, 0);
    CU_ASSERT(starts > 20);
    CU_ASSERT_EQUAL(shell("cmp 1/last.safetensors 2/last.safetensors && cmp 1/best.safetensors 2/best.safetensors"), 0);
    CU_ASSERT_EQUAL(shell("for i in 1 2; do cut -d, -f1-6 $i/results.csv >curve$i; done; cmp curve1 curve2"), 0);
}

void suite_resumed(void);
void suite_resumed(void)
{
    CU_pSuite suite = CU_add_suite("generated: stopped and gone on with", enter, leave_folder);
    CU_ADD_TEST(suite, all_acts);
    CU_ADD_TEST(suite, stopped_behind_each_step);
}
