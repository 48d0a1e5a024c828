/* lsp.c - netc lsp, by a client that replays sessions; by bytes that no client says; and by Neovim where it is there. And
 * what else editors and shells are given. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

void suite_lsp(void);

/* ---- a session: what is said, then what was answered ---- */

typedef struct {
    char *said;
    size_t length;
    FILE *out;
    json_t *heard;              /* all messages, in order */
    int code;
} Session;

static void say_text(Session *session, const char *text)
{
    fprintf(session->out, "Content-Length: %zu\r\n\r\n%s", strlen(text), text);
}

/* id 0: a notification. The parameters are released. */
static void say(Session *session, int id, const char *method, json_t *parameters)
{
    json_t *message = json_pack("{s:s, s:s}", "jsonrpc", "2.0", "method", method);
    if (id)
        json_object_set_new(message, "id", json_integer(id));
    if (parameters)
        json_object_set_new(message, "params", parameters);
    char *text = json_dumps(message, JSON_COMPACT);
    say_text(session, text);
    free(text);
    json_decref(message);
}

static void begin(Session *session)
{
    *session = (Session){ 0 };
    session->out = open_memstream(&session->said, &session->length);
    say(session, 1000, "initialize", json_pack("{s:n, s:{}}", "processId", "capabilities"));
    say(session, 0, "initialized", json_object());
}

/* One frame after another; anything else fails. */
static json_t *read_frames(const char *text, size_t length)
{
    json_t *list = json_array();
    for (const char *at = text; at < text + length;) {
        size_t size;
        int header = 0;
        CU_ASSERT_FATAL(sscanf(at, "Content-Length: %zu%n", &size, &header) == 1 && !strncmp(at + header, "\r\n\r\n", 4));
        at += header + 4;
        json_t *message = json_loadb(at, size, 0, NULL);
        CU_ASSERT_FATAL(message != NULL);
        json_array_append_new(list, message);
        at += size;
    }
    return list;
}

static void run_bytes(Session *session, const void *bytes, size_t length)
{
    scratch_write(suite_folder, "said", bytes, length);
    char command[1024];
    snprintf(command, sizeof command, "timeout 60 build/bin/netc lsp <%s/said >%s/heard 2>%s/err", suite_folder,
             suite_folder, suite_folder);
    int status = system(command);
    session->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    char *heard = file_text(scratch_path(suite_folder, "heard"));
    session->heard = read_frames(heard, strlen(heard));
    free(heard);
}

/* What is said is said to the end. */
static void finish(Session *session)
{
    say(session, 1001, "shutdown", NULL);
    say(session, 0, "exit", NULL);
    fclose(session->out);
    run_bytes(session, session->said, session->length);
    CU_ASSERT_EQUAL(session->code, 0);
}

static void forget(Session *session)
{
    json_decref(session->heard);
    free(session->said);
}

/* The response to a request, which there must be, once. */
static json_t *response(const Session *session, int id)
{
    size_t i;
    json_t *message, *found = NULL;
    json_array_foreach(session->heard, i, message)
        if (json_integer_value(json_object_get(message, "id")) == id) {
            CU_ASSERT_PTR_NULL(found);
            found = message;
        }
    CU_ASSERT_FATAL(found != NULL);
    return found;
}

/* A part of a value, "0.range.start.line", as JSON text in one of a few buffers. */
static const char *part(const json_t *value, const char *path)
{
    static char buffer[8][4096];
    static int which;
    char *text = buffer[which++ % 8], step[64];
    for (int length; value && sscanf(path, "%63[^.]%n", step, &length) == 1; path += length + (path[length] == '.'))
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(step)) : json_object_get(value, step);
    char *dump = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : strdup("nothing");
    snprintf(text, sizeof buffer[0], "%s", dump);
    free(dump);
    return text;
}

static const char *result(const Session *session, int id, const char *path)
{
    return part(json_object_get(response(session, id), "result"), path);
}

/* The newest diagnostics of a document. */
static json_t *diagnostics(const Session *session, const char *uri)
{
    size_t i;
    json_t *message, *found = NULL;
    json_array_foreach(session->heard, i, message) {
        const char *method = json_string_value(json_object_get(message, "method"));
        json_t *parameters = json_object_get(message, "params");
        if (method && !strcmp(method, "textDocument/publishDiagnostics") &&
            !strcmp(json_string_value(json_object_get(parameters, "uri")), uri))
            found = json_object_get(parameters, "diagnostics");
    }
    return found;
}

