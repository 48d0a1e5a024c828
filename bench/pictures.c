#include "bench/pictures.h"

#include <stdlib.h>
#include <unistd.h>

#include "bench/command.h"

/* Lists the files of both classes, as many of each. */
#define SOME_OF_EACH "$(for c in '%s' '%s'; do ls build/bench/whole/data/train/$c | head -%d; done)"

static bool draw(void)
{
    return access("build/demo/draw", X_OK) == 0
        && command_run("[ -d build/bench/drawn ] || { build/demo/draw --count 960 build/bench/drawn.part"
                       " && mv build/bench/drawn.part build/bench/drawn; }").good;
}

bool pictures_whole(Bench *bench, Pictures *pictures)
{
    char photos[1024];
    snprintf(photos, sizeof photos, "%s/photos/glass-or-paper", bench->shared);
    bool real = access(photos, R_OK) == 0;
    *pictures = (Pictures){ .root = "build/bench/whole", .what = real ? "photographs, 512x384" : "drawings" };
    if (real)
        pictures->classes = (Changes){ .cat = "glass.*", .dog = "paper.*" };
    else if (!draw()) {
        table_skip(bench->table, "no photographs at %s, and none could be drawn", photos);
        return false;
    }
    return command_run("rm -rf build/bench/whole && mkdir -p build/bench/whole/data"
                       " && ln -s \"$(realpath '%s')\" build/bench/whole/data/train",
                       real ? photos : "build/bench/drawn").good;
}

bool pictures_shrunk(Bench *bench, Pictures *pictures)
{
    if (!pictures_whole(bench, pictures))
        return false;
    pictures->root = "build/bench/shrunk";
    pictures->what = pictures->classes.cat ? "photographs" : "drawings";
    return command_run("rm -rf build/bench/shrunk && mkdir -p build/bench/shrunk/data/train"
                       " && build/bench/shrink 500 375 85 build/bench/shrunk/data/train " SOME_OF_EACH,
                       pictures->classes.cat ? pictures->classes.cat : "cat.*",
                       pictures->classes.dog ? pictures->classes.dog : "dog.*", 256).good;
}

bool pictures_few(Bench *bench, Pictures *pictures)
{
    if (!pictures_whole(bench, pictures))
        return false;
    pictures->root = "build/bench/few";
    return command_run("rm -rf build/bench/few && mkdir -p build/bench/few/data/train"
                       " && cp " SOME_OF_EACH " build/bench/few/data/train",
                       pictures->classes.cat ? pictures->classes.cat : "cat.*",
                       pictures->classes.dog ? pictures->classes.dog : "dog.*", 24).good;
}
