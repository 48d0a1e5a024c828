#include "runtime/data_report.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/memory.h"

/* ---- the table ---- */

static bool has_part(const Dataset *set, int part)
{
    return set->part[part].items > 0;
}

enum { ANY_CLASS = -1 };

/* Files of a class in a part that can be read, or that cannot. */
static long files_of(const Shelves *shelves, int part, int class, bool damaged)
{
    const DataPart *items = &shelves->dataset->part[part];
    const Seen *seen = shelf_seen(shelves->shelf[part]);
    long files = 0;
    for (long i = 0; i < items->items; i++) {
        bool counts = class == ANY_CLASS || items->item[i].class == class;
        files += counts && damaged == (seen && seen[i].reason);
    }
    return files;
}

/* What a training will have of a class; the damaged stand apart, so that the numbers are those that
 * training and evaluating tell. */
static void print_row(FILE *out, const Shelves *shelves, int width, const char *name, int class)
{
    long damaged = 0;
    fprintf(out, "%-*s", width, name);
    for (int part = 0; part < PART_COUNT; part++) {
        damaged += files_of(shelves, part, class, true);
        if (has_part(shelves->dataset, part))
            fprintf(out, "  %10ld", files_of(shelves, part, class, false));
    }
    if (shelves_damaged(shelves))
        fprintf(out, "  %10ld", damaged);
    fputc('\n', out);
}

static void print_table(FILE *out, const Shelves *shelves)
{
    static const char *const heading[PART_COUNT] = { "training", "validation", "test" };
    const Dataset *set = shelves->dataset;
    int width = (int)strlen("class");
    for (int i = 0; i < set->classes; i++)
        if (width < (int)strlen(set->class_name[i]))
            width = (int)strlen(set->class_name[i]);
    fprintf(out, "%-*s", width, "class");
    for (int part = 0; part < PART_COUNT; part++)
        if (has_part(set, part))
            fprintf(out, "  %10s", heading[part]);
    if (shelves_damaged(shelves))
        fprintf(out, "  %10s", "damaged");
    fputc('\n', out);
    for (int i = 0; i < set->classes; i++)
        print_row(out, shelves, width, set->class_name[i], i);
    print_row(out, shelves, width, "total", ANY_CLASS);
}

/* ---- sizes ---- */

/* A picture's size, and the file that has it. */
typedef struct {
    int h, w;
    const char *path;
} Sized;

static int by_area(const void *a, const void *b)
{
    const Sized *left = a, *right = b;
    long difference = (long)left->h * left->w - (long)right->h * right->w;
    if (!difference)
        difference = left->w - right->w;
    if (!difference)
        return strcmp(left->path, right->path);
    return difference < 0 ? -1 : 1;
}

/* The longest run of equal sizes in a sorted list. */
static const Sized *most_common(const Sized *list, long count, long *times)
{
    const Sized *found = list;
    *times = 0;
    for (long i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && list[i].h == list[i + run].h &&
             list[i].w == list[i + run].w; )
            run++;
        if (run > *times) {
            *times = run;
            found = &list[i];
        }
    }
    return found;
}

static void print_sizes(FILE *out, const Shelves *shelves)
{
    long count = 0, room = 0;
    for (int part = 0; part < PART_COUNT; part++)
        room += shelves->dataset->part[part].items;
    Sized *list = need_memory((size_t)room * sizeof *list);
    for (int part = 0; part < PART_COUNT; part++) {
        const Seen *seen = shelf_seen(shelves->shelf[part]);
        for (long i = 0; seen && i < shelves->dataset->part[part].items; i++)
            if (!seen[i].reason)
                list[count++] = (Sized){ seen[i].h, seen[i].w,
                                         shelves->dataset->part[part].item[i].path };
    }
    if (count) {
        long times;
        qsort(list, (size_t)count, sizeof *list, by_area);
        const Sized *common = most_common(list, count, &times), *last = &list[count - 1];
        fprintf(out, "\nheight x width of the pictures\n");
        fprintf(out, "  smallest     %4d x %-4d  %s\n", list->h, list->w, list->path);
        fprintf(out, "  largest      %4d x %-4d  %s\n", last->h, last->w, last->path);
        fprintf(out, "  most common  %4d x %-4d  %ld of %ld\n", common->h, common->w, times, count);
    }
    free(list);
}

/* ---- the report ---- */

static void print_damaged(FILE *out, const Shelves *shelves)
{
    long damaged = shelves_damaged(shelves);
    if (!damaged)
        return;
    fprintf(out, "\n%ld of %ld files cannot be read%s\n", damaged, shelves_files(shelves),
            shelves_refused(shelves) ? "; training will stop at them" : " and will be left out");
    shelves_list_damaged(out, shelves);
}

void data_report(FILE *out, const Shelves *shelves)
{
    print_table(out, shelves);
    print_sizes(out, shelves);
    print_damaged(out, shelves);
    if (shelves->dataset->passed_over)
        fprintf(out, "\n%ld passed over: hidden files, Thumbs.db, desktop.ini\n",
                shelves->dataset->passed_over);
}
