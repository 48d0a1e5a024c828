/* mistakes_tell.c - what `mistakes` found, told in lines: to people, and as JSON to programs. */

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "runtime/look/mistakes.h"
#include "runtime/show/terminal_text.h"
#include "runtime/system/json_text.h"

/* ---- to people ---- */

static const char *noun(const Mistakes *mistakes)
{
    return item_word(&mistakes->scoring->trained.job.data);
}

static const Item *item_of(const Mistakes *mistakes, long position)
{
    return loader_item(mistakes->scoring->loader, position);
}

static void put_item(const Mistakes *mistakes, const Item *item)
{
    put_name(stdout, mistakes_name(mistakes, item));
}

static int widest_class(const Mistakes *mistakes)
{
    int width = text_columns("answered");
    for (int i = 0; i < mistakes->scoring->trained.network->program->classes; i++)
        width = wider_text(width, mistakes->scoring->trained.class_name[i]);
    return width;
}

static void tell_classes(const Mistakes *mistakes)
{
    const char *const *name = mistakes->scoring->trained.class_name;
    int width = widest_class(mistakes);
    printf("\n    loss  %-*s  %-*s  probability  file\n", width, "true", width, "answered");
    for (int i = 0; i < mistakes->listed; i++) {
        const Judged *judged = &mistakes->judged[i];
        printf("%8.4f  ", judged->told);
        put_padded(stdout, name[judged->truth], -width);
        printf("  ");
        put_padded(stdout, name[judged->answer.class], -width);
        printf("  %11.4f  ", judged->answer.probability);
        put_item(mistakes, item_of(mistakes, judged->position));
        printf("\n");
    }
}

/* Of a mask the share of its pixels; what has words tells them. */
static void tell_others(const Mistakes *mistakes)
{
    printf("\n   error  file\n");
    for (int i = 0; i < mistakes->listed; i++) {
        const Judged *judged = &mistakes->judged[i];
        Shown shown = mistakes_shown(mistakes, judged->position);
        const char *truth = mistakes_words(mistakes, shown.sample.target);
        const char *answer = mistakes_words(mistakes, shown.answer);
        printf("%8.4f  ", judged->told);
        put_item(mistakes, item_of(mistakes, judged->position));
        if (truth && answer)
            printf(": true %s, answered %s", truth, answer);
        printf("\n");
        mistakes_free(shown);
    }
}

static void tell_doubts(const Mistakes *mistakes)
{
    const char *const *name = mistakes->scoring->trained.class_name;
    long shown = mistakes->most;
    if (mistakes_of_classes(mistakes) && !mistakes->knowledge.enough)
        printf("\nno label is doubted: %s\n", mistakes_ignorance(mistakes));
    if (!mistakes->doubts)
        return;
    printf("\n%ld label%s likely wrong; look before you change one, it may be the network that errs:\n", mistakes->doubts, mistakes->doubts == 1 ? " is" : "s are");
    for (long i = 0; i < mistakes->doubts && i < shown; i++) {
        printf("    %s rather than %s: ", name[mistakes->doubt[i].likely], name[mistakes->doubt[i].label]);
        put_item(mistakes, item_of(mistakes, mistakes->doubt[i].at));
        printf("\n");
    }
    if (mistakes->doubts > shown)
        printf("    ... and %ld more; --top %ld tells them all\n", mistakes->doubts - shown, mistakes->doubts);
}

static const Item *held_out(const Mistakes *mistakes, const Twin *twin)
{
    return &mistakes->scoring->dataset->part[mistakes->scoring->part].item[twin->item];
}

static const Item *elsewhere_of(const Mistakes *mistakes, const Twin *twin)
{
    return &mistakes->scoring->dataset->part[twin->part].item[twin->other];
}

static void tell_twins(const Mistakes *mistakes)
{
    long shown = mistakes->most;
    if (!mistakes->twins)
        return;
    printf("\n%ld %s%s, or nearly, in another part as well: the answer was known before\n", mistakes->twins,
           noun(mistakes), mistakes->twins == 1 ? " is there" : "s are there");
    for (long i = 0; i < mistakes->twins && i < shown; i++) {
        printf("    ");
        put_item(mistakes, held_out(mistakes, &mistakes->twin[i]));
        printf(": ");
        put_item(mistakes, elsewhere_of(mistakes, &mistakes->twin[i]));
        printf(" in %s\n", part_word[mistakes->twin[i].part]);
    }
    if (mistakes->twins > shown)
        printf("    ... and %ld more; --top %ld tells them all\n", mistakes->twins - shown, mistakes->twins);
}

static void tell(const Mistakes *mistakes)
{
    bool sides = mistakes_of_classes(mistakes) || mistakes_of_labels(mistakes);
    const char *how = sides ? "answered wrongly" : "not answered exactly";
    printf("%s: %ld %s%s, %ld %s\n", part_word[mistakes->scoring->part], mistakes->count, noun(mistakes),
           plural(mistakes->count), mistakes->wrong, how);
    if (!mistakes->listed)
        return;
    if (mistakes_of_classes(mistakes))
        tell_classes(mistakes);
    else
        tell_others(mistakes);
}

/* ---- to programs ---- */

static void put_line(json_t *line)
{
    char *text = json_line(line);
    puts(text);
    free(text);
    json_decref(line);
}

static void put_judged(const Mistakes *mistakes, const Judged *judged)
{
    json_t *line = json_object();
    json_put(line, "file", json_text(mistakes_name(mistakes, item_of(mistakes, judged->position))));
    json_put(line, mistakes_of_classes(mistakes) ? "loss" : "error", json_number(judged->told));
    if (mistakes_of_classes(mistakes)) {
        const char *const *name = mistakes->scoring->trained.class_name;
        json_put(line, "true", json_text(name[judged->truth]));
        json_put(line, "answered", json_text(name[judged->answer.class]));
        json_put(line, "probability", json_number(judged->answer.probability));
    }
    put_line(line);
}

static void put_doubt(const Mistakes *mistakes, const Doubt *doubt)
{
    const char *const *name = mistakes->scoring->trained.class_name;
    json_t *line = json_object();
    json_put(line, "file", json_text(mistakes_name(mistakes, item_of(mistakes, doubt->at))));
    json_put(line, "label", json_text(name[doubt->label]));
    json_put(line, "likely", json_text(name[doubt->likely]));
    json_put(line, "margin", json_number(doubt->margin));
    put_line(line);
}

static void put_twin(const Mistakes *mistakes, const Twin *twin)
{
    json_t *line = json_object();
    json_put(line, "file", json_text(mistakes_name(mistakes, held_out(mistakes, twin))));
    json_put(line, "part", json_text(part_word[twin->part]));
    json_put(line, "alike", json_text(mistakes_name(mistakes, elsewhere_of(mistakes, twin))));
    put_line(line);
}

static void put_all(const Mistakes *mistakes)
{
    for (int i = 0; i < mistakes->listed; i++)
        put_judged(mistakes, &mistakes->judged[i]);
    for (long i = 0; i < mistakes->doubts; i++)
        put_doubt(mistakes, &mistakes->doubt[i]);
    for (long i = 0; i < mistakes->twins; i++)
        put_twin(mistakes, &mistakes->twin[i]);
}

void mistakes_tell(const Mistakes *mistakes)
{
    if (mistakes->options->json) {
        put_all(mistakes);
        return;
    }
    tell(mistakes);
    tell_doubts(mistakes);
    tell_twins(mistakes);
}
