/* damage.c - one mistake behind many damaged files is told once, with the card's place and what would be right; what
 * stands for itself is named, but not without end. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/fault.h"
#include "tests/data/card.h"
#include "tests/data/loaded.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

enum { FILES = 12, SIDE = 2, PIXELS = SIDE * SIDE };

/* ---- tables ---- */

/* Pictures that a table tells of as DIR/0SUFFIX to DIR/11SUFFIX, and that lie in `folder` as PNG: the first `there` of
 * them. */
static Opening table_of(const char *table, const char *suffix, const char *folder, int there)
{
    static const char *path[1];
    static const uint8_t grey[PIXELS] = { 1, 2, 3, 4 };
    char text[1024] = "image,kind\n", name[64];
    char *root = scratch_open();
    for (int i = 0; i < FILES; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d%s,%s\n", i, suffix, i % 2 ? "cat" : "dog");
        snprintf(name, sizeof name, "%s/%d.png", folder, i);
        if (i < there)
            write_grey(root, name, SIDE, SIDE, grey);
    }
    write_text(root, table, text);
    Opening opening = { labels_job(), 2, root };
    opening.job.input.shape = (Shape){ SIDE, SIDE, 1 };
    opening.job.data.table.file = "image";
    path[0] = table;
    set_paths(&opening.job, PART_TRAIN, path, 1);
    return opening;
}

/* The whole of what is said is that. */
static void expect_only(Opening opening, const char *said)
{
    char text[4096];
    CU_ASSERT_EQUAL(try_opening(opening, text, sizeof text), EXIT_MISTAKE);
    CU_ASSERT_STRING_EQUAL(text, said);
    if (strcmp(text, said))
        fprintf(stderr, "it says\n%s, not\n%s\n", text, said);
}

static void close_opening(Opening opening)
{
    scratch_close((char *)opening.root);
}

static void a_wrong_root(void)
{
    Opening opening = table_of("t.csv", ".png", "imgs", FILES);
    opening.job.data.table.root = "pics/";
    expect_only(opening, "pets.net:7:1: error: none of the 12 files that 'image' names is in 'pics/': the first, "
                "'pics/0.png'; root= is to name the folder that they lie in\n"
                "    7 | file image\n"
                "      | ^~~~~~~~~~\n");
    opening.job.data.table.root = "";
    expect_mistake(opening, "none of the 12 files that 'image' names is there: the first, '0.png'; say in which folder they "
                   "lie, as in root=\"pictures\"\n");
    opening.job.data.table.root = "imgs";
    expect_said(opening, 0, "");
    close_opening(opening);
}

/* Where people mean that names start: the table, its names' suffix, where the pictures lie, root=, what is said. */
static const struct {
    const char *table, *suffix, *folder, *root, *said;
} roots[] = {
    { "d/t.csv", ".png", "d", "pics", "the first, 'pics/0.png'; with root=\"d\" it is there\n" },
    { "d/t.csv", ".png", "d/imgs", "imgs", "the first, 'imgs/0.png'; with root=\"d/imgs\" it is there\n" },
    { "d/t.csv", ".png", ".", "imgs", "the first, 'imgs/0.png'; with root=\"\" it is there\n" },
    { "t.csv", "", "imgs", "imgs", "the first, 'imgs/0'; 'imgs/0.png' is there: the table leaves the suffix out\n" },
};

static void roots_that_would_do(void)
{
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        Opening opening = table_of(roots[i].table, roots[i].suffix, roots[i].folder, FILES);
        opening.job.data.table.root = roots[i].root;
        expect_one_mistake(opening, roots[i].said);
        close_opening(opening);
    }
}

