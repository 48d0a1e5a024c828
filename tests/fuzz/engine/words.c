/* words.c - a dictionary for libFuzzer, made of the tables that the readers themselves are made of.
 *
 * usage: words TARGET      (prints it; of a target that has none, nothing) */

#include <stdio.h>
#include <string.h>

#include "compiler/ast/rows.h"
#include "runtime/data/array_file.h"
#include "runtime/runs/checkpoint.h"

/* A word as libFuzzer reads it. */
static void put(const char *word)
{
    if (!*word)
        return;
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)word; *c; c++)
        printf(*c < ' ' || *c > '~' || *c == '"' || *c == '\\' ? "\\x%02x" : "%c", *c);
    puts("\"");
}

static void put_all(const char *const *word)
{
    while (*word)
        put(*word++);
}

/* ---- the language ---- */

/* Of each form a value or two, and what they are made of. */
static const char *const values[FORM_COUNT][3] = {
    [FORM_INDEX_WHOLE] = { "3", "999999999999999999" }, [FORM_INDEX_NUMBER] = { "0.5", "1e-4" },
    [FORM_INDEX_RATIO] = { "20%" }, [FORM_INDEX_ANGLE] = { "40deg", "0.2rad" }, [FORM_INDEX_PIXELS] = { "4px" },
    [FORM_INDEX_EXTENT] = { "3x3" }, [FORM_INDEX_SHAPE] = { "8x8x3" }, [FORM_INDEX_NAME] = { "name" },
    [FORM_INDEX_TEXT] = { "\"text\"" }, [FORM_INDEX_LAYER] = { "label: ", "input.channels" },
    [FORM_INDEX_PART] = { "conv1" }, [FORM_INDEX_WORD] = { "yes" }, [FORM_INDEX_PAIR] = { "(1, 2)" },
    [FORM_INDEX_LIST] = { "(0.5, 0.4, 0.4)" }, [FORM_INDEX_SIDES] = { "(1, 0, 2, 1)" },
};

static void put_language(void)
{
    static const char *const signs[] = { "{\n", "\n}\n", "# ", "(size x size x 3)", "round(1, 8)", "floor(", "ceil(",
                                         "min(", "max(", " x ", NULL };
    put_all(signs);
    for (int form = 0; form < FORM_COUNT; form++)
        put_all(values[form]);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        put(statement_rows[i].keyword);
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        char option[100];
        snprintf(option, sizeof option, "%s%s", parameter_rows[i].name, is_option(&parameter_rows[i]) ? "=" : "");
        put(option);
    }
    for (int i = 0; i < word_count; i++)
        put(word_rows[i].text);
}

/* ---- files ---- */

static void put_array(void)
{
    static const char *const words[] = { "\x93NUMPY\x01", "'descr': ", "'fortran_order': False", "'shape': (", "'<", "'>",
                                         "'|", "\x1f\x8b\x08", NULL };
    put_all(words);
#define X(id, bytes, numpy, idx, value) put(numpy "'");
    ARRAY_TYPES(X)
#undef X
}

static void put_tensors(void)
{
    static const char *const words[] = { "{\"__metadata__\":{", "\"dtype\":\"F32\"", "\"shape\":[", "\"data_offsets\":[0,",
                                         "\"BF16\"", "\"F64\"", "9223372036854775807", "},", NULL };
    put_all(words);
}

static void put_checkpoint(void)
{
    static const char *const words[] = { "\"format\":\"", "\"hash\":\"", "\"classes\":\"[\\\"a\\\"]\"", "\"input_columns\":\"", "\"input_mean\":\"1 2 3\"", "netc-checkpoint-6",
                                         "\"missed\":\"{}\"", "\"temperature\":\"1\"", "\"threshold\":\"0.5 0.5 0.5\"",
                                         "nan", "inf", "18446744073709551615", "1e999", NULL };
    put_tensors();
    put_all(words);
#define X(type, field) put("\"" #field "\":\"");
    STANDING_FIELDS(X)
#undef X
}

static void put_run(void)
{
    static const char *const words[] = { "{\"event\":\"", "\"start\"", "\"epoch\"", "\"end\"", "\"break\"", "\"best\":true",
                                         "\"epochs\":", "\"starts\":[{", "\"time\":\"", "\"options\":{", "\"items\":{",
                                         "\"set\":[", "epoch,", "seconds", "loss", "nan", "inf", "1e999", "#", NULL };
    put_all(words);
}

static void put_split(void)
{
    static const char *const words[] = { "train\t", "validation\t", "test\t", "cat\t", "dog\t", "-\t", "train/cat.1.png\n",
                                         "train#7\n", "\\n", "\\\\", NULL };
    put_all(words);
}

static void put_lsp(void)
{
    static const char *const words[] = {
        "Content-Length: ", "\r\n\r\n", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"", "\"params\":{", "\"initialize\"",
        "\"shutdown\"", "\"exit\"", "\"textDocument/didOpen\"", "\"textDocument/didChange\"", "\"textDocument/didClose\"",
        "\"textDocument/completion\"", "\"textDocument/hover\"", "\"textDocument/definition\"",
        "\"textDocument/references\"", "\"textDocument/rename\"", "\"textDocument/prepareRename\"",
        "\"textDocument/formatting\"", "\"textDocument/documentSymbol\"", "\"newName\":\"", "\"position\":{\"line\":",
        "\"character\":", "\"textDocument\":{\"uri\":\"file:///a.net\"}", "\"contentChanges\":[{\"text\":\"", NULL };
    put_all(words);
}

static void put_http(void)
{
    static const char *const words[] = { "GET / HTTP/1.1\r\n", "POST /predict HTTP/1.1\r\n", "Host: localhost\r\n",
                                         "Host: [::1]:80\r\n", "Origin: http://localhost\r\n", "Content-Length: ",
                                         "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "\r\n\r\n", NULL };
    put_all(words);
}

int main(int argc, char **argv)
{
    static const struct { const char *target; void (*put)(void); } dictionary[] = {
        { "card", put_language }, { "layout", put_language }, { "complete", put_language }, { "lsp", put_lsp },
        { "array", put_array }, { "safetensors", put_tensors }, { "checkpoint", put_checkpoint }, { "run", put_run },
        { "split", put_split }, { "http", put_http },
    };
    for (size_t i = 0; argc > 1 && i < sizeof dictionary / sizeof *dictionary; i++)
        if (!strcmp(dictionary[i].target, argv[1]))
            dictionary[i].put();
    return argc != 2;
}
