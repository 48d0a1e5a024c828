#include "compiler/tune_cache.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/replace.h"
#include "compiler/build.h"
#include "compiler/gen/kernels.h"

/* ---- what the figures hold for ---- */

static uint64_t hash_of_kernels(void)
{
    uint64_t hash = HASH_BEGIN;
    for (const KernelText *k = kernel_texts; k->name; k++)
        hash = hash_bytes(hash, k->text, strlen(k->text));
    return hash;
}

/* What /proc/cpuinfo calls the first processor: a name, or numbers of maker and part. */
static const char *processor_name(Arena *arena)
{
    static const char *const wanted[] = { "model name", "CPU implementer", "CPU variant", "CPU part" };
    const char *name = "";
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file) && *line != '\n') {
        const char *colon = strstr(line, ": ");
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (colon && !strncmp(line, wanted[i], strlen(wanted[i])))
                name = arena_printf(arena, "%s%s%s", name, *name ? " " : "", colon + 2);
    }
    if (file)
        fclose(file);
    return *name ? name : "unknown";
}

/* ---- where it lies ---- */

static const char *folder(Arena *arena)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache == '/')                     /* a relative one is to be ignored, as its standard says */
        return arena_printf(arena, "%s/netc", cache);
    return home && *home ? arena_printf(arena, "%s/.cache/netc", home) : NULL;
}

/* Also makes the folders above. Where that fails, so will opening the file. */
static void make_folders(Arena *arena, const char *path)
{
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
        mkdir(arena_copy(arena, path, (size_t)(slash - path)), 0777);
}

/* ---- reading ---- */

/* NULL: there is none. */
static const char *text_of(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    enum { MOST = 1 << 20 };
    char *text = arena_alloc(arena, MOST + 1);
    text[fread(text, 1, MOST, file)] = '\0';
    fclose(file);
    return text;
}

static bool read_line(TuneCache *cache, const char *line)
{
    Timed timed;
    int key = 0, *size = timed.cut.size;
    size_t length = strcspn(line, "\n");
    int read = sscanf(line, "call %lg %lg %d %d %d %n", &timed.first, &timed.best, &size[0], &size[1],
                      &size[2], &key);
    if (read != 5 || !key || (size_t)key >= length || !(timed.first > 0) || !(timed.best > 0))
        return false;
    timed.key = arena_copy(cache->arena, line + key, length - (size_t)key);
    tune_cache_put(cache, timed);
    return true;
}

/* What sums up the lines before it. */
static const char *last_line(Arena *arena, const char *text, size_t length)
{
    return arena_printf(arena, "end %016" PRIx64 "\n", hash_bytes(HASH_BEGIN, text, length));
}

/* Why it does not serve; NULL: it does. */
static const char *read_text(TuneCache *cache, const char *text)
{
    const char *end = strstr(text, "\nend ");
    if (!end || strcmp(end + 1, last_line(cache->arena, text, (size_t)(end + 1 - text))))
        return "is damaged";
    size_t head = strlen(cache->head);
    if (strncmp(text, cache->head, head))
        return "holds for another netc or compiler";
    for (const char *line = text + head; line < end; line = strchr(line, '\n') + 1)
        if (!read_line(cache, line))
            return "is damaged";
    return NULL;
}

TuneCache tune_cache_open(Arena *arena, const Target *target)
{
    const char *at = folder(arena), *flags = build_environment(arena);
    TuneCache cache = { .arena = arena, .processor = processor_name(arena), .compiler = build_compiler(arena) };
    const char *whose = arena_printf(arena, "processor %s\ntarget %s\nflags %s\n", cache.processor,
                                     target->name, flags);
    cache.head = arena_printf(arena, "netc tiles %s\nkernels %016" PRIx64 "\ncompiler %s\n%s", NETC_VERSION,
                              hash_of_kernels(), cache.compiler, whose);
    if (!at) {
        fprintf(stderr, "netc: neither XDG_CACHE_HOME nor HOME names a folder: what is timed is not kept\n");
        return cache;
    }
    cache.path = arena_printf(arena, "%s/tiles-%016" PRIx64, at, hash_bytes(HASH_BEGIN, whose, strlen(whose)));
    const char *text = text_of(arena, cache.path), *fault = text ? read_text(&cache, text) : NULL;
    if (fault) {
        fprintf(stderr, "netc: %s %s: timing anew\n", cache.path, fault);
        cache.count = 0;
    }
    return cache;
}

const Timed *tune_cache_find(const TuneCache *cache, const char *key)
{
    for (int i = 0; i < cache->count; i++)
        if (!strcmp(cache->timed[i].key, key))
            return &cache->timed[i];
    return NULL;
}

void tune_cache_put(TuneCache *cache, Timed timed)
{
    Timed *there = (Timed *)tune_cache_find(cache, timed.key);
    if (there)
        *there = timed;
    else
        *arena_push(cache->arena, cache->timed, cache->count, cache->room) = timed;
}

/* ---- writing ---- */

static const char *whole_text(const TuneCache *cache)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    fputs(cache->head, memory);
    for (int i = 0; i < cache->count; i++) {
        const Timed *t = &cache->timed[i];
        fprintf(memory, "call %.6g %.6g %d %d %d %s\n", t->first, t->best, t->cut.size[0], t->cut.size[1],
                t->cut.size[2], t->key);
    }
    fflush(memory);
    fputs(last_line(cache->arena, text, length), memory);
    fclose(memory);
    const char *copy = arena_copy(cache->arena, text, length);
    free(text);
    return copy;
}

void tune_cache_save(const TuneCache *cache)
{
    if (!cache->path)
        return;
    Replacement file;
    make_folders(cache->arena, cache->path);
    bool good = replace_begin(&file, cache->path);
    if (good) {
        fputs(whole_text(cache), file.stream);
        good = replace_end(&file, false);
    }
    if (!good)
        fprintf(stderr, "netc: %s: %s; what was timed is not kept\n", cache->path, strerror(errno));
}
