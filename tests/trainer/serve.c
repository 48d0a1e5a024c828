/* serve.c - what the server answers to people's browsers, to programs, and to those who mean it ill. Its limits are tried
 * on a bare server, which is asked by raw sockets. */

#include <CUnit/CUnit.h>
#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/commands/http.h"
#include "runtime/commands/http_form.h"
#include "runtime/pictures/picture.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "tests/support/browser.h"
#include "tests/support/dom.h"
#include "tests/trainer/tiny.h"

void suite_serve(void);

/* ---- a client ---- */

static int dial(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (one >= 0 && connect(one, (struct sockaddr *)&address, sizeof address)) {
        close(one);
        return -1;
    }
    return one;
}

static void put(int socket, const void *data, size_t length)
{
    for (const char *at = data; length; ) {
        ssize_t sent = send(socket, at, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;             /* the server has hung up: what it said is still to be read */
        at += sent;
        length -= (size_t)sent;
    }
}

/* All that comes until the server hangs up, or says nothing for a while; to be freed. */
static char *hear(int socket)
{
    enum { WHILE = 5000, PIECE = 1 << 16 };
    char *text = calloc(1, PIECE);
    size_t length = 0;
    struct pollfd waiting = { socket, POLLIN, 0 };
    for (ssize_t got; poll(&waiting, 1, WHILE) == 1 && (got = recv(socket, text + length, PIECE - 1, 0)) > 0; ) {
        length += (size_t)got;
        text = realloc(text, length + PIECE);
        text[length] = '\0';
    }
    close(socket);
    return text;
}

/* One request, after which the connection is to end. */
static char *ask(int port, const char *method, const char *path, const char *headers, const void *body, size_t length)
{
    char head[1024];
    int socket = dial(port);
    CU_ASSERT_FATAL(socket >= 0);
    int bytes = snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nConnection: close\r\nContent-Length: %zu\r\n%s%s\r\n", method, path, length,
                         strstr(headers, "Host:") ? "" : "Host: localhost\r\n", headers);
    put(socket, head, (size_t)bytes);
    put(socket, body, length);
    return hear(socket);
}

static int status_of(const char *reply)
{
    int status = 0;
    sscanf(reply, "HTTP/1.1 %d", &status);
    return status;
}

static const char *body_of(const char *reply)
{
    const char *end = strstr(reply, "\r\n\r\n");
    return end ? end + 4 : "";
}

static int status(int port, const char *method, const char *path, const char *headers, const void *body, size_t length)
{
    char *reply = ask(port, method, path, headers, body, length);
    int code = status_of(reply);
    free(reply);
    return code;
}

/* ---- a trainer that serves ---- */

static pid_t server;

/* Trains, then serves; returns the port. */
static int start(const char *line)
{
    int port = 0;
    const struct timespec moment = { .tv_nsec = 10000000 };
    CU_ASSERT_EQUAL_FATAL(tiny_code("train --quiet"), 0);
    unlink("out");
    fflush(NULL);
    server = fork();
    if (!server)
        tiny_child(line);
    for (int i = 0; i < 1000 && !port; i++) {
        char *out = tiny_read("out", NULL);
        if (out)
            sscanf(out, "http://127.0.0.1:%d/ takes pictures", &port);
        free(out);
        nanosleep(&moment, NULL);
    }
    CU_ASSERT_TRUE_FATAL(port > 0);
    return port;
}

static int stop(void)
{
    int code;
    kill(server, SIGINT);
    waitpid(server, &code, 0);
    return WIFEXITED(code) ? WEXITSTATUS(code) : -1;
}

