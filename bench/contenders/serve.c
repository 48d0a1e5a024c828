#include "bench/contenders/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/clock.h"

static void put_parts(const Parts *parts)
{
    printf(", \"parts\": {");
    for (int i = 0; i < parts->parts; i++)
        printf("%s\"%s\": %.6f", i ? ", " : "", parts->name[i], parts->part[i]);
    printf("}");
}

static void answer(Round *round, void *context, int rounds, const Parts *parts)
{
    round(context);
    for (int i = 0; i < parts->parts; i++)
        parts->part[i] = 0;
    printf("{\"ms\": [");
    for (int i = 0; i < rounds; i++) {
        double begun = seconds_now();
        round(context);
        printf("%s%.4f", i ? ", " : "", 1e3 * (seconds_now() - begun));
    }
    printf("]");
    if (parts->parts)
        put_parts(parts);
    printf("}\n");
    fflush(stdout);
}

_Noreturn void serve_parts(const char *facts, Round *round, void *context, const Parts *parts)
{
    char line[64];
    printf("%s\n", facts);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) && atoi(line) > 0)
        answer(round, context, atoi(line), parts);
    exit(0);
}

_Noreturn void serve(const char *facts, Round *round, void *context)
{
    serve_parts(facts, round, context, &(Parts){ 0 });
}

const char *told(int argc, char **argv, const char *name, const char *otherwise)
{
    for (int i = 1; i + 1 < argc; i++)
        if (!strncmp(argv[i], "--", 2) && !strcmp(argv[i] + 2, name))
            return argv[i + 1];
    return otherwise;
}

int told_number(int argc, char **argv, const char *name, int otherwise)
{
    const char *text = told(argc, argv, name, NULL);
    return text ? atoi(text) : otherwise;
}
