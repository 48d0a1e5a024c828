#include "runtime/score.h"

#include "runtime/answer.h"
#include "runtime/stop.h"
#include "runtime/target.h"

static void count_answers(const Program *program, const Step *step, long *confusion)
{
    for (int i = 0; i < step->n; i++) {
        Answer answer = answer_of(program, step->output + (long)i * program->output_stride);
        int32_t class = target_class(&program->job, step->target, i);
        if (class != NO_CLASS)
            confusion[(long)class * program->classes + answer.class]++;
    }
}

Score score_part(const Network *network, Loader *loader, long *confusion)
{
    const Program *program = network->program;
    Score score = { 0 };
    double loss_sum = 0;
    int prepared = 0;
    loader_start(loader, 0, 0);
    for (const Batch *batch; !score.stopped && (batch = loader_next(loader)); ) {
        Step step = { .input = batch->input, .target = batch->target, .n = batch->n, .prepared = prepared };
        network_run(network, network->predict, &step);
        prepared = step.prepared;
        loss_sum += step.loss * step.n;
        score.correct += step.correct;
        score.images += step.n;
        if (confusion)
            count_answers(program, &step, confusion);
        score.stopped = stop_wanted();
    }
    if (score.images) {
        score.loss = loss_sum / (double)score.images;
        score.accuracy = score.correct / (double)score.images;
    }
    return score;
}