#define SAME(is, should_be) CU_ASSERT(same_text(#is, is, should_be))

/* ---- cards and places ---- */

static const char card_uri[] = "file:///nowhere/a%20card.net";

static const char card[] =
    "let width=8\n"
    "input 8x8x3\n"
    "block basic(filters, stride=1) {\n"
    "    conv filters 3x3 pad=same stride=stride   # \xf0\x9f\x90\xb1\n"
    "    main: relu\n"
    "    from input\n"
    "    conv filters 1x1 stride=stride\n"
    "    add main\n"
    "}\n"
    "model {\n"
    "    stem: conv width 3x3 relu pad=same\n"
    "    basic width\n"
    "    basic (2*width) stride=2\n"
    "    pool  average global\n"
    "    dense 2 softmax\n"
    "}\n"
    "train {\n"
    "    loss      crossentropy\n"
    "    optimizer adam rate=1e-3\n"
    "    epochs    1\n"
    "}\n";

static void open_text(Session *session, const char *uri, const char *text)
{
    say(session, 0, "textDocument/didOpen", json_pack("{s:{s:s, s:s, s:i, s:s}}", "textDocument", "uri", uri, "languageId",
                                                      "net", "version", 1, "text", text));
}

/* The place `by` bytes behind the beginning of a text in a card, whose line is ASCII. */
static json_t *place(const char *text, const char *what, int by)
{
    const char *at = strstr(text, what);
    CU_ASSERT_FATAL(at != NULL);
    int line = 0, character = 0;
    for (const char *byte = text; byte < at + by; byte++, character++)
        if (*byte == '\n')
            line++, character = -1;
    return json_pack("{s:i, s:i}", "line", line, "character", character);
}

static void ask(Session *session, int id, const char *method, const char *uri, json_t *position)
{
    say(session, id, method, json_pack("{s:{s:s}, s:o*}", "textDocument", "uri", uri, "position", position));
}

static bool offers(const Session *session, int id, const char *label)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(response(session, id), "result"), i, item)
        if (!strcmp(json_string_value(json_object_get(item, "label")), label))
            return true;
    return false;
}

/* ---- sessions ---- */

static void mistakes_come_as_one_types(void)
{
    Session session;
    begin(&session);
    open_text(&session, card_uri, card);
    say(&session, 0, "textDocument/didChange",
        json_pack("{s:{s:s, s:i}, s:[{s:s}]}", "textDocument", "uri", card_uri, "version", 2, "contentChanges", "text",
                  "# \xc3\xa4\ninput 8x8x3\nmodel {\n    conv 3 3x3 rellu\n    dense 2\n}\n"));
    open_text(&session, "file:///nowhere/other.net", "network \"\xf0\x9f\x90\xb1\" languag=1\nmodel {\n}\n");
    finish(&session);
    json_t *list = diagnostics(&session, card_uri);
    SAME(part(list, "0.range"), "{\"start\":{\"line\":3,\"character\":15},\"end\":{\"line\":3,\"character\":20}}");
    SAME(part(list, "0.message"), "\"unknown activation 'rellu'; did you mean 'relu'?\"");
    SAME(part(list, "0.code"), "\"UNKNOWN_WORD\"");
    SAME(part(list, "0.severity"), "1");
    SAME(part(diagnostics(&session, "file:///nowhere/other.net"), "0.range.start"), "{\"line\":0,\"character\":13}");
    forget(&session);

    begin(&session);
    open_text(&session, card_uri, "input 8x8x3\nmodel {\n    conv 3 3x3\n    dense 2\n}\n");
    open_text(&session, card_uri, "input 8x8x3\nmodel {\n    conv 3 3x3\n    dense 2\n}\n");
    finish(&session);
    list = diagnostics(&session, card_uri);
    SAME(part(list, "0.code"), "\"NOT_A_VECTOR\"");
    SAME(part(list, "0.relatedInformation.0.location.uri"), "\"file:///nowhere/a%20card.net\"");
    SAME(part(list, "0.relatedInformation.0.location.range.start"), "{\"line\":2,\"character\":4}");
    SAME(part(list, "1"), "nothing");
    forget(&session);

    /* a library's blocks are for others, its parameters are not */
    begin(&session);
    open_text(&session, card_uri, "let n=3\nblock one(f, g=1) {\n conv (n*f) 3x3\n}\n");
    finish(&session);
    list = diagnostics(&session, card_uri);
    SAME(part(list, "0.message"), "\"nothing uses the parameter 'g'\"");
    SAME(part(list, "1"), "nothing");
    forget(&session);

    begin(&session);
    open_text(&session, card_uri, card);
    ask(&session, 0, "textDocument/didClose", card_uri, NULL);
    finish(&session);
    SAME(part(diagnostics(&session, card_uri), ""), "[]");
    forget(&session);
}

