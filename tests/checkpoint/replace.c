/* replace.c - what a file leaves alone when it is written: others' files beside it, links, and what is
 * no file. */

#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/replace.h"
#include "tests/trainer/tiny.h"

static bool put(const char *path, const char *text)
{
    Replacement file;
    if (!replace_begin(&file, path))
        return false;
    fputs(text, file.stream);
    return replace_end(&file, true);
}

static bool holds(const char *path, const char *text)
{
    char *content = tiny_read(path, NULL);
    bool same = content && !strcmp(content, text);
    free(content);
    return same;
}

static mode_t kind(const char *path)
{
    struct stat status;
    return lstat(path, &status) ? 0 : status.st_mode;
}

static void others_files(void)
{
    tiny_enter();
    tiny_write("x.tmp", "mine", 4);
    tiny_write("x.1.tmp", "mine, too", 9);
    CU_ASSERT(put("x", "new"));
    CU_ASSERT(holds("x", "new"));
    CU_ASSERT(holds("x.tmp", "mine") && holds("x.1.tmp", "mine, too"));
    CU_ASSERT_FALSE(tiny_exists("x.2.tmp"));
    chmod("x", 0640);
    CU_ASSERT(put("x", "newer"));
    CU_ASSERT(holds("x", "newer"));
    CU_ASSERT_EQUAL(kind("x") & 0777, 0640);
    tiny_leave();
}

static void links(void)
{
    tiny_enter();
    mkdir("far", 0777);
    tiny_write("far/file", "old", 3);
    CU_ASSERT_EQUAL(symlink("far/file", "link"), 0);
    CU_ASSERT_EQUAL(symlink("far/absent", "empty"), 0);
    CU_ASSERT(put("link", "new") && put("empty", "fresh"));
    CU_ASSERT(S_ISLNK(kind("link")) && S_ISLNK(kind("empty")));
    CU_ASSERT(holds("far/file", "new") && holds("far/absent", "fresh"));
    tiny_leave();
}

/* A pipe stands for all: a test that failed would take a device of the machine away. */
static void what_is_no_file(void)
{
    char said[8] = "";
    tiny_enter();
    mkfifo("pipe", 0666);
    int reader = open("pipe", O_RDONLY | O_NONBLOCK);
    CU_ASSERT(put("pipe", "water"));
    CU_ASSERT_EQUAL(read(reader, said, sizeof said), 5);
    CU_ASSERT_STRING_EQUAL(said, "water");
    CU_ASSERT(S_ISFIFO(kind("pipe")));
    close(reader);
    mkdir("folder", 0777);
    CU_ASSERT_FALSE(put("folder", "x"));
    CU_ASSERT_EQUAL(errno, EISDIR);
    CU_ASSERT_FALSE(put("absent/x", "x"));
    CU_ASSERT_EQUAL(errno, ENOENT);
    tiny_leave();
}

static void what_is_abandoned(void)
{
    Replacement file;
    tiny_enter();
    tiny_write("x", "old", 3);
    CU_ASSERT(replace_begin(&file, "x"));
    CU_ASSERT(tiny_exists("x.1.tmp"));
    fputs("new", file.stream);
    replace_abandon(&file);
    CU_ASSERT(holds("x", "old"));
    CU_ASSERT_FALSE(tiny_exists("x.1.tmp"));
    tiny_leave();
}

/* A checkpoint of 150 MB took 37,000 writes, since glibc took the buffer's size for nothing. */
static void writes_are_large(void)
{
    Replacement file;
    struct stat status;
    tiny_enter();
    CU_ASSERT_FATAL(replace_begin(&file, "x"));
    for (int i = 0; i < 60000; i++)
        fputc('x', file.stream);
    CU_ASSERT(stat("x.1.tmp", &status) == 0 && status.st_size == 0);
    CU_ASSERT(replace_end(&file, true));
    CU_ASSERT(stat("x", &status) == 0 && status.st_size == 60000);
    tiny_leave();
}

void suite_replace(void)
{
    CU_Suite *suite = CU_add_suite("checkpoint: replace", NULL, NULL);
    CU_add_test(suite, "others' files stay", others_files);
    CU_add_test(suite, "links stay", links);
    CU_add_test(suite, "what is no file stays", what_is_no_file);
    CU_add_test(suite, "what is abandoned", what_is_abandoned);
    CU_add_test(suite, "writes are large", writes_are_large);
}