static void programs_are_answered(void)
{
    size_t length;
    tiny_enter();
    int port = start("serve --port 0");
    char *picture = tiny_read("data/light.3.png", &length);
    char *reply = ask(port, "POST", "/predict", "", picture, length);
    CU_ASSERT_EQUAL(status_of(reply), 200);
    CU_ASSERT_PTR_NOT_NULL(strstr(reply, "Content-Type: application/json\r\n"));
    TinyRun told = tiny_run("predict --json data/light.3.png");         /* the same, but for the file's name */
    json_t *answer = json_loads(body_of(reply), 0, NULL), *expected = json_loads(told.out, JSON_DISABLE_EOF_CHECK, NULL);
    json_object_del(expected, "file");
    CU_ASSERT_TRUE(json_equal(answer, expected));
    json_decref(answer);
    json_decref(expected);
    tiny_free(&told);
    free(reply);
    reply = ask(port, "GET", "/model", "", NULL, 0);
    json_t *model = json_loads(body_of(reply), 0, NULL);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(model, "classes")), TINY_CLASSES);
    CU_ASSERT_EQUAL(json_integer_value(json_array_get(json_object_get(model, "input"), 0)), 4);
    json_decref(model);
    free(reply);
    free(picture);
    CU_ASSERT_EQUAL(stop(), 0);
    char *err = tiny_read("err", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(err, "tiny: weights of runs/tiny/1/best.safetensors"));
    free(err);
    tiny_leave();
}

/* Pictures of what the network saw, each a PNG whose pixels can be read. */
static void what_was_seen_is_sent(void)
{
    size_t length, i;
    json_t *one;
    tiny_enter();
    int port = start("serve --port 0");
    char *picture = tiny_read("data/light.3.png", &length);
    char *reply = ask(port, "POST", "/look", "", picture, length);
    json_t *answer = json_loads(body_of(reply), 0, NULL);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(answer, "class")), "light");
    bool maps = false, heat = false;
    Arena *arena = arena_open();
    json_array_foreach(json_object_get(answer, "pictures"), i, one) {
        const char *title = json_string_value(json_object_get(one, "title"));
        const char *uri = arena_printf(arena, "data:image/png;base64,%s", json_string_value(json_object_get(one, "png")));
        char reason[REASON_ROOM];
        Picture seen;
        size_t bytes;
        const uint8_t *png = dom_data(arena, uri, "image/png", &bytes);
        CU_ASSERT_TRUE_FATAL(png && picture_decode(&seen, png, bytes, 3, reason));
        CU_ASSERT_TRUE(seen.h > 20 && seen.w > 20);
        picture_free(&seen);
        maps |= !strcmp(title, "conv1");
        heat |= !strncmp(title, "heat-", 5);
    }
    CU_ASSERT_TRUE(maps);
    CU_ASSERT_TRUE(heat);
    arena_close(arena);
    json_decref(answer);
    free(reply);
    char *again = ask(port, "POST", "/predict", "", picture, length);    /* what was seen leaves no trace */
    TinyRun told = tiny_run("predict --json data/light.3.png");
    json_t *after = json_loads(body_of(again), 0, NULL), *expected = json_loads(told.out, JSON_DISABLE_EOF_CHECK, NULL);
    json_object_del(expected, "file");
    CU_ASSERT_TRUE(json_equal(after, expected));
    json_decref(after);
    json_decref(expected);
    tiny_free(&told);
    free(again);
    free(picture);
    CU_ASSERT_EQUAL(stop(), 0);
    tiny_leave();
}

