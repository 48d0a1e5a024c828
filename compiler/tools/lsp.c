#include "compiler/tools/lsp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/ast/parse.h"
#include "compiler/check/check.h"
#include "compiler/check/read.h"
#include "compiler/tools/format.h"
#include "compiler/tools/lsp_complete.h"
#include "compiler/tools/lsp_fix.h"
#include "compiler/tools/lsp_hover.h"
#include "compiler/tools/lsp_outline.h"
#include "compiler/tools/lsp_wire.h"

/* A text that the editor has open; all of it is the server's, and freed when it is closed. */
typedef struct {
    char *uri, *path, *text;
    size_t length;
} Document;

typedef struct {
    FILE *out;
    Document *document;
    int documents;
    bool initialized, shut_down, ended;
} Server;

/* An answer, or why there is none. */
typedef enum { ERROR_NONE = 0, ERROR_PARSE = -32700, ERROR_REQUEST = -32600, ERROR_METHOD = -32601,
               ERROR_PARAMETERS = -32602, ERROR_UNINITIALIZED = -32002, ERROR_FAILED = -32803 } ErrorCode;

typedef struct {
    json_t *result;
    ErrorCode error;
    const char *message;
} Answer;

static Answer answer(json_t *result)
{
    return (Answer){ .result = result ? result : json_null() };
}

static Answer refusal(ErrorCode error, const char *message)
{
    return (Answer){ .error = error, .message = message };
}

/* ---- one text, checked ---- */

typedef struct {
    Arena *arena;
    Check check;
    const Source *source;
    const Symbols *symbols;
} Reading;

/* The texts that are open, as the checks take them. */
static OpenText *open_texts(Arena *arena, const Server *server)
{
    OpenText *open = arena_array(arena, OpenText, server->documents + 1);
    for (int i = 0; i < server->documents; i++)
        open[i] = (OpenText){ server->document[i].path, server->document[i].text, server->document[i].length };
    return open;
}

static Reading read_texts(Arena *arena, const OpenText *open, int opens, const char *path)
{
    Reading reading = { .arena = arena };
    reading.check = (Check){ .arena = arena, .diagnostics = diag_open(arena), .open = open, .opens = opens };
    if (!check_all(&reading.check, path))
        return reading;
    reading.source = reading.check.card->source;
    reading.symbols = symbols_read(arena, &reading.check);
    return reading;
}

static Reading read_document(const Server *server, const Document *document)
{
    Arena *arena = arena_open();
    return read_texts(arena, open_texts(arena, server), server->documents, document->path);
}

/* ---- diagnostics ---- */

/* Where a mistake is shown: one in an included file at the `include` that leads there. */
static Span shown_at(const Check *check, Span span)
{
    const Source *source = check->card->source;
    for (int step = 0; span.source != source && step < check->inclusions; step++)
        for (int i = 0; i < check->inclusions; i++)
            if (check->inclusion[i].file->syntax->source == span.source) {
                span = check->inclusion[i].span;
                break;
            }
    return span.source == source ? span : (Span){ source, 0, 0 };
}

static void add_related(Arena *arena, json_t *related, Span span, const char *text)
{
    if (!span.source)
        return;
    json_t *location = json_pack("{s:s, s:o}", "uri", wire_uri(arena, span.source->name), "range", wire_range(span));
    json_array_append_new(related, json_pack("{s:o, s:o}", "location", location, "message",
                                             wire_text(text, strlen(text))));
}

static json_t *diagnostic_of(const Reading *reading, const Mistake *mistake)
{
    Span span = shown_at(&reading->check, mistake->span);
    json_t *related = json_array();
    if (mistake->span.source != span.source)
        add_related(reading->arena, related, mistake->span, "it is here");
    for (const Note *note = mistake->notes; note; note = note->next)
        add_related(reading->arena, related, note->span, note->text);
    for (const Note *note = mistake->way; note; note = note->next)
        add_related(reading->arena, related, note->span, note->text);
    return json_pack("{s:o, s:i, s:s, s:s, s:o, s:o}", "range", wire_range(span), "severity", 1, "code",
                     diag_id(mistake->id), "source", "netc", "message", wire_text(mistake->text, strlen(mistake->text)),
                     "relatedInformation", related);
}

