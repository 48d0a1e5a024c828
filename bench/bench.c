/* bench.c - `make bench`: measures what issue 4 asks for, section by section, and holds it against the
 * goals. One table on standard output, the same as JSON in build/bench/bench.json. The method stands in
 * docs/performance.md.
 *
 * usage: bench [--shared DIR] [SECTION...]         from the project's root; all sections unless told */

#include "bench/bench.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/others.h"
#include "runtime/system/fault.h"

static const char json_file[] = "build/bench/bench.json";
static const double much = 0.03;            /* of the processors, for others */

static const struct {
    const char *name, *title;
    void (*run)(Bench *bench);
} sections[] = {
#define X(name, what) { #name, what, section_##name },
    SECTIONS(X)
#undef X
};
enum { SECTION_COUNT = sizeof sections / sizeof *sections };

/* ---- the machine ---- */

Limits measure_limits(int threads)
{
    char *text = command_output("OMP_PROC_BIND=true build/bench/limits --threads %d", threads);
    json_t *found = text ? json_loads(text, 0, NULL) : NULL;
    if (!found)
        fault("build/bench/limits does not answer");
    Limits limits = {
        .gflops = json_number_value(json_object_get(found, "gflops")),
        .read = json_number_value(json_object_get(found, "read")),
        .copy = json_number_value(json_object_get(found, "copy")),
    };
    json_decref(found);
    free(text);
    return limits;
}

/* A line of another program's, or "unknown". */
static char *line_of(const char *command)
{
    char *text = command_output("%s", command);
    if (text)
        text[strcspn(text, "\n")] = '\0';
    return text ? text : strdup("unknown");
}

static json_t *describe_machine(Bench *bench)
{
    char *model = line_of("sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1");
    char *compiler = line_of("${CC:-cc} --version");
    char *commit = line_of("git describe --always --dirty 2>/dev/null");
    json_t *machine = json_pack("{s:s, s:i, s:s, s:s}", "processor", model, "processors",
                                (int)sysconf(_SC_NPROCESSORS_ONLN), "compiler", compiler, "netc", commit);
    printf("%s, %ld processors; %s; netc %s\n", model, sysconf(_SC_NPROCESSORS_ONLN), compiler, commit);
    for (int threads = 1; threads <= THREADS; threads++) {
        const Limits *limits = &bench->limits[threads];
        bench->limits[threads] = measure_limits(threads);
        printf("%d thread%s: at most %.1f GFLOP/s, %.1f GB/s read, %.1f GB/s copied\n", threads,
               threads > 1 ? "s" : "", limits->gflops, limits->read, limits->copy);
        json_object_set_new(machine, threads == 1 ? "one_thread" : "two_threads",
                            json_pack("{s:f, s:f, s:f}", "gflops", limits->gflops, "read", limits->read,
                                      "copy", limits->copy));
    }
    printf("\n");
    free(model);
    free(compiler);
    free(commit);
    return machine;
}

/* ---- contenders ---- */

Contender *open_yardstick(Bench *bench, const char *mode, int threads, int batch)
{
    char source[1024];
    snprintf(source, sizeof source, "%s/yardstick/main.c", bench->shared);
    if (access(source, R_OK)) {
        table_skip(bench->table, "no yardstick at %s; SHARED=DIR names the folder that has it", source);
        return NULL;
    }
    if (access("build/bench/yardstick", X_OK)
        && !command_run("gcc -O2 -march=native -fopenmp -DSPARSE -w -o build/bench/yardstick '%s' -lm",
                        source).good) {
        table_skip(bench->table, "the yardstick does not compile here; it needs gcc and AVX-512");
        return NULL;
    }
    return contender_open("build/bench/yardstick %s --serve --threads %d --batch %d", mode, threads, batch);
}

Contender *open_baseline(const char *mode, int threads)
{
    return contender_open("build/bench/baseline --mode %s --threads %d", mode, threads);
}

Contender *open_step(const char *name, const char *mode, int threads, int batch)
{
    return contender_open("build/bench/cards/%s --mode %s --threads %d --batch %d", name, mode, threads,
                          batch);
}

/* ---- the whole ---- */

static void write_json(const Bench *bench, json_t *machine)
{
    json_t *all = json_pack("{s:o, s:O, s:O}", "machine", machine, "rows", table_rows(bench->table),
                            "skipped", table_skipped(bench->table));
    if (json_dump_file(all, json_file, JSON_INDENT(2)))
        fault("%s cannot be written", json_file);
    json_decref(all);
}

/* Whoever else is at work spoils figures, and ratios less: it is told. `others` notes it by section. */
static void run_section(Bench *bench, int number, json_t *others)
{
    Moment begun = moment_now();
    table_section(bench->table, sections[number].name, sections[number].title);
    sections[number].run(bench);
    double share = others_since(&begun);
    json_object_set_new(others, sections[number].name, json_real(share));
    if (share > much)
        printf("  others took %.0f %% of the processors' time meanwhile\n", 100 * share);
}

static void check_names(char **name, int names)
{
    for (int i = 0; i < names; i++) {
        int s = 0;
        while (s < SECTION_COUNT && strcmp(name[i], sections[s].name))
            s++;
        if (s < SECTION_COUNT)
            continue;
        fprintf(stderr, "bench: no section '%s'; there are", name[i]);
        for (s = 0; s < SECTION_COUNT; s++)
            fprintf(stderr, " %s", sections[s].name);
        fprintf(stderr, "\n");
        exit(EXIT_USAGE);
    }
}

static bool is_wanted(const char *section, char **name, int names)
{
    for (int i = 0; i < names; i++)
        if (!strcmp(section, name[i]))
            return true;
    return names == 0;
}

int main(int argc, char **argv)
{
    Bench bench = { .shared = "../shared" };
    char **name = argv + 1;
    int names = argc - 1;
    if (names >= 2 && !strcmp(name[0], "--shared")) {
        bench.shared = name[1];
        name += 2;
        names -= 2;
    }
    check_names(name, names);
    setenv("OMP_PROC_BIND", "true", 1);     /* else two threads share a processor now and then */
    json_t *machine = describe_machine(&bench), *others = json_object();
    json_object_set_new(machine, "others", others);
    bench.table = table_open(stdout);
    for (int s = 0; s < SECTION_COUNT; s++)
        if (is_wanted(sections[s].name, name, names))
            run_section(&bench, s, others);
    printf("\n%d of %d goals reached, %zu skipped; %s\n", table_reached(bench.table),
           table_goals(bench.table), json_array_size(table_skipped(bench.table)), json_file);
    write_json(&bench, machine);
    table_close(bench.table);
    return 0;
}
