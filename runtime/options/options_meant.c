/* options_meant.c - what was meant by an option or a command that is none: what other trainers call it, or a typing
 * mistake. */

#include <ctype.h>
#include <string.h>

#include "base/guess.h"
#include "runtime/options/options_rows.h"

/* ---- words of others ---- */

/* Theirs in small letters and with "-" for "_", and ours. */
#define FOREIGN_OPTIONS(X) \
    X("lr", RATE) X("learning-rate", RATE) X("base-lr", RATE) X("lr0", RATE) \
    X("batch-size", BATCH) X("bs", BATCH) X("b", BATCH) X("num-epochs", EPOCHS) X("n-epochs", EPOCHS) \
    X("nb-epochs", EPOCHS) X("max-epochs", EPOCHS) X("e", EPOCHS) X("workers", THREADS) \
    X("num-workers", THREADS) X("num-threads", THREADS) X("nproc", THREADS) X("cpus", THREADS) \
    X("jobs", THREADS) X("j", THREADS) X("random-seed", SEED) X("manual-seed", SEED) \
    X("random-state", SEED) X("data-dir", DATA) X("data-path", DATA) X("data-root", DATA) \
    X("dataset", DATA) X("root", DATA) X("checkpoint", WEIGHTS) X("ckpt", WEIGHTS) \
    X("checkpoint-path", WEIGHTS) X("model", WEIGHTS) X("pretrained", WEIGHTS) X("load", WEIGHTS) \
    X("init-from", FROM) X("finetune", FROM) X("name", RUN) X("exp", RUN) X("exp-name", RUN) \
    X("experiment", RUN) X("run-name", RUN) X("split", PART) X("subset", PART) X("conf", THRESHOLD) \
    X("conf-thres", THRESHOLD) X("k", TOP) X("topk", TOP) X("top-k", TOP) X("max-steps", STEPS) \
    X("iterations", STEPS) X("host", ADDRESS) X("bind", ADDRESS) X("o", OUTPUT) X("out", OUTPUT) \
    X("out-dir", OUTPUT) X("output-dir", OUTPUT) X("save-dir", OUTPUT) X("q", QUIET) X("silent", QUIET) \
    X("v", VERSION) X("0", NULL) X("z", NULL) X("print0", NULL) X("zero-terminated", NULL)

/* What they have an option for, and a trainer has none: why. */
#define NEEDLESS_OPTIONS(X) \
    X("resume", "train goes on with the newest run by itself, and --run NAME names another") \
    X("continue", "train goes on with the newest run by itself, and --run NAME names another") \
    X("auto-resume", "train goes on with the newest run by itself, and --run NAME names another") \
    X("verbose", "all is told unless --quiet asks for less") \
    X("logdir", "a run's folder, runs/CARD/NAME, has its events for TensorBoard") \
    X("log-dir", "a run's folder, runs/CARD/NAME, has its events for TensorBoard") \
    X("gpu", "a trainer runs on processors alone; --threads says on how many") \
    X("gpus", "a trainer runs on processors alone; --threads says on how many") \
    X("cuda", "a trainer runs on processors alone; --threads says on how many") \
    X("no-cuda", "a trainer runs on processors alone; --threads says on how many") \
    X("device", "a trainer runs on processors alone; --threads says on how many") \
    X("deterministic", "the same seed gives the same bits on any number of threads") \
    X("optimizer", "the card's train section says it") \
    X("opt", "the card's train section says 'optimizer'") \
    X("loss", "the card's train section says it") \
    X("momentum", "the card's 'optimizer' line says it") \
    X("weight-decay", "the card's 'optimizer' line says it, as decay=") \
    X("wd", "the card's 'optimizer' line says it, as decay=") \
    X("scheduler", "the card's train section says it, as 'schedule'") \
    X("lr-scheduler", "the card's train section says it, as 'schedule'") \
    X("warmup-epochs", "the card's 'schedule' line says it, as warmup=") \
    X("patience", "the card's 'stop' line says it") \
    X("early-stopping", "the card's train section says it, as 'stop'") \
    X("label-smoothing", "the card's 'loss' line says it, as smooth=") \
    X("dropout", "the card's model says it") \
    X("val-split", "the card's data section says it, as 'validation 10%'") \
    X("validation-split", "the card's data section says it, as 'validation 10%'") \
    X("img-size", "the card's 'input' line says it") \
    X("image-size", "the card's 'input' line says it") \
    X("imgsz", "the card's 'input' line says it")

