/* demo.c - the tutorial's drawing program, the set-up and the installation, run as a person runs them. */

#include <CUnit/CUnit.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
/* after stdio.h, which it needs */
#include <jpeglib.h>

#include "tests/support/scratch.h"

void suite_demo(void);

/* Runs a shell's line in the test's folder as $D, from the project's root; its exit code. */
static int run(const char *line)
{
    setenv("D", suite_folder, 1);
    int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- the drawing program ---- */

typedef struct {
    int width, height, components;
    double mean[3];             /* of each channel in the picture's middle, 0 to 255 */
} Picture;

static Picture read_picture(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", suite_folder, name);
    FILE *file = fopen(path, "rb");
    Picture picture = { 0 };
    if (!file)
        return picture;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_stdio_src(&jpeg, file);
    jpeg_read_header(&jpeg, TRUE);
    jpeg_start_decompress(&jpeg);
    picture = (Picture){ (int)jpeg.output_width, (int)jpeg.output_height, jpeg.output_components, { 0 } };
    JSAMPLE row[3 * 500];
    int left = picture.width / 3, top = picture.height / 3;
    while (picture.width <= 500 && (int)jpeg.output_scanline < 2 * top) {
        jpeg_read_scanlines(&jpeg, (JSAMPROW[]){ row }, 1);
        for (int i = 3 * left; (int)jpeg.output_scanline > top && i < 3 * 2 * left; i++)
            picture.mean[i % 3] += (double)row[i] / (left * top);
    }
    jpeg_abort_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    fclose(file);
    return picture;
}

static void same_pictures_from_any_number_of_threads(void)
{
    CU_ASSERT_EQUAL(run("build/demo/draw --count 12 --threads 1 $D/one >/dev/null"), 0);
    CU_ASSERT_EQUAL(run("build/demo/draw --count 12 --threads 3 $D/three >/dev/null"), 0);
    CU_ASSERT_EQUAL(run("diff -r $D/one $D/three"), 0);
    CU_ASSERT_EQUAL(run("test $(ls $D/one | wc -l) = 12"), 0);
}

static void numbers_name_the_same_pictures_wherever_a_folder_starts(void)
{
    CU_ASSERT_EQUAL(run("build/demo/draw --count 4 --first 4 $D/later >/dev/null"), 0);
    CU_ASSERT_EQUAL(run("cmp $D/one/cat.4.jpg $D/later/cat.4.jpg"), 0);
    CU_ASSERT_EQUAL(run("cmp $D/one/dog.5.jpg $D/later/dog.5.jpg"), 0);
}

static void another_seed_draws_other_pictures(void)
{
    CU_ASSERT_EQUAL(run("build/demo/draw --count 2 --seed 2 $D/other >/dev/null"), 0);
    CU_ASSERT_EQUAL(run("cmp -s $D/one/cat.0.jpg $D/other/cat.0.jpg"), 1);
}

static void sizes_are_those_of_photographs(void)
{
    for (int i = 0; i < 6; i++) {
        char name[32];
        snprintf(name, sizeof name, "one/%s.%d.jpg", i % 2 ? "dog" : "cat", i);
        Picture picture = read_picture(name);
        CU_ASSERT_EQUAL(picture.components, 3);
        CU_ASSERT(picture.width >= 200 && picture.width <= 500);
        CU_ASSERT(picture.height >= 200 && picture.height <= 500);
    }
}

/* The nearer class mean of the middle's colour, learnt on one half and judged on the other, must guess
 * badly: a network has to look at shapes. 100 guesses at 1/2 are right 50 +- 5 times. */
static void colour_does_not_tell_the_class(void)
{
    enum { EACH = 100 };
    static Picture picture[2][EACH];
    CU_ASSERT_EQUAL(run("build/demo/draw --count 200 $D/many >$D/told"), 0);
    CU_ASSERT_EQUAL(run("{ echo 'drew 100 of 200 pictures'; echo \"drew 200 pictures into $D/many\"; } | cmp - $D/told"),
                    0);
    double mean[2][3] = { { 0 } };
    for (int class = 0; class < 2; class++)
        for (int i = 0; i < EACH; i++) {
            char name[32];
            snprintf(name, sizeof name, "many/%s.%d.jpg", class ? "dog" : "cat", i);
            picture[class][i] = read_picture(name);
            for (int c = 0; i < EACH / 2 && c < 3; c++)
                mean[class][c] += picture[class][i].mean[c] / (EACH / 2);
        }
    int right = 0;
    for (int class = 0; class < 2; class++)
        for (int i = EACH / 2; i < EACH; i++) {
            double far[2] = { 0, 0 };
            for (int k = 0; k < 2; k++)
                for (int c = 0; c < 3; c++) {
                    double d = picture[class][i].mean[c] - mean[k][c];
                    far[k] += d * d;
                }
            right += (far[1] < far[0]) == class;
        }
    CU_ASSERT(right < 65);
}

static void wrong_use_and_full_disks_are_told_apart(void)
{
    CU_ASSERT_EQUAL(run("build/demo/draw 2>$D/said"), 2);
    CU_ASSERT_EQUAL(run("grep -q '^usage: draw' $D/said"), 0);
    CU_ASSERT_EQUAL(run("build/demo/draw --count 0 $D/none 2>$D/said"), 2);
    CU_ASSERT_EQUAL(run("grep -q 'draw: --count takes a whole number from 1 to 1000000' $D/said"), 0);
    CU_ASSERT_EQUAL(run("build/demo/draw --count 1 $D/said/at/all 2>$D/words"), 3);
    CU_ASSERT_EQUAL(run("grep -q 'draw: .*/said/at: Not a directory' $D/words"), 0);
    CU_ASSERT_EQUAL(run("build/demo/draw --count 1 $D/one >/dev/full 2>$D/said"), 3);
    CU_ASSERT_EQUAL(run("grep -q 'draw: standard output: No space left' $D/said"), 0);
    CU_ASSERT_EQUAL(run("mkdir -p $D/full && ln -s /dev/full $D/full/cat.0.jpg && "
                        "build/demo/draw --count 1 $D/full 2>$D/said"), 3);
    CU_ASSERT_EQUAL(run("grep -q 'draw: .*/full: No space left on device' $D/said"), 0);
}

static void a_folder_is_made_with_its_parents_and_named_at_the_end(void)
{
    CU_ASSERT_EQUAL(run("cd $D && $OLDPWD/build/demo/draw --count 1 a/b//c/ >said 2>words"), 0);
    CU_ASSERT_EQUAL(run("test -s $D/a/b/c/cat.0.jpg"), 0);
    CU_ASSERT_EQUAL(run("test \"$(cat $D/said)\" = 'drew 1 picture into a/b//c/'"), 0);
    CU_ASSERT_EQUAL(run("test ! -s $D/words"), 0);
}

/* ---- the set-up and the installation ---- */

static void deps_installs_what_lacks_and_asks_nothing_otherwise(void)
{
    CU_ASSERT_EQUAL(run("sh tests/demo/deps.sh"), 0);
}

static void install_works_anywhere_and_uninstall_takes_its_own_alone(void)
{
    CU_ASSERT_EQUAL(run("sh tests/demo/install.sh"), 0);
}

static void the_manual_pages_tell_what_the_programs_take(void)
{
    CU_ASSERT_EQUAL(run("sh tests/demo/manual.sh"), 0);
}

void suite_demo(void)
{
    CU_pSuite suite = CU_add_suite("demo", suite_open_folder, suite_close_folder);
    CU_ADD_TEST(suite, same_pictures_from_any_number_of_threads);
    CU_ADD_TEST(suite, numbers_name_the_same_pictures_wherever_a_folder_starts);
    CU_ADD_TEST(suite, another_seed_draws_other_pictures);
    CU_ADD_TEST(suite, sizes_are_those_of_photographs);
    CU_ADD_TEST(suite, colour_does_not_tell_the_class);
    CU_ADD_TEST(suite, wrong_use_and_full_disks_are_told_apart);
    CU_ADD_TEST(suite, a_folder_is_made_with_its_parents_and_named_at_the_end);
    CU_ADD_TEST(suite, deps_installs_what_lacks_and_asks_nothing_otherwise);
    CU_ADD_TEST(suite, install_works_anywhere_and_uninstall_takes_its_own_alone);
    CU_ADD_TEST(suite, the_manual_pages_tell_what_the_programs_take);
}
