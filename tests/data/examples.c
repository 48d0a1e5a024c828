/* examples.c - the example cards of each kind of data, from files that are drawn here to a network that
 * has learned; in the same bytes whatever the threads, and wherever a training was stopped. */

#include <CUnit/CUnit.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "runtime/pictures/picture.h"
#include "runtime/system/memory.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

/* ---- drawing ---- */

static uint32_t state;

static int draw(int n)
{
    state = state * 1664525 + 1013904223;
    return (int)((state >> 8) % (unsigned)n);
}

/* A picture [side][side][c] on its way into a file. */
typedef struct {
    int side, c;
    uint16_t *sample;
} Drawing;

static Drawing begin(int side, int c, int dark)
{
    Drawing drawing = { side, c, need_memory(sizeof(uint16_t) * (size_t)(side * side * c)) };
    for (int i = 0; i < side * side * c; i++)
        drawing.sample[i] = (uint16_t)(dark ? draw(dark) : 0);
    return drawing;
}

static void put(Drawing *drawing, int y, int x, int c, int value)
{
    drawing->sample[(y * drawing->side + x) * drawing->c + c] = (uint16_t)value;
}

static void write_drawing(Drawing *drawing, const char *folder, const char *format, int number)
{
    char name[64];
    Encoded file = encode_png(&(PngRecipe){
        .h = drawing->side, .w = drawing->side, .depth = 8, .sample = drawing->sample,
        .colour = drawing->c == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY });
    snprintf(name, sizeof name, format, number);
    scratch_write(folder, name, file.bytes, file.length);
    free(file.bytes);
    free(drawing->sample);
}

/* A red square or a blue disc in the dark, and the mask that says where. */
static void draw_segment(const char *folder)
{
    enum { SIDE = 24 };
    for (int i = 0; i < 60; i++) {
        Drawing photo = begin(SIDE, 3, 60), mask = begin(SIDE, 1, 0);
        int size = 3 + draw(3), down = 6 + draw(12), right = 6 + draw(12);
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                int h = abs(y - down), w = abs(x - right);
                if (i % 2 ? h > size || w > size : h * h + w * w > size * size)
                    continue;
                put(&photo, y, x, i % 2 ? 0 : 2, 220);
                put(&mask, y, x, 0, i % 2 ? 100 : 200);
            }
        write_drawing(&photo, folder, "photos/%d.png", i);
        write_drawing(&mask, folder, "masks/%d.png", i);
    }
}

/* Stripes of three colours, each there or not, and which are. */
static void draw_tags(const char *folder)
{
    static const char *const tag[] = { "red", "green", "blue" };
    enum { SIDE = 16 };
    char *table;
    size_t length;
    FILE *out = open_memstream(&table, &length);
    fprintf(out, "image,tags\n");
    for (int i = 0; i < 120; i++) {
        Drawing picture = begin(SIDE, 3, 60);
        fprintf(out, "%d.png,", i);
        for (int c = 0, tags = 0; c < 3; c++) {
            if (draw(2))
                continue;
            for (int at = 0; at < 5 * SIDE; at++)
                put(&picture, 5 * c + at / SIDE, at % SIDE, c, 200);
            fprintf(out, tags++ ? "|%s" : "%s", tag[c]);
        }
        fprintf(out, "\n");
        write_drawing(&picture, folder, "pictures/%d.png", i);
    }
    fclose(out);
    scratch_write(folder, "tags.csv", table, length);
    free(table);
}

static void draw_houses(const char *folder)
{
    char *table;
    size_t length;
    FILE *out = open_memstream(&table, &length);
    fprintf(out, "area,rooms,age,price,part\n");
    for (int i = 0; i < 200; i++) {
        int area = 40 + draw(160), rooms = 1 + draw(6), age = draw(90);
        fprintf(out, "%d,%d,%d,%d,%s\n", area, rooms, age, 2000 * area + 15000 * rooms - 900 * age + draw(6000),
                i % 10 == 0 ? "test" : i % 10 == 1 ? "validation" : "train");
    }
    fclose(out);
    scratch_write(folder, "houses.csv", table, length);
    free(table);
}

