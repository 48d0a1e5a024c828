/* enlarge.c - the card is checked again with larger inputs, one after the other: what its blocks, repeats and joins ask of
 * a size is known to the checks alone. */

#include "compiler/check/enlarge.h"

#include <string.h>

#include "compiler/check/check.h"
#include "compiler/check/read.h"

/* How many pixels more are tried: for windows; for maps that are to be joined, which go wrong by a rest of some division. */
enum { MOST_FOR_WINDOWS = 512, MOST_FOR_SHAPES = 64, MOST_WORK = 200000 };      /* the last: layers in all trials */

/* How many may help; 0: there is a mistake that no size mends. */
static int pixels_worth_trying(const Check *check)
{
    int count, layers = check->card->layers + 1;
    const Mistake *mistake = diag_mistakes(check->diagnostics, &count);
    bool windows = diag_has(check->diagnostics, DIAG_WINDOW_TOO_LARGE);
    int pixels = !count ? 0 : windows ? MOST_FOR_WINDOWS : MOST_FOR_SHAPES;
    for (int i = 0; i < count; i++)
        if (mistake[i].id != DIAG_WINDOW_TOO_LARGE && mistake[i].id != DIAG_SHAPES_DIFFER)
            pixels = 0;
    return pixels < MOST_WORK / layers ? pixels : MOST_WORK / layers;
}

/* The card as it was read, for standard input cannot be read again. */
static OpenText *texts(Arena *arena, const Check *check)
{
    const Source *source = check->file[0]->syntax->source;
    OpenText *text = arena_array(arena, OpenText, check->opens + 1);
    text[0] = (OpenText){source->name, source->text, source->length};
    if (check->opens)
        memcpy(text + 1, check->open, sizeof *text * (size_t)check->opens);
    return text;
}

static bool is_sound_with(const Check *check, Extent pixels)
{
    Arena *arena = arena_open();
    Check larger = {.arena = arena, .diagnostics = diag_open(arena), .setting = check->setting, .settings = check->settings,
                    .open = texts(arena, check), .opens = check->opens + 1, .enlarged = pixels};
    bool sound = check_all(&larger, check->file[0]->syntax->source->name) && !diag_count(larger.diagnostics);
    arena_close(arena);
    return sound;
}

/* Up to a whole number of them. */
static Extent up_to(Shape shape, int multiple)
{
    return (Extent){(multiple - shape.h % multiple) % multiple, (multiple - shape.w % multiple) % multiple};
}

/* As much higher as wider; else, since halves of halves are joined again, both sides a multiple of a power of two. False
 * where none of these does. */
static bool find_size(const Check *check, Extent *pixels)
{
    const Shape shape = check->card->job.input.shape;
    const int most = pixels_worth_trying(check);
    for (*pixels = (Extent){1, 1}; pixels->h <= most; pixels->h++, pixels->w++)
        if (is_sound_with(check, *pixels))
            return true;
    for (int multiple = 2; multiple <= most; multiple *= 2) {
        *pixels = up_to(shape, multiple);
        bool larger = pixels->h || pixels->w;
        if (larger && is_sound_with(check, *pixels))
            return true;
    }
    return false;
}

void note_enlarged(Check *check)
{
    const Shape shape = check->card->job.input.shape;
    const Argument *first = check->input.statement ? check->input.statement->arguments : NULL;
    Extent pixels;
    if (check->enlarged.h || check->enlarged.w || !first || shape_is_vector(shape) || !find_size(check, &pixels))
        return;
    diag_note_to(check->diagnostics, 1, first->value->span, "with %dx%d it would do", shape.h + pixels.h, shape.w + pixels.w);
}
