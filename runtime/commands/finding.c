#include "runtime/commands/finding.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/fault.h"
#include "runtime/system/json_text.h"

static const char *const verdict_word[VERDICT_COUNT] = {
#define X(id, word) word,
    VERDICTS(X)
#undef X
};

static FILE *open_text(char **text, size_t *length)
{
    FILE *out = open_memstream(text, length);
    if (!out)
        fault("out of memory");
    return out;
}

Finding finding_begin(const char *check)
{
    return (Finding){ .check = check };
}

/* The streams hold the addresses of the finding's texts: they open when it lies where it stays. */
void finding_fact(Finding *finding, const char *format, ...)
{
    va_list args;
    if (!finding->fact)
        finding->fact = open_text(&finding->fact_text, &finding->fact_length);
    va_start(args, format);
    vfprintf(finding->fact, format, args);
    va_end(args);
}

void finding_advise(Finding *finding, Verdict verdict, const char *format, ...)
{
    va_list args;
    if (!finding->advice)
        finding->advice = open_text(&finding->advice_text, &finding->advice_length);
    va_start(args, format);
    vfprintf(finding->advice, format, args);
    fputc('\n', finding->advice);
    va_end(args);
    finding->verdict = verdict > finding->verdict ? verdict : finding->verdict;
}

static void print_json(const Finding *finding, const char *fact, const char *advice)
{
    json_t *line = json_object(), *list = json_array();
    for (const char *at = advice, *end; (end = strchr(at, '\n')); at = end + 1) {
        char *one = strndup(at, (size_t)(end - at));
        json_add(list, one ? json_text(one) : NULL);
        free(one);
    }
    json_put(line, "check", json_text(finding->check));
    json_put(line, "verdict", json_text(verdict_word[finding->verdict]));
    json_put(line, "found", json_text(fact));
    json_put(line, "advice", list);
    char *text = json_line(line);
    puts(text);
    free(text);
    json_decref(line);
}

static void print_text(const Finding *finding, const char *fact, const char *advice)
{
    enum { INDENT = 16 };
    printf("%-8s  %-5s %s\n", finding->check, verdict_word[finding->verdict], fact);
    for (const char *at = advice, *end; (end = strchr(at, '\n')); at = end + 1)
        printf("%*s%.*s\n", INDENT, "", (int)(end - at), at);
}

Verdict finding_end(Finding *finding, bool json, bool quiet)
{
    if (finding->fact)
        fclose(finding->fact);
    if (finding->advice)
        fclose(finding->advice);
    const char *fact = finding->fact_text ? finding->fact_text : "";
    const char *advice = finding->advice_text ? finding->advice_text : "";
    if (json)
        print_json(finding, fact, advice);
    else if (!quiet || finding->verdict == VERDICT_WRONG)
        print_text(finding, fact, advice);
    flush_output();
    free(finding->fact_text);
    free(finding->advice_text);
    return finding->verdict;
}