static void notify(const Server *server, const char *method, json_t *parameters)
{
    wire_write(server->out, json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", method, "params", parameters));
}

static void publish_text(const Server *server, const Document *document)
{
    Reading reading = read_document(server, document);
    json_t *list = json_array();
    int mistakes = 0;
    const Mistake *mistake = reading.source ? diag_mistakes(reading.check.diagnostics, &mistakes) : NULL;
    for (int i = 0; i < mistakes; i++)
        json_array_append_new(list, diagnostic_of(&reading, &mistake[i]));
    notify(server, "textDocument/publishDiagnostics",
           json_pack("{s:s, s:o}", "uri", document->uri, "diagnostics", list));
    arena_close(reading.arena);
}

/* Any of them may include what has changed. */
static void publish(const Server *server)
{
    for (int i = 0; i < server->documents; i++)
        publish_text(server, &server->document[i]);
}

/* ---- documents ---- */

static const char *uri_of(const json_t *parameters)
{
    return json_string_value(json_object_get(json_object_get(parameters, "textDocument"), "uri"));
}

static Document *find_document(const Server *server, const json_t *parameters)
{
    const char *uri = uri_of(parameters);
    for (int i = 0; uri && i < server->documents; i++)
        if (!strcmp(server->document[i].uri, uri))
            return &server->document[i];
    return NULL;
}

static void set_text(Document *document, const json_t *text)
{
    size_t length = json_string_length(text);
    char *copy = malloc(length + 1);
    if (!copy)
        abort();
    memcpy(copy, json_string_value(text), length);
    copy[length] = '\0';
    free(document->text);
    document->text = copy;
    document->length = length;
}

static Answer did_open(Server *server, const json_t *parameters)
{
    const char *uri = uri_of(parameters);
    const json_t *text = json_object_get(json_object_get(parameters, "textDocument"), "text");
    if (!uri || !json_is_string(text))
        return refusal(ERROR_PARAMETERS, "a document has a uri and a text");
    Document *document = find_document(server, parameters);
    if (!document) {
        server->document = realloc(server->document, sizeof *document * (size_t)(server->documents + 1));
        if (!server->document)
            abort();
        document = &server->document[server->documents++];
        Arena *arena = arena_open();
        *document = (Document){ .uri = strdup(uri), .path = strdup(wire_path(arena, uri)) };
        arena_close(arena);
    }
    set_text(document, text);
    publish(server);
    return answer(NULL);
}

/* Of several changes, each a whole text, the last one stands. */
static Answer did_change(Server *server, const json_t *parameters)
{
    Document *document = find_document(server, parameters);
    const json_t *changes = json_object_get(parameters, "contentChanges");
    const json_t *last = json_array_get(changes, json_array_size(changes) - 1), *text = json_object_get(last, "text");
    if (!document || !json_is_string(text) || json_object_get(last, "range"))
        return refusal(ERROR_PARAMETERS, "the document is not open, or the change is no whole text");
    set_text(document, text);
    publish(server);
    return answer(NULL);
}

static void release(Document *document)
{
    free(document->uri);
    free(document->path);
    free(document->text);
}

static Answer did_close(Server *server, const json_t *parameters)
{
    Document *document = find_document(server, parameters);
    if (!document)
        return answer(NULL);
    notify(server, "textDocument/publishDiagnostics",
           json_pack("{s:s, s:[]}", "uri", document->uri, "diagnostics"));
    release(document);
    *document = server->document[--server->documents];
    publish(server);
    return answer(NULL);
}

/* ---- what is asked of a place ---- */

static Reading read_for(const Server *server, const json_t *parameters, int *offset)
{
    const Document *document = find_document(server, parameters);
    Reading reading = document ? read_document(server, document) : (Reading){ .arena = arena_open() };
    if (reading.source && offset)
        *offset = wire_offset(reading.source, json_object_get(parameters, "position"));
    return reading;
}

static Answer completion(Server *server, const json_t *parameters)
{
    int offset;
    Reading reading = read_for(server, parameters, &offset);
    json_t *items = reading.source ? complete(reading.arena, reading.source, reading.symbols, offset) : NULL;
    arena_close(reading.arena);
    return answer(items);
}

static Answer hover(Server *server, const json_t *parameters)
{
    int offset;
    Reading reading = read_for(server, parameters, &offset);
    Span span;
    const char *text = reading.source ? hover_text(reading.arena, &reading.check, reading.symbols, offset, &span) : NULL;
    json_t *result = text ? json_pack("{s:{s:s, s:o}, s:o}", "contents", "kind", "markdown", "value",
                                      wire_text(text, strlen(text)), "range", wire_range(span)) : NULL;
    arena_close(reading.arena);
    return answer(result);
}

static json_t *location_of(Arena *arena, Span span)
{
    return json_pack("{s:s, s:o}", "uri", wire_uri(arena, span.source->name), "range", wire_range(span));
}

/* What an `include` brings in is declared at the file's beginning. */
static json_t *included_at(const Reading *reading, int offset)
{
    for (int i = 0; i < reading->check.inclusions; i++) {
        const Inclusion *inclusion = &reading->check.inclusion[i];
        if (inclusion->span.source == reading->source && inclusion->span.from <= offset && offset <= inclusion->span.to)
            return location_of(reading->arena, (Span){ inclusion->file->syntax->source, 0, 0 });
    }
    return NULL;
}

static Answer definition(Server *server, const json_t *parameters)
{
    int offset;
    Span span;
    Reading reading = read_for(server, parameters, &offset);
    json_t *result = NULL;
    int symbol = reading.source ? symbol_at(reading.symbols, reading.source, offset, &span) : -1;
    if (symbol >= 0)
        result = location_of(reading.arena, reading.symbols->symbol[symbol].span);
    else if (reading.source)
        result = included_at(&reading, offset);
    arena_close(reading.arena);
    return answer(result);
}

static Answer references(Server *server, const json_t *parameters)
{
    int offset, count = 0;
    Span span, *place = NULL;
    Reading reading = read_for(server, parameters, &offset);
    int symbol = reading.source ? symbol_at(reading.symbols, reading.source, offset, &span) : -1;
    if (symbol >= 0)
        place = symbol_places(reading.symbols, symbol, &count);
    bool declaration = json_is_true(json_object_get(json_object_get(parameters, "context"), "includeDeclaration"));
    json_t *list = json_array();
    for (int i = declaration ? 0 : 1; i < count; i++)
        json_array_append_new(list, location_of(reading.arena, place[i]));
    arena_close(reading.arena);
    return answer(list);
}

static Answer symbols(Server *server, const json_t *parameters)
{
    Reading reading = read_for(server, parameters, NULL);
    json_t *list = reading.source ? outline(reading.arena, reading.check.file[0]->syntax) : NULL;
    arena_close(reading.arena);
    return answer(list);
}

/* ---- formatting ---- */

static bool is_whole(Arena *arena, const Source *source)
{
    Diagnostics *diagnostics = diag_open(arena);
    report_braces(parse(arena, source, diagnostics), diagnostics);
    return !diag_count(diagnostics);
}

static Answer formatting(Server *server, const json_t *parameters)
{
    const Document *document = find_document(server, parameters);
    if (!document)
        return refusal(ERROR_PARAMETERS, "the document is not open");
    Arena *arena = arena_open();
    const Source *source = source_new(arena, document->path, document->text, document->length, 0);
    json_t *edits = NULL;
    if (is_whole(arena, source)) {
        char *text;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        format(out, arena, source);
        fclose(out);
        edits = json_array();
        if (length != source->length || memcmp(text, source->text, length))
            json_array_append_new(edits, json_pack("{s:o, s:o}", "range", wire_range((Span){ source, 0, (int)source->length }),
                                                   "newText", wire_text(text, length)));
        free(text);
    }
    arena_close(arena);
    return answer(edits);
}

/* ---- rename ---- */

static bool is_name(const char *text)
{
    if (!text || (!isalpha((unsigned char)*text) && *text != '_'))
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && *text != '_')
            return false;
    return true;
}

