/* safetensors.c - what we write has the bytes that the format asks for, and what is not sound is
 * refused, with a reason that names what is wrong. */

#include <CUnit/CUnit.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/network/safetensors.h"
#include "tests/trainer/tiny.h"

/* A file of a header and so many bytes of data; a length of -1 is the header's own. */
static void write_file(const char *path, const char *header, int64_t length, size_t data)
{
    size_t text = strlen(header);
    char *bytes = calloc(1, 8 + text + data);
    if (length == -1)
        length = (int64_t)text;
    memcpy(bytes, &length, 8);
    memcpy(bytes + 8, header, text);
    tiny_write(path, bytes, 8 + text + data);
    free(bytes);
}

#define A "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"
#define B(from, to) "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" #from "," #to "]}"
#define ONE(dtype, shape, offsets) \
    "{\"a\":{\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

/* Each differs from a sound file in one thing. */
static const struct {
    const char *header;
    int64_t length;             /* as the file tells it; -1: as it is */
    size_t data;
    const char *why;            /* part of the reason */
} hostile[] = {
    { "{" A "}", 0, 24, "header would have 0 bytes" },
    { "{" A "}", 1, 24, "header would have 1 bytes" },
    { "{" A "}", 1 << 20, 24, "cut off" },
    { "{" A "}", INT64_MAX, 24, "cut off" },
    { "{" A "}", INT64_MIN, 24, "cut off" },
    { " {" A "}", -1, 24, "does not begin with '{'" },
    { "[1]", -1, 24, "does not begin with '{'" },
    { "{" A, -1, 24, "not sound" },
    { "{" A "} x", -1, 24, "not sound" },
    { "{" A "," A "}", -1, 24, "duplicate" },
    { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,24]}}", -1, 24,
      "duplicate" },
    { "{" A ",\"\\u0000\":{}}", -1, 24, "not sound" },
    { "{" A ",\"\xff\":{}}", -1, 24, "not sound" },
    { "{\"a\":7}", -1, 24, "'a' is not described" },
    { "{\"a\":[]}", -1, 24, "'a' is not described" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[6]}}", -1, 24, "'a' is not described" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,24],\"x\":1}}", -1, 24,
      "'a' is not described" },
    { ONE("\"F33\"", "[6]", "[0,24]"), -1, 24, "unknown type 'F33'" },
    { ONE("7", "[6]", "[0,24]"), -1, 24, "'a' is not described" },
    { ONE("\"F32\"", "6", "[0,24]"), -1, 24, "'a' has no shape" },
    { ONE("\"F32\"", "[1,1,1,1,1,1,1,1,6]", "[0,24]"), -1, 24, "'a' has no shape" },
    { ONE("\"F32\"", "[6.0]", "[0,24]"), -1, 24, "'a' has a dimension that is no whole" },
    { ONE("\"F32\"", "[-6]", "[0,24]"), -1, 24, "'a' has a dimension that is no whole" },
    { ONE("\"F32\"", "[\"6\"]", "[0,24]"), -1, 24, "'a' has a dimension that is no whole" },
    { ONE("\"F32\"", "[4294967296,4294967296]", "[0,0]"), -1, 24, "'a' is larger than any file" },
    { ONE("\"F32\"", "[99999999999999999999]", "[0,24]"), -1, 24, "not sound" },
    { ONE("\"F32\"", "[6]", "[0]"), -1, 24, "'a' has no pair" },
    { ONE("\"F32\"", "[6]", "[0,24,24]"), -1, 24, "'a' has no pair" },
    { ONE("\"F32\"", "[6]", "[0,24.0]"), -1, 24, "'a' has no pair" },
    { ONE("\"F32\"", "[6]", "{}"), -1, 24, "'a' has no pair" },
    { ONE("\"F32\"", "[6]", "[24,0]"), -1, 24, "'a' has data_offsets that are no range" },
    { ONE("\"F32\"", "[6]", "[-24,0]"), -1, 24, "'a' has data_offsets that are no range" },
    { ONE("\"F32\"", "[5]", "[0,24]"), -1, 24, "'a' has 24 bytes of data, but its shape takes 20" },
    { ONE("\"F16\"", "[6]", "[0,24]"), -1, 24, "'a' has 24 bytes of data, but its shape takes 12" },
    { "{" A "}", -1, 23, "take 24 bytes, but there are 23 (cut off?)" },
    { "{" A "}", -1, 25, "what is the rest?" },
    { "{" A "," B(24, 28) "}", -1, 24, "cut off?" },
    { "{" A "," B(28, 32) "}", -1, 32,
      "'b' begins at byte 28 of the data, where 24 is due: its tensors leave a hole" },
    { "{" A "," B(20, 24) "}", -1, 24, "overlap" },
    { "{" A "," B(0, 4) "}", -1, 24, "overlap" },
    { "{" B(4, 8) "}", -1, 8, "leave a hole" },
    { "{\"__metadata__\":[]," A "}", -1, 24, "__metadata__ is no table" },
    { "{\"__metadata__\":{\"k\":1}," A "}", -1, 24, "metadata 'k' is no text" },
    { "{}", -1, 1, "what is the rest?" },
};

