/* options.h - the trainer's command line. Commands and options are listed here alone: parsing, help
 * and messages come from the lists. */

#ifndef OPTIONS_OPTIONS_H
#define OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/network/program.h"

/* ID, its function's and its own name, operands, fewest and most of them, what it does. */
#define COMMANDS(X) \
    X(TRAIN, train, "", 0, 0, "train the network, or go on with a training that was stopped") \
    X(EVALUATE, evaluate, "", 0, 0, "loss, accuracy and confusions on pictures not trained on") \
    X(CALIBRATE, calibrate, "", 0, 0, "fit a temperature that makes probabilities honest, and keep it with the weights") \
    X(PREDICT, predict, "FILE...|FOLDER|-", 0, INT_MAX, \
      "print `class probability file` for each picture; - reads one from standard input") \
    X(SERVE, serve, "", 0, 0, "answer pictures that are dropped on a page in a browser, or sent by programs") \
    X(LOOK, look, "FILE...", 1, INT_MAX, "write what each convolution answers to a picture, and where the answer comes from") \
    X(MISTAKES, mistakes, "", 0, 0, "show the held-out pictures that are answered worst, and labels in doubt") \
    X(DATA, data, "", 0, 0, "count the data, name damaged files, write a sheet of a training batch") \
    X(TRY, try, "", 0, 0, "check data, memory, speed, and that a batch can be learned, before a long training") \
    X(RATE, rate, "", 0, 0, "try growing learning rates, suggest one, and write a page with the plot") \
    X(RUNS, runs, "[NAME...]", 0, INT_MAX, "list the runs, their best values, and what differs between them") \
    X(SUMMARY, summary, "", 0, 0, "print the layers, their shapes, parameters and costs") \
    X(PROFILE, profile, "", 0, 0, "measure where the time of a training step goes; saves nothing") \
    X(COMPLETION, completion, "bash|zsh|fish", 1, 1, "print a script by which the shell completes this command line")

#define X(id, name, operands, least, most, help) COMMAND_##id,
typedef enum { COMMANDS(X) COMMAND_COUNT } Command;
#undef X

/* Commands as bits, for options that some know. */
#define FOR(id) (1u << COMMAND_##id)
#define FOR_ALL (~0u)

/* ID, name, value's name or NULL, commands, what it does. */
#define OPTIONS(X) \
    X(THREADS, "threads", "N", FOR_ALL, "processors to use (all); never changes a result") \
    X(DATA, "data", "DIR", FOR_ALL, "where the card's relative paths start (here)") \
    X(WEIGHTS, "weights", "FILE", FOR_ALL, \
      "safetensors to use (the newest run's best)") \
    X(QUIET, "quiet", NULL, FOR_ALL, "results and errors alone") \
    X(RUN, "run", "NAME", FOR(TRAIN) | FOR(EVALUATE) | FOR(CALIBRATE) | FOR(PREDICT) | FOR(SERVE) | FOR(LOOK) | FOR(MISTAKES), \
      "the run of that name or number, whose best is taken (the newest)") \
    X(NEW, "new", NULL, FOR(TRAIN), "start a new run, even if one is unfinished") \
    X(FROM, "from", "FILE", FOR(TRAIN), \
      "start a new run with what fits of another network's weights, and of its optimizer") \
    X(EPOCHS, "epochs", "N", FOR(TRAIN) | FOR(TRY), "train so many epochs in all (as the card says)") \
    X(BATCH, "batch", "N", FOR(TRAIN) | FOR(TRY) | FOR(RATE) | FOR(PROFILE), "images in a step, at most as the card says") \
    X(RATE, "rate", "R", FOR(TRAIN) | FOR(TRY), "the optimizer's rate, of phases the first one's (as the card says)") \
    X(SEED, "seed", "N", FOR(TRAIN) | FOR(TRY) | FOR(RATE) | FOR(PROFILE), \
      "of weights, order and augmentation; the split stays") \
    X(CACHE, "cache", "SIZE", FOR(TRAIN) | FOR(EVALUATE) | FOR(CALIBRATE) | FOR(LOOK) | FOR(MISTAKES) | FOR(TRY) | FOR(RATE) | FOR(PROFILE), \
      "memory for decoded pictures, 500M or 2G (1G); 0: none") \
    X(PART, "part", "NAME", FOR(EVALUATE) | FOR(MISTAKES), "train, validation or test (validation, else test)") \
    X(TEST, "test", NULL, FOR(EVALUATE) | FOR(MISTAKES), "the same as --part test") \
    X(THRESHOLD, "threshold", "P", FOR(EVALUATE) | FOR(PREDICT) | FOR(SERVE) | FOR(MISTAKES), \
      "from which probability on it is the second class, or a label (as chosen on validation)") \
    X(JSON, "json", NULL, FOR(TRAIN) | FOR(PREDICT) | FOR(MISTAKES) | FOR(DATA) | FOR(TRY) | FOR(RATE) | FOR(RUNS) | FOR(PROFILE), \
      "JSON, one object a line") \
    X(CSV, "csv", NULL, FOR(PREDICT), "a table: a line that names the columns, and one for each picture") \
    X(TOP, "top", "K", FOR(PREDICT) | FOR(SERVE) | FOR(LOOK) | FOR(MISTAKES), \
      "how many are told or shown") \
    X(CLASS, "class", "NAME", FOR(LOOK), "the class or label, or a table's column, whose heat maps are wanted (the answer)") \
    X(LAYER, "layer", "NAME", FOR(LOOK), "the layer whose maps Grad-CAM and --top take (the last convolution)") \
    X(LIST, "list", "FILE", FOR(PREDICT), \
      "names of pictures, one a line, answered as they come; - reads them from standard input") \
    X(NULL, "null", NULL, FOR(PREDICT), "each name of --list ends with a zero byte, as find -print0 writes them") \
    X(PORT, "port", "N", FOR(SERVE), "to listen on (8080); 0: any that is free") \
    X(ADDRESS, "address", "ADDR", FOR(SERVE), "to listen on (127.0.0.1, which no other machine reaches)") \
    X(RANDOM, "random", NULL, FOR(PROFILE), "noise instead of pictures: needs no data, measures no loading") \
    X(ANSWERS, "answers", NULL, FOR(PROFILE), "measure predicting instead of training") \
    X(CALLS, "calls", NULL, FOR(PROFILE), "a row for each function, instead of each layer and direction") \
    X(STEPS, "steps", "N", FOR(TRY) | FOR(RATE) | FOR(PROFILE), \
      "how many steps are taken") \
    X(OUTPUT, "output", "PATH", FOR(PREDICT) | FOR(LOOK) | FOR(MISTAKES) | FOR(DATA) | FOR(RATE), \
      "the folder or file to write") \
    X(HELP, "help", NULL, FOR_ALL, "print this, or with a command what it takes, and stop") \
    X(VERSION, "version", NULL, FOR_ALL, "print what this program was made of, and stop")

