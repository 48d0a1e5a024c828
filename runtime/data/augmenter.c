#include "runtime/data/augmenter.h"

#include "runtime/data/paint.h"
#include "runtime/pictures/input.h"
#include "runtime/pictures/picture.h"
#include "runtime/system/fault.h"

Augmenter augmenter_open(const Job *job, bool bytes, bool augment)
{
    return (Augmenter){
        .job = job, .rows = augment ? job->augments : 0,
        .raw = gather_open_plain(job, bytes), .last = gather_open(job, bytes),
        .between = gather_open_plain(job, false), .end = gather_open(job, false),
    };
}

void augmenter_close(Augmenter *augmenter)
{
    gather_close(&augmenter->raw);
    gather_close(&augmenter->last);
    gather_close(&augmenter->between);
    gather_close(&augmenter->end);
}

/* Of one picture while it is between two rows. */
static size_t picture_room(const Augmenter *augmenter)
{
    return sizeof(float) * (size_t)shape_size(augmenter->job->input.shape) + PICTURE_SLACK;
}

/* The first row from `row` on that does not move the picture; `rows` where there is none. */
static int next_change(const Augmenter *augmenter, int row)
{
    while (row < augmenter->rows && augment_moves(augmenter->job->augment[row].kind))
        row++;
    return row;
}

size_t augmenter_room(const Augmenter *augmenter)
{
    return next_change(augmenter, 0) == augmenter->rows ? 0 : 2 * picture_room(augmenter);
}

bool augmenter_takes(const Augmenter *augmenter, float low, float high, const char *path)
{
    for (int row = next_change(augmenter, 0); row < augmenter->rows; row = next_change(augmenter, row + 1)) {
        const JobAugment *change = &augmenter->job->augment[row];
        bool within = low >= 0 && high <= 255, small = change->kind == AUGMENT_NOISE && high <= 1;
        if (within && !small)
            continue;
        mistake(&change->place, "'%s' acts on values from 0 to 255, but %s holds %g to %g%s",
                augment_word[change->kind], path, (double)low, (double)high,
                small && within ? "; save them times 255, and let the input's scale= divide them" : "");
        return false;
    }
    return true;
}

static void cover(const Canvas *canvas, const Job *job, AugmentKey key, int row)
{
    for (int i = 0; i < job->augment[row].count; i++)
        paint_window(canvas, augment_window(job, key, row, i), (float)job->augment[row].value);
}

static void change(const Canvas *canvas, const Job *job, AugmentKey key, const AugmentDraw *draw, int row)
{
    double amount = draw[row].amount[0];
    switch (draw[row].kind) {
    case AUGMENT_BRIGHTNESS:
        paint_brightness(canvas, (float)(1 + amount));
        break;
    case AUGMENT_CONTRAST:
        paint_contrast(canvas, (float)(1 + amount));
        break;
    case AUGMENT_SATURATION:
        paint_saturation(canvas, (float)(1 + amount));
        break;
    case AUGMENT_HUE:
        paint_hue(canvas, amount);
        break;
    case AUGMENT_NOISE:
        paint_noise(canvas, amount, key);
        break;
    case AUGMENT_GRAY:
        paint_gray(canvas);
        break;
    case AUGMENT_CUTOUT:
        cover(canvas, job, key, row);
        break;
    default:
        break;
    }
}

/* Where the picture lies between two rows. */
typedef struct {
    const void *values;
    char *room;                 /* of two pictures; NULL where none is needed */
    bool own;                   /* it lies in the room, as floats */
} Stage;

/* By these rows, maybe none. */
static void gather(const Gather *gather, const AugmentDraw *draw, int rows, const void *values, float *result)
{
    Affine map = augment_map(draw, rows, gather->shape);
    if (rows)
        gather_run(gather, &map, values, result);
    else
        gather_whole(gather, values, result);
}

/* By rows from..to, into the half of the room where it is not. */
static void move(const Augmenter *augmenter, const AugmentDraw *draw, int from, int to, Stage *stage)
{
    char *half = stage->values == stage->room ? stage->room + picture_room(augmenter) : stage->room;
    gather(stage->own ? &augmenter->between : &augmenter->raw, draw + from, to - from, stage->values,
           (float *)half);
    stage->values = half;
    stage->own = true;
}

void augmenter_run(const Augmenter *augmenter, AugmentKey key, const AugmentDraw *draw, const void *picture,
                   float *result, void *room)
{
    const Job *job = augmenter->job;
    Stage stage = { .values = picture, .room = room };
    int from = 0;
    for (int row; (row = next_change(augmenter, from)) < augmenter->rows; from = row + 1) {
        bool acts = draw[row].amount[0] != 0;
        if (row > from || (acts && !stage.own))
            move(augmenter, draw, from, row, &stage);
        if (acts)
            change(&(Canvas){ (float *)stage.values, job->input.shape, input_is_reversed(&job->input) }, job,
                   key, draw, row);
    }
    gather(stage.own ? &augmenter->end : &augmenter->last, draw + from, augmenter->rows - from, stage.values,
           result);
}

Moves augmenter_moves(const Augmenter *augmenter, const AugmentDraw *draw)
{
    Moves moves = { .maps = 0 };
    for (int from = 0, to; from < augmenter->rows; from = to + 1) {
        to = next_change(augmenter, from);
        if (to > from)
            moves.map[moves.maps++] = augment_map(draw + from, to - from, augmenter->job->input.shape);
    }
    return moves;
}
