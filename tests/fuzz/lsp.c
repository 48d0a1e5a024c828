/* lsp.c - the bytes as an editor might send them: as they are, and each line as a message of its own. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/tools/lsp.h"
#include "tests/fuzz/fuzz.h"

static void serve(const char *sent, size_t length)
{
    char *said = NULL;
    size_t size = 0;
    FILE *in = length ? fmemopen((char *)sent, length, "rb") : NULL, *out = open_memstream(&said, &size);
    if (in) {
        lsp(in, out);
        fclose(in);
    }
    fclose(out);
    free(said);
}

static char *framed(const char *text, size_t length, size_t *size)
{
    char *messages = NULL;
    FILE *out = open_memstream(&messages, size);
    for (const char *line = text, *end = text + length; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t bytes = (size_t)((newline ? newline : end) - line);
        fprintf(out, "Content-Length: %zu\r\n\r\n", bytes);
        fwrite(line, 1, bytes, out);
        line += bytes + 1;
    }
    fclose(out);
    return messages;
}

void fuzz_lsp(const uint8_t *bytes, size_t length)
{
    char *text = fuzz_text(bytes, length);
    size_t size;
    char *messages = framed(text, length, &size);
    serve(text, length);
    serve(messages, size);
    free(messages);
    free(text);
}
