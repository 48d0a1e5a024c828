/* job.h - what a card says beside its model: input, data, augmentation, training. Plain data, one
 * definition for both sides: `lower` fills a Job, `gen` prints it as a C initialiser, the runtime
 * reads it. All numbers are in base units: ratios as fractions, angles in radians. */

#ifndef BASE_JOB_H
#define BASE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/place.h"
#include "base/shape.h"

/* ---- lists: one for each concept; ID, word in the card ---- */

#define RESIZE_KINDS(X) X(STRETCH, "stretch") X(CROP, "crop") X(PAD, "pad")
#define FILTER_KINDS(X) X(BILINEAR, "bilinear") X(NEAREST, "nearest") X(AREA, "area")
#define ORDER_KINDS(X)  X(RGB, "rgb") X(BGR, "bgr")
#define DATA_KINDS(X)   X(FOLDER, "folder") X(PAIRS, "pairs") X(CSV, "csv") X(ARRAYS, "arrays")
#define PART_KINDS(X)   X(TRAIN, "train") X(VALIDATION, "validation") X(TEST, "test")
#define BALANCE_KINDS(X) X(WEIGHT, "weight") X(SAMPLE, "sample")
#define DAMAGED_KINDS(X) X(STOP, "stop") X(SKIP, "skip")
#define FILL_KINDS(X)   X(NEAREST, "nearest") X(REFLECT, "reflect") X(WRAP, "wrap") X(CONSTANT, "constant")
#define AUGMENT_MOVES(X) X(ROTATE, "rotate") X(SHEAR, "shear") X(ZOOM, "zoom") X(SHIFT, "shift") X(FLIP, "flip") \
    X(CROP, "crop")
#define AUGMENT_CHANGES(X) X(BRIGHTNESS, "brightness") X(CONTRAST, "contrast") X(SATURATION, "saturation") \
    X(HUE, "hue") X(NOISE, "noise") X(GRAY, "gray") X(CUTOUT, "cutout")
#define AUGMENT_KINDS(X) AUGMENT_MOVES(X) AUGMENT_CHANGES(X)
#define TARGET_KINDS(X) X(CLASS, "class") X(MASK, "mask") X(SHARES, "shares") X(NUMBERS, "numbers")
#define LOSS_KINDS(X)   X(BINARY_CROSSENTROPY, "binary_crossentropy") X(CROSSENTROPY, "crossentropy") \
    X(DICE, "dice") X(MSE, "mse") X(MAE, "mae") X(HUBER, "huber")

/* What is measured: ID, word, whether more is better, and of which targets. */
#define METRIC_KINDS(X) \
    X(LOSS,      "loss",      false, OF_CLASS | OF_MASK | OF_LABELS | OF_NUMBERS) \
    X(ACCURACY,  "accuracy",  true,  OF_CLASS | OF_MASK | OF_LABELS) \
    X(TOP,       "top",       true,  OF_CLASS) \
    X(PRECISION, "precision", true,  OF_CLASS | OF_MASK | OF_LABELS) \
    X(RECALL,    "recall",    true,  OF_CLASS | OF_MASK | OF_LABELS) \
    X(F1,        "f1",        true,  OF_CLASS | OF_MASK | OF_LABELS) \
    X(AUC,       "auc",       true,  OF_CLASS | OF_LABELS) \
    X(IOU,       "iou",       true,  OF_MASK) \
    X(DICE,      "dice",      true,  OF_MASK) \
    X(MAE,       "mae",       false, OF_NUMBERS) \
    X(MSE,       "mse",       false, OF_NUMBERS) \
    X(R2,        "r2",        true,  OF_NUMBERS)
enum { OF_CLASS = 1, OF_MASK = 2, OF_LABELS = 4, OF_NUMBERS = 8 };

#define OPTIMIZER_KINDS(X) X(SGD, "sgd") X(RMSPROP, "rmsprop") X(ADAM, "adam") X(ADAMW, "adamw")
#define SCHEDULE_KINDS(X) X(CONSTANT, "constant") X(COSINE, "cosine") X(STEP, "step") X(STEPS, "steps") \
    X(EXPONENTIAL, "exponential") X(POLYNOMIAL, "polynomial") X(PLATEAU, "plateau")
