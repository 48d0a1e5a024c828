/* http.h - a small HTTP server for one program and few people: on the loopback address unless another is
 * told, every limit set, one request answered at a time. It is libmicrohttpd's; a runtime that was built
 * without that library has none. */

#ifndef COMMANDS_HTTP_H
#define COMMANDS_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/system/reason.h"

typedef struct {
    unsigned connections;       /* at a time, up to HTTP_CONNECTIONS; more are closed at once */
    size_t body;                /* bytes of a request's */
    unsigned idle;              /* seconds in which nothing comes or goes */
    unsigned whole;             /* seconds for a whole request, however slowly it comes, and as many for its answer
                                 * to go; those of answering do not count */
} HttpLimits;

enum { HTTP_CONNECTIONS = 16 };

/* 16 connections, 16 MB, 10 and 60 seconds. */
extern const HttpLimits http_limits;

typedef struct {
    const char *method, *path;  /* "POST", "/predict" */
    const uint8_t *body;        /* of a form (multipart/form-data) the one file in it */
    size_t length;
} HttpRequest;

typedef struct {
    int status;
    const char *type;           /* "application/json" */
    const char *policy;         /* Content-Security-Policy, or NULL */
    const char *allow;          /* methods, where the status is 405 */
    char *body;                 /* from malloc: the server frees it */
    size_t length;
} HttpAnswer;

/* {"error": why} */
HttpAnswer http_error(int status, const char *why);

/* Fills the answer; runs in the server's thread, never twice at a time. */
typedef void HttpHandler(void *context, const HttpRequest *request, HttpAnswer *answer);

typedef struct Http Http;

/* Listens on an address, of IPv4 or IPv6, and a port, 0 for any that is free. NULL, and why not.
 *
 * Who asks for a host by another name than localhost is refused, but not who asks for any address: a page
 * elsewhere may have had its name lead here, which no address does. So is a request from a page of another
 * origin. */
Http *http_open(const char *address, int port, HttpLimits limits, HttpHandler *handler, void *context,
                char reason[REASON_ROOM]);
void  http_close(Http *http);

/* Whether this runtime has a server. */
bool http_is_there(void);

/* The port that it listens on. */
int http_port(const Http *http);

/* Ends connections that are idle, or whose request took too long as a whole; to be called every second or so. */
void http_tend(Http *http);

#endif