/* Half of them and more; fewer are named, eight of them. */
static void some_are_missing(void)
{
    Opening opening = table_of("t.csv", ".png", "imgs", 2);
    opening.job.data.table.root = "imgs";
    expect_only(opening, "pets.net:7:1: error: 10 of 12 files that 'image' names are not in 'imgs': the first, "
                "'imgs/10.png'\n"
                "    7 | file image\n"
                "      | ^~~~~~~~~~\n");
    close_opening(opening);
    opening = table_of("t.csv", ".png", "imgs", 8);
    opening.job.data.table.root = "imgs";
    expect_said(opening, EXIT_WORLD, "imgs/11.png: cannot be opened: No such file or directory\n");
    expect_said(opening, EXIT_WORLD, "4 of 12 files cannot be read; mend them");
    close_opening(opening);
}

/* What fails in many ways is no one mistake. */
static void a_list_ends(void)
{
    Opening opening = table_of("t.csv", ".png", "imgs", FILES);
    char name[64], text[4096];
    opening.job.data.table.root = "imgs";
    for (int i = 0; i < FILES; i += 2) {
        snprintf(name, sizeof name, "imgs/%d.png", i);
        write_text(opening.root, name, "");
        snprintf(name, sizeof name, "imgs/%d.png", i + 1);
        remove(scratch_path(opening.root, name));
    }
    CU_ASSERT_EQUAL(try_opening(opening, text, sizeof text), EXIT_WORLD);
    int lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    CU_ASSERT_EQUAL(lines, 10);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "imgs/0.png: is empty\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "... and 4 more; `"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " data` writes all to damaged.txt\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "12 of 12 files cannot be read; mend them"));
    close_opening(opening);
}

/* ---- pairs ---- */

/* Pictures in photos/, and masks in masks/ that hold these numbers, the last of them in one mask alone. */
static Opening pairs_of(const uint8_t *value, int values)
{
    char *root = scratch_open(), name[64];
    for (int i = 0; i < FILES; i++) {
        uint8_t picture[PIXELS] = { 100, 120, 140, 160 }, mask[PIXELS];
        for (int k = 0; k < PIXELS; k++)
            mask[k] = value[k % (values - (i > 0 && values > 2))];
        snprintf(name, sizeof name, "photos/%d.png", i);
        write_grey(root, name, SIDE, SIDE, picture);
        snprintf(name, sizeof name, "masks/%d.png", i);
        write_grey(root, name, SIDE, SIDE, mask);
    }
    Opening opening = { pairs_job(), 2, root };
    opening.job.input.shape = opening.job.target.shape = (Shape){ SIDE, SIDE, 1 };
    opening.job.data.ignores = false;
    return opening;
}

static const JobClass two_classes[2] = {
    { .name = "ground", .value = (const int[]){ 0 }, .values = 1, .weight = 1,
      .place = { "pets.net", 4, 11, 6, "    class ground \"0\"" } },
    { .name = "cell", .value = (const int[]){ 255 }, .values = 1, .weight = 1,
      .place = { "pets.net", 5, 11, 4, "    class cell \"255\"" } },
};

static void other_values_than_the_card(void)
{
    Opening opening = pairs_of((const uint8_t[]){ 0, 1 }, 2);
    opening.job.data.class = two_classes;
    opening.job.data.classes = 2;
    expect_only(opening, "pets.net:5:11: error: masks hold 0 and 1, but the card's classes are 0 and 255: say class cell "
                "\"1\"\n"
                "    5 |     class cell \"255\"\n"
                "      |           ^~~~\n");
    opening.job.data.damaged = DAMAGED_SKIP;
    opening.job.data.damaged_limit = 100;
    expect_one_mistake(opening, "masks hold 0 and 1");
    close_opening(opening);

    opening = pairs_of((const uint8_t[]){ 1, 2, 3 }, 3);
    opening.job.data.class = two_classes;
    opening.job.data.classes = 2;
    expect_one_mistake(opening, "masks hold 1 to 3, but the card's classes are 0 and 255: a class line names its numbers, as "
                       "in class cell \"1\"\n");
    close_opening(opening);
}

