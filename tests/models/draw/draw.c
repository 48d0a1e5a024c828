/* draw.c - small data of every kind for the networks of models/ to learn from: pictures of 64x64 pixels with a disc, a
 * square, a triangle or a ring on a noisy ground, and a table of spectra.
 *
 * usage: draw FOLDER        writes below it
 *   classes/NAME/N.png      one thing each
 *   places.csv              file,x: the same pictures, and where from left to right the thing is, -1 to 1
 *   several/N.png, several.csv: name,shows      one to three things, "disc ring"
 *   pictures/N.png, masks/N.png                 the same, and 255 where a thing is
 *   inputs.npy, words.npy   49x10x1 spectra of twelve words */

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <png.h>

#include "tests/support/encode.h"

enum { SIDE = 64, PICTURES = 300, MIXED = 2400, KINDS = 4, WORDS = 12, SPECTRA = 2400, FRAMES = 49, BANDS = 10 };

static const char *const kind_name[KINDS] = { "disc", "square", "triangle", "ring" };
static const char *root;

/* ---- numbers ---- */

static uint64_t state = 1;

static double draw(double from, double to)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return from + (to - from) * (double)(state >> 40) / (double)(1 << 24);
}

/* ---- files ---- */

static _Noreturn void fail(const char *path)
{
    fprintf(stderr, "draw: %s: %s\n", path, strerror(errno));
    exit(3);
}

static FILE *create(const char *format, ...) __attribute__((format(printf, 1, 2)));
static FILE *create(const char *format, ...)
{
    char name[256], path[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    snprintf(path, sizeof path, "%s/%s", root, name);
    for (char *slash = path; (slash = strchr(slash + 1, '/')); *slash = '/') {
        *slash = '\0';
        mkdir(path, 0777);
    }
    FILE *file = fopen(path, "wb");
    if (!file)
        fail(path);
    return file;
}

static void put_png(FILE *file, const uint16_t *sample, bool grey)
{
    Encoded png = encode_png(&(PngRecipe){ .h = SIDE, .w = SIDE, .depth = 8, .sample = sample,
                                           .colour = grey ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB });
    if (fwrite(png.bytes, 1, png.length, file) != png.length || fclose(file))
        fail(root);
    free(png.bytes);
}

/* ---- pictures ---- */

typedef struct {
    uint16_t pixel[SIDE * SIDE * 3], mask[SIDE * SIDE];
} Picture;

static void draw_ground(Picture *picture)
{
    double ground[3] = { draw(20, 140), draw(20, 140), draw(20, 140) };
    for (int i = 0; i < SIDE * SIDE * 3; i++)
        picture->pixel[i] = (uint16_t)(ground[i % 3] + draw(-20, 20) + 0.5);
    memset(picture->mask, 0, sizeof picture->mask);
}

static bool is_within(int kind, double down, double right, double size)
{
    double distance = sqrt(down * down + right * right);
    switch (kind) {
    case 0:  return distance < size;
    case 1:  return fabs(down) < 0.85 * size && fabs(right) < 0.85 * size;
    case 2:  return down < 0.7 * size && down > 2 * fabs(right) - size;
    default: return distance < size && distance > 0.55 * size;
    }
}

/* Returns where it is from left to right. */
static double draw_thing(Picture *picture, int kind)
{
    double size = draw(8, 14), y = draw(size, SIDE - size), x = draw(size, SIDE - size), turned = draw(-0.4, 0.4);
    double colour[3] = { draw(120, 250), draw(120, 250), draw(120, 250) };
    for (int h = 0; h < SIDE; h++)
        for (int w = 0; w < SIDE; w++) {
            double down = (h - y) * cos(turned) + (w - x) * sin(turned), right = (w - x) * cos(turned) - (h - y) * sin(turned);
            if (!is_within(kind, down, right, size))
                continue;
            picture->mask[h * SIDE + w] = 255;
            for (int c = 0; c < 3; c++)
                picture->pixel[(h * SIDE + w) * 3 + c] = (uint16_t)(colour[c] + draw(-5, 5));
        }
    return 2 * x / SIDE - 1;
}

static void draw_classes(void)
{
    static Picture picture;
    FILE *table = create("places.csv");
    fprintf(table, "file,x\n");
    for (int i = 0; i < PICTURES * KINDS; i++) {
        draw_ground(&picture);
        double x = draw_thing(&picture, i % KINDS);
        fprintf(table, "%s/%d.png,%.4f\n", kind_name[i % KINDS], i, x);
        put_png(create("classes/%s/%d.png", kind_name[i % KINDS], i), picture.pixel, false);
    }
    if (fclose(table))
        fail(root);
}

static void draw_several(void)
{
    static Picture picture;
    FILE *table = create("several.csv");
    fprintf(table, "name,shows\n");
    for (int i = 0; i < MIXED; i++) {
        draw_ground(&picture);
        fprintf(table, "%d.png,", i);
        int shown = (int)draw(1, (1 << KINDS) - 0.001);         /* a set of kinds, never none */
        const char *blank = "";
        for (int kind = 0; kind < KINDS; kind++)
            if (shown >> kind & 1) {
                draw_thing(&picture, kind);
                fprintf(table, "%s%s", blank, kind_name[kind]);
                blank = " ";
            }
        fprintf(table, "\n");
        put_png(create("several/%d.png", i), picture.pixel, false);
        put_png(create("pictures/%d.png", i), picture.pixel, false);
        put_png(create("masks/%d.png", i), picture.mask, true);
    }
    if (fclose(table))
        fail(root);
}

/* ---- spectra ---- */

static void put_head(FILE *file, const char *shape, const char *type)
{
    char head[128];
    int length = snprintf(head, sizeof head, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    uint16_t whole = 118;
    fwrite("\x93NUMPY\x01\x00", 1, 8, file);
    fwrite(&whole, 2, 1, file);
    fprintf(file, "%s%*s\n", head, whole - 1 - length, "");
}

/* Two bands of a word rise and fall together, at a time and a pace of their own. */
static void draw_spectrum(FILE *file, int word)
{
    double begin = draw(5, 15), pace = draw(0.8, 1.2);
    for (int frame = 0; frame < FRAMES; frame++)
        for (int band = 0; band < BANDS; band++) {
            double time = (frame - begin) * pace / 30;
            double first = word % 4 * 2 + 2 * time, second = 9 - word / 4 * 3 - 3 * time * (word % 2);
            double loud = time > 0 && time < 1 ? 2 : 0;
            float value = (float)(loud * (exp(-(band - first) * (band - first)) + exp(-(band - second) * (band - second)))
                                  + draw(-0.5, 0.5));
            fwrite(&value, sizeof value, 1, file);
        }
}

static void draw_spectra(void)
{
    FILE *inputs = create("inputs.npy"), *words = create("words.npy");
    put_head(inputs, "2400, 49, 10, 1", "<f4");
    put_head(words, "2400,", "<i4");
    for (int i = 0; i < SPECTRA; i++) {
        int32_t word = i % WORDS;
        draw_spectrum(inputs, word);
        fwrite(&word, sizeof word, 1, words);
    }
    if (fclose(inputs) || fclose(words))
        fail(root);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: draw FOLDER\n");
        return 2;
    }
    root = argv[1];
    draw_classes();
    draw_several();
    draw_spectra();
    return 0;
}