static void completion_knows_the_place(void)
{
    static const struct { const char *before, *offered, *kept; } spots[] = {
        { "", "model", "conv" }, { "mod", "model", "conv" }, { "model {\n    ", "conv", "rotate" },
        { "augment { ", "rotate", "conv" }, { "train {\n loss crossentropy\n ", "optimizer", "conv" },
        { "model {\n conv 3 3x3 ", "relu", "max" }, { "model {\n conv 3 3x3 relu pad=", "same", "relu" },
        { "model {\n conv 3 3x3 pad=same ", "stride=", "pad=" }, { "model {\n pool ", "average", "relu" },
        { "model {\n pool max ", "stride=", "average" }, { "model {\n main: ", "conv", "main" },
        { "train {\n optimizer sgd ", "momentum=", "rho=" }, { "train {\n optimizer ", "rho=", "loss" }, { "train {\n optimizer sgd nesterov=", "yes", "sgd" },
        { "model {\n a: relu\n add ", "a", "relu" }, { "model {\n a: relu\n repeat 2 {\n  conv 3 3x3\n  add ", "input", "conv" },
        { "let n=3\nmodel {\n dense ", "n", "model" }, { "let n=3\nmodel {\n dense (", "round", "conv" },
        { "let n=3\nmodel {\n dense (2*n + ", "n", "conv" },
        { "block b(f, s=2) {\n conv f 3x3\n}\nmodel {\n ", "b", "rotate" },
        { "block b(f, s=2) {\n conv f 3x3\n}\nmodel {\n b ", "s=", "f=" },
        { "block b(f, s=2) {\n conv ", "f", "b" }, { "model { # ", NULL, "conv" }, { "network \"co", NULL, "conv" },
    };
    enum { SPOTS = sizeof spots / sizeof *spots };
    Session session;
    begin(&session);
    for (int i = 0; i < SPOTS; i++) {
        open_text(&session, card_uri, spots[i].before);
        ask(&session, i + 1, "textDocument/completion", card_uri, json_pack("{s:i, s:i}", "line", 1000, "character", 0));
    }
    finish(&session);
    for (int i = 0; i < SPOTS; i++) {
        bool good = (!spots[i].offered || offers(&session, i + 1, spots[i].offered)) && !offers(&session, i + 1, spots[i].kept);
        CU_ASSERT(good);
        if (!good)
            fprintf(stderr, "behind '%s': %s\n", spots[i].before, result(&session, i + 1, ""));
    }
    forget(&session);
}

static void hover_tells_what_a_line_comes_to(void)
{
    Session session;
    begin(&session);
    open_text(&session, card_uri, card);
    ask(&session, 1, "textDocument/hover", card_uri, place(card, "conv width", 1));
    ask(&session, 2, "textDocument/hover", card_uri, place(card, "width 3x3", 1));
    ask(&session, 3, "textDocument/hover", card_uri, place(card, "pad=same s", 5));
    ask(&session, 4, "textDocument/hover", card_uri, place(card, "basic width", 1));
    ask(&session, 5, "textDocument/hover", card_uri, place(card, "model", 1));
    ask(&session, 6, "textDocument/hover", card_uri, place(card, "}\nmodel", 1));
    finish(&session);
    const char *conv = result(&session, 1, "contents.value");
    CU_ASSERT(strstr(conv, "convolution: filters, window") && strstr(conv, "conv filters window [activation] stride=1 pad=valid"));
    CU_ASSERT(strstr(conv, "`stem` makes 8x8x8: 224 parameters, 13,824 multiply-adds, 2,048 bytes") != NULL);
    CU_ASSERT(strstr(result(&session, 2, "contents.value"), "constant `width = 8`") != NULL);
    const char *pad = result(&session, 3, "contents.value");
    CU_ASSERT(strstr(pad, "`pad` of `conv`: ") && strstr(pad, "`valid` unless told"));
    CU_ASSERT(strstr(pad, "`basic1.conv1`") && strstr(pad, "`basic2.conv1` makes 4x4x16"));
    const char *call = result(&session, 4, "contents.value");
    CU_ASSERT(strstr(call, "block basic(filters, stride=1)") && strstr(call, "`basic1.add1`") && strstr(call, "4 layers"));
    CU_ASSERT(strstr(result(&session, 5, "contents.value"), "11 layers") != NULL);
    SAME(result(&session, 6, ""), "null");
    forget(&session);
}