static int by_place(const void *left, const void *right)
{
    const Span *a = left, *b = right;
    if (a->source != b->source)
        return a->source->order - b->source->order;
    return a->from - b->from;
}

/* A file's text with another one at each of these places, which are in order. */
static OpenText with_text(Arena *arena, const Source *source, const Span *place, int places, const char *by)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    int at = 0;
    for (int i = 0; i < places; i++) {
        fwrite(source->text + at, 1, (size_t)(place[i].from - at), out);
        fputs(by, out);
        at = place[i].to;
    }
    fwrite(source->text + at, 1, source->length - (size_t)at, out);
    fclose(out);
    OpenText open = { source->name, arena_copy(arena, text, length), length };
    free(text);
    return open;
}

/* The card, read with these texts in place of the files: how many mistakes it has. */
static int mistakes_with(const Server *server, const OpenText *changed, int changes, const char *path)
{
    Arena *arena = arena_open();
    OpenText *open = arena_array(arena, OpenText, changes + server->documents + 1), *others = open_texts(arena, server);
    if (changes)
        memcpy(open, changed, sizeof *open * (size_t)changes);
    memcpy(open + changes, others, sizeof *open * (size_t)server->documents);
    Reading reading = read_texts(arena, open, changes + server->documents, path);
    int count;
    diag_mistakes(reading.check.diagnostics, &count);
    arena_close(arena);
    return count;
}