/* Well-formed, with a script of its own and nothing from elsewhere. */
static void the_page_stands_alone(void)
{
    const char *why = "";
    Arena *arena = arena_open();
    tiny_enter();
    int port = start("serve --port 0");
    char *reply = ask(port, "GET", "/", "", NULL, 0);
    Node *page = dom_read(arena, body_of(reply), &why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    CU_ASSERT_EQUAL(dom_count(page, "script"), 1);
    CU_ASSERT_PTR_NULL(dom_attribute(dom_find(page, "script", 0), "src"));
    CU_ASSERT_EQUAL(dom_count(page, "link"), 0);
    CU_ASSERT_STRING_EQUAL(dom_text(arena, dom_find(page, "title", 0)), "tiny");
    CU_ASSERT_PTR_NOT_NULL(dom_by_id(page, "file"));
    CU_ASSERT_PTR_NOT_NULL(strstr(reply, "Content-Security-Policy: default-src 'none'; "));
    CU_ASSERT_PTR_NOT_NULL(strstr(reply, "X-Content-Type-Options: nosniff\r\n"));
    free(reply);
    CU_ASSERT_EQUAL(stop(), 0);
    tiny_leave();
    arena_close(arena);
}

static void what_is_no_picture_is_refused(void)
{
    static const char bomb[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff\0\0\0\xff\0\0\x08\x02\0\0\0";
    char *reply;
    size_t length;
    tiny_enter();
    int port = start("serve --port 0");
    reply = ask(port, "POST", "/predict", "", "no picture", 10);
    CU_ASSERT_EQUAL(status_of(reply), 422);
    CU_ASSERT_PTR_EQUAL(strstr(body_of(reply), "{\"error\":\"is no picture: "), body_of(reply));
    free(reply);
    CU_ASSERT_EQUAL(status(port, "POST", "/predict", "", "", 0), 422);
    CU_ASSERT_EQUAL(status(port, "POST", "/predict", "", bomb, sizeof bomb), 422);
    char *picture = tiny_read("data/light.3.png", &length);
    for (size_t cut = 1; cut < length; cut += 3)
        CU_ASSERT_EQUAL(status(port, "POST", "/predict", "", picture, cut), 422);
    CU_ASSERT_EQUAL(status(port, "POST", "/predict", "", picture, length), 200);
    free(picture);
    CU_ASSERT_EQUAL(status(port, "GET", "/nothing", "", NULL, 0), 404);
    CU_ASSERT_EQUAL(status(port, "GET", "/../../etc/passwd", "", NULL, 0), 404);
    CU_ASSERT_EQUAL(status(port, "GET", "/predict%2fx", "", NULL, 0), 404);
    reply = ask(port, "GET", "/predict", "", NULL, 0);
    CU_ASSERT_EQUAL(status_of(reply), 405);
    CU_ASSERT_PTR_NOT_NULL(strstr(reply, "Allow: POST\r\n"));
    free(reply);
    CU_ASSERT_EQUAL(status(port, "BREW", "/", "", NULL, 0), 405);
    CU_ASSERT_EQUAL(status(port, "HEAD", "/", "", NULL, 0), 200);
    CU_ASSERT_EQUAL(stop(), 0);
    tiny_leave();
}

static const char form_type[] = "Content-Type: multipart/form-data; boundary=--here\r\n";

/* A form of a note and so many files that are all the same, as curl -F file=@light.3.png sends it; to be freed. */
static char *form_of(int files, const void *file, size_t length, size_t *bytes)
{
    char *form;
    FILE *out = open_memstream(&form, bytes);
    fputs("----here\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\na light one\r\n", out);
    for (int i = 0; i < files; i++) {
        fputs("----here\r\nContent-Disposition: form-data; name=\"file\"; filename=\"light.3.png\"\r\n"
              "Content-Type: image/png\r\n\r\n", out);
        fwrite(file, 1, length, out);
        fputs("\r\n", out);
    }
    fputs("----here--\r\n", out);
    fclose(out);
    return form;
}

static void a_form_holds_the_picture(void)
{
    static const struct { int files; int status; const char *error; } asked[] = {
        { 0, 400, "the form holds no file, or an empty one; " },
        { 1, 200, NULL },
        { 2, 400, "the form holds more than one file; " },
    };
    size_t length;
    tiny_enter();
    int port = start("serve --port 0");
    char *picture = tiny_read("data/light.3.png", &length);
    char *plain = ask(port, "POST", "/predict", "", picture, length), *reply;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        size_t bytes;
        char *body = form_of(asked[i].files, picture, length, &bytes);
        reply = ask(port, "POST", "/predict", form_type, body, bytes);
        CU_ASSERT_EQUAL(status_of(reply), asked[i].status);
        CU_ASSERT_TRUE(asked[i].error ? strstr(body_of(reply), asked[i].error) != NULL
                                      : !strcmp(body_of(reply), body_of(plain)));
        free(reply);
        free(body);
    }
    reply = ask(port, "POST", "/predict", form_type, "----here\r\nContent-Disp", 22);
    CU_ASSERT_EQUAL(status_of(reply), 400);
    free(reply);
    CU_ASSERT_EQUAL(status(port, "POST", "/predict", "Content-Type: multipart/form-data\r\n", picture, length), 400);
    free(plain);
    free(picture);
    CU_ASSERT_EQUAL(stop(), 0);
    tiny_leave();
}

/* Pages of other servers can lead a browser here, also by a name of their own. */
static void other_pages_are_refused(void)
{
    tiny_enter();
    int port = start("serve --port 0");
    char *reply = ask(port, "GET", "/", "Host: evil.example\r\n", NULL, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(reply, "Content-Type: application/json\r\n"));
    CU_ASSERT_STRING_EQUAL(body_of(reply), "{\"error\":\"this server answers to its address and to localhost, to no other name\"}");
    free(reply);
    CU_ASSERT_EQUAL(status(port, "GET", "/", "Host: evil.example\r\n", NULL, 0), 403);
    CU_ASSERT_EQUAL(status(port, "GET", "/", "Host: localhost.evil.example\r\n", NULL, 0), 403);
    CU_ASSERT_EQUAL(status(port, "GET", "/", "Host: LOCALHOST:8080\r\n", NULL, 0), 200);
    CU_ASSERT_EQUAL(status(port, "GET", "/", "Host: [::1]:80\r\n", NULL, 0), 200);
    CU_ASSERT_EQUAL(status(port, "GET", "/", "Host: [::1]evil.example\r\n", NULL, 0), 403);
    CU_ASSERT_EQUAL(status(port, "GET", "/", "Host: 127.0.0.1.evil.example\r\n", NULL, 0), 403);
    CU_ASSERT_EQUAL(status(port, "POST", "/predict", "Origin: http://evil.example\r\n", "x", 1), 403);
    CU_ASSERT_EQUAL(status(port, "POST", "/predict", "Origin: null\r\n", "x", 1), 403);
    CU_ASSERT_EQUAL(status(port, "POST", "/predict", "Origin: http://localhost\r\n", "x", 1), 422);
    CU_ASSERT_EQUAL(stop(), 0);
    tiny_leave();
}

static void ports_and_addresses(void)
{
    char line[64], expected[128];
    tiny_enter();
    int port = start("serve --port 0 --quiet");
    snprintf(line, sizeof line, "serve --port %d", port);
    snprintf(expected, sizeof expected, "tiny: cannot listen on 127.0.0.1, port %d: Address already in use\n", port);
    rename("out", "kept");              /* the server writes on */
    TinyRun second = tiny_run(line);
    CU_ASSERT_EQUAL(second.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(second.err, expected));
    tiny_free(&second);
    TinyRun wrong = tiny_run("serve --address nowhere");
    CU_ASSERT_EQUAL(wrong.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(wrong.err, "tiny: 'nowhere' is no address, as 127.0.0.1 or ::1\n"));
    tiny_free(&wrong);
    CU_ASSERT_EQUAL(tiny_code("serve --port 65536"), EXIT_USAGE);
    CU_ASSERT_EQUAL(stop(), 0);
    tiny_leave();
}

/* ---- limits, of a bare server ---- */

static int handled;

static void echo(void *context, const HttpRequest *request, HttpAnswer *answer)
{
    (void)context;
    handled++;
    answer->status = 200;
    answer->length = request->length;
    answer->body = malloc(request->length + 1);
    memcpy(answer->body, request->body ? (const char *)request->body : "", request->length);
}

static void echo_late(void *context, const HttpRequest *request, HttpAnswer *answer)
{
    nanosleep(&(struct timespec){ .tv_sec = 1, .tv_nsec = 400000000 }, NULL);
    echo(context, request, answer);
}

static Http *bare_at(const char *address, HttpLimits limits, HttpHandler *handler)
{
    char reason[REASON_ROOM];
    Http *http = http_open(address, 0, limits, handler, NULL, reason);
    CU_ASSERT_PTR_NOT_NULL_FATAL(http);
    handled = 0;
    return http;
}

static Http *bare(HttpLimits limits)
{
    return bare_at("127.0.0.1", limits, echo);
}

static bool lives(const Http *http)
{
    char *reply = ask(http_port(http), "POST", "/", "", "hello", 5);
    bool well = status_of(reply) == 200 && !strcmp(body_of(reply), "hello");
    free(reply);
    return well;
}

/* Asks with a body that is cut behind `first` bytes and then every `then`: the server takes up every chunk for itself. */
static char *ask_in_pieces(int port, const char *headers, const char *body, size_t length, size_t first,
                           size_t then)
{
    char *text;
    size_t bytes, piece = first;
    FILE *out = open_memstream(&text, &bytes);
    fprintf(out, "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n%s\r\n",
            headers);
    for (size_t at = 0; at < length; at += piece, piece = then) {
        piece = piece < length - at ? piece : length - at;
        fprintf(out, "%zx\r\n", piece);
        fwrite(body + at, 1, piece, out);
        fputs("\r\n", out);
    }
    fputs("0\r\n\r\n", out);
    fclose(out);
    int socket = dial(port);
    CU_ASSERT_FATAL(socket >= 0);
    put(socket, text, bytes);
    free(text);
    return hear(socket);
}

/* A form holds the same wherever it is cut, in two or into pieces of so many bytes each. What looks like a boundary in the
 * file is the file's. */
static void a_form_may_be_cut_anywhere(void)
{
    static const char light[] = "\r\n----her\r\r\n--";
    static const struct { int files; const char *file; int status; } forms[] = {
        { 1, light, 200 }, { 1, "x", 200 }, { 2, light, 400 }, { 2, "x", 400 }, { 1, "", 400 }, { 2, "", 400 }, { 0, "", 400 },
    };
    Http *http = bare(http_limits);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t length;
        char *form = form_of(forms[i].files, forms[i].file, strlen(forms[i].file), &length), *whole = NULL;
        for (size_t cut = length; cut > 0; cut--)
            for (int small = 0; small < 2; small++) {
                char *reply = ask_in_pieces(http_port(http), form_type, form, length, cut, small ? cut : length);
                CU_ASSERT_EQUAL(status_of(reply), forms[i].status);
                if (forms[i].status == 200)
                    CU_ASSERT_STRING_EQUAL(body_of(reply), forms[i].file);
                if (!whole)
                    whole = strdup(body_of(reply));
                CU_ASSERT_STRING_EQUAL(body_of(reply), whole);
                free(reply);
            }
        free(whole);
        free(form);
    }
    CU_ASSERT_TRUE(lives(http));
    http_close(http);
}

