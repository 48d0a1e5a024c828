/* look.h - what the command `look` shows of one picture, and a server of those that it is sent: what its
 * parts share. Each part makes contact sheets, and tells of them on a page. */

#ifndef LOOK_LOOK_H
#define LOOK_LOOK_H

#include "runtime/look/asked.h"
#include "runtime/look/excitation.h"
#include "runtime/show/page.h"
#include "runtime/show/sheet.h"

typedef struct Look Look;

/* Takes a sheet, as a PNG. */
typedef void LookPut(const Look *look, const char *name, const uint8_t *png, size_t bytes);

/* Takes what is said in a sheet's place. */
typedef void LookNote(const Look *look, const char *text);

struct Look {
    const Trained *trained;     /* opened for viewing */
    const Options *options;
    const LayerRow *layer;      /* whose maps heat maps and strongest filters are of; NULL: there is none */
    const Excitation *excitation;       /* of that layer by pictures that were trained on; NULL: not asked for */
    Arena *arena;               /* of this picture */
    const char *picture;        /* the file's name */
    const char *folder;         /* where to write, if `put` does */
    const float *input;         /* [H][W][C] as Step.input wants it */
    const uint8_t *pixel;       /* the same for people, [H][W][shown] */
    int shown;                  /* 1 or 3 */
    const float *output;        /* [P][Q][C], tempered */
    const Asked *asked;         /* NULL: nothing can be asked */
    double value;               /* of what was asked */
    Page *page;
    double until;               /* what is not begun by then, on the clock of seconds_now, is left out; or INFINITY */
    LookPut *put;               /* where sheets go */
    LookNote *note;             /* and notes, beside the page; or NULL */
    void *context;              /* of both */
};

/* Fills what the picture says, in the arena, from its input, which is kept: pixel, output, asked and value. The rest is
 * there but for the page. */
void look_begin(Look *look, const float *input);

void look_put(const Look *look, const char *name, const Sheet *sheet);

/* Says why there is no sheet. */
void look_note(const Look *look, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether there is no time for more, or a stop was asked for. */
bool look_is_over(const Look *look);

/* What the network gets as people see it, [H][W][shown], in the arena. */
uint8_t *look_pixels(const Look *look, const float *input);

/* "dog 98.2%", "price 12.4" */
const char *look_answer(const Look *look);

/* Pixels [h][w] of a layer's or the input's map: "17x17x128". */
const char *look_size(const Look *look, Shape shape);

/* The ends of a scale in words. */
Legend look_legend(const Look *look, ColourScale scale);

/* Runs the view on the picture, with what is asked. Each part that needs one begins so: predictions, and
 * other pictures' views, take its place. */
void look_see(const Look *look);

/* The parts. */
void look_heat(const Look *look);                       /* look_heat.c: where the answer comes from */
void look_strongest(const Look *look);                  /* look_strongest.c: --top */
void look_layers(const Look *look);                     /* look_layers.c: each convolution's maps and filters */

#endif