/* ---- a card's way ---- */

/* Runs a shell's line in the folder, from where $N is the project's root; its exit code. */
static int run(const char *folder, const char *line)
{
    char command[2000];
    snprintf(command, sizeof command, "N=$PWD; export CFLAGS=-O1; cd %s && { %s; } >out 2>err", folder, line);
    int status = system(command);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code)
        fprintf(stderr, "%s ends with %d\n", line, code);
    return code;
}

/* A field of a line of a run's results, from 0; the last line's where `line` is 0. */
static double result(const char *folder, const char *name, int run_number, int line, int field)
{
    char path[200], text[300] = "";
    snprintf(path, sizeof path, "%s/runs/%s/%d/results.csv", folder, name, run_number);
    FILE *in = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(in);
    for (int i = 0; fgets(text, sizeof text, in) && i != line; )
        i++;
    if (!line)
        for (rewind(in); fgets(text, sizeof text, in); )
            ;
    fclose(in);
    char *at = text;
    for (; field && at; field--)
        at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL;
    return at ? atof(at) : -1;
}

enum { LOSS = 1, ACCURACY, VALIDATION_LOSS, VALIDATION_ACCURACY };

/* Builds the example, and trains it whole by one thread; then by two, with a stop in between: to the same
 * bytes. */
static char *train(const char *name, void (*draw_data)(const char *), int stop, int epochs)
{
    char *folder = scratch_open(), line[500];
    state = 1;
    draw_data(folder);
    snprintf(line, sizeof line, "$N/build/bin/netc build $N/examples/%s/%s.net && ./%s data && "
             "grep -q '^%s-data/data.html: all of it' out && test -s %s-data/data.html && ./%s train --threads 1",
             name, name, name, name, name, name);
    CU_ASSERT_EQUAL_FATAL(run(folder, line), 0);
    snprintf(line, sizeof line, "./%s train --new --threads 2 --epochs %d && ./%s train --threads 2 --epochs %d && "
             "cmp runs/%s/1/last.safetensors runs/%s/2/last.safetensors", name, stop, name, epochs, name, name);
    CU_ASSERT_EQUAL(run(folder, line), 0);
    return folder;
}

/* The first two lines of the answers as a table of CSV fit these patterns. */
static void check_csv(const char *folder, const char *call, const char *head, const char *row)
{
    char line[500];
    snprintf(line, sizeof line, "%s && head -n 1 out | grep -qE '^%s$' && sed -n 2p out | grep -qE '^%s$'", call, head,
             row);
    CU_ASSERT_EQUAL(run(folder, line), 0);
}

/* Two names that would be one file are two, what was there before is spoken of, and a mask is as large as its picture. */
static void check_output(const char *folder)
{
    char reason[REASON_ROOM];
    Picture small, large;
    state = 5;
    Drawing wide = begin(48, 3, 40);
    for (int y = 0; y < 24; y++)
        for (int x = 0; x < 24; x++)
            put(&wide, y, x, 0, 230);
    write_drawing(&wide, folder, "a/b", 0);
    CU_ASSERT_EQUAL(run(folder, "cp photos/1.png a_b; ./segment predict --quiet --output new a_b a/b && test $(ls new | wc -l) = 2 && "
                        "! test -s err && ./segment predict --quiet --output two a/b && cmp two/a_b.png new/a_b-2.png && ! cmp -s new/a_b.png new/a_b-2.png && "
                        "./segment predict --quiet --output new a_b && grep -qx 'segment: 1 file of new was there before, and is replaced' err"), 0);
    CU_ASSERT_TRUE_FATAL(picture_read_mask(&small, scratch_path(folder, "new/a_b.png"), reason));
    CU_ASSERT_TRUE_FATAL(picture_read_mask(&large, scratch_path(folder, "two/a_b.png"), reason));
    CU_ASSERT(small.h == 24 && small.w == 24 && large.h == 48 && large.w == 48);
    for (int y = 0; y < 48; y++)            /* each of the network's pixels is four of the picture's */
        for (int x = 0; x < 48; x++)
            CU_ASSERT_EQUAL(large.pixel[y * 48 + x], large.pixel[y / 2 * 2 * 48 + x / 2 * 2]);
    picture_free(&small);
    picture_free(&large);
}

