/* bombs.c - small files that unpack to more than any machine has. Each ends in a message and the exit code for it, within
 * a second of a processor's time and under a cap of memory: the system kills who takes more of either, and a kill is a
 * failure here. */

#include <CUnit/CUnit.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include "runtime/data/array_file.h"
#include "runtime/data/table.h"
#include "runtime/network/safetensors.h"
#include "runtime/pictures/picture.h"
#include "runtime/system/fault.h"
#include "tests/support/scratch.h"

void suite_bombs(void);

enum { MEGABYTE = 1 << 20, CARD_MEMORY = 1000, FILE_MEMORY = 300, SECONDS = 1, SAID = 1 << 16 };

static void limit(int resource, rlim_t most)
{
    const struct rlimit both = { most, most };
    setrlimit(resource, &both);
}

/* ---- cards ---- */

typedef struct {
    const char *before, *many;
    int times;
    const char *after, *says;   /* the first message, behind its place */
} CardBomb;

static const CardBomb cards[] = {
    { "input 8x8x3\nmodel {\nrepeat 1000000000 {\n", "relu\n", 1, "}\n}\n",
      "'repeat' takes a whole number from 1 to 1000000, not 1000000000" },
    { "input 8x8x3\nmodel {\n", "repeat 1000 {\n", 3, "conv 4 3x3 pad=same\n}\n}\n}\n}\n",
      "the model has more than 100000 layers" },
    { "input 8x8x3\nblock a(n, m=1, k=yes) {\nrepeat 1000 {\nconv n 3x3 pad=same bias=k stride=m\n}\n}\n"
      "block b(n) {\nrepeat 1000 {\na n m=1\n}\n}\nmodel {\n", "repeat 1000 {\n", 1, "b 3\n}\n}\n",
      "the model has more than 100000 layers" },
    { "input 8x8x3\nmodel {\n", "repeat 2 {\n", 60, "relu\n", "this '{' is never closed" },
    { "input 8x8x3\nmodel {\n", "repeat 2 {\n", 100000, "relu\n", "nested deeper than 64 levels" },
    { "input 8x8x3\nmodel {\nrepeat 90000 {\nrelu\n", "from input\n", 20, "relu\n}\n}\n",
      "the model carries out more than 1000000 lines and values" },
    { "input 8x8x3\nmodel {\nrepeat 1000 {\nrelu\nadd", " input", 5000, "\n}\n}\n",
      "the model carries out more than 1000000 lines and values" },
    { "input 8x8x3\nmodel {\n", "a", MEGABYTE, ": repeat 99000 {\nrelu\n}\n}\n", "a name has at most 100 letters" },
    { "network ", "a", MEGABYTE, "\ninput 8\n", "a name has at most 100 letters" },
    { "network \"", "a", MEGABYTE, "\"\ninput 8\n", "a text has at most 4095 bytes" },
    { "input (", "(", 100000, "\n", "nested deeper than 64 levels" },
    { "input 8x8x3\nmodel {\n", "conv1 3 3x3\n", 5000, "}\n", "unknown layer 'conv1'" },
    { "input 8\ninclude \"case.net\"\n", "", 0, "", "'case.net' includes itself" },
    { "input 8\ninclude \"/dev/zero\"\n", "", 0, "", "cannot read '/dev/zero': Invalid argument" },
    { "input 8\ninclude \"", "x", 4000, "\"\n", "cannot read 'xxxx" },
};

static void write_bomb(const char *name, const CardBomb *bomb)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fputs(bomb->before, out);
    for (int i = 0; i < bomb->times; i++)
        fputs(bomb->many, out);
    fputs(bomb->after, out);
    fclose(out);
    scratch_write(suite_folder, name, text, length);
    free(text);
}

static char netc[4096];         /* absolute */

static void check_card_of(void *name)
{
    if (chdir(suite_folder))
        exit(99);
    limit(RLIMIT_AS, (rlim_t)CARD_MEMORY * MEGABYTE);
    limit(RLIMIT_CPU, SECONDS);
    execl(netc, "netc", "check", (const char *)name, NULL);
    exit(98);
}

static void cards_end_in_a_message(void)
{
    const char *told = getenv("NETC");
    static char said[SAID];
    CU_ASSERT_PTR_NOT_NULL_FATAL(realpath(told ? told : "build/bin/netc", netc));
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
        write_bomb("case.net", &cards[i]);
        int code = scratch_child(check_card_of, "case.net", said, sizeof said);
        const char *message = strstr(said, ": error: ");
        bool well = code == EXIT_MISTAKE && message && !strncmp(message + 9, cards[i].says, strlen(cards[i].says));
        CU_ASSERT_TRUE(well);
        if (!well)
            fprintf(stderr, "card %zu ends with %d: %.400s\n", i, code, said);
    }
}

/* Two that include each other. */
static void circles_are_cut(void)
{
    static char said[SAID];
    scratch_write(suite_folder, "one.net", "include \"two.net\"\ninput 8\n", 26);
    scratch_write(suite_folder, "two.net", "include \"one.net\"\n", 18);
    CU_ASSERT_EQUAL(scratch_child(check_card_of, "one.net", said, sizeof said), EXIT_MISTAKE);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "two.net:1:9: error: 'one.net' includes itself\n"));
}

/* ---- files ---- */

typedef struct {
    bool (*read)(const char *path, char reason[REASON_ROOM]);
    const char *bytes;
    size_t length;
    const char *reason;         /* a part of it */
} FileBomb;

