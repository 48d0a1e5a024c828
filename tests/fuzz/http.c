/* http.c - the bytes as they come through a connection to the server of `serve`, which hands on what is a request. */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/commands/http.h"
#include "tests/fuzz/fuzz.h"

/* Says the body back. */
static void echo(void *context, const HttpRequest *request, HttpAnswer *answer)
{
    (void)context;
    fuzz_expect(request->method && request->path && request->length <= http_limits.body);
    answer->status = 200;
    answer->length = request->length;
    answer->body = malloc(request->length + 1);
    if (request->length)
        memcpy(answer->body, request->body, request->length);
}

static int dial(int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fuzz_expect(connection >= 0 && connect(connection, (struct sockaddr *)&at, sizeof at) == 0);
    return connection;
}

void fuzz_http(const uint8_t *bytes, size_t length)
{
    static Http *http;
    char reason[REASON_ROOM], heard[4096];
    if (!http_is_there())
        return;
    if (!http)
        http = http_open("127.0.0.1", 0, http_limits, echo, NULL, reason);
    fuzz_expect(http != NULL);
    int connection = dial(http_port(http));
    struct linger at_once = { .l_onoff = 1 };           /* thousands that wait would use up the ports */
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    send(connection, bytes, length, MSG_NOSIGNAL);
    shutdown(connection, SHUT_WR);
    while (recv(connection, heard, sizeof heard, 0) > 0)
        continue;
    close(connection);
}