#define FOREIGN_COMMANDS(X) \
    X("fit", TRAIN) X("eval", EVALUATE) X("test", EVALUATE) X("validate", EVALUATE) X("val", EVALUATE) \
    X("score", EVALUATE) X("infer", PREDICT) X("inference", PREDICT) X("detect", PREDICT) \
    X("classify", PREDICT) X("lr-find", RATE) X("find-lr", RATE) X("lr-finder", RATE) \
    X("benchmark", PROFILE) X("bench", PROFILE) X("server", SERVE) X("web", SERVE) X("list", RUNS) \
    X("ls", RUNS) X("check", TRY) X("explain", SUMMARY) X("info", SUMMARY)

/* A word of theirs, and which of ours it is; or why there is none. */
typedef struct {
    const char *theirs;
    int ours;
    const char *why;            /* NULL: there is one */
} ForeignWord;

#define X(theirs, id) { theirs, OPTION_##id, NULL },
#define Y(theirs, why) { theirs, OPTION_COUNT, why },
static const ForeignWord foreign_option[] = { FOREIGN_OPTIONS(X) NEEDLESS_OPTIONS(Y) };
#undef X
#undef Y
#define X(theirs, id) { theirs, COMMAND_##id, NULL },
static const ForeignWord foreign_command[] = { FOREIGN_COMMANDS(X) };
#undef X

/* ---- words of ours ---- */

#define X(id, name, value, commands, help) name,
static const char *const option_name[] = { OPTIONS(X) };
#undef X
#define X(id, name, operands, least, most, help) #name,
static const char *const command_name[] = { COMMANDS(X) };
#undef X

/* All words that may stand where one does that is none of them. */
typedef struct {
    const char *what, *dashes;  /* what they are, and what stands before each */
    const char *const *name;
    int names;
    const ForeignWord *foreign;
    int foreigns;
} Vocabulary;

#define COUNT(table) (int)(sizeof (table) / sizeof *(table))

static const Vocabulary options = {
    "option", "--", option_name, COUNT(option_name), foreign_option, COUNT(foreign_option),
};
static const Vocabulary commands = {
    "command", "", command_name, COUNT(command_name), foreign_command, COUNT(foreign_command),
};

/* ---- did you mean ---- */

static char plain(char letter)
{
    return letter == '_' ? '-' : (char)tolower((unsigned char)letter);
}

static bool is_foreign(const char *theirs, const char *typed)
{
    while (*theirs && *theirs == plain(*typed))
        theirs++, typed++;
    return !*theirs && !*typed;
}

static _Noreturn void unknown(const Vocabulary *words, const char *word)
{
    const char *typed = word + strspn(word, "-");
    Guess guess = guess_begin(typed);
    for (int i = 0; i < words->names; i++)
        guess_try(&guess, words->name[i]);
    const char *meant = guess.nearest;
    for (const ForeignWord *foreign = words->foreign; foreign < words->foreign + words->foreigns; foreign++) {
        if (!is_foreign(foreign->theirs, typed))
            continue;
        if (foreign->why)
            misuse("unknown %s '%s': %s", words->what, word, foreign->why);
        meant = words->name[foreign->ours];
    }
    if (meant)
        misuse("unknown %s '%s'; did you mean '%s%s'?", words->what, word, words->dashes, meant);
    misuse("unknown %s '%s'", words->what, word);
}

_Noreturn void unknown_option(const char *word)
{
    unknown(&options, word);
}

_Noreturn void unknown_command(const char *typed)
{
    unknown(&commands, typed);
}