static bool read_picture(const char *path, char reason[REASON_ROOM])
{
    Picture picture;
    return picture_read(&picture, path, 3, reason);
}

static bool read_array(const char *path, char reason[REASON_ROOM])
{
    Array array;
    return array_read(&array, path, reason);
}

static bool read_table(const char *path, char reason[REASON_ROOM])
{
    Table table;
    return table_read(&table, path, reason);
}

static bool read_tensors(const char *path, char reason[REASON_ROOM])
{
    return safetensors_open(path, reason) != NULL;
}

#define BOMB(read, bytes, reason) { read, bytes, sizeof bytes - 1, reason }

static const FileBomb files[] = {
    BOMB(read_picture, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\0\0\0\xff\0\x08\x02\0\0\0\xa6\x2a\x99\x36", "damaged PNG"),
    BOMB(read_picture, "\xff\xd8\xff\xc0\0\x11\x08\xff\xdc\xff\xdc\3\1\x11\0\2\x11\0\3\x11\0\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0",
         "at most 100 million are read"),
    BOMB(read_picture, "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xdc\xff\0\0\xdc\xff\0\0\1\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0", "at most 100 million are read"),
    BOMB(read_picture, "P6 65000 65000 255\n", "at most 100 million are read"),
    BOMB(read_picture, "P5 9999999999999999999 2 255\n", "is "),
    BOMB(read_array, "\0\0\x0e\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "is cut short"),
    BOMB(read_array, "\0\0\x08\2\0\0\xff\xff\0\0\xff\xff", "is cut short"),
    BOMB(read_array, "\x93NUMPY\2\0\xff\xff\xff\xff", "has a header of 4294967295 bytes"),
    BOMB(read_array, "\x93NUMPY\1\0\x4d\0{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 999999)}      ",
         "is cut short"),
    BOMB(read_tensors, "\xff\xff\xff\xff\xff\xff\xff\x7f{}", "header would have"),
    BOMB(read_tensors, "\x4b\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"F64\",\"shape\":[9999999999,9999999999],\"data_offsets\":[0,8]}} ",
         "larger than any file"),
};

static void read_bomb(void *argument)
{
    char reason[REASON_ROOM] = "";
    const FileBomb *bomb = argument;
    limit(RLIMIT_CPU, SECONDS);
    limit(RLIMIT_AS, (rlim_t)FILE_MEMORY * MEGABYTE);
    bool read = bomb->read(scratch_path(suite_folder, "bomb"), reason);
    fprintf(stderr, "%s", reason);
    exit(read ? 97 : EXIT_MISTAKE);
}

static void explode(const FileBomb *bomb, const void *bytes, size_t length)
{
    char said[SAID];
    scratch_write(suite_folder, "bomb", bytes, length);
    int code = scratch_child(read_bomb, (void *)bomb, said, sizeof said);
    bool well = code == EXIT_MISTAKE && strstr(said, bomb->reason);
    CU_ASSERT_TRUE(well);
    if (!well)
        fprintf(stderr, "what says '%s' ends with %d: %s\n", bomb->reason, code, said);
}

static void files_end_in_a_reason(void)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        explode(&files[i], files[i].bytes, files[i].length);
}

/* 64 MB of zeros in 64 kB, behind a header that tells of two values. */
static void gzip_unpacks_no_more_than_its_header(void)
{
    static const FileBomb bomb = { read_array, NULL, 0, "has bytes behind its last value" };
    static const char header[] = "\0\0\x08\1\0\0\0\2", zeros[MEGABYTE];
    const char *path = scratch_path(suite_folder, "packed");
    gzFile out = gzopen(path, "wb9");
    gzwrite(out, header, sizeof header - 1);
    for (int i = 0; i < 64; i++)
        gzwrite(out, zeros, sizeof zeros);
    gzclose(out);
    static uint8_t packed[MEGABYTE];
    FILE *in = fopen(path, "rb");
    size_t length = fread(packed, 1, sizeof packed, in);
    fclose(in);
    CU_ASSERT(length < 100000);
    explode(&bomb, packed, length);
}

/* A megabyte of what opens and never closes. */
static void what_opens_is_not_followed_for_ever(void)
{
    static const struct { FileBomb bomb; const char *start; char letter; } open[] = {
        { { read_tensors, NULL, 0, "header is not sound" }, "\0\0\x10\0\0\0\0\0{\"a\":", '[' },
        { { read_table, NULL, 0, "has more than 100000 columns" }, "", ',' },
        { { read_table, NULL, 0, "line 1 begins a quoted field that never ends" }, "\"", 'a' },
        { { read_table, NULL, 0, "is empty" }, "", '\n' },
    };
    static char bytes[MEGABYTE + 8];
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        memset(bytes, open[i].letter, sizeof bytes);
        memcpy(bytes, open[i].start, i ? strlen(open[i].start) : 13);
        explode(&open[i].bomb, bytes, sizeof bytes);
    }
}

void suite_bombs(void)
{
    CU_pSuite suite = CU_add_suite("bombs", suite_open_folder, suite_close_folder);
    CU_ADD_TEST(suite, cards_end_in_a_message);
    CU_ADD_TEST(suite, circles_are_cut);
    CU_ADD_TEST(suite, files_end_in_a_reason);
    CU_ADD_TEST(suite, gzip_unpacks_no_more_than_its_header);
    CU_ADD_TEST(suite, what_opens_is_not_followed_for_ever);
}
