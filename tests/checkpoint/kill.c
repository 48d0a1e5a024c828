/* kill.c - a trainer that is killed at any of its system calls leaves a run that the next trainer goes
 * on with, to the same bytes as without the kill. */

#include <CUnit/CUnit.h>
#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/replace.h"
#include "runtime/system/fault.h"
#include "tests/trainer/tiny.h"

/* A trainer that stands still at its start, and at each system call that it is then sent to. */
static pid_t traced_trainer(long options)
{
    pid_t child = fork();
    if (!child) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        tiny_child("train --epochs 2 --threads 1");
    }
    waitpid(child, NULL, 0);
    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL | options);
    return child;
}

/* Runs the trainer and kills it at its main thread's call-th stop, which are two for each system call.
 * False once it came to its end before. */
static bool killed_at(int call)
{
    int status;
    pid_t child = traced_trainer(0);
    for (int i = 0; i < call; i++) {
        ptrace(PTRACE_SYSCALL, child, NULL, NULL);
        waitpid(child, &status, 0);
        if (WIFEXITED(status))
            return false;
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return true;
}

static bool renames(uint64_t call)
{
#ifdef SYS_rename
    if (call == SYS_rename)
        return true;
#endif
    return call == SYS_renameat || call == SYS_renameat2;
}

/* Kills the trainer when it has put its number-th file in place. False once it came to its end before. */
static bool killed_after_file(int number)
{
    int status, files = 0;
    bool inside = false;
    pid_t child = traced_trainer(PTRACE_O_TRACESYSGOOD);
    for (;;) {
        ptrace(PTRACE_SYSCALL, child, NULL, NULL);
        waitpid(child, &status, 0);
        if (WIFEXITED(status))
            return false;
        struct __ptrace_syscall_info info;
        bool in_call = WSTOPSIG(status) == (SIGTRAP | 0x80) &&
                       ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) > 0;
        if (in_call && info.op == PTRACE_SYSCALL_INFO_EXIT && inside && ++files == number)
            break;
        inside = in_call && info.op == PTRACE_SYSCALL_INFO_ENTRY && renames(info.entry.nr);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return true;
}

static bool makes_folder(uint64_t call)
{
#ifdef SYS_mkdir
    if (call == SYS_mkdir)
        return true;
#endif
    return call == SYS_mkdirat;
}

/* Sends Ctrl-C when the trainer has made its number-th folder; returns its exit code. */
static int interrupted_after_folder(int number)
{
    int status, folders = 0;
    pid_t child = traced_trainer(PTRACE_O_TRACESYSGOOD);
    for (long signal = 0;; signal = WSTOPSIG(status) == SIGINT ? SIGINT : 0) {
        ptrace(PTRACE_SYSCALL, child, NULL, signal);
        waitpid(child, &status, 0);
        if (WIFEXITED(status))
            return WEXITSTATUS(status);
        struct __ptrace_syscall_info info;
        bool in_call = WSTOPSIG(status) == (SIGTRAP | 0x80) &&
                       ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) > 0;
        if (in_call && info.op == PTRACE_SYSCALL_INFO_ENTRY &&
            makes_folder(info.entry.nr) && ++folders == number)
            kill(child, SIGINT);
    }
}

static void clear(const char *folder)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CU_ASSERT_EQUAL(system(command), 0);
}

static size_t count_temporaries(void)
{
    glob_t found;
    size_t count = glob("runs/tiny/1/*" REPLACE_SUFFIX, 0, NULL, &found) ? 0 : found.gl_pathc;
    globfree(&found);
    return count;
}

/* The epoch that is the best by what a run's log says at last; 0 where it says none. */
static long best_in_log(const char *run)
{
    char path[64];
    long best = 0;
    snprintf(path, sizeof path, "%s/log.jsonl", run);
    char *log = tiny_read(path, NULL);
    for (char *line = log, *end; line && (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        json_t *event = json_loads(line, 0, NULL);
        if (json_is_true(json_object_get(event, "best")))
            best = (long)json_integer_value(json_object_get(event, "epoch"));
        json_decref(event);
    }
    free(log);
    return best;
}

/* Before the first checkpoint is there, the next trainer starts a run of its own. */
static void go_on(int call)
{
    const char *run = tiny_exists("runs/tiny/1/last.safetensors") ? "runs/tiny/1" : "runs/tiny/2";
    char last[64], best[64];
    if (!tiny_exists("runs/tiny/1"))
        run = "runs/tiny/1";
    snprintf(last, sizeof last, "%s/last.safetensors", run);
    snprintf(best, sizeof best, "%s/best.safetensors", run);
    int code = tiny_code("train --epochs 2");
    bool same = tiny_same_files(last, "whole/last.safetensors") &&
                tiny_same_files(best, "whole/best.safetensors");
    CU_ASSERT_EQUAL(code, 0);
    CU_ASSERT(same);
    long best_epoch = best_in_log(run), wanted = best_in_log("whole");
    CU_ASSERT(wanted > 0 && best_epoch == wanted);
    if (code || !same || best_epoch != wanted)
        printf("\n    killed at %d: exit code %d, %s, the best epoch is %ld, not %ld\n", call, code, same ? "same" : "not the same",
               best_epoch, wanted);
    if (run[10] == '1')
        CU_ASSERT_EQUAL(count_temporaries(), 0);
}

/* Between an epoch's checkpoint and all else that tells of it, too: what was the best stays known. */
static void killed_after_every_file(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 2"), 0);
    CU_ASSERT_EQUAL(rename("runs/tiny/1", "whole"), 0);
    int files = 0;
    for (bool more = true; more; ) {
        clear("runs");
        more = killed_after_file(files + 1);
        if (more)
            go_on(++files);
    }
    CU_ASSERT(files > 6);
    tiny_leave();
}

/* At every call in `make check-long`, which sets NETC_LONG; else at every ninth stop. */
static void killed_at_every_call(void)
{
    int call = 1;
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 2"), 0);
    CU_ASSERT_EQUAL(rename("runs/tiny/1", "whole"), 0);
    int stride = getenv("NETC_LONG") ? 1 : 9;     /* odd: of the two stops of a call, each in turn */
    for (bool more = true; more; call += stride) {
        clear("runs");
        more = killed_at(call);
        if (more)
            go_on(call);
    }
    CU_ASSERT(call > 100);           /* or it was not killed at all */
    tiny_leave();
}

/* The folders are runs, runs/tiny and runs/tiny/1, which must not stay without a checkpoint. */
static void interrupted_while_a_run_begins(void)
{
    tiny_enter();
    for (int folder = 1; folder <= 3; folder++) {
        clear("runs");
        CU_ASSERT_EQUAL(interrupted_after_folder(folder), EXIT_INTERRUPTED);
        CU_ASSERT(tiny_exists("runs/tiny/1/last.safetensors"));
    }
    tiny_leave();
}

void suite_kill(void)
{
    CU_Suite *suite = CU_add_suite("checkpoint: kill", NULL, NULL);
    CU_add_test(suite, "interrupted while a run begins", interrupted_while_a_run_begins);
    CU_add_test(suite, "killed after every file", killed_after_every_file);
    CU_add_test(suite, "killed at every system call", killed_at_every_call);
}
