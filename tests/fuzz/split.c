/* split.c - the bytes as a run's split.txt, held against a data set of four pictures. */

#include <stdlib.h>

#include "runtime/data/split.h"
#include "tests/data/card.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/scratch.h"

void fuzz_split(const uint8_t *bytes, size_t length)
{
    static const char *const name[] = { "cat", "dog" };
    Item train[] = { { .path = "train/cat.1.png", .class = 0 }, { .path = "train/cat.2.png", .class = 0 },
                     { .path = "train/dog.1.png", .class = 1 } };
    Item validation[] = { { .path = "train/dog.\n2.png", .class = 1 } };
    Job job = card_job();
    scratch_write(fuzz_folder(), "split.txt", bytes, length);
    for (int strict = 0; strict < 2; strict++) {
        Dataset dataset = { .job = &job, .class_name = (const char **)name, .classes = 2,
                            .part = { [PART_TRAIN] = { .item = train, .items = 3 },
                                      [PART_VALIDATION] = { .item = validation, .items = 1 } } };
        Item *moved = split_apply(&dataset, fuzz_folder(), strict);
        long items = 0;
        for (PartKind part = 0; part < PART_COUNT; part++)
            items += dataset.part[part].items;
        fuzz_expect(items <= 4);
        free(moved);
    }
}