static void names_are_found_and_renamed(void)
{
    scratch_write(suite_folder, "blocks.net", "block thing(f) {\n conv f 3x3\n}\n", 31);
    char uri[1024], text[] = "include \"blocks.net\"\ninput 9x9x1\nmodel {\n thing 2\n last: thing 3\n}\n";
    snprintf(uri, sizeof uri, "file://%s/main.net", suite_folder);
    Session session;
    begin(&session);
    open_text(&session, card_uri, card);
    ask(&session, 1, "textDocument/definition", card_uri, place(card, "width 3x3", 1));
    ask(&session, 2, "textDocument/definition", card_uri, place(card, "add main", 6));
    ask(&session, 3, "textDocument/definition", card_uri, place(card, "basic (", 0));
    ask(&session, 4, "textDocument/definition", card_uri, place(card, "=stride ", 2));
    ask(&session, 5, "textDocument/definition", card_uri, place(card, "softmax", 2));
    open_text(&session, uri, text);
    ask(&session, 6, "textDocument/definition", uri, place(text, "blocks", 2));
    ask(&session, 7, "textDocument/definition", uri, place(text, "thing 2", 2));
    static const struct { int id; const char *at; int by; const char *to; } renames[] = {
        { 11, "width=", 0, "wide" }, { 12, "main:", 1, "trunk" }, { 13, "basic (", 1, "step" }, { 14, "=stride ", 3, "pace" },
        { 15, "main:", 1, "filters" }, { 16, "main:", 1, "3x" }, { 17, "softmax", 1, "a" },
    };
    for (size_t i = 0; i < sizeof renames / sizeof *renames; i++)
        say(&session, renames[i].id, "textDocument/rename",
            json_pack("{s:{s:s}, s:o, s:s}", "textDocument", "uri", card_uri, "position", place(card, renames[i].at, renames[i].by),
                      "newName", renames[i].to));
    say(&session, 18, "textDocument/rename", json_pack("{s:{s:s}, s:o, s:s}", "textDocument", "uri", uri, "position",
                                                       place(text, "thing 2", 0), "newName", "other"));
    say(&session, 19, "textDocument/references", json_pack("{s:{s:s}, s:o, s:{s:b}}", "textDocument", "uri", card_uri,
                                                           "position", place(card, "width=", 0), "context", "includeDeclaration", 1));
    finish(&session);
    SAME(result(&session, 1, "range.start"), "{\"line\":0,\"character\":4}");
    SAME(result(&session, 2, "range.start"), "{\"line\":4,\"character\":4}");
    SAME(result(&session, 3, "range.start"), "{\"line\":2,\"character\":6}");
    SAME(result(&session, 4, "range.start"), "{\"line\":2,\"character\":21}");
    SAME(result(&session, 5, ""), "null");
    CU_ASSERT(strstr(result(&session, 6, "uri"), "/blocks.net") != NULL);
    SAME(result(&session, 7, "range.start"), "{\"line\":0,\"character\":6}");
    static const int uses[] = { 4, 2, 3, 4 };
    for (int i = 0; i < 4; i++) {
        json_t *changes = json_object_get(json_object_get(response(&session, 11 + i), "result"), "changes");
        CU_ASSERT_EQUAL(json_array_size(json_object_get(changes, card_uri)), uses[i]);
    }
    for (int id = 15; id <= 17; id++)
        CU_ASSERT_PTR_NOT_NULL(json_object_get(response(&session, id), "error"));
    json_t *both = json_object_get(json_object_get(response(&session, 18), "result"), "changes");
    CU_ASSERT_EQUAL(json_object_size(both), 2);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(both, uri)), 2);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(response(&session, 19), "result")), 4);
    forget(&session);
}

