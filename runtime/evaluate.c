/* evaluate.c - loss, accuracy, and which class was taken for which. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/memory.h"
#include "runtime/options.h"
#include "runtime/progress.h"
#include "runtime/score.h"
#include "runtime/shelves.h"
#include "runtime/split.h"
#include "runtime/trained.h"

enum { WIDEST = 20 };           /* classes whose confusions are shown in full */

/* What was asked for, else what there is. */
static PartKind choose_part(const Dataset *dataset, const Options *options)
{
    PartKind part = options->parted ? options->part
                  : dataset->part[PART_VALIDATION].items ? PART_VALIDATION : PART_TEST;
    if (!dataset->part[part].items)
        fault("the card has no pictures for %s",
              options->parted ? part_word[part] : "validation or test");
    return part;
}

static int name_width(const char *const *name, int count)
{
    int width = 6;
    for (int i = 0; i < count; i++)
        if ((int)strlen(name[i]) > width)
            width = (int)strlen(name[i]);
    return width;
}

/* One line a class: how many there are, how many were answered rightly, and as what. */
static void print_confusion(const Trained *trained, const long *confusion)
{
    int classes = trained->network->program->classes;
    int width = name_width(trained->class_name, classes);
    printf("\n%-*s  pictures   right", width, "class");
    for (int i = 0; i < classes && classes <= WIDEST; i++)
        printf("  %*s", width, trained->class_name[i]);
    for (int i = 0; i < classes; i++) {
        const long *row = confusion + (long)i * classes;
        long pictures = 0;
        for (int j = 0; j < classes; j++)
            pictures += row[j];
        printf("\n%-*s  %8ld  %5.1f%%", width, trained->class_name[i], pictures,
               pictures ? 100.0 * (double)row[i] / (double)pictures : 0.0);
        for (int j = 0; j < classes && classes <= WIDEST; j++)
            printf("  %*ld", width, row[j]);
    }
    printf("\n");
}

int evaluate_command(const Program *program, const Options *options)
{
    Trained trained = trained_open(program, options, &program->predict);
    Dataset *dataset = dataset_open(&trained.job, program->classes, options->data);
    checkpoint_check_classes(trained.checkpoint, dataset);
    Item *moved = split_apply(dataset, trained.folder, false);
    PartKind part = choose_part(dataset, options);
    Progress progress = progress_open(options->quiet);
    Shelves shelves = shelves_open(dataset, PARTS_OF(part), options->threads, options->cache,
                                   progress_reading, &progress);
    shelves_judge(&shelves);
    Loader *loader = loader_open(&(LoaderOptions){
        .dataset = dataset, .part = part, .shelf = shelves.shelf[part], .batch = program->batch,
        .threads = options->threads,
    });
    size_t classes = (size_t)program->classes;
    long *confusion = need_memory(sizeof(long) * classes * classes);
    Score score = score_part(trained.network, loader, confusion);
    if (loader_lost(loader))
        fault("%s", loader_lost(loader));
    if (!isfinite(score.loss))
        fault("the loss is %g: the weights of %s are no good for these pictures", score.loss,
              trained.checkpoint->path);
    printf("%s: %ld pictures, loss %.4f, accuracy %.4f\n", part_word[part], score.images,
           score.loss, score.accuracy);
    if (!options->quiet)
        print_confusion(&trained, confusion);
    free(confusion);
    loader_close(loader);
    shelves_close(&shelves);
    dataset_close(dataset);
    free(moved);
    trained_close(&trained);
    return 0;
}