/* As the library hands on a form's fields: an empty piece at times, before a file's first or for an empty file. */
static void a_form_comes_in_pieces(void)
{
    static const struct { const char *file, *data; uint64_t offset; int files; const char *kept; } pieces[] = {
        { NULL, "note", 0, 0, "" },
        { "none.png", "", 0, 0, "" },
        { "one.png", "", 0, 0, "" },
        { "one.png", "a", 0, 1, "a" },
        { "one.png", "bc", 1, 1, "abc" },
        { NULL, "", 0, 1, "abc" },
        { "none.png", "", 0, 1, "abc" },
        { "two.png", "d", 0, 2, "abc" },
        { "two.png", "e", 1, 2, "abc" },
        { "three.png", "f", 0, 3, "abc" },
    };
    HttpBody body = { 0 };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        CU_ASSERT_TRUE(http_form_piece(&body, pieces[i].file, pieces[i].data, pieces[i].offset, strlen(pieces[i].data)));
        CU_ASSERT_EQUAL(body.files, pieces[i].files);
        CU_ASSERT_EQUAL_FATAL(body.length, strlen(pieces[i].kept));
        CU_ASSERT_TRUE(!body.length || !memcmp(body.bytes, pieces[i].kept, body.length));
        CU_ASSERT_EQUAL(http_form_fault(&body, true) == NULL, body.files == 1);
        CU_ASSERT_STRING_EQUAL(http_form_fault(&body, false), "the form ends early");
    }
    free(body.bytes);
    CU_ASSERT_TRUE(http_is_form("Multipart/Form-Data; boundary=here"));
    CU_ASSERT_FALSE(http_is_form("image/png"));
    CU_ASSERT_FALSE(http_is_form(NULL));
}