/* Option, command, what the option does there, where that is not what the row above says of all. */
#define OPTION_TEXTS(X) \
    X(WEIGHTS, TRAIN, "safetensors to start a new run from, all of them (anew)") \
    X(WEIGHTS, PROFILE, "safetensors to measure with (new weights)") \
    X(RUN, TRAIN, "the run of that name or number: go on with it, or begin it") \
    X(JSON, TRAIN, "what happens, one JSON object a line") \
    X(JSON, PREDICT, "each picture's answer, one JSON object a line") \
    X(JSON, MISTAKES, "each mistake, one JSON object a line") \
    X(JSON, DATA, "all of it as one JSON object") \
    X(JSON, TRY, "each check, one JSON object a line") \
    X(JSON, RATE, "what was measured, as JSON") \
    X(JSON, RUNS, "each run, one JSON object a line") \
    X(JSON, PROFILE, "what was measured, as JSON") \
    X(TOP, PREDICT, "the K likeliest classes or labels") \
    X(TOP, SERVE, "the K likeliest classes or labels") \
    X(TOP, LOOK, "the K filters that answer most") \
    X(TOP, MISTAKES, "the K worst pictures (24)") \
    X(STEPS, TRY, "steps in which a batch is to be learned (300)") \
    X(STEPS, RATE, "steps over all rates (200 or more)") \
    X(STEPS, PROFILE, "steps to measure (as many as take two seconds)") \
    X(OUTPUT, PREDICT, "the folder for answers that are pictures (none)") \
    X(OUTPUT, LOOK, "the picture's folder, or of several pictures the folder for theirs (look-PICTURE)") \
    X(OUTPUT, MISTAKES, "the folder to write (CARD-mistakes; with --json none)") \
    X(OUTPUT, DATA, "the folder to write (CARD-data; with --json none)") \
    X(OUTPUT, RATE, "the page to write (CARD-rate.html; with --json none)")

#define X(id, name, value, commands, help) OPTION_##id,
typedef enum { OPTIONS(X) OPTION_COUNT } Option;
#undef X

typedef struct {
    Command command;
    int threads;                /* at least 1 */
    const char *data;           /* NULL: here */
    const char *weights;        /* NULL: the newest run's best */
    const char *from;           /* NULL: untold */
    const char *run;            /* a run's name; NULL: untold */
    bool quiet;
    bool fresh;                 /* --new */
    int epochs, batch;          /* 0: untold */
    double rate;                /* 0: untold */
    uint64_t seed;
    bool seeded;
    size_t cache;               /* bytes */
    bool parted;
    PartKind part;
    double threshold;           /* 0: untold */
    bool json, csv;
    int top;                    /* 0: untold */
    const char *class;          /* NULL: untold */
    const LayerRow *layer;      /* NULL: untold */
    const char *list;           /* NULL: untold */
    bool null;                  /* its names end with zero bytes, not with newlines */
    bool ported;
    int port;
    const char *address;        /* NULL: untold */
    bool random, answers, calls;
    int steps;                  /* 0: untold */
    const char *output;         /* NULL: untold */
    const char *given[OPTION_COUNT];    /* the values as they were typed, "" of an option that takes none; NULL: untold */
    char **operand;             /* of the command */
    int operands;
} Options;

/* Parses the command line, which it reorders: options may stand anywhere. Help and version are
 * printed, and mistakes, and end the program; so does a line without a command, with the help. */
Options options_parse(const Program *program, int argc, char **argv);

/* True where results and errors alone are to be printed as text: all else would stand among the lines of JSON. */
static inline bool options_hush(const Options *options)
{
    return options->quiet || options->json;
}

/* True where a command, whose name is so long, takes --run. */
bool command_takes_run(const char *name, size_t length);

/* The commands, each in a file of its own; exit codes. */
#define X(id, name, operands, least, most, help) \
    int name##_command(const Program *program, const Options *options);
COMMANDS(X)
#undef X

#endif
