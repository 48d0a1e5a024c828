#include "runtime/commands/http.h"

#include <string.h>

#include "base/libraries.h"
#include "runtime/system/json_text.h"

const HttpLimits http_limits = { .connections = HTTP_CONNECTIONS, .body = 16 << 20, .idle = 10, .whole = 60 };

HttpAnswer http_error(int status, const char *why)
{
    json_t *object = json_object();
    json_put(object, "error", json_text(why));
    HttpAnswer answer = { .status = status, .type = "application/json", .body = json_line(object) };
    answer.length = strlen(answer.body);
    json_decref(object);
    return answer;
}

#if !HAS_HTTPD

bool http_is_there(void)
{
    return false;
}

Http *http_open(const char *address, int port, HttpLimits limits, HttpHandler *handler, void *context,
                char reason[REASON_ROOM])
{
    (void)address, (void)port, (void)limits, (void)handler, (void)context;
    refuse(reason, "this program was built without libmicrohttpd; install libmicrohttpd-dev, build netc anew, "
                   "and with it the program");
    return NULL;
}

void http_close(Http *http)
{
    (void)http;
}

int http_port(const Http *http)
{
    (void)http;
    return 0;
}

void http_tend(Http *http)
{
    (void)http;
}

#else

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>

#include "runtime/commands/http_form.h"
#include "runtime/system/clock.h"
#include "runtime/system/memory.h"

/* A connection that is open, and its clocks. */
typedef struct {
    int socket;                 /* -1: free */
    double since;               /* its request comes, or its answer goes */
    double moved;               /* when something came or went */
    uint64_t bytes;             /* that had come or gone by then */
} Slot;

struct Http {
    struct MHD_Daemon *daemon;
    HttpLimits limits;
    HttpHandler *handler;
    void *context;
    pthread_mutex_t lock;       /* of the slots, and of: */
    bool answering;             /* nothing is read meanwhile, so that no clock counts */
    Slot slot[HTTP_CONNECTIONS];
};

/* A request on its way in. */
typedef struct {
    HttpBody body;
    size_t received;            /* bytes of it all */
    struct MHD_PostProcessor *form;     /* NULL: the body is what it is */
} Exchange;

/* ---- connections and their clocks ---- */

static Slot *free_slot(Http *http)
{
    for (int i = 0; i < HTTP_CONNECTIONS; i++)
        if (http->slot[i].socket < 0)
            return &http->slot[i];
    return NULL;
}

static void note_connection(void *context, struct MHD_Connection *connection, void **of,
                            enum MHD_ConnectionNotificationCode code)
{
    Http *http = context;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    pthread_mutex_lock(&http->lock);
    Slot *slot = code == MHD_CONNECTION_NOTIFY_STARTED ? free_slot(http) : *of;
    if (slot)
        *slot = (Slot){ .socket = code == MHD_CONNECTION_NOTIFY_STARTED && info ? info->connect_fd : -1,
                        .since = seconds_now(), .moved = seconds_now() };
    *of = slot;
    pthread_mutex_unlock(&http->lock);
}

/* Both clocks begin anew: for an answer to go, or for the next request to come. */
static void slot_renew(Http *http, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    Slot *slot = info ? info->socket_context : NULL;
    pthread_mutex_lock(&http->lock);
    if (slot)
        slot->since = slot->moved = seconds_now();
    pthread_mutex_unlock(&http->lock);
}

/* Bytes that came, and that went and were seen to arrive. */
static uint64_t bytes_moved(int socket)
{
    struct tcp_info info = { 0 };
    socklen_t length = sizeof info;
    getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length);
    return info.tcpi_bytes_received + info.tcpi_bytes_acked;
}

/* The library's own clock runs while the handler answers, and would end all who wait for it: so it has none. */
static bool is_late(const Http *http, Slot *slot)
{
    double now = seconds_now();
    uint64_t bytes = bytes_moved(slot->socket);
    if (bytes != slot->bytes)
        slot->moved = now;
    slot->bytes = bytes;
    return now - slot->since > http->limits.whole || now - slot->moved > http->limits.idle;
}

