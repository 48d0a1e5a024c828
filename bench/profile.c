#include "bench/profile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"

json_t *profile_open(const char *name, int threads)
{
    char *text = command_output("build/bench/cards/%s profile --random --json --threads %d 2>/dev/null", name,
                                threads);
    json_t *profile = text ? json_loads(text, 0, NULL) : NULL;
    free(text);
    return profile;
}

static bool is_wanted(const char *found, const char *direction)
{
    return direction ? !strcmp(found, direction) : strcmp(found, "forward") != 0;
}

double profile_ms(const json_t *profile, const char *layer, const char *direction)
{
    size_t i;
    json_t *row;
    double ms = 0;
    json_array_foreach(json_object_get(profile, "layers"), i, row)
        if (!strcmp(json_string_value(json_object_get(row, "layer")), layer)
            && is_wanted(json_string_value(json_object_get(row, "direction")), direction))
            ms += json_number_value(json_object_get(row, "ms"));
    return ms;
}
