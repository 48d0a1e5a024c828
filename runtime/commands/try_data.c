/* try_data.c - whether there is something to train on: how much of each class, and what of it cannot be read. */

#include <stdlib.h>

#include "runtime/commands/trial.h"
#include "runtime/data/balance.h"
#include "runtime/data/data_notes.h"

enum { FEW_CLASSES = 8, FAR_APART = 5 };

static void tell_classes(Finding *finding, const Dataset *set, const long *count)
{
    long least = count[0], most = count[0];
    for (int i = 0; i < set->classes; i++) {
        least = count[i] < least ? count[i] : least;
        most = count[i] > most ? count[i] : most;
        if (set->classes <= FEW_CLASSES)
            finding_fact(finding, "%s%s %ld", i ? ", " : " (", set->class_name[i], count[i]);
    }
    if (set->classes > FEW_CLASSES)
        finding_fact(finding, " (%d classes of %ld to %ld", set->classes, least, most);
    finding_fact(finding, ")");
    if (least && most >= FAR_APART * least && set->job->data.balance == BALANCE_NONE && !set->class_weight)
        finding_advise(finding, VERDICT_NOTE, "a class has %ld times as many as another: 'balance weight' or 'balance "
                       "sample' in the data section", most / least);
}

/* A class that is not held out is never measured. */
static void judge_held_out(Finding *finding, const Shelves *shelves)
{
    const Dataset *set = shelves->dataset;
    long *held = shelf_count_classes(shelves->shelf[PART_VALIDATION]);
    for (int i = 0; i < set->classes; i++)
        if (!held[i])
            finding_advise(finding, VERDICT_NOTE, "nothing of class '%s' is held out for validation", set->class_name[i]);
    free(held);
}

/* A note that is to be freed, or NULL. */
static void advise(Finding *finding, char *note)
{
    if (note)
        finding_advise(finding, VERDICT_NOTE, "%s", note);
    free(note);
}

static long sound_items(const Shelves *shelves, PartKind part)
{
    return shelves->dataset->part[part].items - shelf_damaged(shelves->shelf[part]);
}

bool try_data(Trial *trial, const Shelves *shelves)
{
    Finding finding = finding_begin("data");
    char reason[REASON_ROOM];
    const Dataset *set = shelves->dataset;
    const char *what = item_word(&set->job->data);
    long train = sound_items(shelves, PART_TRAIN), damaged = shelves_damaged(shelves);
    bool has_classes = set->classes && !dataset_has_pixels(set->job) && !dataset_has_labels(set->job);
    bool validates = shelves->shelf[PART_VALIDATION] != NULL, will_do = shelves_will_do(shelves, reason);
    finding_fact(&finding, "%ld %s%s to train on", train, what, plural(train));
    long *count = shelf_count_classes(shelves->shelf[PART_TRAIN]);
    char *balance = balance_text(set);
    if (has_classes)
        tell_classes(&finding, set, count);
    if (balance)
        finding_fact(&finding, ", %s", balance);
    free(balance);
    free(count);
    finding_fact(&finding, ", %ld to validate on, %ld damaged", validates ? sound_items(shelves, PART_VALIDATION) : 0,
                 damaged);
    if (!will_do)
        finding_advise(&finding, VERDICT_WRONG, "%s; `%s` names them", reason, trial->data);
    else if (damaged)
        finding_advise(&finding, VERDICT_NOTE, "what is damaged is left out; `%s` names it", trial->data);
    if (!validates)
        finding_advise(&finding, VERDICT_NOTE, "nothing is held out, so nobody can tell how good the network is: "
                       "'validation 10%%' in the data section");
    else if (has_classes && will_do)
        judge_held_out(&finding, shelves);
    if (will_do) {              /* otherwise it is the reason why the data will not do */
        advise(&finding, note_empty_classes(shelves));
        advise(&finding, note_targets(shelves));
    }
    trial_tell(trial, &finding);
    return will_do;
}
