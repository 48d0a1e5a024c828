/* finding.h - what a check of `try` found, told as a line: its name, whether all is well, the facts; and
 * below it what to do. */

#ifndef COMMANDS_FINDING_H
#define COMMANDS_FINDING_H

#include <stdbool.h>
#include <stdio.h>

/* A note is something to know of, which stops nobody. */
#define VERDICTS(X) X(OK, "ok") X(NOTE, "note") X(WRONG, "wrong")

#define X(id, word) VERDICT_##id,
typedef enum { VERDICTS(X) VERDICT_COUNT } Verdict;
#undef X

typedef struct {
    const char *check;          /* "data" */
    Verdict verdict;
    FILE *fact, *advice;        /* to be written to: words behind words, and lines */
    char *fact_text, *advice_text;
    size_t fact_length, advice_length;
} Finding;

Finding finding_begin(const char *check);

/* Adds to the facts, which stand in one line. */
void finding_fact(Finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a line of advice, and makes the verdict no better than that. */
void finding_advise(Finding *finding, Verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints it, or its JSON, unless all is well and `quiet`; frees it, and returns its verdict. */
Verdict finding_end(Finding *finding, bool json, bool quiet);

#endif
