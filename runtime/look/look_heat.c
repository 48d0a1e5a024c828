/* look_heat.c - where in the picture the answer comes from: Grad-CAM, what hiding a part of it changes, the
 * gradient of each pixel. */

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "runtime/look/look.h"
#include "runtime/look/saliency.h"
#include "runtime/system/clock.h"

/* One way to tell it. */
typedef struct {
    const char *name, *title;
    const char *label;          /* of the map alone */
    const char *how;            /* what it is made of */
    const char *none;           /* what it means where all of it is 0 */
    double most;                /* as saliency_scale takes it */
} Way;

static Shape input_shape(const Look *look)
{
    return look->trained->job.input.shape;
}

/* The picture, the map over it, and the map alone: [H][W]. */
static void put_heat(const Look *look, const Way *way, const float *map)
{
    Shape shape = input_shape(look);
    long pixels = (long)shape.h * shape.w;
    ColourScale scale = saliency_scale(map, pixels, way->most);
    const Legend legend = look_legend(look, scale);
    uint8_t *over = arena_alloc(look->arena, 3 * (size_t)pixels);
    uint8_t *alone = arena_alloc(look->arena, 3 * (size_t)pixels);
    saliency_over(scale, map, look->pixel, look->shown, pixels, over);
    saliency_colours(scale, map, pixels, alone);
    const Tile tile[] = {
        { .pixel = look->pixel, .h = shape.h, .w = shape.w, .c = look->shown, .label = "the picture" },
        { .pixel = over, .h = shape.h, .w = shape.w, .c = 3, .label = "both" },
        { .pixel = alone, .h = shape.h, .w = shape.w, .c = 3, .label = way->label },
    };
    look_put(look, way->name, &(Sheet){
        .title = arena_printf(look->arena, "%s: %s", way->title, look_answer(look)),
        .subtitle = arena_printf(look->arena, "%s; %s", scale.high > 0 ? way->how : way->none, look->picture),
        .legend = &legend, .tile = tile, .tiles = 3, .columns = 3,
    });
}

/* A map in the picture's size. */
static float *input_map(const Look *look)
{
    return arena_array(look->arena, float, (long)input_shape(look).h * input_shape(look).w);
}

static void put_grad_cam(const Look *look)
{
    Shape shape = input_shape(look), of = look->layer->shape;
    const char *layer = look->layer->name;
    float *map = arena_array(look->arena, float, (long)of.h * of.w), *large = input_map(look);
    saliency_grad_cam(look->trained->network, look->layer, map);
    saliency_resize(map, of.h, of.w, large, shape.h, shape.w);
    page_text(look->page, "Grad-CAM weighs each map of %s by how much the answer grows with it, and adds them up: "
              "where the sum is large, what the network sees there speaks for the answer.", layer);
    put_heat(look, &(Way){
        .name = "heat-grad-cam", .title = "Grad-CAM", .label = "Grad-CAM", .most = 1,
        .how = arena_printf(look->arena, "maps of %s, %dx%d", layer, of.h, of.w),
        .none = arena_printf(look->arena, "no map of %s speaks for it anywhere", layer),
    }, large);
}

static void put_gradient(const Look *look)
{
    float *map = input_map(look);
    saliency_gradient(look->trained->network, map);
    page_text(look->page, "The gradient tells by how much the answer would change with each pixel, were it a little "
              "lighter or darker. It is largest at edges that matter.");
    put_heat(look, &(Way){
        .name = "heat-gradient", .title = "gradient", .label = "gradient", .most = 0.99,
        .how = "of each pixel the channel that matters most", .none = "it hangs on no pixel",
    }, map);
}

static void put_occlusion(const Look *look)
{
    Hiding hiding;
    float *map = input_map(look);
    double now = seconds_now(), until = now + (look->until - now) / 2;  /* the other half is for what comes behind */
    if (!saliency_occlusion(look->trained, look->asked, look->input, until, &hiding, map)) {
        look_note(look, "No occlusion: it would take too long here; the command 'look' takes its time.");
        return;
    }
    page_text(look->page, "Occlusion hides the picture piece by piece, %d times, below a window of %dx%d of its mean "
              "colour. Red is what the answer falls without; where hiding makes it rise, blue.",
              hiding.rows * hiding.columns, hiding.side, hiding.side);
    put_heat(look, &(Way){
        .name = "heat-occlusion", .title = "occlusion", .label = "fall when hidden", .most = 1,
        .how = arena_printf(look->arena, "behind %dx%d windows, %d apart", hiding.side, hiding.side, hiding.step),
        .none = "hiding a part changes nothing",
    }, map);
}

void look_heat(const Look *look)
{
    page_section(look->page, "heat", "Where the answer comes from");
    if (!look->asked) {
        look_note(look, "No heat maps: %s.", asked_nothing(look->trained->network->program));
        return;
    }
    look_see(look);
    if (look->layer)
        put_grad_cam(look);
    else
        look_note(look, "No Grad-CAM: no convolution has a map of more than one pixel.");
    put_gradient(look);
    put_occlusion(look);
}
