#include "tests/support/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "scratch: %s: %s\n", what, strerror(errno));
    exit(99);
}

char *scratch_open(void)
{
    const char *temporary = getenv("TMPDIR");
    char *folder;
    if (asprintf(&folder, "%s/netc-test-XXXXXX", temporary && *temporary ? temporary : "/tmp") < 0 || !mkdtemp(folder))
        give_up("no folder");
    return folder;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

void scratch_close(char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

char *suite_folder;

int suite_open_folder(void)
{
    suite_folder = scratch_open();
    return 0;
}

int suite_close_folder(void)
{
    scratch_close(suite_folder);
    return 0;
}

const char *scratch_path(const char *folder, const char *name)
{
    enum { BUFFERS = 4 };
    static char path[BUFFERS][SCRATCH_PATH];
    static int next;
    char *at = path[next++ % BUFFERS];
    snprintf(at, SCRATCH_PATH, "%s/%s", folder, name);
    return at;
}

void scratch_write(const char *folder, const char *name, const void *bytes, size_t length)
{
    char path[SCRATCH_PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *slash = path + strlen(folder); (slash = strchr(slash + 1, '/')); *slash = '/') {
        *slash = 0;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            give_up(path);
    }
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        give_up(path);
}

int scratch_child(void (*run)(void *), void *argument, char *said, size_t room)
{
    int ends[2];
    fflush(NULL);
    if (pipe(ends) != 0)
        give_up("pipe");
    pid_t child = fork();
    if (child < 0)
        give_up("fork");
    if (!child) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        run(argument);
        _exit(0);
    }
    close(ends[1]);
    FILE *stream = fdopen(ends[0], "r");
    size_t length = fread(said, 1, room - 1, stream);
    said[length] = 0;
    fclose(stream);
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
