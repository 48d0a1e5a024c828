#include "runtime/answers/score.h"

#include "runtime/system/stop.h"

Score score_part(const Network *network, Loader *loader, Metrics *metrics, Review *review, ReadingProgress *progress,
                 void *context)
{
    Score score = { 0 };
    double loss_sum = 0;
    int prepared = 0;
    loader_start(loader, 0, 0);
    for (const Batch *batch; !score.stopped && (batch = loader_next(loader)); ) {
        Step step = { .input = batch->input, .target = batch->target, .n = batch->n, .prepared = prepared };
        network_run(network, network->predict, &step);
        prepared = step.prepared;
        loss_sum += step.loss * step.n;
        score.images += step.n;
        metrics_add(metrics, &step);
        if (review)
            review_add(review, loader, &step, batch->position);
        score.stopped = stop_wanted();
        if (progress)
            progress(context, score.images, loader_images(loader));
    }
    score.loss = score.images ? loss_sum / (double)score.images : 0;
    for (int kind = 0; kind < METRIC_COUNT; kind++)
        score.metric[kind] = kind == METRIC_LOSS ? score.loss : metrics_value(metrics, (MetricKind)kind);
    return score;
}