#define LAYOUT_KINDS(X) X(NETC, "netc") X(TORCH, "torch") X(KERAS, "keras")

#define X(id, word) RESIZE_##id,
typedef enum { RESIZE_KINDS(X) RESIZE_COUNT } ResizeKind;
#undef X
#define X(id, word) FILTER_##id,
typedef enum { FILTER_KINDS(X) FILTER_COUNT } FilterKind;
#undef X
#define X(id, word) ORDER_##id,
typedef enum { ORDER_KINDS(X) ORDER_COUNT } OrderKind;
#undef X
#define X(id, word) DATA_##id,
typedef enum { DATA_KINDS(X) DATA_COUNT } DataKind;
#undef X
#define X(id, word) PART_##id,
typedef enum { PART_KINDS(X) PART_COUNT } PartKind;
#undef X
#define X(id, word) BALANCE_##id,
typedef enum { BALANCE_NONE, BALANCE_KINDS(X) BALANCE_COUNT } BalanceKind;
#undef X
#define X(id, word) DAMAGED_##id,
typedef enum { DAMAGED_KINDS(X) DAMAGED_COUNT } DamagedKind;
#undef X
#define X(id, word) FILL_##id,
typedef enum { FILL_KINDS(X) FILL_COUNT } FillKind;
#undef X
#define X(id, word) AUGMENT_##id,
typedef enum { AUGMENT_KINDS(X) AUGMENT_COUNT } AugmentKind;
#undef X
#define X(id, word) TARGET_##id,
typedef enum { TARGET_KINDS(X) TARGET_COUNT } TargetKind;
#undef X
#define X(id, word) LOSS_##id,
typedef enum { LOSS_KINDS(X) LOSS_COUNT } LossKind;
#undef X
#define X(id, word, rises, fits) METRIC_##id,
typedef enum { METRIC_KINDS(X) METRIC_COUNT } MetricKind;
#undef X
#define X(id, word) OPTIMIZER_##id,
typedef enum { OPTIMIZER_KINDS(X) OPTIMIZER_COUNT } OptimizerKind;
#undef X

#define X(id, word) SCHEDULE_##id,
typedef enum { SCHEDULE_KINDS(X) SCHEDULE_COUNT } ScheduleKind;
#undef X
#define X(id, word) LAYOUT_##id,
typedef enum { LAYOUT_KINDS(X) LAYOUT_COUNT } LayoutKind;
#undef X

/* ---- input ---- */

/* A picture becomes shape.h x shape.w x shape.c; each value v, 0 to 255 as the file has it, becomes
 * (scale*v - mean[channel]) / std[channel] after augmentation. What is measured on the training files is
 * not known to the card: there its mean is 0 and its std 1. */
typedef struct {
    Shape shape;
    ResizeKind resize;
    FilterKind filter;
    OrderKind order;
    double scale;
    const double *mean, *std;   /* [shape.c] */
    bool mean_measured, std_measured;
    Place place;
} JobInput;

/* ---- data ---- */

typedef struct {
    const char *name;           /* "" where the card names no classes and the data will */
    const char *const *pattern; /* globs; none: the subfolder of that name, or the next number */
    int patterns;
    const Place *pattern_place; /* [patterns] */
    const int *value;           /* of pairs: the pixel values that mean it */
    int values;
    double weight;
    Place place;                /* its name */
} JobClass;

typedef struct {
    const char *const *path;    /* as written; none where the part is a share of train, or absent */
    int paths;
    const Place *path_place;    /* [paths] */
    double share;               /* of train, held out; 0 where the part has paths or is absent */
    Place place;                /* place.line 0 where the card does not name the part */
} JobPart;

