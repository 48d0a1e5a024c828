/* try_memory.c - what a whole training will hold in memory, foretold and measured. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/commands/trial.h"

/* A number of kB behind a name in one of the system's tables; 0: it is not told. */
static double system_bytes(const char *path, const char *name)
{
    char line[128];
    long kilobytes = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, name, strlen(name)))
            kilobytes = strtol(line + strlen(name), NULL, 10);
    if (file)
        fclose(file);
    return 1024.0 * (double)kilobytes;
}

double trial_decoded_bytes(const Trial *trial)
{
    if (!data_has_pictures(&trial->program->job.data))
        return 0;
    double files = (double)shelves_files(&trial->run.samples.shelves);
    return files * (double)shape_size(trial->program->job.input.shape);
}

void try_memory(Trial *trial)
{
    Finding finding = finding_begin("memory");
    const Program *program = trial->program;
    Resident held = network_resident(program, trial->options->threads);
    double cached = fmin(trial_decoded_bytes(trial), (double)trial->options->cache);
    double foretold = (double)held.all + cached;
    double measured = system_bytes("/proc/self/status", "VmHWM:");
    double free_now = system_bytes("/proc/meminfo", "MemAvailable:");
    finding_fact(&finding, "%.0f MB foretold", 1e-6 * foretold);
    if (data_has_pictures(&program->job.data))
        finding_fact(&finding, ", %.0f of them decoded pictures", 1e-6 * cached);
    if (measured > 0)
        finding_fact(&finding, "; %.0f MB measured", 1e-6 * measured);
    if (free_now > 0)
        finding_fact(&finding, ", %.0f MB still free", 1e-6 * free_now);
    if (free_now > 0 && foretold > measured + free_now)
        finding_advise(&finding, VERDICT_WRONG, "that is more than there is: a smaller --cache or --batch");
    trial_tell(trial, &finding);
}