static void it_formats_and_outlines(void)
{
    Session session;
    begin(&session);
    open_text(&session, card_uri, "model{\nrelu\n}\n");
    ask(&session, 1, "textDocument/formatting", card_uri, NULL);
    ask(&session, 2, "textDocument/documentSymbol", card_uri, NULL);
    open_text(&session, card_uri, "model{\nrelu (\n}\n");
    ask(&session, 3, "textDocument/formatting", card_uri, NULL);
    open_text(&session, card_uri, "model {\n    relu\n}\n");
    ask(&session, 4, "textDocument/formatting", card_uri, NULL);
    finish(&session);
    SAME(result(&session, 1, "0.newText"), "\"model {\\n    relu\\n}\\n\"");
    SAME(result(&session, 1, "0.range.end"), "{\"line\":3,\"character\":0}");
    SAME(result(&session, 2, "0.name"), "\"model\"");
    SAME(result(&session, 2, "0.range.end"), "{\"line\":2,\"character\":1}");
    SAME(result(&session, 2, "0.children.0.name"), "\"relu\"");
    SAME(result(&session, 3, ""), "null");
    SAME(result(&session, 4, ""), "[]");
    forget(&session);
}

/* ---- quick fixes ---- */

/* A card with a slip; what it becomes where it is not what it was before the slip. */
typedef struct { const char *right, *slip, *title, *becomes; } Slip;

static const Slip slips[] = {
    { "3x3 relu pad=same\n", "3x3 rellu pad=same\n", "write relu", NULL },
    { "average global", "avg global", "write average", NULL },
    { "pad=same stride=stride", "padding=same stride=stride", "write pad", NULL },
    { "(2*width)", "2*width", "write (2*width)", NULL },
    { "let width=8", "let width 8", "write let width=8", NULL },
    { "let width=8", "width = 8", "write let width=8", NULL },
    { "epochs    1", "epochs=1", "write epochs 1", "epochs 1" },
    { "1x1 stride=stride", "1 1 stride=stride", "write 1x1", NULL },
    { "dense 2 softmax", "dense 2 activation=softmax", "write it without its name", NULL },
    { "2 softmax\n", "2 softmax\n    dense 2 softmax\n    dense 2 linear\n    softmax\n", "leave it out",
      "2 softmax\n    dense 2 softmax\n    dense 2\n    softmax\n" },
    { "    pool  average global\n", "", "put 'flatten' before it", "    flatten\n" },
    { "width\n    basic (2", "width pool max 2x2\n    basic (2", "begin a line here", "width\n    pool max 2x2\n    basic (2" },
    { "epochs    1\n", "epochs    20\n    schedule cosine warmup=10%\n", "write 2", "epochs    20\n    schedule cosine warmup=2\n" },
    { "rate=1e-3\n", "rate=1e-3 beta=0.5\n", "write beta1", "rate=1e-3 beta1=0.5\n" },
    { "average global", "global", "write max global", "max global" },
    { "average global", "global", "write average global", NULL },
};

/* The card with other text in the place of some, to be freed. */
static char *with_text(const char *text, const char *old, const char *other)
{
    char *copy;
    size_t length;
    FILE *out = open_memstream(&copy, &length);
    const char *at = strstr(text, old);
    CU_ASSERT_FATAL(at != NULL);
    fprintf(out, "%.*s%s%s", (int)(at - text), text, other, at + strlen(old));
    fclose(out);
    return copy;
}

/* Where a position stands in a text of which the lines that are edited are ASCII. */
static size_t offset_of(const char *text, const json_t *position)
{
    const char *at = text;
    for (long line = json_integer_value(json_object_get(position, "line")); line; line--)
        at = strchr(at, '\n') + 1;
    return (size_t)(at - text) + (size_t)json_integer_value(json_object_get(position, "character"));
}

/* The text as an editor would leave it, to be freed; NULL: no action has the title. */
static char *mended(const json_t *actions, const char *title, const char *text)
{
    size_t i, length;
    json_t *action;
    json_array_foreach(actions, i, action) {
        const json_t *edits = json_object_get(json_object_get(json_object_get(action, "edit"), "changes"), card_uri);
        const json_t *edit = json_array_get(edits, 0), *range = json_object_get(edit, "range");
        if (strcmp(json_string_value(json_object_get(action, "title")), title))
            continue;
        SAME(part(action, "kind"), "\"quickfix\"");
        SAME(part(action, "diagnostics.0.source"), "\"netc\"");
        CU_ASSERT_EQUAL(json_array_size(edits), 1);
        char *copy;
        FILE *out = open_memstream(&copy, &length);
        fprintf(out, "%.*s%s%s", (int)offset_of(text, json_object_get(range, "start")), text,
                json_string_value(json_object_get(edit, "newText")), text + offset_of(text, json_object_get(range, "end")));
        fclose(out);
        return copy;
    }
    return NULL;
}