/* Which columns of a table hold what; NULL: not told. */
typedef struct {
    const char *file, *root;    /* names pictures, below the root; without it a row is a vector */
    const char *label, *separator;      /* between the classes of one row; "": a row has one */
    const char *split;          /* tells the part */
    const char *const *input;   /* what comes in, in this order: known to the data, and to the weights trained on them; */
    int inputs;                 /* 0: of the table's columns all that nothing else names, in the table's order */
    const char *const *target;  /* numbers to meet: (scale*x - mean[i]) / std[i] */
    int targets;
    double scale;
    const double *mean, *std;   /* [targets] */
    Place file_place, label_place, split_place;         /* the columns' names */
    Place root_place;
    const Place *target_place;  /* [targets] */
} JobTable;

typedef struct {
    DataKind kind;
    JobPart part[PART_COUNT];
    const JobClass *class;      /* as the card names them; none: subfolders in byte order */
    int classes;
    JobTable table;             /* of DATA_CSV */
    bool target_is_input;       /* nothing is told of a picture: the network is to give it back */
    Place target_place;         /* the `target` line; line 0 where the card has none */
    bool ignores;
    int ignore;                 /* the pixel value, or the array's number, that is left out of the loss */
    BalanceKind balance;
    Place balance_place;
    DamagedKind damaged;
    int damaged_limit;
    uint64_t seed;              /* of the split */
    Place place;                /* the `data` line; line 0 where the card has none */
} JobData;

/* True where files of pictures come in, not arrays or a table's numbers. */
static inline bool data_has_pictures(const JobData *data)
{
    return data->kind == DATA_FOLDER || data->kind == DATA_PAIRS || (data->kind == DATA_CSV && data->table.file);
}

/* What items are called, one of them and more, and how many of them are done in a second. */
static inline const char *item_word(const JobData *data)
{
    return data_has_pictures(data) ? "picture" : "row";
}

static inline const char *items_word(const JobData *data)
{
    return data_has_pictures(data) ? "pictures" : "rows";
}

static inline const char *pace_word(const JobData *data)
{
    return data_has_pictures(data) ? "img/s" : "rows/s";
}

/* ---- augment ---- */

/* One row. `from` and `to` bound the draw, [0] vertical or the only one, [1] horizontal.
 *   rotate, shear  radians, [0] alone            zoom  magnification m: the picture shows 1-m of
 *   shift          fraction of the side, or           each side; [1] is drawn on its own where
 *                  pixels where `pixels`              `free`, else equal to [0]
 *   flip           probability[0] vertical, [1] horizontal
 *   crop           whole pixels, down and right, where `pixels`; else [0] is the part's share of the
 *                  area, and [1] bounds its aspect beside the picture's
 *   brightness, contrast, saturation  [0] is what the factor has above 1
 *   hue            radians, [0] alone            noise    deviation as a share of 255, [0] alone
 *   gray           no amount                     cutout   to[] is the window's height and width
 * For all but flip, probability[0] is that of the whole row. */
typedef struct {
    AugmentKind kind;
    double from[2], to[2];
    double probability[2];
    bool pixels[2];
    bool free;
    int count;                  /* cutout: windows, and what covers them, 0 to 255 */
    double value;
    Place place;
} JobAugment;

/* True for rows that move a picture; the others change its values. */
static inline bool augment_moves(AugmentKind kind)
{
    return kind < AUGMENT_BRIGHTNESS;
}

/* ---- target ---- */

/* What the answer for an image is held against; `check` knows it from the loss, the data and the answer:
 *   CLASS    the number of its class, int32 [1]
 *   MASK     a class for each pixel, int32 [P][Q], -1 where the pixel does not count; the answer is P x Q
 *            x classes after softmax, or P x Q x 1 after sigmoid, which tells two classes apart
 *   SHARES   a share for each output, float [P][Q][C]: labels of which an image may have several, 0 or 1
 *            each; classes that mixing has blended; of one output, which tells two classes apart, the
 *            share of the second; all -1 where the pixel does not count
 *   NUMBERS  numbers to meet, float [P][Q][C], in the unit that the loss compares: a table's columns are
 *            scaled as their `target` says, a picture as the network gets it as input */