void http_tend(Http *http)
{
    pthread_mutex_lock(&http->lock);
    for (int i = 0; i < HTTP_CONNECTIONS && !http->answering; i++)
        if (http->slot[i].socket >= 0 && is_late(http, &http->slot[i]))
            shutdown(http->slot[i].socket, SHUT_RDWR);
    pthread_mutex_unlock(&http->lock);
}

/* ---- who may ask ---- */

/* "127.0.0.1:8080" or "[::1]": an address, whatever the port. */
static bool is_address(const char *host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    bool six = host[0] == '[';
    const char *from = host + six;
    size_t length = strcspn(from, six ? "]" : ":");
    if (length >= sizeof text || (six && strcspn(from + length, ":") > 1))
        return false;
    memcpy(text, from, length);
    text[length] = '\0';
    return inet_pton(six ? AF_INET6 : AF_INET, text, &address) == 1;
}

/* Only this name is surely nobody else's: the owner of any other may have it lead here, and ask from a page of it. */
static bool is_own_name(const char *host)
{
    static const char own[] = "localhost";
    return strcspn(host, ":") == strlen(own) && !strncasecmp(host, own, strlen(own));
}

/* Of a page that this server sent, or of no page. */
static bool is_own_origin(const char *origin, const char *host)
{
    const char *name = strstr(origin, "://");
    return name && !strcasecmp(name + 3, host);
}

/* NULL, or why not. */
static const char *why_refused(struct MHD_Connection *connection)
{
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    const char *origin = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ORIGIN);
    if (!host)
        return "no host is asked for";
    if (!is_own_name(host) && !is_address(host))
        return "this server answers to its address and to localhost, to no other name";
    if (origin && !is_own_origin(origin, host))
        return "pages of other servers may not ask here";
    return NULL;
}

/* ---- answering ---- */

static enum MHD_Result respond(Http *http, struct MHD_Connection *connection, const HttpAnswer *answer)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer->length, answer->body, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(answer->body);
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (answer->policy)
        MHD_add_response_header(response, "Content-Security-Policy", answer->policy);
    if (answer->allow)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
    slot_renew(http, connection);
    enum MHD_Result queued = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result send_refusal(Http *http, struct MHD_Connection *connection, int status, const char *why)
{
    HttpAnswer answer = http_error(status, why);
    return respond(http, connection, &answer);
}

/* ---- a request ---- */

static enum MHD_Result take_field(void *body, enum MHD_ValueKind kind, const char *key, const char *file,
                                  const char *type, const char *coding, const char *data, uint64_t offset,
                                  size_t length)
{
    (void)kind, (void)key, (void)type, (void)coding;
    return http_form_piece(body, file, data, offset, length) ? MHD_YES : MHD_NO;
}

/* The next piece of the body. False where it is too large, no form though it says so, or there is no memory: then the
 * connection ends. */
static bool receive(Exchange *exchange, const char *data, size_t length, size_t most)
{
    exchange->received += length;
    if (exchange->received > most)
        return false;
    return exchange->form ? MHD_post_process(exchange->form, data, length) == MHD_YES
                          : http_body_append(&exchange->body, data, length);
}

/* NULL, or why the form is refused. */
static const char *end_form(Exchange *exchange)
{
    bool whole = MHD_destroy_post_processor(exchange->form) == MHD_YES;
    exchange->form = NULL;
    return http_form_fault(&exchange->body, whole);
}

/* A body that is announced to be too large is not waited for. */
static enum MHD_Result begin(Http *http, struct MHD_Connection *connection, void **exchange)
{
    enum { FORM_PIECE = 32 << 10 };     /* bytes that are looked at, at a time */
    const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    const char *why = why_refused(connection);
    if (why)
        return send_refusal(http, connection, MHD_HTTP_FORBIDDEN, why);
    if (length && strtoull(length, NULL, 10) > http->limits.body)
        return send_refusal(http, connection, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large");
    Exchange *begun = *exchange = calloc(1, sizeof(Exchange));
    if (!begun)
        return MHD_NO;
    if (!http_is_form(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE)))
        return MHD_YES;
    begun->form = MHD_create_post_processor(connection, FORM_PIECE, take_field, &begun->body);
    return begun->form ? MHD_YES
                       : send_refusal(http, connection, MHD_HTTP_BAD_REQUEST, "a form's parts need a boundary");
}

