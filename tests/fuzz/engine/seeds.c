/* seeds.c - what fuzzing begins with: small files of every kind, made by the tests' encoders and the runtime's writers,
 * cards of the tree, and wrong ones of tests/diagnostics/cases.
 *
 * usage: seeds FOLDER      (FOLDER/TARGET/NUMBER; from the project's root) */

#include <glob.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "runtime/data/array_file.h"
#include "runtime/runs/checkpoint.h"
#include "tests/support/encode.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

enum { H = 5, W = 7, MOST_CARD = 4000 };

static const char *folder;

static void put(const char *target, const void *bytes, size_t length)
{
    static int number;
    char name[100];
    snprintf(name, sizeof name, "%s/%04d", target, number++);
    scratch_write(folder, name, bytes, length);
}

static void put_text(const char *target, const char *text)
{
    put(target, text, strlen(text));
}

/* A whole file, with a 0 behind it; to be freed. */
static char *file_of(const char *path, size_t *length)
{
    enum { ROOM = 1 << 16 };
    char *bytes = calloc(1, ROOM + 1);
    FILE *in = fopen(path, "rb");
    if (!in || !bytes) {
        perror(path);
        exit(1);
    }
    *length = fread(bytes, 1, ROOM, in);
    fclose(in);
    return bytes;
}

/* ---- cards ---- */

static void put_card(const char *text, size_t length)
{
    char *asked = malloc(length + 2);
    uint8_t place[2] = { (uint8_t)(length / 2), (uint8_t)(length / 2 >> 8) };
    memcpy(asked, place, sizeof place);
    memcpy(asked + sizeof place, text, length);
    put("card", text, length);
    put("layout", text, length);
    put("complete", asked, length + sizeof place);
    free(asked);
}

/* "== fires", a card, "== says", what is said of it, "== silent", a card. */
static void put_case(const char *text)
{
    static const char *const heading[] = { "== fires\n", "== silent\n" };
    for (int i = 0; i < 2; i++) {
        const char *from = strstr(text, heading[i]);
        if (!from)
            continue;
        from += strlen(heading[i]);
        const char *to = strstr(from, "== ");
        put_card(from, to ? (size_t)(to - from) : strlen(from));
    }
}

static void put_cards(void)
{
    glob_t cards;
    glob("examples/*/*.net", 0, NULL, &cards);
    glob("models/*.net", GLOB_APPEND, NULL, &cards);
    glob("tests/diagnostics/page/*.net", GLOB_APPEND, NULL, &cards);
    glob("tests/diagnostics/cases/*.case", GLOB_APPEND, NULL, &cards);
    for (size_t i = 0; i < cards.gl_pathc; i++) {
        size_t length;
        char *text = file_of(cards.gl_pathv[i], &length);
        if (strstr(cards.gl_pathv[i], ".case"))
            put_case(text);
        else if (length <= MOST_CARD)
            put_card(text, length);
        free(text);
    }
    globfree(&cards);
}

static void put_session(void)
{
    static const char open[] =
        "{\"method\":\"initialize\",\"id\":1,\"params\":{}}\n"
        "{\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file:///a.net\",\"text\":"
        "\"network a\\ninput 8x8x3\\nlet n=4\\nmodel {\\n  x: conv n 3x3 relu\\n  add x\\n}\\n\"}}}\n";
    static const char *const method[] = { "completion", "hover", "definition", "references", "prepareRename", "formatting",
                                          "documentSymbol", "rename", "didClose" };
    for (int i = 0; i < (int)(sizeof method / sizeof *method); i++) {
        char text[2000];
        snprintf(text, sizeof text, "%s{\"method\":\"textDocument/%s\",\"id\":2,\"params\":{\"textDocument\":{\"uri\":"
                 "\"file:///a.net\"},\"position\":{\"line\":4,\"character\":10},\"newName\":\"m\",\"context\":{}}}\n"
                 "{\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":\"file:///a.net\"},"
                 "\"contentChanges\":[{\"text\":\"let a=1\"}]}}\n"
                 "{\"method\":\"shutdown\",\"id\":3}\n{\"method\":\"exit\"}\n", open, method[i]);
        put_text("lsp", text);
    }
    put_text("lsp", "Content-Length: 43\r\n\r\n{\"method\":\"initialize\",\"id\":1,\"params\":{}}  ");
}

/* ---- pictures ---- */

static void put_encoded(Encoded file)
{
    put("picture", file.bytes, file.length);
    free(file.bytes);
}

