#include "runtime/augment.h"

#include "runtime/kernels/random.h"
#include "runtime/sine.h"

/* Each row has a draw of its own, so that one more row changes none of the others: two words for
 * the amounts, two for whether they act. */
void augment_draw(const Job *job, uint64_t seed, uint32_t epoch, uint32_t position,
                  AugmentDraw *draw)
{
    for (int i = 0; i < job->augments; i++) {
        const JobAugment *row = &job->augment[i];
        uint32_t word[4];
        random_draw(word, seed, epoch, position, (uint32_t)i, RANDOM_AUGMENT);
        draw[i] = (AugmentDraw){ .kind = row->kind };
        for (int side = 0; side < 2; side++) {
            if (row->kind == AUGMENT_FLIP) {
                draw[i].amount[side] = random_uniform(word[2 + side]) < row->probability[side];
                continue;
            }
            bool own = row->kind == AUGMENT_SHIFT || (row->kind == AUGMENT_ZOOM && row->free);
            double part = random_uniform(word[own ? side : 0]);
            double amount = row->from[side] + part * (row->to[side] - row->from[side]);
            if (row->kind == AUGMENT_SHIFT && !row->pixels[side])
                amount *= side ? job->input.shape.w : job->input.shape.h;
            if (random_uniform(word[2]) < row->probability[0])
                draw[i].amount[side] = amount;
        }
        if (row->kind == AUGMENT_ZOOM && !row->free)
            draw[i].amount[1] = draw[i].amount[0];
    }
}

/* Keras's matrices, rows before columns, of an angle that is positive where the picture turns
 * counter-clockwise, and shifted and zoomed as the language says. */
static Affine row_map(const AugmentDraw *draw)
{
    double a = draw->amount[0], b = draw->amount[1], sine, cosine;
    switch (draw->kind) {
    case AUGMENT_ROTATE:
        sine_cosine(a, &sine, &cosine);
        return (Affine){ { { cosine, sine, 0 }, { -sine, cosine, 0 } } };
    case AUGMENT_SHEAR:
        sine_cosine(a, &sine, &cosine);
        return (Affine){ { { 1, sine, 0 }, { 0, cosine, 0 } } };
    case AUGMENT_ZOOM:
        return (Affine){ { { 1 - a, 0, 0 }, { 0, 1 - b, 0 } } };
    case AUGMENT_SHIFT:
        return (Affine){ { { 1, 0, -a }, { 0, 1, -b } } };
    case AUGMENT_FLIP:
        return (Affine){ { { a != 0 ? -1 : 1, 0, 0 }, { 0, b != 0 ? -1 : 1, 0 } } };
    case AUGMENT_COUNT:
        break;
    }
    return (Affine){ { { 1, 0, 0 }, { 0, 1, 0 } } };
}

static Affine product(const Affine *first, const Affine *second)
{
    Affine map;
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 3; j++) {
            double sum = j == 2 ? first->m[i][2] : 0;
            sum += first->m[i][0] * second->m[0][j];
            sum += first->m[i][1] * second->m[1][j];
            map.m[i][j] = sum;
        }
    }
    return map;
}

Affine augment_map(const AugmentDraw *draw, int draws, Shape shape)
{
    double centre[2] = { (shape.h - 1) / 2.0, (shape.w - 1) / 2.0 };
    /* from pixels to the distance from the centre, through all rows, and back */
    Affine to_centre = { { { 1, 0, -centre[0] }, { 0, 1, -centre[1] } } };
    Affine map = { { { 1, 0, centre[0] }, { 0, 1, centre[1] } } };
    for (int i = 0; i < draws; i++) {
        Affine row = row_map(&draw[i]);
        map = product(&map, &row);
    }
    return product(&map, &to_centre);
}
