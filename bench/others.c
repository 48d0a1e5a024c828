#include "bench/others.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/system/clock.h"

/* /proc/stat counts ticks of all processors: user nice system idle iowait irq softirq steal. */
static double busy_seconds(void)
{
    enum { IDLE = 3, WAITING = 4, KINDS = 8 };
    double sum = 0, ticks;
    FILE *file = fopen("/proc/stat", "r");
    if (!file || fscanf(file, "cpu") != 0)
        return 0;
    for (int i = 0; i < KINDS && fscanf(file, "%lf", &ticks) == 1; i++)
        sum += i == IDLE || i == WAITING ? 0 : ticks;
    fclose(file);
    return sum / (double)sysconf(_SC_CLK_TCK);
}

static double used_by(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + 1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

Moment moment_now(void)
{
    return (Moment){ seconds_now(), busy_seconds(), used_by(RUSAGE_SELF) + used_by(RUSAGE_CHILDREN) };
}

double others_since(const Moment *begun)
{
    Moment now = moment_now();
    double others = (now.busy - begun->busy) - (now.ours - begun->ours);
    double share = others / (now.passed - begun->passed) / (double)sysconf(_SC_NPROCESSORS_ONLN);
    return share < 0 ? 0 : share;
}