static void put_pngs(void)
{
    static const struct { int colour, depth; } kind[] = {
        { PNG_COLOR_TYPE_GRAY, 1 }, { PNG_COLOR_TYPE_GRAY, 16 }, { PNG_COLOR_TYPE_RGB, 8 }, { PNG_COLOR_TYPE_PALETTE, 2 },
        { PNG_COLOR_TYPE_PALETTE, 8 }, { PNG_COLOR_TYPE_GRAY_ALPHA, 8 }, { PNG_COLOR_TYPE_RGB_ALPHA, 16 },
    };
    static const uint8_t palette[4][3] = { { 1, 2, 3 }, { 200, 100, 50 }, { 9, 9, 9 }, { 255, 255, 255 } };
    static const uint8_t opacity[4] = { 0, 100, 255, 255 };
    static const uint16_t key[3] = { 1, 1, 1 };
    uint16_t sample[H * W * 4];
    for (size_t i = 0; i < sizeof kind / sizeof *kind; i++)
        for (int interlaced = 0; interlaced < 2; interlaced++) {
            bool indexed = kind[i].colour == PNG_COLOR_TYPE_PALETTE;
            for (int s = 0; s < H * W * 4; s++)
                sample[s] = (uint16_t)(s * 7919 % (indexed ? 4 : 1 << kind[i].depth));
            put_encoded(encode_png(&(PngRecipe){ .h = H, .w = W, .colour = kind[i].colour, .depth = kind[i].depth,
                                                 .interlaced = interlaced, .palette = indexed ? palette : NULL,
                                                 .colours = 4, .opacity = indexed ? opacity : NULL,
                                                 .key = kind[i].colour == PNG_COLOR_TYPE_RGB ? key : NULL,
                                                 .sample = sample }));
        }
}

static void put_jpegs(void)
{
    static const JpegRecipe kind[] = {
        { .c = 1 }, { .c = 3, .down = 2, .across = 2, .quality = 60 }, { .c = 3, .progressive = true, .orientation = 6 },
        { .c = 4 }, { .c = 4, .ycck = true }, { .c = 4, .plain_inks = true }, { .c = 3, .restart = 1, .optimal = true },
        { .c = 1, .progressive = true, .single_coefficients = 8 }, { .c = 3, .orientation = 3, .big_endian = true },
    };
    uint8_t pixel[H * W * 4];
    for (int i = 0; i < H * W * 4; i++)
        pixel[i] = (uint8_t)(i * 37);
    for (size_t i = 0; i < sizeof kind / sizeof *kind; i++) {
        JpegRecipe recipe = kind[i];
        recipe.h = H;
        recipe.w = W;
        recipe.pixel = pixel;
        put_encoded(encode_jpeg(&recipe));
    }
}

/* WebP, TIFF, BMP and PNM, which others have written. */
static void put_formats(void)
{
    static const char *const name[] = {
        "bmp-16", "bmp-24", "bmp-32-clear", "bmp-32-down", "bmp-4", "bmp-565", "bmp-bits", "bmp-os2", "bmp-palette",
        "pnm-p1", "pnm-p2", "pnm-p3", "pnm-p4", "pnm-p5-16", "pnm-p5", "pnm-p6-16", "pnm-p6-most100", "pnm-p6",
        "tiff-bits", "tiff-clear", "tiff-grey", "tiff-grey16", "tiff-inks", "tiff-packbits", "tiff-palette", "tiff-raw",
        "tiff-several", "tiff-tiff_deflate", "tiff-tiff_lzw", "tiff-turned8", "webp-lossless-clear", "webp-lossless",
        "webp-lossy-clear", "webp-lossy", "webp-turned6",
    };
    Fixture *fixture = fixture_open("tests/outside/formats.safetensors");
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        char key[100];
        snprintf(key, sizeof key, "%s/file", name[i]);
        const FixtureTensor *file = fixture_tensor(fixture, key);
        put("picture", file->u8, (size_t)file->count);
        if (name[i][0] == 'b' || name[i][0] == 'p')
            put("bitmap", file->u8, (size_t)file->count);
    }
    fixture_close(fixture);
}

/* ---- numbers ---- */

static void put_gzipped(const void *bytes, size_t length)
{
    const char *path = scratch_path(folder, "gzipped");
    gzFile out = gzopen(path, "wb");
    gzwrite(out, bytes, (unsigned)length);
    gzclose(out);
    char *packed = file_of(path, &length);
    put("array", packed, length);
    free(packed);
    remove(path);
}

static void put_array(const void *bytes, size_t length)
{
    put("array", bytes, length);
    put_gzipped(bytes, length);
}

