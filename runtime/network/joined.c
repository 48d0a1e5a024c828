#include "runtime/network/joined.h"

#include <limits.h>
#include <stdlib.h>

#include "runtime/system/fault.h"
#include "runtime/system/json_text.h"

const char joined_name[] = "joined";

/* The list of the tensor's that has several. */
static const Channels *several(const Parameter *p)
{
    return p->out.runs > 1 ? &p->out : p->in.runs > 1 ? &p->in : NULL;
}

static json_t *run_text(const ChannelRun *run)
{
    json_t *text = json_array();
    json_add(text, json_text(run->maker));
    json_add(text, json_integer((json_int_t)run->channels * run->each));
    json_add(text, json_integer(run->times));
    return text;
}

char *joined_text(const Program *program)
{
    json_t *all = json_object();
    for (int i = 0; i < program->parameters; i++) {
        const Channels *channels = several(&program->parameter[i]);
        json_t *list = channels ? json_array() : NULL;
        for (int k = 0; channels && k < channels->runs; k++)
            json_add(list, run_text(&channels->run[k]));
        if (list)
            json_put(all, program->parameter[i].name, list);
    }
    char *text = json_object_size(all) ? json_line(all) : NULL;
    json_decref(all);
    return text;
}

static bool read_run(Arena *arena, const json_t *text, OldRun *run)
{
    const json_t *maker = json_array_get(text, 0), *width = json_array_get(text, 1), *times = json_array_get(text, 2);
    if (json_array_size(text) != 3 || !json_is_string(maker) || !json_is_integer(width) || !json_is_integer(times))
        return false;
    *run = (OldRun){ .maker = arena_printf(arena, "%s", json_string_value(maker)),
                     .width = json_integer_value(width), .times = json_integer_value(times) };
    return run->width > 0 && run->times > 0 && run->width <= INT_MAX && run->times <= INT_MAX;
}

static bool read_list(Arena *arena, const json_t *list, FitTensor *tensor)
{
    int count = (int)json_array_size(list);
    OldRun *run = arena_array(arena, OldRun, count);
    for (int i = 0; i < count; i++)
        if (!read_run(arena, json_array_get(list, (size_t)i), &run[i]))
            return false;
    tensor->old_run = run;
    tensor->old_runs = count;
    return json_is_array(list);
}

void joined_read(Arena *arena, const Safetensors *file, const char *path, FitTensor *tensor, int tensors)
{
    const char *text = safetensors_metadata(file, joined_name);
    json_t *all = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool sound = !text || json_is_object(all);
    for (int i = 0; i < tensors && sound; i++) {
        const json_t *list = json_object_get(all, tensor[i].name);
        sound = !list || read_list(arena, list, &tensor[i]);
    }
    json_decref(all);
    if (!sound)
        fault("%s: its metadata '%s' are no lists of layers", path, joined_name);
}
