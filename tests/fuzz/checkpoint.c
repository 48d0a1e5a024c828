/* checkpoint.c - the bytes as the header of a checkpoint: where the training stands, its classes, what was measured and
 * decided, as a program of three classes asks for it. */

#include "runtime/answers/decision.h"
#include "runtime/runs/checkpoint.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/tensors.h"

void fuzz_checkpoint(const uint8_t *bytes, size_t length)
{
    enum { CLASSES = 3, CHANNELS = 3, BATCH = 32, PHASES = 2 };
    const Program program = { .hash = "0123456789abcdef", .classes = CLASSES, .output = { 1, 1, CLASSES }, .batch = BATCH,
                              .job = { .phases = PHASES,
                                       .input = { .shape = { 4, 4, CHANNELS }, .mean_measured = true,
                                                  .std_measured = true } } };
    double mean[CHANNELS], std[CHANNELS];
    Checkpoint *checkpoint = checkpoint_open(fuzz_tensors(bytes, length));
    for (int i = 0; i < checkpoint->classes.count; i++)
        fuzz_expect(checkpoint->classes.name[i] != NULL);
    checkpoint_is_of(checkpoint, &program);
    checkpoint_missed(checkpoint, "conv1.weight");
    Decision decision = decision_read(&program, checkpoint);
    fuzz_expect(decision.temperature > 0);
    decision_free(&decision);
    if (checkpoint->hash)
        checkpoint_check_standing(checkpoint, &program);
    checkpoint_measures(checkpoint, &program.job.input, mean, std);
    for (int c = 0; c < CHANNELS; c++)
        fuzz_expect(std[c] > 0);
    checkpoint_close(checkpoint);
}