static void put_npy(const char *type, int size)
{
    char file[400] = "\x93NUMPY\x01\x00";
    int literal = snprintf(file + 10, 200, "{'descr': '<%s', 'fortran_order': False, 'shape': (2, 3), }\n", type);
    file[8] = (char)literal;
    put_array(file, 10 + (size_t)literal + (size_t)(6 * size));
}

static void put_arrays(void)
{
#define X(id, bytes, numpy, idx, value) \
    put_npy(numpy, bytes); \
    if (idx) \
        put_array((const char[12 + 6 * bytes]){ 0, 0, idx, 2, 0, 0, 0, 2, 0, 0, 0, 3 }, 12 + 6 * bytes);
    ARRAY_TYPES(X)
#undef X
}

static void put_tables(void)
{
    put_text("table", "file,label,x\na.png,cat,1.5\n\"b,\"\"1\"\".png\",dog,-2e-3\n");
    put_text("table", "\xef\xbb\xbf" "a,b\r\n1,\"two\nlines\"\r\n\r\n3,4\r\n");
    put_text("table", "one\n1\n2\n3");
}

static void put_tensors(void)
{
    put_text("safetensors", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"U8\","
             "\"shape\":[],\"data_offsets\":[8,9]},\"__metadata__\":{\"format\":\"pt\"}}\n123456789");
    for (int i = 0; i < 2; i++) {
        static const char *const name[] = { "tests/outside/foreign_torch.safetensors",
                                            "tests/outside/foreign_keras.safetensors" };
        size_t length;
        char *bytes = file_of(name[i], &length);
        put("safetensors", bytes, length);
        free(bytes);
    }
}

static void put_checkpoint(void)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fputs("{\"__metadata__\":{\"format\":\"netc-checkpoint-6\",\"card\":\"a.net\",\"hash\":\"0123456789abcdef\",", out);
    fputs("\"target\":\"native\",\"classes\":\"[\\\"a\\\",\\\"b\\\",\\\"c\\\"]\",\"input_columns\":\"[]\",\"missed\":\"{}\",", out);
    fputs("\"input_mean\":\"1 2 3\",\"input_std\":\"1 2 3\",\"temperature\":\"1.5\",\"threshold\":\"0.5 0.5 0.5\"", out);
#define X(type, field) fputs(",\"" #field "\":\"1\"", out);
    STANDING_FIELDS(X)
#undef X
    fputs("},\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}\n1234", out);
    fclose(out);
    put("checkpoint", text, length);
    free(text);
}

/* ---- runs ---- */

static void put_runs(void)
{
    put_text("run", "epoch,seconds,loss,validation_loss\n1,0.5,0.7,0.6\n2,0.5,,nan\n");
    put_text("run", "{\"time\":\"2026-11-28T16:32:23Z\",\"event\":\"start\",\"epochs\":3}\n"
                    "{\"event\":\"epoch\",\"epoch\":1,\"best\":true}\n{\"event\":\"end\"}\n");
    put_text("run", "{\"seed\":1,\"batch\":32,\"starts\":[{\"time\":\"2026-11-28T16:32:23Z\",\"options\":{\"rate\":1},"
                    "\"threads\":2}],\"items\":{\"train\":3},\"set\":[\"a=1\"]}");
    put_text("run", "network a # one\ninput 8x8x3\ntrain {\n    loss mse\n}\n");
    put_text("split", "train\tcat\ttrain/cat.1.png\ntrain\tcat\ttrain/cat.2.png\nvalidation\tdog\ttrain/dog.1.png\n"
                      "test\tdog\ttrain/dog.\\n2.png\n");
    put_text("split", "train\tcat\ttrain/cat.1.png\n");
    put_text("split", "train\t-\ttrain#0\n");
}

static void put_requests(void)
{
    put_text("http", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    put_text("http", "POST /predict HTTP/1.1\r\nHost: 127.0.0.1:80\r\nContent-Length: 3\r\n\r\nabc");
    put_text("http", "POST /look HTTP/1.1\r\nHost: [::1]:80\r\nOrigin: http://[::1]:80\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    put_text("http", "HEAD /model?a=b&c=%41 HTTP/1.0\r\nHost: localhost\r\nCookie: a=b\r\n\r\n");
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    put_cards();
    put_session();
    put_pngs();
    put_jpegs();
    put_formats();
    put_arrays();
    put_tables();
    put_tensors();
    put_checkpoint();
    put_runs();
    put_requests();
    return 0;
}