/* Of each pixel the predicted mask has the value that the card's mask has, but for few. */
static void check_masks(const char *folder)
{
    long same = 0;
    CU_ASSERT_EQUAL(run(folder, "./segment predict --quiet --output seen photos && grep -q '^background 9.*disc' out && "
                        "test $(wc -l <out) = 60 && ./segment predict --quiet --json photos/1.png && "
                        "grep -q '^{\"file\":\"photos/1.png\",\"shares\":{\"background\":0' out"), 0);
    for (int i = 0; i < 60; i++) {
        char name[64], reason[REASON_ROOM];
        Picture seen, told;
        snprintf(name, sizeof name, "seen/photos_%d.png.png", i);
        CU_ASSERT_TRUE_FATAL(picture_read_mask(&seen, scratch_path(folder, name), reason));
        snprintf(name, sizeof name, "masks/%d.png", i);
        CU_ASSERT_TRUE_FATAL(picture_read_mask(&told, scratch_path(folder, name), reason));
        for (int k = 0; k < 24 * 24; k++)
            same += seen.pixel[k] == told.pixel[k];
        picture_free(&seen);
        picture_free(&told);
    }
    CU_ASSERT_TRUE((double)same > 0.95 * 60 * 24 * 24);
    check_csv(folder, "./segment predict --quiet --csv photos/1.png", "file(,[a-z]+)+", "photos/1.png(,[01][.0-9]*)+");
    check_output(folder);
}

static void segment(void)
{
    char *folder = train("segment", draw_segment, 5, 12);
    CU_ASSERT_TRUE(result(folder, "segment", 1, 0, VALIDATION_LOSS) < result(folder, "segment", 1, 1, VALIDATION_LOSS));
    CU_ASSERT_TRUE(result(folder, "segment", 1, 0, VALIDATION_ACCURACY) > 0.95);
    CU_ASSERT_EQUAL(run(folder, "grep -q 'left out' segment-data/data.html && grep -qi '>disc</t' segment-data/data.html"), 0);
    check_masks(folder);
    scratch_close(folder);
}

/* A line "red|blue pictures/7.png" for each line "7.png,red|blue" of the table, with the labels in their
 * own order. */
static void check_tags(const char *folder)
{
    CU_ASSERT_EQUAL(run(folder, "./tags predict --quiet pictures && sed -n '2,$ s/,$/,-/; 2,$ p' tags.csv | "
                        "sed 's/red|green|blue/blue|green|red/; s/red|green/green|red/; s/red|blue/blue|red/; "
                        "s/green|blue/blue|green/; s/\\(.*\\),\\(.*\\)/\\2 pictures\\/\\1/' | sort >expected && "
                        "sort out >answers && test $(comm -12 expected answers | wc -l) -gt 115"), 0);
    check_csv(folder, "./tags predict --quiet --csv pictures/1.png", "file,labels,blue,green,red",
              "pictures/1.png,[a-z|]*(,[0-9.e-]+){3}");
    check_csv(folder, "./tags predict --quiet --csv --top 2 pictures/1.png",
              "file,class_1,probability_1,class_2,probability_2", "pictures/1.png(,(red|green|blue),[0-9.e-]+){2}");
    /* weights that do not tell what was measured are of no use */
    CU_ASSERT_EQUAL(run(folder, "sed s/input_mean/input_nean/ runs/tags/1/best.safetensors >other && "
                        "! ./tags predict --quiet --weights other pictures/1.png && grep -q \"the card has the input's mean "
                        "or std measured, but the file does not tell its 'input_mean'\" err"), 0);
}

