/* slips.c - slips that look like several mistakes, as the generator of wild.c finds them: each kind once, in a
 * card of the examples or models, and each told once. What sees one end of such a mistake leaves it to what
 * sees the other. */

#include <CUnit/CUnit.h>
#include <stdlib.h>

#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

void suite_slips(void);

#define UNET "examples/segment/unet.net"
#define CONVNEXT "examples/fashion/convnext.net"
#define SCALES "examples/fashion/scales.net"
#define MIXED "examples/fashion/mixed.net"
#define FINETUNE "examples/fashion/finetune.net"
#define ACTIVATIONS "examples/fashion/activations.net"
#define WEATHER "examples/houses/weather.net"
#define HOUSES "examples/houses/houses.net"
#define RESNET "models/resnet8.net"
#define DENSENET "models/densenet_small.net"

static const struct {
    const char *card;
    CardSlip slip;
} slips[] = {
    /* a keyword that is another one: no line is missing, or there twice, because of it */
    {CONVNEXT, {"epochs    10", "ema 10", "'ema' takes a ratio between 0% and 100%; did you mean 10%?"}},
    {CONVNEXT, {"validation 5%", "file 5%", "'file' takes a name or a text, not 5%"}},
    {CONVNEXT, {"loss      crossentropy", "freeze crossentropy", "unknown layer 'crossentropy'"}},
    {CONVNEXT, {"train \"train-", "class \"train-", "arrays have no file names for a pattern to fit"}},
    {CONVNEXT, {"    conv channels 1x1\n", "    pool channels 1x1\n", "'pool' takes 'max' or 'average', not 24"}},
    {MIXED, {"flip       horizontal", "saturation horizontal", "'saturation' takes a ratio from 0% to 100%; did you mean 'flip'?"}},
    {FINETUNE, {"phase head {", "load head {", "'load' takes a text; did you mean \"head\"?"}},
    {DENSENET, {"batch     64", "epochs    64", "'epochs' stands here twice"}},
    {UNET, {"class background \"0\"", "balance background \"0\"", "unknown way to balance 'background'"}},
    {HOUSES, {"target price", "validation price", "'validation' takes a ratio between 0% and 100% or a text"}},

    {RESNET, {"dense 10 softmax init", "same 10 softmax init", "'same' has no option 'init'"}},
    {"models/pilotnet.net", {"target     angle", "split      angle", "the column of 'split' tells the parts already"}},
    {"models/labels.net", {"loss      binary_crossentropy", "loss      mse", "'mse' here compares numbers"}},

    /* outside of all braces */
    {CONVNEXT, {"network convnext", "input convnext", "unknown name 'convnext'"}},
    {CONVNEXT, {"input 28x28x1", "include 28x28x1", "'include' takes a text; did you mean 'input'?"}},
    {CONVNEXT, {"input 28x28x1", "sweep 28x28x1", "'sweep' takes NAME value..."}},
    {FINETUNE, {"sweep width 64", "sweep 64", "'sweep' takes NAME value..."}},
    {DENSENET, {"include \"densenet.net\"", "network \"densenet.net\"", "'network' stands here twice"}},
    {DENSENET, {"\"densenet.net\"", "\"densenet.ne\"t", "'include' takes no more than stands before this"}},
    {ACTIVATIONS, {"model {", "train {", "'train' has the lines of 'model'; is it 'model'?"}},
    {UNET, {"block double(filters)", "model double(filters)", "'model' takes no more than stands before this"}},

    /* the kind of the data is another one: its lines do not go with it */
    {CONVNEXT, {"data arrays", "data csv", "note: nor does this go with 'csv'"}},
    {UNET, {"data pairs", "data csv", "a csv is one table, not 2"}},

    /* names: what is called otherwise is unknown elsewhere */
    {UNET, {"block up(filters, skip)", "block up(skip, skip)", "'skip' is a parameter already"}},
    {UNET, {"block up(filters, skip)", "block up(filters, input)", "'input' has a meaning of its own"}},
    {ACTIVATIONS, {"stem: conv", "input: conv", "'input' has a meaning of its own"}},
    {ACTIVATIONS, {"stem: conv", "relu: conv", "'hard_swish', not a label"}},
    {ACTIVATIONS, {"stem: conv", "elu: conv", "unknown label 'stem'"}},
    {ACTIVATIONS, {"all: concat plain", "allconcat : plain", "unknown layer 'plain'"}},

    {RESNET, {"main: norm", "same: norm", "'same' is a block already"}},
    {RESNET, {"main: norm batch", "mainnorm : batch", "'batch' stands in 'train', not here"}},
    {"models/squeezenet.net", {"thin: conv squeeze", "thinconv : squeeze", "unknown layer 'squeeze'"}},

    /* one value that several places do not take, and one place that takes none of several values */
    {UNET, {"d2: double 32", "d2: double 3", "note: 'norm group' stands here, too"}},
    {UNET, {"double filters", "double skip", "'conv' takes a whole number from 1 to 1000000, not a label"}},
    {UNET, {"double filters", "dropout filters", "'dropout' takes a ratio below 100%; did you mean 64%?"}},
    {CONVNEXT, {"repeat 2 { mixing 24 }", "repeat 2 { mixing yes }", "arithmetic takes numbers, not 'yes'"}},
    {DENSENET, {"let growth=12", "let growth=3x3", "arithmetic takes numbers, not 3x3"}},
    {DENSENET, {"let growth=12", "let growth=yes", "arithmetic takes numbers, not 'yes'"}},
    {"models/mobilenet_v2_100.net", {"let width=1 ", "let width=4px ", "'conv' takes a whole number from 1 to 1000000, not 128px"}},
    {"models/mobilenet_v1_025.net", {"let width=0.25", "let width=1000", "'conv' is too large"}},

    /* the size of what comes in */
    {SCALES, {"input 28x28x1", "input 2x28x1", "the window spans 3x3, but has only 2x28 to look at"}},
    {MIXED, {"input 28x28x1", "input 2x28x1", "a padding of 2px moves a picture of 2x28 out of sight"}},
    {"models/vgg11_small.net", {"input 32x32x3", "input 32x3x3", "a padding of 4px moves a picture of 32x3 out of sight"}},
    {UNET, {"input 96x96x3", "input 96x9x63", "pictures have 1 or 3 channels, not 63"}},
    {WEATHER, {"input 10", "input 5x3x2", "without 'file' a row of the table is the input, a vector"}},
    {UNET, {"double filters", "dense filters", "'dense' takes a vector, but has 24x24x128"}},
    {SCALES, {"upsample 2\n", "dense 2\n", "'dense' takes a vector, but has 14x14x24"}},

    /* within a line: what is read in a wrong place is not judged as what stands there */
    {FINETUNE, {"final=1e-4", "final=7-4", "arithmetic stands in parentheses: (7-4)"}},
    {FINETUNE, {"sgd rate=0.02", "adam rate=0.02", "note: 'nesterov' is for 'sgd', too"}},
    {FINETUNE, {"phase head {", "phase { head", "a block of several lines has each statement, and the '}', on a line of its own"}},
    {ACTIVATIONS, {"3x3 act pad=same", "3x3 pad act=same", "unknown activation 'pad'"}},
    {CONVNEXT, {"(4*channels) 1x1", "(4*channels1x1 )", "unknown name 'channels1x1'; did you mean 'channels'?"}},
    {RESNET, {"conv filters 3x3 stride=2 pad=same", "conv filters 3x3 pad=2 pad=same", "'pad' is given twice"}},
    {DENSENET, {"{ grow growth }", "grow { growth }", "'grow' stands behind the '{'"}},
    {WEATHER, {"rain mean=(12, 2)", "rain =(12, 2)", "'target' has no option 'rain'"}},
    {WEATHER, {"huber delta=1", "mae delta=1", "'delta' belongs to 'huber', not to 'mae'"}},
    {HOUSES, {"target price", "target input", "'scale' belongs to columns of a table, not to 'input'"}},
};

static void each_is_told_once(void)
{
    char *folder = scratch_open();
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        char *card = file_text(slips[i].card);
        CU_ASSERT_TRUE(slip_is_told_once(folder, "case.net", card, &slips[i].slip));
        free(card);
    }
    scratch_close(folder);
}

void suite_slips(void)
{
    CU_pSuite suite = CU_add_suite("slips", NULL, NULL);
    CU_add_test(suite, "each is told once", each_is_told_once);
}