static void values_without_names(void)
{
    Opening opening = pairs_of((const uint8_t[]){ 0, 255 }, 2);
    expect_one_mistake(opening, "pets.net:3:1: error: masks hold 0 and 255, but unless the card names them, classes are 0 and "
                       "1: say class NAME \"0\", class NAME \"255\"\n");
    close_opening(opening);
    opening = pairs_of((const uint8_t[]){ 0, 255 }, 2);
    opening.outputs = 4;
    expect_one_mistake(opening, "masks hold 0 and 255, but unless the card names them, classes are 0 to 3: 'ignore 255' leaves "
                       "it out\n");
    close_opening(opening);
    opening = pairs_of((const uint8_t[]){ 0, 255 }, 2);
    opening.job.data.ignores = true;
    opening.job.data.ignore = 255;
    expect_said(opening, 0, "");
    close_opening(opening);
}

/* Exchanged folders hold what looks like shades, or what is no mask at all. */
static void exchanged_folders(void)
{
    static const char *const turned[] = { "masks", "photos" };
    static const char said[] = "pets.net:3:1: error: the folders are exchanged: 'masks' holds the masks, and 'photos' the "
                               "pictures; pictures come first\n";
    Opening opening = pairs_of((const uint8_t[]){ 0, 1 }, 2);
    set_paths(&opening.job, PART_TRAIN, turned, 2);
    expect_one_mistake(opening, said);
    for (int i = 0; i < FILES; i++) {
        char name[64];
        Encoded jpeg = encode_sample(SIDE, SIDE, 3);
        snprintf(name, sizeof name, "photos/%d.png", i);
        scratch_write(opening.root, name, jpeg.bytes, jpeg.length);
        free(jpeg.bytes);
    }
    expect_one_mistake(opening, said);
    close_opening(opening);
}

static void shades_of_masks(void)
{
    Opening opening = pairs_of((const uint8_t[]){ 0, 1 }, 2);
    char name[64];
    for (int i = 0; i < FILES; i++) {
        uint8_t shade[PIXELS] = { 0, (uint8_t)(20 * i + 10), (uint8_t)(20 * i + 15), 1 };
        snprintf(name, sizeof name, "masks/%d.png", i);
        write_grey(opening.root, name, SIDE, SIDE, shade);
    }
    expect_one_mistake(opening, "classes are 0 and 1: a mask has one number for each class, and shades between them are no "
                       "classes\n");
    close_opening(opening);
}

static void masks_of_jpeg(void)
{
    Opening opening = pairs_of((const uint8_t[]){ 0, 1 }, 2);
    for (int i = 0; i < FILES; i++) {
        char name[64];
        Encoded jpeg = encode_sample(SIDE, SIDE, 1);
        snprintf(name, sizeof name, "masks/%d.png", i);
        scratch_write(opening.root, name, jpeg.bytes, jpeg.length);
        free(jpeg.bytes);
    }
    expect_one_mistake(opening, "pets.net:3:1: error: none of the 12 pictures can be used: the first, 'photos/0.png', has a "
                       "mask, ");
    expect_one_mistake(opening, "masks/0.png, that is JPEG, which changes numbers; a mask is one of PNG, lossless WebP, TIFF, BMP, PGM\n");
    close_opening(opening);
}

void suite_damage(void);
void suite_damage(void)
{
    CU_pSuite suite = CU_add_suite("data: damage", NULL, NULL);
    CU_ADD_TEST(suite, a_wrong_root);
    CU_ADD_TEST(suite, roots_that_would_do);
    CU_ADD_TEST(suite, some_are_missing);
    CU_ADD_TEST(suite, a_list_ends);
    CU_ADD_TEST(suite, other_values_than_the_card);
    CU_ADD_TEST(suite, values_without_names);
    CU_ADD_TEST(suite, exchanged_folders);
    CU_ADD_TEST(suite, shades_of_masks);
    CU_ADD_TEST(suite, masks_of_jpeg);
}
