#include "tests/support/browser.h"

#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct Browser {
    pid_t process;
    int to, from;
    char *text;                 /* what came and is not yet taken */
    size_t length;
    int calls;
    char session[64];           /* of the page; "" until it is there */
};

/* ---- messages, which end with a zero byte ---- */

static void send(Browser *browser, json_t *message)
{
    char *text = json_dumps(message, JSON_COMPACT);
    size_t length = strlen(text) + 1;
    ssize_t written = write(browser->to, text, length);
    assert(written == (ssize_t)length);
    free(text);
    json_decref(message);
}

static json_t *receive(Browser *browser)
{
    enum { PATIENCE = 30000, PIECE = 1 << 16 };
    char *end;
    while (!(end = browser->text ? memchr(browser->text, '\0', browser->length) : NULL)) {
        struct pollfd waiting = { browser->from, POLLIN, 0 };
        int ready = poll(&waiting, 1, PATIENCE);
        assert(ready == 1);
        browser->text = realloc(browser->text, browser->length + PIECE);
        ssize_t got = read(browser->from, browser->text + browser->length, PIECE);
        assert(got > 0);
        browser->length += (size_t)got;
    }
    json_t *message = json_loads(browser->text, 0, NULL);
    assert(message);
    browser->length -= (size_t)(end + 1 - browser->text);
    memmove(browser->text, end + 1, browser->length);
    return message;
}

/* Gives the parameters up; returns the result, to be given up. What happens meanwhile is passed over. */
static json_t *call(Browser *browser, const char *method, json_t *parameters)
{
    int id = ++browser->calls;
    json_t *message = json_pack("{s:i, s:s, s:o}", "id", id, "method", method, "params", parameters);
    if (*browser->session)
        json_object_set_new(message, "sessionId", json_string(browser->session));
    send(browser, message);
    for (;;) {
        json_t *reply = receive(browser);
        if (json_integer_value(json_object_get(reply, "id")) == id) {
            json_t *result = json_incref(json_object_get(reply, "result"));
            if (!result)
                printf("\nchromium: %s: %s\n", method, json_dumps(reply, 0));
            assert(result);
            json_decref(reply);
            return result;
        }
        json_decref(reply);
    }
}

/* ---- the browser ---- */

static pid_t start(const char *profile, int commands[2], int replies[2])
{
    char folder[4096];
    snprintf(folder, sizeof folder, "--user-data-dir=%s", profile);
    pid_t child = fork();
    if (child)
        return child;
    int in = fcntl(commands[0], F_DUPFD, 10), out = fcntl(replies[1], F_DUPFD, 10), nowhere = open("/dev/null", O_RDWR);
    dup2(in, 3);
    dup2(out, 4);
    for (int i = 0; i < 3; i++)
        dup2(nowhere, i);
    execlp("chromium", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", folder,
           "about:blank", (char *)NULL);
    _exit(127);
}

static void attach(Browser *browser)
{
    json_t *target = call(browser, "Target.createTarget", json_pack("{s:s}", "url", "about:blank"));
    json_t *page = call(browser, "Target.attachToTarget",
                        json_pack("{s:O, s:b}", "targetId", json_object_get(target, "targetId"), "flatten", 1));
    snprintf(browser->session, sizeof browser->session, "%s", json_string_value(json_object_get(page, "sessionId")));
    json_decref(target);
    json_decref(page);
}

Browser *browser_open(const char *profile)
{
    int commands[2], replies[2];
    if (system("command -v chromium > /dev/null 2>&1"))
        return NULL;
    Browser *browser = calloc(1, sizeof *browser);
    int piped = pipe2(commands, O_CLOEXEC) | pipe2(replies, O_CLOEXEC);
    assert(browser && !piped);
    browser->process = start(profile, commands, replies);
    close(commands[0]);
    close(replies[1]);
    browser->to = commands[1];
    browser->from = replies[0];
    attach(browser);
    return browser;
}

void browser_close(Browser *browser)
{
    kill(browser->process, SIGTERM);
    waitpid(browser->process, NULL, 0);
    close(browser->to);
    close(browser->from);
    free(browser->text);
    free(browser);
}

json_t *browser_ask(Browser *browser, const char *expression)
{
    json_t *result = call(browser, "Runtime.evaluate", json_pack("{s:s, s:b, s:b}", "expression", expression,
                                                                "awaitPromise", 1, "returnByValue", 1));
    json_t *value = json_incref(json_object_get(json_object_get(result, "result"), "value"));
    json_decref(result);
    return value ? value : json_null();
}

bool browser_wait(Browser *browser, const char *expression)
{
    const struct timespec moment = { .tv_nsec = 50000000 };
    for (int i = 0; i < 400; i++) {
        json_t *value = browser_ask(browser, expression);
        bool is = json_is_true(value);
        json_decref(value);
        if (is)
            return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

void browser_go(Browser *browser, const char *url)
{
    json_decref(call(browser, "Page.navigate", json_pack("{s:s}", "url", url)));
    bool shown = browser_wait(browser, "location.href !== 'about:blank' && document.readyState === 'complete'");
    assert(shown);
}

void browser_choose(Browser *browser, const char *selector, const char *path)
{
    json_t *page = call(browser, "DOM.getDocument", json_object());
    json_t *root = json_object_get(json_object_get(page, "root"), "nodeId");
    json_t *found = call(browser, "DOM.querySelector", json_pack("{s:O, s:s}", "nodeId", root, "selector", selector));
    json_decref(call(browser, "DOM.setFileInputFiles",
                     json_pack("{s:[s], s:O}", "files", path, "nodeId", json_object_get(found, "nodeId"))));
    json_decref(found);
    json_decref(page);
}

void browser_look(Browser *browser, int width, int height, bool dark)
{
    json_decref(call(browser, "Emulation.setDeviceMetricsOverride",
                     json_pack("{s:i, s:i, s:i, s:b}", "width", width, "height", height, "deviceScaleFactor", 1, "mobile", 0)));
    json_decref(call(browser, "Emulation.setEmulatedMedia",
                     json_pack("{s:[{s:s, s:s}]}", "features", "name", "prefers-color-scheme", "value", dark ? "dark" : "light")));
}

static int letter_value(char letter)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = letter ? strchr(letters, letter) : NULL;
    return at ? (int)(at - letters) : -1;
}

void browser_shoot(Browser *browser, const char *path)
{
    json_t *shot = call(browser, "Page.captureScreenshot", json_pack("{s:s}", "format", "png"));
    FILE *file = fopen(path, "wb");
    assert(file);
    unsigned bits = 0, count = 0;
    for (const char *at = json_string_value(json_object_get(shot, "data")); letter_value(*at) >= 0; at++) {
        bits = bits << 6 | (unsigned)letter_value(*at);
        count += 6;
        if (count >= 8)
            putc((int)(bits >> (count -= 8) & 255), file);
    }
    fclose(file);
    json_decref(shot);
}