static void large_bodies_are_refused(void)
{
    HttpLimits limits = http_limits;
    limits.body = 1000;
    char body[1000] = { 0 }, line[128], *reply;
    Http *http = bare(limits);
    int port = http_port(http), socket;
    CU_ASSERT_EQUAL(status(port, "POST", "/", "", body, 1000), 200);
    CU_ASSERT_EQUAL(status(port, "POST", "/", "", body, 1001 - 1), 200);
    socket = dial(port);                /* what is announced is not waited for */
    snprintf(line, sizeof line, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %s\r\n\r\n", "99999999999999");
    put(socket, line, strlen(line));
    reply = hear(socket);
    CU_ASSERT_EQUAL(status_of(reply), 413);
    CU_ASSERT_STRING_EQUAL(body_of(reply), "{\"error\":\"the body is too large\"}");
    free(reply);
    socket = dial(port);                /* and what is not announced is cut off */
    static const char chunked[] = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    put(socket, chunked, sizeof chunked - 1);
    for (int i = 0; i < 100; i++)
        put(socket, "64\r\n0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n", 106);
    put(socket, "0\r\n\r\n", 5);
    reply = hear(socket);
    CU_ASSERT_NOT_EQUAL(status_of(reply), 200);
    free(reply);
    CU_ASSERT_EQUAL(handled, 2);
    CU_ASSERT_TRUE(lives(http));
    http_close(http);
}

static void nonsense_is_survived(void)
{
    Http *http = bare(http_limits);
    int port = http_port(http);
    char garbage[70000];
    unsigned state = 1;
    for (size_t i = 0; i < sizeof garbage; i++)
        garbage[i] = (char)((state = state * 1664525 + 1013904223) >> 24);
    for (int i = 0; i < 8; i++) {
        int socket = dial(port);
        put(socket, garbage + i, 1000u << i > sizeof garbage - 8 ? sizeof garbage - 8 : 1000u << i);
        free(hear(socket));
    }
    memset(garbage, 'a', sizeof garbage);       /* a header without an end */
    int socket = dial(port);
    put(socket, "GET / HTTP/1.1\r\nHost: ", 22);
    put(socket, garbage, sizeof garbage);
    char *reply = hear(socket);
    CU_ASSERT_NOT_EQUAL(status_of(reply), 200);
    free(reply);
    for (int i = 0; i < 50; i++)        /* who asks and goes */
        close(dial(port));
    CU_ASSERT_EQUAL(handled, 0);
    CU_ASSERT_TRUE(lives(http));
    http_close(http);
}

static void few_connections_at_a_time(void)
{
    enum { MANY = 40 };
    HttpLimits limits = http_limits;
    int socket[MANY], alive = 0;
    Http *http = bare(limits);
    for (int i = 0; i < MANY; i++)
        socket[i] = dial(http_port(http));
    for (int i = 0; i < MANY; i++) {
        static const char line[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        put(socket[i], line, sizeof line - 1);
    }
    for (int i = 0; i < MANY; i++) {
        char *reply = hear(socket[i]);
        alive += status_of(reply) == 200;
        free(reply);
    }
    CU_ASSERT_TRUE(alive >= 1);
    CU_ASSERT_EQUAL(alive, handled);
    CU_ASSERT_TRUE(lives(http));
    http_close(http);
}

/* One that says nothing, and one that says a letter now and then. */
static void slow_clients_are_ended(void)
{
    const HttpLimits limits = { .connections = HTTP_CONNECTIONS, .body = 1000, .idle = 1, .whole = 2 };
    const struct timespec moment = { .tv_nsec = 200000000 };
    Http *http = bare(limits);
    int silent = dial(http_port(http)), slow = dial(http_port(http));
    double begun = seconds_now();
    static const char line[] = "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    bool ended = false;
    int longer = 0;             /* moments by which the slow one outlived the silent one */
    struct pollfd waiting = { silent, POLLIN, 0 };
    put(silent, "G", 1);
    for (size_t i = 0; i < sizeof line && !ended; i++) {
        longer += poll(&waiting, 1, 0) == 1;
        ended = send(slow, line + i, 1, MSG_NOSIGNAL) != 1;
        nanosleep(&moment, NULL);
        http_tend(http);
    }
    CU_ASSERT_TRUE(ended);
    CU_ASSERT_TRUE(longer >= 3);
    CU_ASSERT_TRUE(seconds_now() - begun < 6);
    char *reply = hear(silent);
    CU_ASSERT_NOT_EQUAL(status_of(reply), 200);
    CU_ASSERT_TRUE(seconds_now() - begun < 6);
    free(reply);
    close(slow);
    CU_ASSERT_TRUE(lives(http));
    http_close(http);
}

/* However long answers take, longer than anybody may be idle or a request may come, who has asked gets one, and so do
 * those behind. The library must not count either: one is connected before and one behind whoever is answered first,
 * and both ask only when that is under way. */
static void slow_answers_come(void)
{
    enum { CLIENTS = 3, FIRST = 1 };
    const HttpLimits limits = { .connections = HTTP_CONNECTIONS, .body = 1000, .idle = 1, .whole = 1 };
    const struct timespec moment = { .tv_nsec = 100000000 };
    static const char line[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    Http *http = bare_at("127.0.0.1", limits, echo_late);
    int socket[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        socket[i] = dial(http_port(http));
    nanosleep(&moment, NULL);
    put(socket[FIRST], line, sizeof line - 1);
    for (int moments = 0; moments < 44; moments++) {
        for (int i = 0; i < CLIENTS && moments == 4; i++)
            if (i != FIRST)
                put(socket[i], line, sizeof line - 1);
        nanosleep(&moment, NULL);
        http_tend(http);
    }
    for (int i = 0; i < CLIENTS; i++) {
        char *reply = hear(socket[i]);
        CU_ASSERT_EQUAL(status_of(reply), 200);
        free(reply);
    }
    http_close(http);
}

/* However long a request came, its answer's clock begins when that is there. It is larger than what can be under way, so
 * that it has not gone when the clock is looked at. */
static void an_answer_has_time_of_its_own(void)
{
    enum { LENGTH = 12 << 20 };
    const HttpLimits limits = { .connections = HTTP_CONNECTIONS, .body = LENGTH, .idle = 10, .whole = 1 };
    const struct timespec longer = { .tv_sec = 1, .tv_nsec = 200000000 };
    char head[128], *body = malloc(LENGTH + 1);
    memset(body, 'a', LENGTH);
    body[LENGTH] = '\0';
    snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
             LENGTH);
    Http *http = bare(limits);
    int socket = dial(http_port(http));
    struct pollfd waiting = { socket, POLLIN, 0 };
    put(socket, head, strlen(head));
    put(socket, body, LENGTH - 1);
    nanosleep(&longer, NULL);
    put(socket, body + LENGTH - 1, 1);
    CU_ASSERT_EQUAL(poll(&waiting, 1, 5000), 1);
    http_tend(http);
    char *reply = hear(socket);
    CU_ASSERT_EQUAL(status_of(reply), 200);
    CU_ASSERT_TRUE(!strcmp(body_of(reply), body));
    free(reply);
    free(body);
    http_close(http);
}

/* At any address a name that is not its own is refused, and no address is. */
static void every_address_is_guarded(void)
{
    static const struct { const char *address, *headers; int status; } asked[] = {
        { "127.0.0.1", "Host: 127.0.0.2:80\r\n", 200 },
        { "0.0.0.0", "Host: 192.0.2.1\r\n", 200 },
        { "0.0.0.0", "Host: [2001:db8::1]:80\r\n", 200 },
        { "0.0.0.0", "Host: localhost:80\r\n", 200 },
        { "0.0.0.0", "Host: evil.example\r\n", 403 },
        { "0.0.0.0", "Host: evil.example\r\nOrigin: http://evil.example\r\n", 403 },
        { "0.0.0.0", "Host: 2001:db8::1\r\n", 403 },
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        Http *http = bare_at(asked[i].address, http_limits, echo);
        CU_ASSERT_EQUAL(status(http_port(http), "GET", "/", asked[i].headers, NULL, 0), asked[i].status);
        http_close(http);
    }
}

/* ---- a browser ---- */

static bool page_says(Browser *browser, const char *id, const char *words)
{
    char ask[256];
    snprintf(ask, sizeof ask, "document.getElementById('%s').textContent.includes('%s')", id, words);
    return browser_wait(browser, ask);
}

/* The answer is there before what the network saw: that is sent once it is released. */
static const char held_back[] =
    "(() => { const plain = window.fetch; const gate = new Promise(open => { window.release = open; });\n"
    "window.fetch = (path, how) => path === 'look' ? gate.then(() => plain(path, how)) : plain(path, how); })()";

/* A table of long names stays in its card on a phone. */
static const char fits[] =
    "(() => { bars([['a_very_long_name_of_a_class', 0.7], ['another name of words', 0.3]], true);\n"
    "return document.getElementById('bars').getBoundingClientRect().right <=\n"
    "document.getElementById('answer').getBoundingClientRect().right - 14; })()";

static void a_browser_shows_the_answer(void)
{
    char url[64], path[4200], here[4096], profile[4200];
    tiny_enter();
    if (!getcwd(here, sizeof here))
        return;
    snprintf(profile, sizeof profile, "%s/browser", here);
    int port = start("serve --port 0");
    Browser *browser = browser_open(profile);
    if (!browser) {
        printf("\na_browser_shows_the_answer: skipped, for there is no chromium\n");
        stop();
        tiny_leave();
        return;
    }
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    browser_go(browser, url);
    snprintf(path, sizeof path, "%s/data/light.3.png", here);
    json_decref(browser_ask(browser, held_back));
    browser_choose(browser, "#file", path);
    CU_ASSERT_TRUE(page_says(browser, "said", "light"));
    CU_ASSERT_TRUE(page_says(browser, "detail", "%"));
    CU_ASSERT_TRUE(browser_wait(browser, "document.querySelectorAll('#bars tr').length === 3"));
    CU_ASSERT_TRUE(browser_wait(browser, "document.getElementById('picture').naturalWidth === 4"));
    CU_ASSERT_TRUE(page_says(browser, "state", "looking into the network"));
    CU_ASSERT_TRUE(browser_wait(browser, "document.getElementById('seen').hidden"));
    json_decref(browser_ask(browser, "release()"));
    CU_ASSERT_TRUE(browser_wait(browser, "[...document.querySelectorAll('#pictures img')].some(i => i.alt === 'conv1' && "
                                         "i.naturalWidth > 20)"));
    browser_look(browser, 375, 800, true);      /* nothing hangs over the edge */
    CU_ASSERT_TRUE(browser_wait(browser, "document.documentElement.scrollWidth <= 375"));
    CU_ASSERT_TRUE(browser_wait(browser, fits));
    tiny_write("<b>no.png", "no picture", 10);  /* a name is text, whatever it holds */
    snprintf(path, sizeof path, "%s/<b>no.png", here);
    browser_choose(browser, "#file", path);
    CU_ASSERT_TRUE(page_says(browser, "state", "<b>no.png: is no picture"));
    CU_ASSERT_TRUE(browser_wait(browser, "document.getElementById('answer').hidden"));
    browser_close(browser);
    CU_ASSERT_EQUAL(stop(), 0);
    tiny_leave();
}

void suite_serve(void)
{
    CU_pSuite suite = CU_add_suite("serve", NULL, NULL);
    CU_ADD_TEST(suite, a_form_comes_in_pieces);
    if (!http_is_there()) {
        printf("\nserve: the rest is skipped, for this runtime was built without libmicrohttpd\n");
        return;
    }
    CU_ADD_TEST(suite, programs_are_answered);
    CU_ADD_TEST(suite, what_was_seen_is_sent);
    CU_ADD_TEST(suite, the_page_stands_alone);
    CU_ADD_TEST(suite, what_is_no_picture_is_refused);
    CU_ADD_TEST(suite, a_form_holds_the_picture);
    CU_ADD_TEST(suite, other_pages_are_refused);
    CU_ADD_TEST(suite, ports_and_addresses);
    CU_ADD_TEST(suite, a_form_may_be_cut_anywhere);
    CU_ADD_TEST(suite, large_bodies_are_refused);
    CU_ADD_TEST(suite, nonsense_is_survived);
    CU_ADD_TEST(suite, few_connections_at_a_time);
    CU_ADD_TEST(suite, slow_clients_are_ended);
    CU_ADD_TEST(suite, slow_answers_come);
    CU_ADD_TEST(suite, an_answer_has_time_of_its_own);
    CU_ADD_TEST(suite, every_address_is_guarded);
    CU_ADD_TEST(suite, a_browser_shows_the_answer);
}