typedef struct {
    TargetKind kind;
    Shape shape;                /* of one image's: 1x1x1 of a class, PxQx1 of a mask */
} JobTarget;

/* Bytes of an image's target: classes are of 32 bits, as shares and numbers are. */
static inline size_t job_target_bytes(const JobTarget *target)
{
    return sizeof(int32_t) * (size_t)shape_size(target->shape);
}

/* ---- train ---- */

/* What is made small is the sum of some. */
typedef struct {
    LossKind kind;
    double weight;              /* of it in the sum */
    double smooth;              /* crossentropy: the share of a target that all classes divide among themselves */
    double delta;               /* huber: where a square goes over into a line */
} JobLoss;

/* How the rate changes within a phase: runtime/network/rate.h. Times are epochs from the phase's start. */
typedef struct {
    ScheduleKind kind;
    double warmup;              /* epochs in which it grows to its full height */
    double final;               /* cosine: the rate at the end */
    double every;               /* step: epochs between two steps */
    const double *at;           /* steps: rising */
    int ats;
    double factor;              /* step, steps, plateau: of each step; exponential: of an epoch */
    double power;               /* polynomial */
    int patience;               /* plateau: epochs without a better one before a step */
} JobSchedule;

/* When a phase ends early. */
typedef struct {
    int patience;               /* epochs in a row without an improvement; 0: never */
    double least;               /* that counts as one, is above this */
} JobStop;

/* A phase of the training, or, in Job.train, all of it. */
typedef struct {
    const char *name;           /* "" where the card names no phases */
    const JobLoss *loss;
    int losses;
    OptimizerKind optimizer;
    double rate;
    double momentum;            /* sgd */
    bool nesterov;
    double rho, beta1, beta2, epsilon, decay;
    JobSchedule schedule;
    JobStop stop;
    MetricKind watch;           /* what picks the best checkpoint, on validation */
    double clip;                /* the gradient's greatest length; 0: any */
    double ema;                 /* what a step leaves of the running mean of the weights; 0: there is none */
    int batch, epochs;
    uint64_t seed;
    Place place;                /* the `train` or `phase` line; line 0 where the card has none */
} JobTrain;

/* What is measured beside the loss, on validation. */
typedef struct {
    MetricKind kind;
    int k;                      /* top: of how many answers the right one is to be among */
} JobMetric;

enum { METRIC_TOP_K = 5 };      /* unless told otherwise */

/* A name in a file begins with `old`, up to its end or a dot: then it is called `new` instead. */
typedef struct { const char *old, *new; } JobRename;

/* Weights from a file, read where a run begins. */
typedef struct {
    const char *path;           /* as written */
    const char *const *part;    /* layers and blocks; none: all */
    int parts;
    LayoutKind layout;
    const char *prefix;         /* before each of the file's names */
    const JobRename *rename;    /* the first that fits is taken */
    int renames;
    Place place;
} JobLoad;

typedef struct {
    const char *network;        /* the card's `network NAME` */
    JobInput input;
    JobData data;
    const JobAugment *augment;  /* in the card's order */
    int augments;
    FillKind fill;
    double fill_value;          /* 0 to 255, for FILL_CONSTANT */
    double mixup, cutmix;       /* alpha of the beta distribution, (0, 10]; 0 where not told */
    JobTarget target;
    JobTrain train;             /* the only phase; of named ones the largest batch, all epochs, seed and place alone */
    const JobTrain *phase;      /* in the card's order; at least one, where it has a train section */
    int phases;
    const JobMetric *metric;    /* in the card's order, each kind at most once */
    int metrics;
    const JobLoad *load;
    int loads;
} Job;

/* True where a class may count more than another in training: then a step is told Step.class_weight. */
static inline bool job_weighs_classes(const Job *job)
{
    bool weighs = job->data.balance == BALANCE_WEIGHT;
    for (int i = 0; i < job->data.classes; i++)
        weighs |= job->data.class[i].weight != 1;
    return weighs && job->target.kind != TARGET_NUMBERS;
}

#endif