static void hostile_files_are_refused(void)
{
    tiny_enter();
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        char why[REASON_ROOM] = "";
        write_file("x.safetensors", hostile[i].header, hostile[i].length, hostile[i].data);
        Safetensors *file = safetensors_open("x.safetensors", why);
        CU_ASSERT_PTR_NULL(file);
        if (file || !strstr(why, hostile[i].why))
            printf("\n    %s\n    wanted '%s', got '%s'\n", hostile[i].header, hostile[i].why, why);
        CU_ASSERT_PTR_NOT_NULL(strstr(why, hostile[i].why));
        if (file)
            safetensors_close(file);
    }
    tiny_leave();
}

static void what_is_no_file_is_refused(void)
{
    char why[REASON_ROOM];
    tiny_enter();
    CU_ASSERT_PTR_NULL(safetensors_open("absent", why));
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "No such file"));
    CU_ASSERT_PTR_NULL(safetensors_open("data", why));
    CU_ASSERT_STRING_EQUAL(why, "it is no file");
    mkfifo("pipe", 0666);       /* which nobody writes to: must not wait */
    CU_ASSERT_PTR_NULL(safetensors_open("pipe", why));
    CU_ASSERT_STRING_EQUAL(why, "it is no file");
    CU_ASSERT_PTR_NULL(safetensors_open("/dev/zero", why));
    CU_ASSERT_STRING_EQUAL(why, "it is no file");
    tiny_write("short", "1234567", 7);
    CU_ASSERT_PTR_NULL(safetensors_open("short", why));
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "too short"));
    tiny_write("text", "these are no weights", 20);
    CU_ASSERT_PTR_NULL(safetensors_open("text", why));
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "it is no safetensors file, since its header does not begin with '{'; "
                                       "the weights of a run are its best.safetensors"));
    CU_ASSERT_PTR_NULL(strstr(why, "bytes"));
    tiny_write("empty", "", 0);
    CU_ASSERT_PTR_NULL(safetensors_open("empty", why));
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "too short"));
    tiny_leave();
}

/* Any byte of a sound file's header, changed: refused, or read as something sound; never a crash. */
static void every_byte_changed(void)
{
    static const char header[] = "{\"__metadata__\":{\"k\":\"v\"}," A "," B(24, 28) "}";
    tiny_enter();
    for (size_t at = 0; at < 8 + sizeof header - 1; at++)
        for (int bit = 0; bit < 8; bit++) {
            char why[REASON_ROOM];
            size_t bytes;
            write_file("x.safetensors", header, -1, 28);
            char *all = tiny_read("x.safetensors", &bytes);
            all[at] ^= (char)(1 << bit);
            tiny_write("x.safetensors", all, bytes);
            free(all);
            Safetensors *file = safetensors_open("x.safetensors", why);
            if (file)
                safetensors_close(file);
        }
    tiny_leave();
}