static void ask_for_fixes(Session *session, int id, int first, int last, const char *only)
{
    say(session, id, "textDocument/codeAction",
        json_pack("{s:{s:s}, s:{s:{s:i, s:i}, s:{s:i, s:i}}, s:{s:[], s:[s]}}", "textDocument", "uri", card_uri, "range", "start",
                  "line", first, "character", 0, "end", "line", last, "character", 0, "context", "diagnostics", "only", only));
}

/* What a message proposes an editor can do; where the message is about something else, nothing is offered. */
static void hints_become_quick_fixes(void)
{
    enum { SLIPS = sizeof slips / sizeof *slips };
    Session session;
    char *text[SLIPS];
    begin(&session);
    for (int i = 0; i < SLIPS; i++) {
        text[i] = with_text(card, slips[i].right, slips[i].slip);
        open_text(&session, card_uri, text[i]);
        ask_for_fixes(&session, i + 1, 0, 100, "quickfix");
    }
    ask_for_fixes(&session, SLIPS + 1, 0, 2, "quickfix");
    ask_for_fixes(&session, SLIPS + 2, 0, 100, "refactor");
    finish(&session);
    for (int i = 0; i < SLIPS; i++) {
        char *is = mended(json_object_get(response(&session, i + 1), "result"), slips[i].title, text[i]);
        char *should_be = with_text(card, slips[i].right, slips[i].becomes ? slips[i].becomes : slips[i].right);
        CU_ASSERT(same_text(slips[i].slip, is ? is : result(&session, i + 1, ""), should_be));
        free(is);
        free(should_be);
        free(text[i]);
    }
    SAME(result(&session, SLIPS + 1, ""), "[]");
    SAME(result(&session, SLIPS + 2, ""), "[]");
    forget(&session);
}

static void the_protocol_is_kept(void)
{
    Session session = { 0 };
    session.out = open_memstream(&session.said, &session.length);
    say(&session, 1, "textDocument/hover", json_object());
    say(&session, 2, "initialize", NULL);
    say(&session, 3, "textDocument/hover", json_object());
    say(&session, 4, "nobody/knows", NULL);
    say(&session, 0, "nobody/knows", NULL);
    say_text(&session, "{");
    say_text(&session, "[]");
    say_text(&session, "{\"id\": \"a\", \"method\": 3}");
    fprintf(session.out, "Nonsense\r\nContent-Length: -3\r\n\r\nContent-Type: a\r\n\r\n");
    say(&session, 5, "shutdown", NULL);
    say(&session, 6, "textDocument/hover", json_object());
    say(&session, 0, "exit", NULL);
    fclose(session.out);
    run_bytes(&session, session.said, session.length);
    CU_ASSERT_EQUAL(session.code, 0);
    SAME(part(response(&session, 1), "error.code"), "-32002");
    SAME(result(&session, 2, "capabilities.positionEncoding"), "\"utf-16\"");
    SAME(result(&session, 3, ""), "null");
    SAME(part(response(&session, 4), "error.code"), "-32601");
    SAME(part(session.heard, "4.error.code"), "-32700");
    SAME(part(session.heard, "5.error.code"), "-32600");
    SAME(part(session.heard, "6.error.code"), "-32600");
    SAME(result(&session, 5, ""), "null");
    SAME(part(response(&session, 6), "error.code"), "-32600");
    forget(&session);

    session = (Session){ 0 };
    run_bytes(&session, "", 0);
    CU_ASSERT_EQUAL(session.code, 1);
    forget(&session);
}

/* ---- hostile ---- */

static uint64_t state = 0x9e3779b97f4a7c15u;

/* xorshift64 */
static size_t draw(size_t below)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return below ? (size_t)(state >> 20) % below : 0;
}

