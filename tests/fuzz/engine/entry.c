/* entry.c - one target as libFuzzer calls it. What ends a program, a fault or a mistake, ends one try here: what it had
 * open and allocated is given back, so that a million of them do not fill the memory. Linked with --wrap for what is
 * wrapped below.
 *
 * -DFUZZED=card: which one. */

#include <sanitizer/allocator_interface.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define JOIN(a, b) a##b
#define FUNCTION(target) JOIN(fuzz_, target)

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static jmp_buf end;
static _Thread_local bool trying;       /* a server's threads are not part of it */

/* ---- what a try has in hand ---- */

enum { SLOTS = 1 << 16, STREAMS = 64 };

static const volatile void *block[SLOTS];       /* by the hash of its address, or the next slots behind */
static int blocks;
static FILE *stream[STREAMS];

static size_t slot_of(const volatile void *at)
{
    return ((uintptr_t)at >> 4) * 0x9E3779B97F4A7C15u >> 48;
}

static void note_block(const volatile void *at, size_t bytes)
{
    (void)bytes;
    if (!trying)
        return;
    size_t slot = slot_of(at), left = SLOTS;
    while (block[slot] && --left)
        slot = (slot + 1) % SLOTS;
    blocks += !block[slot];
    block[slot] = at;
}

/* What stands behind may have been put there only because this slot was taken: it is put anew. */
static void forget_block(const volatile void *at)
{
    size_t slot = slot_of(at);
    if (!trying || !at)
        return;
    while (block[slot] && block[slot] != at)
        slot = (slot + 1) % SLOTS;
    if (!block[slot])
        return;
    block[slot] = NULL;
    blocks--;
    for (size_t next = (slot + 1) % SLOTS; block[next]; next = (next + 1) % SLOTS) {
        const volatile void *moved = block[next];
        block[next] = NULL;
        blocks--;
        note_block(moved, 0);
    }
}

static FILE *note_stream(FILE *opened)
{
    for (int i = 0; i < STREAMS && opened && trying; i++)
        if (!stream[i]) {
            stream[i] = opened;
            break;
        }
    return opened;
}

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode)
{
    return note_stream(__real_fopen(path, mode));
}

FILE *__real_fdopen(int file, const char *mode);
FILE *__wrap_fdopen(int file, const char *mode);
FILE *__wrap_fdopen(int file, const char *mode)
{
    return note_stream(__real_fdopen(file, mode));
}

FILE *__real_open_memstream(char **text, size_t *length);
FILE *__wrap_open_memstream(char **text, size_t *length);
FILE *__wrap_open_memstream(char **text, size_t *length)
{
    return note_stream(__real_open_memstream(text, length));
}

int __real_fclose(FILE *closed);
int __wrap_fclose(FILE *closed);
int __wrap_fclose(FILE *closed)
{
    for (int i = 0; i < STREAMS; i++)
        if (stream[i] == closed)
            stream[i] = NULL;
    return __real_fclose(closed);
}

static void give_back(void)
{
    for (int i = 0; i < STREAMS; i++)
        if (stream[i])
            __wrap_fclose(stream[i]);
    trying = false;
    for (int i = 0; i < SLOTS; i++)
        if (block[i])           /* a sanitizer's free takes its time over nothing, too */
            free((void *)block[i]);
}

/* What a try has left in hand it keeps for the next ones, or LeakSanitizer tells. */
static void forget_all(void)
{
    if (blocks)
        memset(block, 0, sizeof block);
    blocks = 0;
    memset(stream, 0, sizeof stream);
}

/* ---- a try ---- */

_Noreturn void __real_exit(int code);
_Noreturn void __wrap_exit(int code);
_Noreturn void __wrap_exit(int code)
{
    if (trying)
        longjmp(end, 1);
    __real_exit(code);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char buffer[BUFSIZ];
    (void)argc, (void)argv;
    fuzz_folder();
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);     /* not allocated in a try */
    __sanitizer_install_malloc_and_free_hooks(note_block, forget_block);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!setjmp(end)) {
        trying = true;
        FUNCTION(FUZZED)(bytes, length);
    } else {
        give_back();
    }
    trying = false;
    forget_all();
    return 0;
}
