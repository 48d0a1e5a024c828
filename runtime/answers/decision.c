#include "runtime/answers/decision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/answers/temperature.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

enum { NUMBER_ROOM = 32 };

static const char temperature_key[] = "temperature", threshold_key[] = "threshold";

bool decision_has_thresholds(const Program *program)
{
    return program->classes && (program->output.c == 1 || dataset_has_labels(&program->job));
}

Decision decision_plain(const Program *program)
{
    size_t outputs = (size_t)program->output.c;
    Decision plain = { .program = program, .temperature = 1,
                       .threshold = need_memory(sizeof *plain.threshold * outputs) };
    decision_set_threshold(&plain, 0.5);
    return plain;
}

void decision_free(Decision *decision)
{
    free(decision->threshold);
}

void decision_set_threshold(Decision *decision, double threshold)
{
    for (int i = 0; i < decision->program->output.c; i++)
        decision->threshold[i] = (float)threshold;
    decision->chosen = threshold != 0.5;
}

/* ---- metadata ---- */

/* So many numbers of the file's metadata, with blanks between them, each above 0 and below `most`; false
 * where it does not tell them. */
static bool read_numbers(const Checkpoint *checkpoint, const char *key, double most, int count, float *number)
{
    const char *text = safetensors_metadata(checkpoint->file, key);
    for (int i = 0; text && i < count; i++) {
        char *end;
        bool last = i + 1 == count;
        number[i] = strtof(text, &end);
        if (end == text || *end != (last ? '\0' : ' ') || !(number[i] > 0 && number[i] < most))
            fault("%s: its metadata '%s' makes no sense", checkpoint->path, key);
        text = end + !last;
    }
    return text;
}

Decision decision_read(const Program *program, const Checkpoint *checkpoint)
{
    Decision decision = decision_plain(program);
    if (!checkpoint->hash || !program->classes)
        return decision;
    float temperature;
    int outputs = program->output.c;
    if (read_numbers(checkpoint, temperature_key, INFINITY, 1, &temperature))
        decision.temperature = temperature;
    if (decision_has_thresholds(program) &&
        read_numbers(checkpoint, threshold_key, 1, outputs, decision.threshold))
        for (int i = 0; i < outputs; i++)
            decision.chosen |= decision.threshold[i] != 0.5f;
    return decision;
}

/* Digits enough that a float comes back as it was. */
void decision_write(const Decision *decision, const char *path)
{
    char temperature[NUMBER_ROOM], *thresholds, why[REASON_ROOM];
    size_t length;
    FILE *text = open_memstream(&thresholds, &length);
    if (!text)
        fault("out of memory");
    snprintf(temperature, sizeof temperature, "%.9g", decision->temperature);
    for (int i = 0; i < decision->program->output.c; i++)
        fprintf(text, "%s%.9g", i ? " " : "", (double)decision->threshold[i]);
    fclose(text);
    const Metadata metadata[] = { { temperature_key, temperature }, { threshold_key, thresholds } };
    if (!safetensors_amend(path, metadata, decision_has_thresholds(decision->program) ? 2 : 1, why))
        fault("cannot keep what was chosen in %s: %s", path, why);
    free(thresholds);
}

/* ---- answers ---- */

void decision_temper(const Decision *decision, float *output)
{
    Shape shape = decision->program->output;
    if (decision->temperature == 1)
        return;
    for (long pixel = 0; pixel < (long)shape.h * shape.w; pixel++, output += shape.c)
        temper(output, shape.c, decision_has_thresholds(decision->program), decision->temperature);
}

Answer decision_answer(const Decision *decision, const float *output)
{
    if (decision->program->output.c > 1)
        return answer_of(decision->program, output);
    bool second = output[0] > decision->threshold[0];
    return (Answer){ second, second ? output[0] : 1.0 - output[0] };
}
