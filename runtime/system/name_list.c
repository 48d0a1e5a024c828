#include "runtime/system/name_list.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

enum { LONGEST = 1 << 16 };

struct NameList {
    const char *path;
    int file;
    char end;                   /* what each name ends with */
    bool over;                  /* the file is */
    size_t at, length;          /* text[at..length) is still to be given */
    char text[LONGEST + 1];
};

NameList *name_list_open(const char *path, char end)
{
    NameList *names = need_memory(sizeof *names);
    names->path = path;
    names->end = end;
    names->file = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (names->file < 0)
        fault("cannot read the names in %s: %s", path, strerror(errno));
    return names;
}

void name_list_close(NameList *names)
{
    if (names->file != STDIN_FILENO)
        close(names->file);
    free(names);
}

/* True where reading would not wait; a file that is over, or broken, is there too. */
static bool is_there(const NameList *names)
{
    struct pollfd file = { .fd = names->file, .events = POLLIN };
    return poll(&file, 1, 0) > 0;
}

static void read_more(NameList *names)
{
    ssize_t got;
    memmove(names->text, names->text + names->at, names->length - names->at);
    names->length -= names->at;
    names->at = 0;
    if (names->length == LONGEST)
        fault("cannot read the names in %s: one is longer than %d bytes", names->path, LONGEST);
    do
        got = read(names->file, names->text + names->length, LONGEST - names->length);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        fault("cannot read the names in %s: %s", names->path, strerror(errno));
    names->length += (size_t)got;
    names->over = got == 0;
}

NameState name_list_next(NameList *names, bool wait, const char **name)
{
    for (;;) {
        char *from = names->text + names->at, *stop = memchr(from, names->end, names->length - names->at);
        size_t length = (size_t)((stop ? stop : names->text + names->length) - from);
        if (memchr(from, '\0', length))
            fault("cannot read the names in %s: they are lines, and one holds a zero byte; with --null each ends with one",
                  names->path);
        if (!stop && !names->over) {
            if (!wait && !is_there(names))
                return NAME_LATER;
            read_more(names);
            continue;
        }
        if (!stop && !length)
            return NAME_END;
        names->at += stop ? length + 1 : length;
        from[length] = '\0';
        if (length) {
            *name = from;
            return NAME_NEXT;
        }
    }
}
