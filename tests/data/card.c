#include "tests/data/card.h"

#include <string.h>

Place card_place(int line, const char *text)
{
    return (Place){ .file = "pets.net", .line = line, .column = 1, .width = (int)strlen(text),
                    .text = text };
}

Job card_job(void)
{
    static const double zero[4], one[4] = { 1, 1, 1, 1 };      /* for as many channels as a test may ask */
    static const JobLoss loss = { .kind = LOSS_BINARY_CROSSENTROPY, .weight = 1 };
    static const JobTrain phase = { .name = "", .loss = &loss, .losses = 1 };
    static const char *const folder[] = { "train" };
    static const char *const cat[] = { "cat.*" }, *const dog[] = { "dog.*" };
    static JobClass class[2];
    class[0] = (JobClass){ .name = "cat", .pattern = cat, .patterns = 1, .weight = 1,
                            .place = card_place(4, "class cat \"cat.*\"") };
    class[1] = (JobClass){ .name = "dog", .pattern = dog, .patterns = 1, .weight = 1,
                            .place = card_place(5, "class dog \"dog.*\"") };
    return (Job){
        .network = "pets",
        .input = { .shape = { 20, 16, 3 }, .scale = 1, .mean = zero, .std = one,
                   .place = card_place(1, "input 20x16x3") },
        .data = {
            .part = {
                [PART_TRAIN] = { .path = folder, .paths = 1,
                                 .place = card_place(3, "data \"train\" {") },
                [PART_VALIDATION] = { .share = 0.1, .place = card_place(6, "validation 10%") },
            },
            .class = class, .classes = 2, .damaged_limit = 100, .seed = 1,
            .place = card_place(3, "data \"train\" {"),
        },
        .target = { TARGET_CLASS, { 1, 1, 1 } },
        .phase = &phase, .phases = 1,
    };
}
