#include "runtime/commands/data_sheets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/data/augmenter.h"
#include "runtime/data/data_counts.h"
#include "runtime/data/mix.h"
#include "runtime/pictures/input.h"
#include "runtime/show/sheet.h"
#include "runtime/show/shown.h"
#include "runtime/system/memory.h"

/* ---- pictures from the shelf ---- */

typedef struct {
    const Shelves *shelves;
    const Job *job;
    const DataPart *train;
    Arena *arena;
    long values;                /* of a picture */
} Source;

static Source source_of(const Shelves *shelves)
{
    const Dataset *set = shelves->dataset;
    return (Source){ shelves, set->job, &set->part[PART_TRAIN], arena_open(), shape_size(set->job->input.shape) };
}

/* An item's values, which lie in the shelf or in `room`; NULL where it cannot be read. */
static const void *values_of(const Source *source, long item, void *room)
{
    char reason[REASON_ROOM];
    const Shelf *shelf = source->shelves->shelf[PART_TRAIN];
    const Seen *seen = shelf_seen(shelf);
    return seen && seen[item].reason ? NULL : shelf_picture(shelf, item, room, reason);
}

/* The name behind the last slash, or the row. */
static const char *name_of(const Source *source, long item)
{
    const char *name = dataset_item_name(source->arena, &source->train->item[item]), *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

static uint8_t *sheet_of(const Source *source, const Sheet *plain, const float *values, const char **label,
                         size_t *bytes)
{
    Shape shape = source->job->input.shape;
    int shown = input_shown(&source->job->input);
    uint8_t *pixel = shown_pictures(source->shelves, values, plain->tiles);
    Tile *tile = arena_array(source->arena, Tile, plain->tiles);
    for (int i = 0; i < plain->tiles; i++)
        tile[i] = (Tile){ pixel + (long)i * shape.h * shape.w * shown, shape.h, shape.w, shown, label[i] };
    Sheet sheet = *plain;
    sheet.tile = tile;
    uint8_t *png = sheet_png(&sheet, bytes);
    free(pixel);
    return png;
}

/* ---- a class ---- */

enum { MOST_TILES = 24 };

/* Fills values and labels of up to MOST_TILES items of the class; returns how many. */
static int choose(const Source *source, int class, float *values, const char **label)
{
    const Shelf *shelf = source->shelves->shelf[PART_TRAIN];
    Gather gather = gather_open(source->job, shelf_has_bytes(shelf));
    void *room = need_memory(shelf_room(shelf));
    long all = data_count(source->shelves, PART_TRAIN, class, false), met = 0;
    int tiles = 0, wanted = all < MOST_TILES ? (int)all : MOST_TILES;
    for (long i = 0; i < source->train->items && tiles < wanted; i++) {
        const void *picture = data_has_class(source->shelves->dataset, &source->train->item[i], class)
                            ? values_of(source, i, room) : NULL;
        if (!picture || met++ < tiles * all / wanted)
            continue;
        gather_whole(&gather, picture, values + tiles * source->values);
        label[tiles++] = name_of(source, i);
    }
    free(room);
    gather_close(&gather);
    return tiles;
}

uint8_t *class_sheet(const Shelves *shelves, int class, size_t *bytes)
{
    if (shape_is_vector(shelves->dataset->job->input.shape))
        return NULL;
    Source source = source_of(shelves);
    float *values = need_memory(sizeof *values * (size_t)(MOST_TILES * source.values));
    const char *label[MOST_TILES];
    int tiles = choose(&source, class, values, label);
    long all = data_count(shelves, PART_TRAIN, class, false);
    uint8_t *png = !tiles ? NULL : sheet_of(&source, &(Sheet){
        .title = shelves->dataset->class_name[class], .tiles = tiles,
        .subtitle = arena_printf(source.arena, "%d of %ld that are trained on, not augmented", tiles, all),
    }, values, label, bytes);
    free(values);
    arena_close(source.arena);
    return png;
}

/* ---- augmentation ---- */

enum { DRAWS = 7, COLUMNS = 1 + DRAWS };

/* A picture, and another to be mixed with it. */
typedef struct {
    const Source *source;
    const void *picture, *other;
    bool bytes;
    float *values;              /* [rows][COLUMNS] pictures */
    const char **label;         /* of them */
    int rows;
} Effects;

/* The card's line, without its blanks and comment; of one that is not told its word. */
static const char *text_of(const Effects *effects, const JobAugment *row)
{
    const char *text = row->place.text;
    if (!text)
        return augment_word[row->kind];
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strcspn(text, "#");
    while (length && isspace((unsigned char)text[length - 1]))
        length--;
    return arena_copy(effects->source->arena, text, length);
}

static void put(const Augmenter *augmenter, const Job *job, AugmentKey key, const void *picture, float *values,
                void *room)
{
    AugmentDraw *draw = need_memory(sizeof *draw * (size_t)(job->augments + 1));
    augment_draw(job, key, draw);
    augmenter_run(augmenter, key, draw, picture, values, room);
    free(draw);
}

/* The picture as the job makes it, `draws` times, from its first column on, which shows it as it is. */
static void add_row(Effects *effects, const Job *job, const char *label)
{
    const Source *source = effects->source;
    long size = source->values;
    Augmenter augmenter = augmenter_open(job, effects->bytes, true);
    Augmenter plain = augmenter_open(job, effects->bytes, false);
    void *room = need_memory(augmenter_room(&augmenter) + 1);
    void *target = need_memory(2 * job_target_bytes(&job->target));
    float *pair = need_memory(sizeof *pair * (size_t)(2 * size));
    float *to = effects->values + effects->rows * COLUMNS * size;
    put(&plain, &(Job){ .augments = 0 }, (AugmentKey){ 0 }, effects->picture, to, room);
    for (int i = 1; i <= DRAWS; i++) {
        AugmentKey key = { .seed = job->train.seed, .position = (uint32_t)(2 * i) };
        put(&augmenter, job, key, effects->picture, pair, room);
        key.position++;
        put(&augmenter, job, key, effects->other, pair + size, room);
        key.position--;
        mix_batch(job, key, 2, pair, target);
        memcpy(to + i * size, pair, sizeof *pair * (size_t)size);
    }
    effects->label[effects->rows++ * COLUMNS] = label;
    free(pair);
    free(target);
    free(room);
    augmenter_close(&plain);
    augmenter_close(&augmenter);
}

/* A row alone; where it acts on some pictures only, here it acts on each, but for a flip, which is as often not. */
static void add_alone(Effects *effects, const JobAugment *row)
{
    Job job = *effects->source->job;
    JobAugment always = *row;
    if (row->kind != AUGMENT_FLIP)
        always.probability[0] = 1;
    job.augment = &always;
    job.augments = 1;
    job.mixup = job.cutmix = 0;
    add_row(effects, &job, text_of(effects, row));
}

static void add_mixing(Effects *effects, double mixup, double cutmix)
{
    Job job = *effects->source->job;
    job.augments = 0;
    job.mixup = mixup;
    job.cutmix = cutmix;
    const char *word = mixup > 0 ? "mixup" : "cutmix";
    add_row(effects, &job, arena_printf(effects->source->arena, "%s %g", word, mixup + cutmix));
}

/* The first and the last that can be read. */
static bool find_pictures(Effects *effects, void *room[2])
{
    const Source *source = effects->source;
    for (long i = 0; i < source->train->items && !effects->picture; i++)
        effects->picture = values_of(source, i, room[0]);
    for (long i = source->train->items; i-- && !effects->other; )
        effects->other = values_of(source, i, room[1]);
    return effects->picture;
}

static uint8_t *draw_effects(Effects *effects, size_t *bytes)
{
    const Job *job = effects->source->job;
    int steps = job->augments + (job->mixup > 0) + (job->cutmix > 0);
    int rows = steps + (steps > 1);
    effects->values = need_memory(sizeof(float) * (size_t)(rows * COLUMNS * effects->source->values));
    effects->label = arena_array(effects->source->arena, const char *, rows * COLUMNS);
    for (int i = 0; i < job->augments; i++)
        add_alone(effects, &job->augment[i]);
    if (job->mixup > 0)
        add_mixing(effects, job->mixup, 0);
    if (job->cutmix > 0)
        add_mixing(effects, 0, job->cutmix);
    if (steps > 1)
        add_row(effects, job, "all together");
    uint8_t *png = sheet_of(effects->source, &(Sheet){
        .title = "each augment row by itself", .tiles = rows * COLUMNS, .columns = COLUMNS,
        .subtitle = "at the left the picture as it is, then some draws; as if each row acted on all pictures",
    }, effects->values, effects->label, bytes);
    free(effects->values);
    return png;
}

uint8_t *augment_sheet(const Shelves *shelves, size_t *bytes)
{
    const Job *job = shelves->dataset->job;
    const Shelf *shelf = shelves->shelf[PART_TRAIN];
    if (shape_is_vector(job->input.shape) || (!job->augments && !is_mixed(job)))
        return NULL;
    Source source = source_of(shelves);
    Effects effects = { .source = &source, .bytes = shelf_has_bytes(shelf) };
    void *room[2] = { need_memory(shelf_room(shelf)), need_memory(shelf_room(shelf)) };
    uint8_t *png = find_pictures(&effects, room) ? draw_effects(&effects, bytes) : NULL;
    free(room[0]);
    free(room[1]);
    arena_close(source.arena);
    return png;
}