static void ask_all(Session *session, int line, int character)
{
    static const char *const methods[] = { "hover", "definition", "completion", "rename", "prepareRename", "references",
                                           "formatting", "documentSymbol" };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        char method[64];
        snprintf(method, sizeof method, "textDocument/%s", methods[i]);
        say(session, 1, method, json_pack("{s:{s:s}, s:{s:i, s:i}, s:s}", "textDocument", "uri", card_uri, "position", "line",
                                          line, "character", character, "newName", "other"));
    }
    ask_for_fixes(session, 1, line, line + 1, "quickfix");
}

/* Cards as they are while they are typed, cut anywhere and mutated, and everything asked of any place. */
static void no_text_brings_it_down(void)
{
    static const char *const pieces[] = { "{", "}", "(", ")", "\"", "=", ":", "x", "\n", "#", "include \"/dev/stdin\"\n", "let ",
                                          "block b(", "input", ".", "\xf0\x9f\x90\xb1", "\\", "repeat 3 {" };
    Session session;
    begin(&session);
    for (int i = 0; i < 300; i++) {
        char text[2 * sizeof card];
        snprintf(text, sizeof text, "%s", card);
        text[draw(4) ? strlen(text) : draw(strlen(text))] = '\0';
        for (size_t times = draw(4); times; times--) {
            const char *piece = pieces[draw(sizeof pieces / sizeof *pieces)];
            size_t at = draw(strlen(text) + 1);
            while ((text[at] & 0xc0) == 0x80)
                at++;
            memmove(text + at + strlen(piece), text + at, strlen(text + at) + 1);
            memcpy(text + at, piece, strlen(piece));
        }
        open_text(&session, card_uri, text);
        ask_all(&session, (int)draw(25), (int)draw(40));
    }
    finish(&session);
    forget(&session);
}

/* Sessions whose bytes were changed: it may answer what it likes, but it ends by itself. */
static void no_bytes_bring_it_down(void)
{
    for (int i = 0; i < 60; i++) {
        Session session;
    begin(&session);
        open_text(&session, card_uri, card);
        ask_all(&session, 3, 9);
        fclose(session.out);
        for (size_t times = 1 + draw(5); times; times--)
            session.said[draw(session.length)] = (char)draw(256);
        run_bytes(&session, session.said, draw(3) ? session.length : draw(session.length));
        CU_ASSERT(session.code == 0 || session.code == 1);
        forget(&session);
    }
}

/* ---- a real editor ---- */

static void neovim_speaks_with_it(void)
{
    if (system("command -v nvim >/dev/null")) {
        fprintf(stderr, "lsp: no nvim here; the session with it is left out\n");
        return;
    }
    char command[1024];
    snprintf(command, sizeof command, "NETC=$PWD/build/bin/netc tests/command/lsp_neovim.sh %s", suite_folder);
    CU_ASSERT_EQUAL(system(command), 0);
}

static void editors_and_shells_know_the_language(void)
{
    CU_ASSERT_EQUAL(system("tests/command/editors.sh"), 0);
    const char *const files[] = { "package.json", "language-configuration.json", "syntaxes/net.tmLanguage.json" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        snprintf(path, sizeof path, "build/editors/vscode/%s", files[i]);
        json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
        CU_ASSERT_PTR_NOT_NULL(file);
        json_decref(file);
    }
}

void suite_lsp(void)
{
    CU_pSuite suite = CU_add_suite("lsp", suite_open_folder, suite_close_folder);
    CU_add_test(suite, "mistakes_come_as_one_types", mistakes_come_as_one_types);
    CU_add_test(suite, "completion_knows_the_place", completion_knows_the_place);
    CU_add_test(suite, "hover_tells_what_a_line_comes_to", hover_tells_what_a_line_comes_to);
    CU_add_test(suite, "names_are_found_and_renamed", names_are_found_and_renamed);
    CU_add_test(suite, "it_formats_and_outlines", it_formats_and_outlines);
    CU_add_test(suite, "hints_become_quick_fixes", hints_become_quick_fixes);
    CU_add_test(suite, "the_protocol_is_kept", the_protocol_is_kept);
    CU_add_test(suite, "no_text_brings_it_down", no_text_brings_it_down);
    CU_add_test(suite, "no_bytes_bring_it_down", no_bytes_bring_it_down);
    CU_add_test(suite, "neovim_speaks_with_it", neovim_speaks_with_it);
    CU_add_test(suite, "editors_and_shells_know_the_language", editors_and_shells_know_the_language);
}