/* The edits of all files that a name stands in. Where a card would have more mistakes than before, the name has another
 * meaning there, and nothing is renamed. */
static Answer rename_places(const Server *server, const Reading *reading, const Document *document, Span *place,
                            int places, const char *name)
{
    json_t *changes = json_object();
    OpenText *changed = arena_array(reading->arena, OpenText, places);
    int files = 0;
    qsort(place, (size_t)places, sizeof *place, by_place);
    for (int first = 0, end; first < places; first = end) {
        json_t *edits = json_array();
        for (end = first; end < places && place[end].source == place[first].source; end++)
            json_array_append_new(edits, json_pack("{s:o, s:s}", "range", wire_range(place[end]), "newText", name));
        const Source *source = place[first].source;
        changed[files++] = with_text(reading->arena, source, &place[first], end - first, name);
        bool own = source == reading->source;
        json_object_set_new(changes, own ? document->uri : wire_uri(reading->arena, source->name), edits);
        if (!own && access(source->name, W_OK)) {
            json_decref(changes);
            return refusal(ERROR_FAILED, "the name stands in a file that cannot be written");
        }
    }
    if (mistakes_with(server, changed, files, document->path) > mistakes_with(server, NULL, 0, document->path)) {
        json_decref(changes);
        return refusal(ERROR_FAILED, "the new name has another meaning here");
    }
    return answer(json_pack("{s:o}", "changes", changes));
}

static Answer rename_symbol(Server *server, const json_t *parameters)
{
    const char *name = json_string_value(json_object_get(parameters, "newName"));
    if (!is_name(name))
        return refusal(ERROR_PARAMETERS, "a name has letters, digits and _, and begins with none of the digits");
    int offset, count;
    Span span;
    Reading reading = read_for(server, parameters, &offset);
    int symbol = reading.source ? symbol_at(reading.symbols, reading.source, offset, &span) : -1;
    Answer given = refusal(ERROR_FAILED, "what stands here is no name of the card's");
    if (symbol >= 0) {
        Span *place = symbol_places(reading.symbols, symbol, &count);
        given = rename_places(server, &reading, find_document(server, parameters), place, count, name);
    }
    arena_close(reading.arena);
    return given;
}