static void tags(void)
{
    char *folder = train("tags", draw_tags, 3, 12);
    CU_ASSERT_TRUE(result(folder, "tags", 1, 0, VALIDATION_ACCURACY) > 0.98);
    check_tags(folder);
    scratch_close(folder);
}

/* The answers, in the table's unit and by its lines, are near the prices in it. */
static void check_prices(const char *folder)
{
    char path[200], name[100], expected[100];
    snprintf(path, sizeof path, "%s/houses.csv", folder);
    FILE *table = fopen(path, "r");
    snprintf(path, sizeof path, "%s/out", folder);
    CU_ASSERT_EQUAL(run(folder, "./houses predict --quiet houses.csv"), 0);
    FILE *answers = fopen(path, "r");
    CU_ASSERT_TRUE_FATAL(table && answers);
    CU_ASSERT_EQUAL(fscanf(table, "%99s", name), 1);
    double price, answer;
    int line = 2;
    for (; fscanf(table, "%*d,%*d,%*d,%lf,%*s", &price) == 1; line++) {
        CU_ASSERT_EQUAL_FATAL(fscanf(answers, "%lf %99s", &answer, name), 2);
        snprintf(expected, sizeof expected, "houses.csv:%d", line);
        CU_ASSERT_STRING_EQUAL(name, expected);
        CU_ASSERT_DOUBLE_EQUAL(answer, price, 40000);
    }
    CU_ASSERT_EQUAL(line, 202);
    fclose(table);
    fclose(answers);
    check_csv(folder, "./houses predict --quiet --csv houses.csv", "file,price", "houses.csv:2,[0-9.]+");
    /* "22506.1226  houses.csv:293: true 524200, answered 501694": the error is in the table's unit, too */
    CU_ASSERT_EQUAL(run(folder, "./houses mistakes --quiet --top 1 && awk '/^ *[0-9.]+  houses.csv:[0-9]+: true / { found = 1; "
                        "off = $4 - $6; exit (off - $1) ^ 2 > 4 && (off + $1) ^ 2 > 4 } END { if (!found) exit 1 }' out"), 0);
    CU_ASSERT_EQUAL(run(folder, "./houses predict --top 2 houses.csv || grep -q 'this network answers neither' err"), 0);
}

