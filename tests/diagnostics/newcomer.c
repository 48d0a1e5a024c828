/* newcomer.c - the tutorial's card with one slip of somebody who knows Keras or PyTorch, but not netc:
 * each causes one message, which tells what to write. */

#include <CUnit/CUnit.h>
#include <stdlib.h>

#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

void suite_newcomer(void);

#define SHAPE "150x150x3 "
#define RATE  "rmsprop rate=1e-4"

static const CardSlip slips[] = {
    /* shapes */
    {SHAPE, "150 150 3 ", "; did you mean 150x150x3?"},
    {SHAPE, "150 x 150 x 3 ", "; did you mean 150x150x3?"},
    {SHAPE, "150 150 150 3 ", "; did you mean 150x150x150?"},
    {SHAPE, "side x side x 3 ", "arithmetic stands in parentheses: (side x side x 3)"},
    {SHAPE, "150*150*3 ", "arithmetic stands in parentheses: (150*150*3); a shape is written 150x150x3"},
    {SHAPE, "150X150X3 ", "a shape has a small x between its extents: 150x150x3"},
    {SHAPE, "150x150 ", "; did you mean 150x150x1 or 150x150x3?"},
    {SHAPE, "784 ", "pictures have 1 or 3 channels, not 784; did you mean 28x28x1?"},
    {"32 3x3", "32 3 3", "'conv' takes height x width; did you mean 3x3?"},
    {"32 3x3", "32 (3,3)", "'conv' takes height x width; did you mean 3x3?"},
    {"32 3x3", "32 (3, 3, 32)", "'conv' takes height x width, not (3, 3, 32)"},
    {"max 2x2", "max (2, 2)", "; did you mean 2x2?"},
    {SHAPE, "(150, 150, 3) ", "; did you mean 150x150x3?"},
    {"32 3x3", "3x3 32", "'conv' takes its filters before its window; did you mean '32 3x3'?"},
    {"max 2x2", "global average", "; did you mean 'average global'?"},

    /* words, options and keywords of others */
    {"conv  32", "Conv2D 32", "unknown layer 'Conv2D'; it is called 'conv' here"},
    {"32 3x3 relu", "32 3x3 leaky", "unknown activation 'leaky'; 'leaky' stands on a line of its own"},
    {"32 3x3 relu", "32 3x3 hard_silu", "unknown activation 'hard_silu'; it is called 'hard_swish' here"},
    {"conv  32", "CONV 32", "unknown layer 'CONV'; did you mean 'conv'?"},
    {"pool  max", "MaxPooling2D", "unknown layer 'MaxPooling2D'; it is called 'pool max' here"},
    {"dense 512", "Linear 512", "it is called 'dense' here"},
    {"flatten", "batchnorm", "unknown layer 'batchnorm'; it is called 'norm batch' here"},
    {"flatten", "levelout", "; it is 'conv', "},
    {"max 2x2", "avg 2x2", "unknown pooling 'avg'; it is called 'average' here"},
    {"max 2x2", "median 2x2", "unknown pooling 'median'; it is 'max' or 'average'"},
    {"max 2x2", "max half", "unknown window 'half'; it is height x width or 'global'"},
    {"512 relu", "512 activation=relu", "; give its activation without a name"},
    {"512 relu", "units=512 relu", "'dense' has no option 'units'; give its outputs without a name"},
    {"512 relu", "512 relu padding=same", "; it is 'bias' or 'init'"},
    {"3x3 relu", "3x3 relu padding=same", "'conv' has no option 'padding'; it is called 'pad' here"},
    {"3x3 relu", "3x3 relu bias=False", "unknown answer 'False'; it is called 'no' here"},
    {"epochs    30", "metrics accuracy\nepochs 30", "; did you mean 'metric'?"},
    {RATE, "rmsprop lr=1e-4", "it is called 'rate' here"},
    {RATE, "rmsprop 1e-4", "; did you mean 'rate=1e-4'?"},
    {RATE, "rmsprop", "'optimizer' lacks its 'rate=': a number above 0, at most 10"},
    {RATE, "rate=1e-4", "'optimizer' lacks its 'kind': 'sgd', 'rmsprop', 'adam' or 'adamw'"},
    {RATE, "lion rate=1e-4", "unknown optimizer 'lion'; it is 'sgd', 'rmsprop', 'adam' or 'adamw'"},
    {RATE, "adam(lr=1e-4)", "unknown function 'adam'; as a word it has no parentheses"},
    {RATE, "rmsprop rate=1e-4 beta1=0.9", "'beta1' belongs to 'adam' or 'adamw', not to 'rmsprop'"},
    {"epochs    30", "epochs    thirty", "'epochs' takes a whole number from 1 to 1000000000"},
    {"epochs    30", "learning_rate 0.1\nepochs 30", "it is called 'optimizer ... rate=' here"},
    {"epochs    30", "num_epochs 30", "it is called 'epochs' here"},
    {"rotate 40deg", "rotation_range 40deg", "it is called 'rotate' here"},
    {"train {", "training {", "it is called 'train' here"},
    {"1 sigmoid", "2 softmax", "; after 'softmax' take 'crossentropy'"},
    {"loss      binary_crossentropy", "loss crossentropy", "; after 'sigmoid' take 'binary_crossentropy'"},

    /* how a line is written */
    {"scale=1/255", "scale=1 / 255", "arithmetic stands in parentheses: (1 / 255)"},
    {"scale=1/255", "scale=1./255", "a number has a digit on each side of its point: 1.0/255"},
    {"scale=1/255", "scale 1/255", "; did you mean 'scale=1/255'?"},
    {"scale=1/255", "scale:1/255", "an option and its value have a '=' between them: 'scale=1/255'"},
    {"\"cat.*\"", "cat.*", "a text stands in quotes: \"cat.*\""},
    {"\"cat.*\"", "'cat.*'", "a text stands in double quotes: \"cat.*\""},
    {"\"data/train\"", "data/train", "a text stands in quotes: \"data/train\""},
    {"\"data/train\"", "/data/train2", "a text stands in quotes: \"/data/train2\""},
    {"\"data/train\"", "C:\\train", "a text stands in quotes: \"C:\\train\""},
    {"conv  32 3x3 relu", "conv(32, 3x3, relu)", "'conv 32 3x3 relu', without '('"},
    {"conv  32 3x3 relu", "conv 32, 3x3, relu", "'conv 32 3x3 relu', without ','"},
    {"flatten", "flatten;", "'flatten', without ';'"},
    {"seed      1\n}", "seed      1\n};", "unexpected character ';'"},
    {"flatten", "repeat 2 { relu\n    relu }\n    flatten",
     "a block of several lines has each statement, and the '}', on a line of its own"},
    {"flatten", "flatten // now", "a comment begins with '#'"},
    {"epochs    30", "epochs=30", "'epochs 30', without '='"},
    {"epochs    30", "epochs: 30", "'epochs 30', without ':'"},
    {"loss      binary", "loss: binary", "; did you mean 'loss binary_crossentropy'?"},
    {"model {", "model\n{", "a '{' stands on the line of its statement, at the end"},
    {"40deg", "40 deg", "a unit stands at its number, without a blank: 40deg"},
    {"40deg", "40\xc2\xb0", "'40\xc2\xb0' is no number; the units are %, deg, rad and px"},
    {"40deg", "40", "; did you mean 40deg?"},
    {"10%", "10 %", "a unit stands at its number, without a blank: 10%"},
    {SHAPE, "150,150,3 ", "numbers that belong together are a shape, 150x150x3, or a list in parentheses, (150,150,3)"},
    {"32 3x3 relu", "32 3x3 relu stride=2,2", "numbers that belong together are a shape, 2x2, or"},
    {"scale=1/255", "mean=0.5, 0.4, 0.4", "numbers that belong together are a list in parentheses, (0.5, 0.4, 0.4)"},
    {"scale=1/255", "mean=(0.5 0.4 0.4)", "values in parentheses have a ',' between them: put one before '0.4'"},
    {"scale=1/255", "scale=0.1, mean=(5, 4, 4)", "'input 150x150x3 scale=0.1 mean=(5, 4, 4)', without ','"},

    /* constants and what is swept */
    {"input", "width = 8\ninput", "a constant is named by 'let': 'let width=8'"},
    {"input", "let width 8\ninput", "; did you mean 'let width=8'?"},
    {"input", "const width=8\ninput", "unknown statement 'const'; it is called 'let' here"},
    {"input", "sweep lr=1e-3,1e-2\ninput", "'sweep lr 1e-3 1e-2', without ','"},
    {"input", "sweep lr (1e-3, 1e-2)\ninput", "; did you mean 'sweep lr 1e-3 1e-2'?"},

    /* the right thing in a wrong place */
    {"32 3x3 relu", "32 3x3 same", "unknown activation 'same'; did you mean 'pad=same'?"},
    {"32 3x3 relu", "32 3x3 2", "; did you mean 'stride=2'?"},
    {"32 3x3 relu", "32 3x3 relu 2", "'conv' takes no more than stands before this; did you mean 'stride=2'?"},
    {"32 3x3 relu", "32 3x3 stride=2 2", "; did you mean 'stride=2x2'?"},
    {"32 3x3 relu", "32 3x3 leaky 0.1", "'leaky' stands on a line of its own"},
    {"1 sigmoid", "3 softmax relu", "'relu' stands on a line of its own"},
    {"conv  32 3x3", "conv 3 32 3x3", "'conv' is not told how many channels come in; did you mean 'conv 32 3x3 relu'?"},
    {"conv  32 3x3", "conv 3 32 3", "'conv' is not told how many channels come in; did you mean 'conv 32 3x3'?"},
    {"conv  32 3x3", "depthwise 3 3x3", "; did you mean 'depthwise 3x3 relu'?"},
    {"dense 512", "dense 36992 512", "; did you mean 'dense 512 relu'?"},
    {"flatten", "norm batch 128\n    flatten", "; did you mean 'norm batch'?"},
    {"flatten", "norm batch momentum=0.9\n    flatten", "it is called 'keep' here"},
    {"flatten", "repeat {\n    relu\n    }\n    flatten", "a whole number from 1 to 1000000, as in 'repeat 3'"},
    {"\"cat.*\"", "0", "'class' takes a text; did you mean \"0\"?"},
    {RATE, "sgd rate=0.1 0.9", "; did you mean 'momentum=0.9'?"},
    {"epochs    30", "epochs 30\n    metric top 2", "; did you mean 'k=2'?"},
    {"epochs    30", "epochs 30\n    rate conv1 0.1", "'rate' takes a layer or block; did you mean 'factor=0.1'?"},
    {"epochs    30", "epochs 30\n    rate 0.1", "; the rate of all layers stands in 'optimizer', as rate=0.1"},
    {"epochs    30", "epochs 30\n    clip norm=1", "'clip' has no option 'norm'; give its length without a name"},
    {"epochs    30", "epochs 30\n    schedule step 10", "; did you mean 'every=10'?"},
    {"epochs    30", "epochs 30\n    metric acc", "unknown metric 'acc'; it is called 'accuracy' here"},

    {"rate=1e-4", "rate=0,001", "a number has a point, not a comma, before its fraction: 0.001"},
    {"32 3x3 relu", "32 stride=2 3x3 relu", "; did you mean '3x3 stride=2'?"},
    {"max 2x2", "max stride=2 3x3", "; did you mean '3x3 stride=2'?"},
    {"512 relu", "512 linear", "unknown activation 'linear'; leave it out"},
    {"512 relu", "512 none", "unknown activation 'none'; leave it out"},
    {"epochs    30", "epochs 30\n    load conv1 \"a.safetensors\"", "did you mean '\"a.safetensors\" conv1'?"},
    {"rotate 40deg", "rotate 40deg\n    hue 0.1", "; did you mean 36deg or 0.1deg?"},
    {"input", "sweep width 4 4.0\ninput", "the sweep of 'width' has the value 4.0 twice"},

    /* the validation part, activations and times as others tell them */
    {"validation 10%", "validation_split 0.1", "it is called 'validation' here"},
    {"validation 10%", "validation_split=0.1", "'validation 0.1', without '='"},
    {"validation 10%", "val_split 0.1", "it is called 'validation' here"},
    {"validation 10%", "test_size 0.1\n    validation 10%", "it is called 'test' here"},
    {"epochs    30", "batch_size = 16\n    epochs 30", "'batch 16', without '='"},
    {"512 relu", "512 activation=linear", "'dense' has no option 'activation'; leave it out"},
    {"512 relu", "512 activation=(1+2)", "'dense' has no option 'activation'; give its activation without a name"},
    {"512 relu", "512 act=relu", "; give its activation without a name"},
    {"epochs    30", "schedule cosine warmup=10%\n    epochs 30", "; did you mean 3, which is 10% of 30?"},
    {"epochs    30", "epochs 30\n    schedule step every=10%", "; did you mean 3, which is 10% of 30?"},
    {"epochs    30", "epochs 30\n    schedule steps at=(50%, 75%)", "; did you mean (15, 22.5), which is (50%, 75%) of 30?"},
    {"epochs    30", "epochs (10*3)\n    schedule step every=10%", "'every' takes a number of epochs above 0, not 10%"},
    {"batch     32\n    epochs    30", "batch 16 epochs 3", "'epochs' stands on a line of its own"},
    {"batch     32\n    epochs    30", "epochs 30 batch 16", "'batch' stands on a line of its own"},
    {"flatten", "add\n    flatten", "'add' lacks its 'label': a label, as in 'add input'; 'NAME: conv ...' gives a layer one"},
    {"flatten", "side: relu\n    concat\n    flatten", "a label, as in 'concat side'"},

    /* constants */
    {"input", "let base=(2*width)\nlet width=4\ninput", "note: it is declared here, below its use"},
    {"input", "let base=(2*width)\nsweep width 4 8\ninput", "note: it is declared here, below its use"},
    {"flatten", "add side\n    side: flatten", "note: it is declared here, below its use"},
    {"flatten", "add skip\n    skip: flatten", "note: it is declared here, below its use"},
    {"input", "block outer(f) {\n    inner f\n}\nblock inner(f) {\n    conv f 3x3\n}\ninput", "note: it is declared here, below its use"},
    {"32 3x3 relu", "32 stride=3x3", "'conv' lacks its 'window': height x width; did you mean 'conv 32 3x3'?"},
    {"32 3x3 relu", "32 pad=3x3", "; did you mean 'conv 32 3x3'?"},
    {"input", "let base=8%3\ninput", "'let' takes NAME=value, one or more"},
    {"input", "let base=2-1\ninput", "arithmetic stands in parentheses: (2-1)"},
    {"input", "let base=2**3\ninput", "a power is written as a product, in parentheses: (2*2*2)"},
    {"conv  32 3x3", "conv width 3x3", "unknown name 'width'; 'conv' takes a whole number from 1 to 1000000"},

    /* one mistake in two places */
    {"flatten", "norm\n    flatten\n    norm", "note: 'norm' without its 'kind' stands here, too"},
    {"epochs    30", "epochs 1\n    schedule steps at=(60, 30)", "the times of steps rise, but 30 does not lie behind 60"},
    {"class cat \"cat.*\"\n    class dog \"dog.*\"", "class cat\n    target input",
     "'class' is about classes, but the target is the input itself"},
    {"conv  32 3x3 relu", "Convolve 32 3x3\n    relu\n    Convolve 32 3x3", "note: 'Convolve' stands here, too"},
    {"conv  32 3x3 relu", "conv filters 3x3\n    relu\n    conv filters 3x3", "note: 'filters' stands here, too"},

    {"data \"data/train\" {", "data { \"data/train\"", "a '{' stands at the end of its line"},
    {"data \"data/train\" {", "data { folder", "a block of several lines has each statement"},
    {"data \"data/train\" {", "train \"data/train\" {", "'train' has the lines of 'data'; is it 'data'?"},
    {"max 2x2", "max 2x2 pad=bias same=no", "unknown padding 'bias'"},
    {"pool  max 2x2", "depthwise max global", "'depthwise' takes height x width; did you mean 'pool'?"},
    {"epochs    30", "batch adam rate=1e-3", "'batch' takes a whole number from 1 to 1000000; did you mean 'optimizer'?"},
    {"epochs    30", "loss 30", "'loss' takes 'binary_crossentropy', "},
    {"rotate 40deg", "fill horizontal", "unknown fill 'horizontal'"},
    {"conv  64 3x3 relu", "repeat 2 { basic 64 }\n    basic 64\n    relu", "note: 'basic' stands here, too"},

    /* lines of Keras, PyTorch and Darknet */
    {"conv  32 3x3 relu", "[convolutional]", "a line begins with its keyword, not with '[convolutional]'"},
    {"conv  32 3x3 relu", "self.conv1 = nn.Conv2d(3, 32, 3)", "a line begins with its keyword, not with 'self.conv1'"},
    {"conv  32 3x3 relu", "x = conv(32, 3x3)", "what a line makes is named by a label: 'x: conv 32 3x3'"},
    {"conv  32 3x3 relu", "conv 32x3x3 relu", "; did you mean '32 3x3'?"},
    {"conv  32 3x3 relu", "conv 3x3x32 relu", "; did you mean '32 3x3'?"},
    {"3x3 relu", "3x3 relu batch_norm", "; 'norm batch' stands on a line of its own"},
    {"pool  max 2x2", "pool 2x2", "; did you mean 'max 2x2' or 'average 2x2'?"},
    {"pool  max 2x2", "pool global", "; did you mean 'max global' or 'average global'?"},
    {"model {", "model Sequential {", "'model' takes no more than stands before this"},
    {"data \"data/train\" {", "data train=\"data/train\" {", "'train' is a line of its own"},
    {SHAPE, "3x150x150 ", "pictures have 1 or 3 channels, not 150; did you mean 150x150x3?"},
    {"class cat", "cat", "unknown statement of data 'cat'; did you mean 'class cat'?"},
    {"rotate 40deg", "rotate (-40, 40)", "; did you mean (-40deg, 40deg)?"},
    {"rotate 40deg", "resize 150x150", "; the line 'input' tells the size that pictures get"},
    {"flip   horizontal", "flip both", "it is called 'horizontal vertical' here"},
    {"optimizer " RATE, "optimizer = Adam(lr=1e-4)", "'optimizer Adam(lr=1e-4)', without '='"},
    {"loss      binary_crossentropy", "loss BinaryCrossentropy(from_logits=1)", "it is called 'binary_crossentropy' here"},
    {"epochs    30", "epochs 30\n    shuffle yes", "; training shuffles in each epoch"},
    {"epochs    30", "epochs 30\n    metric accuracy recall", "; each 'metric' has a line of its own"},
    {"epochs    30", "epochs 30\n    cosine", "; did you mean 'schedule cosine'?"},

    {"rotate 40deg", "crop 20x20", "; it takes 'pad=', 'area=', 'aspect=' or 'p='"},
    {"epochs    30", "epochs 30\n    freeze \"conv1\"", "; did you mean conv1, without quotes?"},
    {"epochs    30", "epochs \"30\"", "; did you mean 30, without quotes?"},
    {"epochs    30", "epochs 30\n    ema 99.5", "; did you mean 99.5%?"},
    {"epochs    30", "epochs 30\n    metric rmse", "unknown metric 'rmse'; it is the root of 'mse'"},
    {"10%", "10% seed=|", "a text stands in double quotes: \"|\""},

    /* files */
    {"network", "include \"resnt.net\"\nnetwork", "; did you mean 'resnet.net'?"},
    {"flatten", "basic 128\n    flatten", "; 'include \"resnet.net\"' brings a block of that name"},
    {"network", "include \"resnet18.net\"\nnetwork", "this is a whole card, but what is included names constants and blocks"},
};

static void a_slip_causes_one_message_that_helps(void)
{
    char *card = file_text("tests/diagnostics/page/tutorial.net"), *folder = scratch_open();
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
        CU_ASSERT_TRUE(slip_is_told_once(folder, "catdog.net", card, &slips[i]));
    free(card);
    scratch_close(folder);
}

void suite_newcomer(void)
{
    CU_pSuite suite = CU_add_suite("newcomer", NULL, NULL);
    CU_add_test(suite, "a slip causes one message that helps", a_slip_causes_one_message_that_helps);
}
