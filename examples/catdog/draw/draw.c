/* draw.c - draws labelled pictures of cats and dogs for the tutorial: cat.0.jpg, dog.0.jpg,
 * cat.1.jpg, ... The same seed draws the same pictures, whatever the number of threads. */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "examples/catdog/draw/jpeg.h"
#include "examples/catdog/draw/photo.h"

static const char usage[] =
    "usage: draw [--count N] [--first N] [--seed N] [--threads N] FOLDER\n"
    "\n"
    "Draws N pictures (2000), half of them cats and half of them dogs, into FOLDER, which is made\n"
    "where it is not there: cat.F.jpg, dog.F.jpg, cat.F+1.jpg, ... from F = --first (0).\n";

enum { MOST_THREADS = 64 };

typedef struct {
    long count, first, seed, threads;
    const char *folder;
} Options;

typedef struct {
    const Options *options;
    long next, done;            /* picture to draw, pictures drawn; shared by the threads */
    int failed;                 /* errno of the first that could not be written, or 0 */
} Work;

/* Quality as cameras and web sites choose it. */
static int quality(long seed, long number)
{
    Dice d = dice((uint64_t)seed ^ 0x4a504547, (uint64_t)number);
    return 75 + pick(&d, 20);
}

/* A line for each tenth, or each hundred pictures where there are few: a log holds no more than nine. */
static void tell(long done, long count)
{
    long step = count > 1000 ? count / 10 : 100;
    if (done % step == 0 && count - done >= step / 2) {
        printf("drew %ld of %ld pictures\n", done, count);
        fflush(stdout);
    }
}

static void *draw_pictures(void *argument)
{
    static const char *const name[] = { "cat", "dog" };
    Work *work = argument;
    const Options *options = work->options;
    long i;
    while (!__atomic_load_n(&work->failed, __ATOMIC_RELAXED) &&
           (i = __atomic_fetch_add(&work->next, 1, __ATOMIC_RELAXED)) < options->count) {
        Animal animal = i % 2 ? DOG : CAT;
        long number = options->first + i / 2;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.%ld.jpg", options->folder, name[animal], number);
        Canvas canvas = photo(animal, (uint64_t)options->seed, (int)number);
        if (!jpeg_write(&canvas, path, quality(options->seed, i + 2 * options->first)))
            __atomic_store_n(&work->failed, errno, __ATOMIC_RELAXED);
        canvas_close(&canvas);
        tell(__atomic_add_fetch(&work->done, 1, __ATOMIC_RELAXED), options->count);
    }
    return NULL;
}

static _Noreturn void wrong_use(void)
{
    fputs(usage, stderr);
    exit(2);
}

/* A whole number from least to most after an option, or the end of the program. */
static long number_after(char **argv, int *i, long least, long most)
{
    const char *option = argv[*i], *text = argv[*i + 1];
    char *end = NULL;
    errno = 0;
    long value = text ? strtol(text, &end, 10) : 0;
    if (!text || end == text || *end || errno || value < least || value > most) {
        fprintf(stderr, "draw: %s takes a whole number from %ld to %ld\n", option, least, most);
        exit(2);
    }
    ++*i;
    return value;
}

static Options read_options(char **argv)
{
    Options options = { .count = 2000, .seed = 1, .threads = sysconf(_SC_NPROCESSORS_ONLN) };
    const struct {
        const char *name;
        long *value, least, most;
    } numbers[] = {
        { "--count", &options.count, 1, 1000000 },
        { "--first", &options.first, 0, 1000000 },
        { "--seed", &options.seed, 0, 1000000000 },
        { "--threads", &options.threads, 1, MOST_THREADS },
    };
    for (int i = 1; argv[i]; i++) {
        if (!strcmp(argv[i], "--help")) {
            fputs(usage, stdout);
            exit(0);
        }
        size_t k = 0;
        while (k < sizeof numbers / sizeof *numbers && strcmp(argv[i], numbers[k].name) != 0)
            k++;
        if (k < sizeof numbers / sizeof *numbers)
            *numbers[k].value = number_after(argv, &i, numbers[k].least, numbers[k].most);
        else if (argv[i][0] != '-' && !options.folder)
            options.folder = argv[i];
        else
            wrong_use();
    }
    if (!options.folder)
        wrong_use();
    return options;
}

static _Noreturn void give_up(const char *what, int error)
{
    fprintf(stderr, "draw: %s: %s\n", what, strerror(error));
    exit(3);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        give_up(path, errno);
}

/* Makes the folder, and those that it lies in. */
static void make_folders(const char *folder)
{
    char path[4096] = "";
    snprintf(path, sizeof path, "%s", folder);
    for (char *slash = path; (slash = strchr(slash + 1, '/')); *slash = '/') {
        *slash = '\0';
        make_folder(path);
    }
    make_folder(path);
}

int main(int argc, char **argv)
{
    (void)argc;
    Options options = read_options(argv);
    make_folders(options.folder);
    Work work = { .options = &options };
    pthread_t thread[MOST_THREADS];
    long threads = options.threads < MOST_THREADS ? options.threads : MOST_THREADS;
    for (long i = 1; i < threads; i++)
        if (pthread_create(&thread[i], NULL, draw_pictures, &work) != 0)
            threads = i;        /* fewer draw the same */
    draw_pictures(&work);
    for (long i = 1; i < threads; i++)
        pthread_join(thread[i], NULL);
    if (work.failed)
        give_up(options.folder, work.failed);
    printf("drew %ld picture%s into %s\n", options.count, options.count == 1 ? "" : "s", options.folder);
    if (fflush(stdout) != 0)
        give_up("standard output", errno);
    return 0;
}