static Answer prepare_rename(Server *server, const json_t *parameters)
{
    int offset;
    Span span;
    Reading reading = read_for(server, parameters, &offset);
    int symbol = reading.source ? symbol_at(reading.symbols, reading.source, offset, &span) : -1;
    json_t *range = symbol >= 0 ? wire_range(span) : NULL;
    arena_close(reading.arena);
    return answer(range);
}

/* ---- quick fixes ---- */

/* What a mistake's message proposes, while the card as it is has so many mistakes. */
typedef struct {
    const Server *server;
    const Reading *reading;
    const Document *document;
    int mistakes;
} Fixing;

/* The card with the edit has fewer mistakes: the message was right. */
static bool mends(const Fixing *fixing, const Fix *fix)
{
    const OpenText mended = with_text(fixing->reading->arena, fixing->reading->source, &fix->span, 1, fix->text);
    return mistakes_with(fixing->server, &mended, 1, fixing->document->path) < fixing->mistakes;
}

static json_t *action_of(const Fixing *fixing, const Mistake *mistake, const Fix *fix)
{
    json_t *changes = json_object(), *edit = json_pack("{s:o, s:o}", "range", wire_range(fix->span), "newText",
                                                       wire_text(fix->text, strlen(fix->text)));
    json_object_set_new(changes, fixing->document->uri, json_pack("[o]", edit));
    return json_pack("{s:o, s:s, s:[o], s:{s:o}}", "title", wire_text(fix->title, strlen(fix->title)), "kind", "quickfix",
                     "diagnostics", diagnostic_of(fixing->reading, mistake), "edit", "changes", changes);
}

/* Of edits with one title, the first that mends. */
static void add_actions(const Fixing *fixing, const Mistake *mistake, json_t *actions)
{
    const Fixes found = fixes_of(fixing->reading->arena, mistake);
    const char *done = "";
    for (int i = 0; i < found.fixes; i++) {
        const Fix *fix = &found.fix[i];
        if (!strcmp(fix->title, done) || !mends(fixing, fix))
            continue;
        done = fix->title;
        json_array_append_new(actions, action_of(fixing, mistake, fix));
    }
}

/* True where the editor asks for fixes, or for whatever there is. */
static bool wants_fixes(const json_t *parameters)
{
    const json_t *only = json_object_get(json_object_get(parameters, "context"), "only"), *kind;
    size_t i;
    bool wanted = !json_is_array(only);
    json_array_foreach(only, i, kind)
        wanted |= json_is_string(kind) && (!*json_string_value(kind) || !strcmp(json_string_value(kind), "quickfix"));
    return wanted;
}

static Answer code_action(Server *server, const json_t *parameters)
{
    const json_t *range = json_object_get(parameters, "range");
    Reading reading = read_for(server, parameters, NULL);
    Fixing fixing = { server, &reading, find_document(server, parameters), 0 };
    json_t *actions = json_array();
    bool asked = reading.source && wants_fixes(parameters);
    int from = asked ? wire_offset(reading.source, json_object_get(range, "start")) : 0;
    int to = asked ? wire_offset(reading.source, json_object_get(range, "end")) : 0;
    const Mistake *mistake = asked ? diag_mistakes(reading.check.diagnostics, &fixing.mistakes) : NULL;
    for (int i = 0; i < fixing.mistakes; i++)
        if (mistake[i].span.source == reading.source && mistake[i].span.from <= to && from <= mistake[i].span.to)
            add_actions(&fixing, &mistake[i], actions);
    arena_close(reading.arena);
    return answer(actions);
}

/* ---- the session ---- */

static Answer initialize(Server *server, const json_t *parameters)
{
    (void)parameters;
    server->initialized = true;
    json_t *capabilities = json_pack(
        "{s:s, s:{s:b, s:i}, s:{s:[s, s, s]}, s:b, s:b, s:b, s:{s:b}, s:b, s:b, s:{s:[s]}}",
        "positionEncoding", "utf-16",
        "textDocumentSync", "openClose", true, "change", 1,
        "completionProvider", "triggerCharacters", " ", "=", "(",
        "hoverProvider", true, "definitionProvider", true, "referencesProvider", true,
        "renameProvider", "prepareProvider", true,
        "documentFormattingProvider", true, "documentSymbolProvider", true,
        "codeActionProvider", "codeActionKinds", "quickfix");
    return answer(json_pack("{s:o, s:{s:s, s:s}}", "capabilities", capabilities, "serverInfo", "name", "netc",
                            "version", NETC_VERSION));
}