/* The time that it takes is nobody's: all other requests wait, and this one came whole. */
static void answer_request(Http *http, const HttpRequest *request, HttpAnswer *answer)
{
    double begun = seconds_now();
    pthread_mutex_lock(&http->lock);
    http->answering = true;
    pthread_mutex_unlock(&http->lock);
    http->handler(http->context, request, answer);
    pthread_mutex_lock(&http->lock);
    http->answering = false;
    double taken = seconds_now() - begun;
    for (int i = 0; i < HTTP_CONNECTIONS; i++) {
        http->slot[i].since += taken;
        http->slot[i].moved += taken;
    }
    pthread_mutex_unlock(&http->lock);
}

static enum MHD_Result take(void *context, struct MHD_Connection *connection, const char *path,
                            const char *method, const char *version, const char *data, size_t *length, void **of)
{
    Http *http = context;
    Exchange *exchange = *of;
    (void)version;
    if (!exchange)
        return begin(http, connection, of);
    if (*length) {
        bool taken = receive(exchange, data, *length, http->limits.body);
        *length = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    const char *why = exchange->form ? end_form(exchange) : NULL;
    if (why)
        return send_refusal(http, connection, MHD_HTTP_BAD_REQUEST, why);
    const HttpRequest request = { method, path, exchange->body.bytes, exchange->body.length };
    HttpAnswer answer = { .status = MHD_HTTP_INTERNAL_SERVER_ERROR, .type = "text/plain; charset=utf-8" };
    answer_request(http, &request, &answer);
    return respond(http, connection, &answer);
}

static void end(void *context, struct MHD_Connection *connection, void **of, enum MHD_RequestTerminationCode code)
{
    Http *http = context;
    Exchange *exchange = *of;
    (void)code;
    if (exchange && exchange->form)
        MHD_destroy_post_processor(exchange->form);
    if (exchange)
        free(exchange->body.bytes);
    free(exchange);
    *of = NULL;
    slot_renew(http, connection);
}

/* ---- the server ---- */

typedef union {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
} Address;

/* Fills an address of IPv4 or IPv6; false where it is none. */
static bool parse_address(const char *text, int port, Address *address)
{
    *address = (Address){ 0 };
    if (inet_pton(AF_INET, text, &address->four.sin_addr) == 1) {
        address->four.sin_family = AF_INET;
        address->four.sin_port = htons((uint16_t)port);
        return true;
    }
    if (inet_pton(AF_INET6, text, &address->six.sin6_addr) != 1)
        return false;
    address->six.sin6_family = AF_INET6;
    address->six.sin6_port = htons((uint16_t)port);
    return true;
}

bool http_is_there(void)
{
    return true;
}

Http *http_open(const char *address, int port, HttpLimits limits, HttpHandler *handler, void *context,
                char reason[REASON_ROOM])
{
    enum { HEADERS = 32 << 10 };        /* bytes of a request's, and of what is read at a time */
    Address at;
    Http *http = need_memory(sizeof *http);
    *http = (Http){ .limits = limits, .handler = handler, .context = context };
    pthread_mutex_init(&http->lock, NULL);
    for (int i = 0; i < HTTP_CONNECTIONS; i++)
        http->slot[i].socket = -1;
    if (!parse_address(address, port, &at)) {
        refuse(reason, "'%s' is no address, as 127.0.0.1 or ::1", address);
        http_close(http);
        return NULL;
    }
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
                     (at.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    http->daemon = MHD_start_daemon(
        flags, (uint16_t)port, NULL, NULL, take, http, MHD_OPTION_SOCK_ADDR, &at.any,
        MHD_OPTION_CONNECTION_LIMIT, limits.connections, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS, MHD_OPTION_NOTIFY_COMPLETED, end, http,
        MHD_OPTION_NOTIFY_CONNECTION, note_connection, http, MHD_OPTION_END);
    if (http->daemon)
        return http;
    refuse(reason, "cannot listen on %s, port %d: %s", address, port, strerror(errno));
    http_close(http);
    return NULL;
}

void http_close(Http *http)
{
    if (http->daemon)
        MHD_stop_daemon(http->daemon);
    pthread_mutex_destroy(&http->lock);
    free(http);
}

int http_port(const Http *http)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

#endif