/* A file as the reference implementation writes it, byte for byte. */
static void the_bytes_of_a_file(void)
{
    static const TensorHead head[] = { { "a", 2, { 1, 2 } }, { "b", 1, { 1 } } };
    static const Metadata metadata[] = { { "k", "v" } };
    static const float values[] = { 1, 2, -3 };
    static const char text[] =
        "{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
        "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
    size_t bytes, padded = (sizeof text - 1 + 7) / 8 * 8;
    tiny_enter();
    WholeFile file = whole_open("x.safetensors");
    safetensors_begin(&file, head, 2, metadata, 1);
    whole_write(&file, values, sizeof values);
    whole_publish(&file);
    char *all = tiny_read("x.safetensors", &bytes);
    CU_ASSERT_EQUAL_FATAL(bytes, 8 + padded + sizeof values);
    CU_ASSERT_EQUAL(*(uint64_t *)all, padded);
    CU_ASSERT_NSTRING_EQUAL(all + 8, text, sizeof text - 1);
    for (size_t i = sizeof text - 1; i < padded; i++)
        CU_ASSERT_EQUAL(all[8 + i], ' ');
    CU_ASSERT(!memcmp(all + 8 + padded, values, sizeof values));
    CU_ASSERT(!tiny_exists("x.safetensors.1.tmp"));
    free(all);
    tiny_leave();
}

static void tensors_are_matched(void)
{
    static const char header[] =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]},"
        "\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]},"
        "\"none\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[32,32]},"
        "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[32,36]}}";
    char why[REASON_ROOM];
    float values[6];
    tiny_enter();
    write_file("x.safetensors", header, -1, 36);
    FILE *stream = fopen("x.safetensors", "r+b");
    fseek(stream, -4 - 24, SEEK_END);
    fwrite((float[]){ 1, 2, 3, 4, 5, 6 }, 4, 6, stream);
    fclose(stream);
    Safetensors *file = safetensors_open("x.safetensors", why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT(safetensors_find(file, &(TensorHead){ "a", 2, { 2, 3 } }, why));
    CU_ASSERT(safetensors_next(file, values, 3, why) && safetensors_next(file, values + 3, 3, why));
    for (int i = 0; i < 6; i++)
        CU_ASSERT_EQUAL(values[i], i + 1);
    CU_ASSERT_FALSE(safetensors_find(file, &(TensorHead){ "a", 2, { 3, 2 } }, why));
    CU_ASSERT_STRING_EQUAL(why, "tensor 'a' is 2x3 there, but 3x2 here");
    CU_ASSERT_FALSE(safetensors_find(file, &(TensorHead){ "a", 1, { 6 } }, why));
    CU_ASSERT_FALSE(safetensors_find(file, &(TensorHead){ "s", 1, { 1 } }, why));
    CU_ASSERT_STRING_EQUAL(why, "tensor 's' is a single number there, but 1 here");
    CU_ASSERT_FALSE(safetensors_find(file, &(TensorHead){ "h", 1, { 4 } }, why));
    CU_ASSERT_STRING_EQUAL(why, "tensor 'h' is of type F16; F32 is needed");
    CU_ASSERT_FALSE(safetensors_find(file, &(TensorHead){ "z", 1, { 4 } }, why));
    CU_ASSERT_STRING_EQUAL(why, "it has no tensor 'z'");
    safetensors_close(file);
    tiny_leave();
}

void suite_safetensors(void)
{
    CU_Suite *suite = CU_add_suite("checkpoint: safetensors", NULL, NULL);
    CU_add_test(suite, "hostile files are refused by name", hostile_files_are_refused);
    CU_add_test(suite, "what is no file is refused", what_is_no_file_is_refused);
    CU_add_test(suite, "every bit of a header changed", every_byte_changed);
    CU_add_test(suite, "the bytes of a file", the_bytes_of_a_file);
    CU_add_test(suite, "tensors are matched by name, shape and type", tensors_are_matched);
}
