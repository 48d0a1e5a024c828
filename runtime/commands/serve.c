/* serve.c - the command `serve`: a page on which a person drops a picture, and an endpoint for programs. */

#include "runtime/commands/serve.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/markup.h"
#include "base/text.h"
#include "runtime/look/look.h"
#include "runtime/look/saliency.h"
#include "runtime/network/view.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"
#include "runtime/system/stop.h"
#include "runtime/training/telling.h"

enum { PORT = 8080 };

/* ---- the network ---- */

/* The reader holds on to the job in `trained`: a service stays where it was opened. */
void service_open(Service *service, const Program *program, const Options *options)
{
    if (shape_is_vector(program->job.input.shape))
        fault("the network takes vectors: a page to drop pictures on is of no use; `predict` answers rows");
    *service = (Service){ .trained = trained_open(program, options, &program->view), .options = options };
    service->reader = input_open(&service->trained.job);
    service->input = need_memory(sizeof(float) * (size_t)shape_size(program->job.input.shape) + INPUT_SLACK);
    service->output = need_memory(sizeof(float) * (size_t)shape_size(program->output));
}

void service_close(Service *service)
{
    input_close(&service->reader);
    free(service->input);
    free(service->output);
    trained_close(&service->trained);
}

/* Fills the service's output by the picture in the body. */
static bool answer_picture(Service *service, const HttpRequest *request, char reason[REASON_ROOM])
{
    const Program *program = service->trained.network->program;
    Step step = { 0 };
    if (!input_decode(&service->reader, request->body, request->length, service->input, reason))
        return false;
    view_run(service->trained.network, service->input, NULL, &step);
    output_read(program, &step, 0, service->output);
    for (long i = 0; i < shape_size(program->output); i++)
        if (!isfinite(service->output[i]))
            return refuse(reason, "the network's answer is no finite number");
    decision_temper(&service->trained.decision, service->output);
    service->answered++;
    return true;
}

/* ---- answers ---- */

/* Gives the object up. */
static void send_json(HttpAnswer *answer, int status, json_t *object, int digits)
{
    answer->status = status;
    answer->type = "application/json";
    answer->body = json_line_to(object, digits);
    answer->length = strlen(answer->body);
    json_decref(object);
}

/* `allow` stays. */
static void send_error(HttpAnswer *answer, int status, const char *why)
{
    const char *allow = answer->allow;
    *answer = http_error(status, why);
    answer->allow = allow;
}

static void get_page(Service *service, const HttpRequest *request, HttpAnswer *answer)
{
    (void)request;
    answer->status = 200;
    answer->type = "text/html; charset=utf-8";
    answer->policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                     "img-src data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    answer->body = service_page(service, &answer->length);
}

static void get_model(Service *service, const HttpRequest *request, HttpAnswer *answer)
{
    const Program *program = service->trained.network->program;
    Shape shape = program->job.input.shape;
    json_t *object = json_object(), *classes = json_array(), *input = json_array();
    (void)request;
    json_put(object, "card", json_text(program->card));
    json_put(object, "hash", json_text(program->hash));
    json_put(object, "weights", json_text(service->trained.checkpoint->path));
    json_add(input, json_integer(shape.h));
    json_add(input, json_integer(shape.w));
    json_add(input, json_integer(shape.c));
    json_put(object, "input", input);
    for (int i = 0; i < program->classes; i++)
        json_add(classes, json_text(service->trained.class_name[i]));
    json_put(object, "classes", classes);
    send_json(answer, 200, object, FLOAT_DIGITS);
}

/* ---- what the network saw ---- */

enum {
    PICTURES_BYTES = 16 << 20,  /* of all PNGs: of a network of many layers the first are sent */
    LOOK_SECONDS = 20,          /* for all of them: others wait meanwhile */
};

typedef struct {
    json_t *list, *notes;
    size_t bytes;
} Pictures;

