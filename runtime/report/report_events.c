/* report_events.c - what a report takes from log.jsonl: where phases began, and how the training was concluded. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/report/report_leaf.h"
#include "runtime/runs/run_log.h"

/* ---- phases ---- */

/* The mark of that name, or room for it; the last one where there are too many. */
static PageMark *mark_for(PageMark *mark, int *count, int most, const char *name)
{
    int at = 0;
    while (at < *count && strcmp(mark[at].name, name))
        at++;
    if (at == most)
        return &mark[most - 1];
    *count = at == *count ? at + 1 : *count;
    return &mark[at];
}

/* A training that goes on tells of its phase again, and one that went back tells of a later one a second time. */
PageMark *leaf_phases(const Leaf *leaf, int *count)
{
    int most = leaf->training->program->job.phases;
    PageMark *mark = arena_array(leaf->arena, PageMark, most);
    const char *before = "";
    const json_t *event;
    size_t i;
    *count = 0;
    json_array_foreach(leaf->events, i, event) {
        const char *name = json_string_value(json_object_get(event, "phase"));
        if (!run_event_is(event, "phase") || !name || !strcmp(name, before))
            continue;
        double done = (double)json_integer_value(json_object_get(event, "epoch"));
        *mark_for(mark, count, most, name) = (PageMark){ done + 0.5, name };
        before = name;
    }
    return mark;
}

/* ---- the conclusion ---- */

/* The numbers of the event: pictures, loss, metrics. */
static void write_test(const Leaf *leaf, json_t *test)
{
    PageFact fact[METRIC_COUNT + 2];
    int facts = 0;
    const char *key;
    json_t *value;
    json_object_foreach(test, key, value)
        if (json_is_number(value) && facts < METRIC_COUNT + 2)
            fact[facts++] = (PageFact){
                key, json_is_integer(value) ? grouped_text(leaf->arena, json_integer_value(value))
                                             : arena_printf(leaf->arena, "%.6g", json_real_value(value)) };
    bool again = json_is_true(json_object_get(test, "again"));
    page_heading(leaf->page, again ? "Test, measured again" : "Test");
    page_facts(leaf->page, facts, fact);
    if (again)
        page_text(leaf->page, "The test was measured at an earlier end of this run, before it went on: it is no longer new.");
}

static void write_threshold(const Leaf *leaf, json_t *event)
{
    const char *label = json_string_value(json_object_get(event, "label"));
    const char *class = label ? label : json_string_value(json_object_get(event, "class"));
    if (class)
        page_text(leaf->page, "%s is answered from a probability of %.4g on, not a half: chosen on what is held out.",
                  class, json_number_value(json_object_get(event, "threshold")));
}

/* The first event behind the last epoch, of a training that is over: a stop or a kill may have parted what follows. Where it
 * goes on, none. */
static size_t end_of_training(const Leaf *leaf)
{
    const json_t *event;
    size_t i, behind = 0;
    bool over = false;
    json_array_foreach(leaf->events, i, event) {
        over = run_event_is(event, "end") || (over && !run_event_is(event, "start"));
        if (run_event_is(event, "epoch"))
            behind = i + 1;
    }
    return over ? behind : json_array_size(leaf->events);
}

void report_on_conclusion(const Leaf *leaf)
{
    bool begun = false;
    for (size_t i = end_of_training(leaf); i < json_array_size(leaf->events); i++) {
        json_t *event = json_array_get(leaf->events, i);
        bool threshold = run_event_is(event, "threshold"), test = run_event_is(event, "test");
        if (!threshold && !test)
            continue;
        if (!begun)
            page_section(leaf->page, "conclusion", "The best weights, after the last epoch");
        begun = true;
        (threshold ? write_threshold : write_test)(leaf, event);
    }
}