static Answer shut_down(Server *server, const json_t *parameters)
{
    (void)parameters;
    server->shut_down = true;
    return answer(NULL);
}

static Answer leave(Server *server, const json_t *parameters)
{
    (void)parameters;
    server->ended = true;
    return answer(NULL);
}

static Answer pass_over(Server *server, const json_t *parameters)
{
    (void)server;
    (void)parameters;
    return answer(NULL);
}

static const struct {
    const char *method;
    Answer (*carry_out)(Server *server, const json_t *parameters);
    bool always;                /* also before `initialize` and after `shutdown` */
} methods[] = {
    { "initialize", initialize, true },
    { "initialized", pass_over, false },
    { "shutdown", shut_down, false },
    { "exit", leave, true },
    { "$/setTrace", pass_over, true },
    { "$/cancelRequest", pass_over, true },
    { "textDocument/didOpen", did_open, false },
    { "textDocument/didChange", did_change, false },
    { "textDocument/didClose", did_close, false },
    { "textDocument/didSave", pass_over, false },
    { "textDocument/completion", completion, false },
    { "textDocument/hover", hover, false },
    { "textDocument/definition", definition, false },
    { "textDocument/references", references, false },
    { "textDocument/prepareRename", prepare_rename, false },
    { "textDocument/rename", rename_symbol, false },
    { "textDocument/formatting", formatting, false },
    { "textDocument/codeAction", code_action, false },
    { "textDocument/documentSymbol", symbols, false },
};

static Answer carry_out(Server *server, const char *method, const json_t *parameters)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (strcmp(methods[i].method, method))
            continue;
        if (!server->initialized && !methods[i].always)
            return refusal(ERROR_UNINITIALIZED, "'initialize' comes first");
        if (server->shut_down && !methods[i].always)
            return refusal(ERROR_REQUEST, "nothing follows 'shutdown'");
        return methods[i].carry_out(server, parameters);
    }
    return refusal(ERROR_METHOD, "this server has no such method");
}

/* Takes over the id. */
static void respond(const Server *server, json_t *id, Answer given)
{
    json_t *message = json_pack("{s:s, s:o}", "jsonrpc", "2.0", "id", id);
    if (given.error)
        json_object_set_new(message, "error", json_pack("{s:i, s:s}", "code", (int)given.error, "message", given.message));
    else
        json_object_set_new(message, "result", given.result);
    wire_write(server->out, message);
}

/* A message with an id is a request, and gets a response; one without is a notification. What answers one of the
 * server's own requests, of which there are none, has no method. */
static void take_message(Server *server, json_t *message)
{
    json_t *id = json_object_get(message, "id");
    const char *method = json_string_value(json_object_get(message, "method"));
    if (!method) {
        if (!json_is_object(message) || (!json_object_get(message, "result") && !json_object_get(message, "error")))
            respond(server, id ? json_incref(id) : json_null(), refusal(ERROR_REQUEST, "a request has a method"));
        return;
    }
    Answer given = carry_out(server, method, json_object_get(message, "params"));
    if (id)
        respond(server, json_incref(id), given);
    else
        json_decref(given.result);
}

int lsp(FILE *in, FILE *out)
{
    Server server = { .out = out };
    json_t *message;
    WireResult result;
    while (!server.ended && (result = wire_read(in, &message)) != WIRE_END) {
        if (result == WIRE_GARBLED)
            respond(&server, json_null(), refusal(ERROR_PARSE, "this is not JSON, or too long"));
        else
            take_message(&server, message);
        json_decref(message);
    }
    for (int i = 0; i < server.documents; i++)
        release(&server.document[i]);
    free(server.document);
    return server.shut_down ? 0 : 1;
}