/* The columns are found by their names, which the weights tell, wherever they are and whatever else there is. */
static void check_columns(const char *folder)
{
    CU_ASSERT_EQUAL(run(folder, "awk -F, -v OFS=, '{ print $5, $3, \"x\", $2, $4, $1 }' houses.csv >turned.csv && "
                        "sed -i '1 s/x/colour/' turned.csv && ./houses predict --quiet houses.csv | sed 's/ .*//' >plain && "
                        "./houses predict --quiet turned.csv | sed 's/ .*//' >turned && cmp plain turned"), 0);
    CU_ASSERT_EQUAL(run(folder, "sed '1 s/rooms/room/' houses.csv >other.csv; ! ./houses predict --quiet other.csv && grep -q "
                        "\"other.csv has no column 'rooms', by which the weights were trained; did you mean 'room'?\" err"), 0);
    CU_ASSERT_EQUAL(run(folder, "./houses evaluate --part test >before && cp houses.csv kept.csv && awk -F, -v OFS=, "
                        "'{ print $2, $4, $1, $5, $3 }' kept.csv >houses.csv && ./houses evaluate --part test >after; "
                        "code=$?; ! ./houses train --epochs 99 && grep -q 'the columns of the table that come in are "
                        "\\[\"rooms\",\"area\",\"age\"\\], but .* was trained on \\[\"area\",\"rooms\",\"age\"\\]' err && "
                        "cp kept.csv houses.csv && test $code = 0 && cmp before after"), 0);
    /* what comes from elsewhere tells none: by their places, all of which must be there */
    CU_ASSERT_EQUAL(run(folder, "sed s/input_columns/imput_columns/ runs/houses/1/best.safetensors >foreign && "
                        "printf 'a,b\\n1,2\\n' >two.csv; ! ./houses predict --quiet --weights foreign two.csv && grep -q "
                        "'two.csv has 2 columns that the card does not name, but the input takes 3' err"), 0);
    CU_ASSERT_EQUAL(run(folder, "printf 'area,rooms,age\\n90,3,7\\n80,two,7\\n70,2,7\\n' >some.csv; mkdir none; "
                        "./houses predict --quiet two.csv some.csv none some.csv; test $? = 1 && test $(wc -l <out) = 4 && "
                        "grep -q ' some.csv:4$' out && test $(wc -l <err) = 4 && grep -qx \"houses: some.csv:3: 'two' in 'rooms' is no number\" err && "
                        "grep -qx \"houses: folder 'none' holds no files\" err"), 0);
    CU_ASSERT_EQUAL(run(folder, "! ./houses look --quiet houses.csv && grep -qx 'houses: the network takes vectors: there is no picture "
                        "to look at' err && test $(wc -l <err) = 1"), 0);
}

/* A caret stands under what the message is about: a column's name, a path. */
static void check_carets(const char *folder)
{
    CU_ASSERT_EQUAL(run(folder, "sed '1 s/price/prize/' houses.csv >other.csv; mkdir other && mv other.csv other/houses.csv; "
                        "! ./houses data --quiet --data other && grep -A 2 \"'houses.csv' has no column 'price'\" err | awk "
                        "'NR == 2 { at = index($0, \"price\") } NR == 3 { exit at == index($0, \"^\") ? 0 : 1 }'"), 0);
    CU_ASSERT_EQUAL(run(folder, "! ./houses data --quiet --data none && grep -A 2 'houses.csv.* cannot be opened' err | awk "
                        "'NR == 2 { at = index($0, \"\\\"houses\") } NR == 3 { exit at == index($0, \"^\") ? 0 : 1 }'"), 0);
}

/* In the unit that the loss compares, guessing the mean would come to about 1. */
static void houses(void)
{
    char *folder = train("houses", draw_houses, 7, 40);
    CU_ASSERT_TRUE(result(folder, "houses", 1, 0, VALIDATION_LOSS) < 0.02);
    CU_ASSERT_EQUAL(run(folder, "grep -q 'id=\"targets\"' houses-data/data.html && grep -q '>price<' houses-data/data.html"), 0);
    check_prices(folder);
    check_columns(folder);
    check_carets(folder);
    scratch_close(folder);
}

static void compress(void)
{
    char *folder = train("compress", draw_tags, 4, 15);
    CU_ASSERT_TRUE(result(folder, "compress", 1, 0, VALIDATION_LOSS) <
                   0.5 * result(folder, "compress", 1, 1, VALIDATION_LOSS));
    CU_ASSERT_EQUAL(run(folder, "./compress predict --quiet --output back pictures/1.png && grep -q '^0.0[0-9]* "
                        "pictures/1.png$' out && test -s back/pictures_1.png.png"), 0);
    check_csv(folder, "./compress predict --quiet --csv pictures/1.png", "file,mse", "pictures/1.png,0[.][0-9]+");
    scratch_close(folder);
}

void suite_examples(void);
void suite_examples(void)
{
    CU_pSuite suite = CU_add_suite("data: examples", NULL, NULL);
    CU_ADD_TEST(suite, segment);
    CU_ADD_TEST(suite, tags);
    CU_ADD_TEST(suite, houses);
    CU_ADD_TEST(suite, compress);
}
