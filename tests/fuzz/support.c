/* support.c - see fuzz.h. */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/scratch.h"

void fuzz_expect(int holds)
{
    if (!holds)
        abort();
}

const char *fuzz_file(const uint8_t *bytes, size_t length)
{
    enum { DESCRIPTOR = 100 };          /* the same each time, so that its path is known */
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_expect(file >= 0 && write(file, bytes, length) == (ssize_t)length);
    fuzz_expect(dup2(file, DESCRIPTOR) == DESCRIPTOR);
    close(file);
    return "/proc/self/fd/100";
}

static char *folder;

static void remove_folder(void)
{
    scratch_close(folder);
}

const char *fuzz_folder(void)
{
    if (!folder) {
        folder = scratch_open();
        atexit(remove_folder);
    }
    return folder;
}

char *fuzz_text(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    fuzz_expect(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    return text;
}