static void put_picture(const Look *look, const char *name, const uint8_t *png, size_t bytes)
{
    Pictures *pictures = look->context;
    char *text;
    size_t length;
    if (strstr(name, "-filters") || pictures->bytes + bytes > PICTURES_BYTES)
        return;                 /* the filters are the same for all pictures */
    pictures->bytes += bytes;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    markup_base64(out, png, bytes);
    fclose(out);
    json_t *one = json_object();
    json_put(one, "title", json_text(name));
    json_put(one, "png", json_text(text));
    json_add(pictures->list, one);
    free(text);
}

static void put_note(const Look *look, const char *text)
{
    Pictures *pictures = look->context;
    json_add(pictures->notes, json_text(text));
}

/* The sheets of the command `look`, and what is said in place of some; its page is not wanted here. */
static void put_pictures(const Service *service, json_t *object)
{
    const Program *program = service->trained.network->program;
    Pictures pictures = { .list = json_array(), .notes = json_array() };
    Look look = { .trained = &service->trained, .options = service->options, .layer = saliency_layer(program),
                  .arena = arena_open(), .picture = "the picture", .shown = input_shown(&service->trained.job.input),
                  .until = seconds_now() + LOOK_SECONDS, .put = put_picture, .note = put_note, .context = &pictures,
                  .page = page_open("", NULL) };
    look_begin(&look, service->input);
    look_heat(&look);
    look_layers(&look);
    page_abandon(look.page);
    arena_close(look.arena);
    json_put(object, "pictures", pictures.list);
    json_put(object, "notes", pictures.notes);
}

static void answer_post(Service *service, const HttpRequest *request, HttpAnswer *answer, bool looks)
{
    char reason[REASON_ROOM];
    json_t *object = json_object();
    if (!answer_picture(service, request, reason)) {
        json_decref(object);
        send_error(answer, 422, reason);
        return;
    }
    int digits = telling_put(&service->trained, service->options->top, service->input, service->output, object);
    if (looks)
        put_pictures(service, object);
    send_json(answer, 200, object, digits);
}

static void post_predict(Service *service, const HttpRequest *request, HttpAnswer *answer)
{
    answer_post(service, request, answer, false);
}

static void post_look(Service *service, const HttpRequest *request, HttpAnswer *answer)
{
    answer_post(service, request, answer, true);
}

/* ---- which answer ---- */

static const struct {
    const char *path, *method;
    void (*answer)(Service *service, const HttpRequest *request, HttpAnswer *answer);
} routes[] = {
    { "/", "GET", get_page },
    { "/model", "GET", get_model },
    { "/predict", "POST", post_predict },
    { "/look", "POST", post_look },
};

void service_answer(void *context, const HttpRequest *request, HttpAnswer *answer)
{
    Service *service = context;
    if (stop_wanted()) {
        send_error(answer, 503, "this server is about to end");
        return;
    }
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (strcmp(request->path, routes[i].path))
            continue;
        answer->allow = routes[i].method;
        if (!strcmp(request->method, routes[i].method) ||
            (!strcmp(request->method, "HEAD") && !strcmp(routes[i].method, "GET")))
            routes[i].answer(service, request, answer);
        else
            send_error(answer, 405, "not by this method");
        return;
    }
    send_error(answer, 404, "there is nothing here; POST a picture to /predict");
}

/* ---- the command ---- */

static void wait_for_stop(Http *http)
{
    const struct timespec moment = { .tv_nsec = 100000000 };
    while (!stop_wanted()) {
        nanosleep(&moment, NULL);
        http_tend(http);
    }
}

int serve_command(const Program *program, const Options *options)
{
    char reason[REASON_ROOM];
    const char *address = options->address ? options->address : "127.0.0.1";
    Service service;
    service_open(&service, program, options);
    stop_listen();
    stop_guard(true);
    int port = options->ported ? options->port : PORT;
    Http *http = http_open(address, port, http_limits, service_answer, &service, reason);
    if (!http)
        fault("%s", reason);
    printf("http://%s%s%s:%d/ takes pictures; Ctrl-C ends it\n", strchr(address, ':') ? "[" : "", address,
           strchr(address, ':') ? "]" : "", http_port(http));
    flush_output();
    wait_for_stop(http);
    http_close(http);
    if (!options->quiet)
        printf("%ld picture%s answered\n", service.answered, plural(service.answered));
    service_close(&service);
    return 0;
}
