/* serve.h - the network behind a server: what it answers to requests. */

#ifndef COMMANDS_SERVE_H
#define COMMANDS_SERVE_H

#include "runtime/commands/http.h"
#include "runtime/pictures/input.h"
#include "runtime/training/trained.h"

typedef struct {
    Trained trained;            /* opened for viewing */
    const Options *options;
    InputReader reader;
    float *input, *output;      /* of the picture at hand */
    long answered;              /* requests that were answered with a picture's answer */
} Service;

void service_open(Service *service, const Program *program, const Options *options);
void service_close(Service *service);

/* An HttpHandler on a Service:
 *   GET /           the page on which a person drops a picture
 *   GET /model      JSON: the card, the input's shape, the classes
 *   POST /predict   the body is a picture; JSON as `predict --json` prints it, without the file's name
 *   POST /look      the same, and in `pictures` the sheets of the command `look`, each a "title" and a "png"
 *                   in base 64; what would take too long is left out, and `notes` says so
 * Where a picture cannot be answered the status is 422, and JSON says why in `error`. Once a stop was asked for, it is 503:
 * who still waits is not made to wait for the others. */
void service_answer(void *service, const HttpRequest *request, HttpAnswer *answer);

/* The page; to be freed. */
char *service_page(const Service *service, size_t *length);

#endif
