/* cards.c - see cards.h. */

#include "tests/generated/cards.h"

#include <stdio.h>
#include <string.h>

const SmallCard small_cards[] = {
    { "chain", "14x13x3",
      " conv 8 3x3 relu\n pool max 2x2\n conv 16 3x3 relu\n pool max 2x2\n flatten\n dense 20 relu\n"
      " dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "residual", "9x8x3",
      " a: conv 5 3x3 relu pad=same\n conv 5 3x3 relu pad=same\n conv 5 3x3 pad=same\n add a\n"
      " b: relu\n conv 5 3x3 pad=same\n add b a\n relu\n pool max 2x2\n flatten\n dense 3 softmax\n",
      "crossentropy" },
    { "fanout", "8x10x2",
      " a: conv 3 3x3 relu\n b: conv 17 1x1 relu\n from a\n c: conv 5 3x3 pad=same\n from a\n"
      " conv 1 5x5 pad=2\n concat b c a\n conv 4 3x3 relu\n flatten\n dense 4 softmax\n",
      "crossentropy" },
    { "odd", "11x13x1",
      " conv 1 3x3 relu\n conv 33 2x2\n pool max 2x2\n conv 17 3x2 relu\n flatten\n dense 33 relu\n"
      " dense 17\n relu\n dense 3 softmax\n",
      "crossentropy" },
    { "stride", "15x16x3",
      " conv 5 3x3 relu stride=2\n conv 6 3x3 stride=2x1 pad=same\n conv 7 3x2 stride=3 pad=1\n"
      " flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "dilation", "17x15x2",
      " conv 5 3x3 relu dilation=2 pad=same\n conv 17 3x3 dilation=2x3\n"
      " conv 3 2x3 dilation=3x1 stride=2\n relu\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "pads", "7x6x3",
      " conv 4 3x3 pad=(0, 2, 1, 3)\n conv 4 2x2 relu pad=same\n conv 4 4x4 pad=same stride=3\n"
      " conv 5 1x1 relu pad=1\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "windows", "13x12x3",
      " conv 5 5x5 relu pad=same\n conv 33 1x1 relu\n conv 3 1x7\n conv 5 4x1 relu\n flatten\n"
      " dense 2 softmax\n",
      "crossentropy" },
    { "maximum", "14x15x5",
      " conv 6 3x3 relu\n pool max 3x3 stride=2 pad=same\n conv 9 2x2\n pool max 3x2 stride=2x1 pad=1\n"
      " pool max 2x3 stride=3 pad=(1, 0, 0, 2)\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "average", "16x14x3",
      " conv 5 3x3 relu\n pool average 2x2\n conv 17 2x2\n pool average 2x2 pad=1\n"
      " pool average 4x1 stride=1\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "global", "12x9x3",
      " conv 8 1x1 relu\n a: conv 3 5x2\n pool max global\n b: relu\n from a\n pool average global\n"
      " concat b\n dense 5 relu\n dense 2 softmax\n",
      "crossentropy" },
    { "pool of the input", "12x11x3",
      " pool max 2x2\n conv 4 2x2 relu\n pool average 2x2\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "average of the input", "8x8x3",
      " pool average 2x2 stride=1\n conv 4 2x2 relu\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "dense of the input", "70",
      " dense 19 relu\n dense 3 softmax\n",
      "crossentropy" },
    { "dense alone", "1",
      " dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "flat input", "5x7x3",
      " flatten\n dense 130 relu\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "odd rows left", "13x11x3",
      " conv 4 2x2 relu\n pool max 2x2\n conv 5 3x3\n pool max 2x2\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "pool without relu", "12x12x3",
      " conv 16 3x3 bias=no\n pool max 2x2\n relu\n conv 32 2x2\n pool max 2x2\n flatten\n"
      " dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "users before a pool", "12x12x3",
      " a: conv 8 3x3 relu\n p: pool max 2x2\n from a\n q: pool max 2x2\n from a\n"
      " conv 8 2x2 stride=2\n add p q\n b: conv 5 3x3\n pool max 2x2\n c: flatten\n from b\n flatten\n"
      " d: dense 4\n from c\n dense 7 relu\n concat d c\n dense 2 softmax\n",
      "crossentropy" },
    { "same twice", "6x6x4",
      " a: conv 4 3x3\n add a a\n b: relu\n concat b\n concat b a\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "strided pool", "15x17x3",
      " conv 16 3x3 relu stride=2\n pool max 2x2\n conv 5 3x2 relu stride=1x2\n pool max 1x2\n"
      " flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "windows of a pool", "16x17x3",
      " conv 4 3x3 relu\n conv 5 3x1 relu stride=1x2\n pool max 2x2\n conv 7 2x1 relu stride=2\n pool max 2x2\n"
      " flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "whole windows", "10x7x3",
      " conv 5 10x3 relu\n conv 3 1x5 relu\n conv 2 1x1\n softmax\n",
      "crossentropy" },
    { "answer of an average", "9x6x3",
      " conv 7 2x3 relu\n conv 3 1x1\n pool average global\n softmax\n",
      "crossentropy" },
    { "wide", "5x5x16",
      " conv 64 3x3 relu\n conv 48 1x1 relu\n flatten\n dense 200 relu\n dense 65 softmax\n",
      "crossentropy" },
    { "dropout", "9x9x3",
      " dropout 50%\n a: conv 6 3x3 relu\n b: conv 6 3x3 pad=same\n from a\n dropout 50%\n add b\n"
      " pool max 2x2\n dropout 75%\n flatten\n dropout 50%\n dense 30 relu\n dropout 50%\n"
      " dense 2 softmax\n",
      "crossentropy" },
    { "large maximum", "12x13x3",
      " a: conv 5 1x1 relu\n pool max global\n b: conv 4 1x1\n from a\n pool max 12x12 stride=1\n"
      " flatten\n c: dense 4\n from b\n add c\n relu\n dense 2 softmax\n",
      "crossentropy" },
    { "tiles", "12x12x16",
      " conv 16 3x3 relu\n conv 16 3x3 relu pad=same\n conv 16 3x3 pad=same\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "tiles before a pool", "14x14x16",
      " conv 16 3x3 relu\n pool max 2x2\n conv 16 3x3\n pool max 2x2\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "tiles that overlap", "11x9x16",
      " conv 33 3x3 relu pad=same\n conv 17 3x3 relu pad=same bias=no\n pool max 2x2\n flatten\n"
      " dense 2 softmax\n",
      "crossentropy" },
    { "phases of a stride", "23x21x16",
      " conv 16 1x1\n conv 33 3x3 relu stride=2 pad=same\n conv 5 5x4 stride=3x2 pad=2\n conv 7 1x1 stride=2\n"
      " flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "tiles within a frame", "13x12x16",
      " conv 16 1x1\n conv 16 3x3 relu pad=same\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "cheap activations", "9x8x3",
      " conv 5 3x3 relu6\n conv 17 2x2 pad=same\n leaky 0.5\n a: conv 4 1x1 relu6\n pool max 2x2\n relu6\n"
      " leaky 25%\n flatten\n dense 20 relu6\n dense 5\n leaky 0\n dense 2 softmax\n",
      "crossentropy" },
    { "products", "8x9x3",
      " multiply input\n a: conv 5 3x3 relu\n pool max global\n conv 5 1x1 relu\n multiply a\n b: conv 4 2x2\n from a\n"
      " c: conv 4 2x2\n multiply b\n d: relu6\n pool max global\n flatten\n s: dense 4\n from d\n multiply s\n"
      " flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "enlarged", "5x4x3",
      " upsample 2\n conv 5 3x3 relu\n upsample 2x4\n a: conv 3 4x3 stride=2\n upsample 2 filter=bilinear\n"
      " b: conv 17 3x3 relu\n upsample 1x2 filter=bilinear\n conv 3 1x1\n reshape 1440\n dense 2 softmax\n",
      "crossentropy" },
    { "shapes", "6x4x5",
      " reshape 4x6x5\n conv 6 1x1\n reshape 8x2x9\n relu\n reshape 3x3x16\n conv 16 1x1 relu\n reshape 16x3x3\n"
      " conv 4 1x1\n reshape 6x8x4\n conv 2 3x3\n reshape 48\n dense 2 softmax\n",
      "crossentropy" },
    { "crops", "11x12x3",
      " a: conv 4 3x3 relu\n b: conv 5 1x4 relu\n conv 3 4x1\n concat a b crop=yes\n relu\n c: pool max 2x2\n"
      " from a\n conv 3 3x3\n concat c crop=yes\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "lost branches", "7x7x3",
      " a: conv 6 3x3 relu\n conv 6 3x3 pad=same\n drop_path 50%\n add a\n b: relu\n conv 6 1x1 relu\n"
      " drop_path 75%\n add b\n dropout 50%\n drop_path 0%\n flatten\n drop_path 50%\n dense 2 softmax\n",
      "crossentropy" },
    { "smooth activations", "7x8x3",
      " conv 5 3x3 gelu\n conv 4 1x1 softmax\n sigmoid\n conv 17 2x2 elu pad=same\n conv 4 1x1 silu\n tanh\n hard_sigmoid\n"
      " conv 3 2x2 hard_sigmoid\n conv 6 1x1 hard_swish\n flatten\n dense 20 tanh\n dense 9 hard_swish\n"
      " dense 5 gelu\n leaky 0.3\n dense 2 softmax\n",
      "crossentropy" },
    { "smooth frozen norms", "6x7x3",
      " a: conv 5 2x2 relu\n n: norm batch\n conv 4 3x3 pad=same\n m: norm batch relu\n flatten\n dense 2 softmax\n",
      "crossentropy\n    freeze n m" },
    { "blocks", "9x9x3",
      " conv 4 3x3\n s: repeat 3 {\n  conv 4 3x3 relu pad=same\n  conv 4 3x3 pad=same\n  add input\n"
      "  relu\n }\n pool max 3x3 stride=2\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "smooth: norms behind convs", "9x7x3",
      " conv 5 3x3\n norm batch relu6\n conv 17 3x3 bias=no\n norm batch keep=50%\n flatten\n dense 3 softmax\n",
      "crossentropy" },
    { "smooth: norm of the input", "6x5x3",
      " norm batch eps=0.1\n conv 33 2x2 relu\n pool max 2x2\n norm batch sigmoid\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "smooth: norms in a residual", "6x6x3",
      " conv 16 3x3 pad=same bias=no\n a: norm batch relu\n conv 16 3x3 pad=same bias=no\n b: norm batch\n from a\n"
      " conv 16 1x1\n norm batch\n add b\n relu\n pool average global\n dense 2 softmax\n",
      "crossentropy" },
    { "smooth: norm of layers", "7x6x4",
      " conv 19 3x3\n norm layer relu\n conv 6 2x2\n norm layer eps=0.01\n flatten\n dense 40\n norm layer relu\n"
      " dense 3 softmax\n",
      "crossentropy" },
    { "smooth: norm of groups", "7x6x4",
      " norm group groups=2\n conv 30 3x3\n norm group relu groups=3\n conv 20 2x2\n norm group groups=20\n flatten\n"
      " dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "smooth: local norms", "7x6x4",
      " conv 19 3x3 relu\n norm local alpha=0.3\n conv 6 2x2\n norm local size=4 alpha=0.1 beta=0.5 bias=2\n"
      " conv 3 2x2\n norm local relu size=9 alpha=1\n flatten\n dense 3 softmax\n",
      "crossentropy" },
    { "smooth: a local norm behind a join", "9x8x2",
      " norm local alpha=0.5\n conv 4 1x3 relu dilation=3x1\n a: conv 2 3x3 relu pad=same\n b: conv 32 1x3 sigmoid pad=same\n"
      " from a\n softmax\n concat b\n norm local alpha=0.5\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "smooth: norms of vectors", "40",
      " dense 70\n norm batch relu\n a: dense 33 bias=no\n norm batch\n add a\n dense 3\n norm batch\n softmax\n",
      "crossentropy" },
    { "depthwise", "12x11x3",
      " conv 20 1x1 relu\n depthwise 3x3 relu pad=same\n depthwise 3x3 stride=2 pad=same bias=no\n"
      " depthwise 5x4 stride=3x4 pad=(2, 0, 1, 3)\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "filters of a channel", "7x9x9",
      " depthwise 5x5 relu pad=same\n depthwise 2x3 multiplier=3 stride=1x2\n pool max 2x2\n flatten\n"
      " dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "groups", "9x8x4",
      " conv 32 3x3 relu groups=2\n conv 64 3x3 relu groups=2 stride=2 pad=same\n conv 6 3x2 groups=2\n flatten\n"
      " dense 2 softmax\n",
      "crossentropy" },
    { "groups of odd widths", "8x7x6",
      " conv 15 1x1 relu groups=3\n conv 20 3x3 relu pad=same groups=5\n conv 14 2x3 stride=1x2 groups=2 bias=no\n"
      " conv 21 3x3 dilation=2 pad=2 groups=7\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "deconv", "5x4x3",
      " conv 6 2x2 relu\n deconv 18 3x3 relu stride=2\n deconv 5 2x3 pad=same stride=1x2\n conv 4 3x3 stride=2\n"
      " flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "deconv of the input", "4x3x2",
      " a: deconv 4 4x4 stride=2 pad=1\n from input\n deconv 4 1x2 stride=2 bias=no\n add a\n"
      " deconv 3 3x2 relu pad=(1, 0, 2, 0)\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "tiles of a deconv", "10x9x16",
      " deconv 16 3x3 relu pad=same\n deconv 17 3x3\n conv 2 4x4 stride=4\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "maps side by side", "8x7x3",
      " a: conv 16 2x2 relu\n b: conv 16 1x1 relu\n c: pool max 2x2\n from a\n conv 32 3x3 relu pad=same\n concat b\n"
      " conv 3 3x2 stride=2\n flatten\n d: dense 5\n from c\n flatten\n dense 5\n add d\n dense 2 softmax\n",
      "crossentropy" },
    { "up and beside", "6x4x3",
      " a: conv 16 1x1 relu\n pool max 2x2\n deconv 16 2x2 relu stride=2\n concat a\n conv 3 3x3 stride=2\n flatten\n"
      " dense 1 sigmoid\n",
      "binary_crossentropy" },
    { "joins within joins", "6x5x2",
      " a: conv 16 2x2 relu\n b: conv 16 1x1 relu\n c: concat a\n d: conv 32 1x1 relu\n concat c\n conv 16 1x1 relu\n"
      " concat d c\n conv 3 2x3\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "a join's part whose last input is copied", "6x5x2",
      " c: conv 16 2x2 relu\n p: conv 16 1x1 relu\n from c\n u: conv 24 1x1 relu\n from c\n conv 8 1x1 relu\n"
      " concat u\n concat p\n conv 4 2x3\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "smooth: norms behind depthwise convs", "6x7x3",
      " conv 18 3x3 bias=no\n norm batch relu6\n depthwise 3x3 pad=same stride=2 bias=no\n norm batch relu6\n"
      " conv 5 1x1\n norm batch\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "depthwise of the input", "8x9x3",
      " depthwise 3x3 multiplier=2 pad=1\n depthwise 3x3 dilation=2 pad=same\n flatten\n dense 1 sigmoid\n",
      "binary_crossentropy" },
};

const char *const optimizers[] = {
    "sgd rate=0.5", "sgd rate=0.1 momentum=0.9", "sgd rate=0.1 momentum=0.5 nesterov=yes decay=0.01",
    "rmsprop rate=0.01", "rmsprop rate=0.1 rho=0.5 decay=0.1", "adam rate=0.01",
    "adam rate=0.1 beta1=0.5 decay=0.01", "adamw rate=0.1 decay=0.5",
};

const int optimizer_count = sizeof optimizers / sizeof *optimizers;

const int small_card_count = sizeof small_cards / sizeof *small_cards;

bool is_smooth(const SmallCard *card)
{
    return !strncmp(card->name, "smooth", strlen("smooth"));
}

const char *card_text(char *to, size_t room, const SmallCard *card, const char *optimizer, int batch)
{
    snprintf(to, room, "network held\ninput %s\nmodel {\n%s}\ntrain {\n    epochs 1\n    loss %s\n"
             "    optimizer %s\n    batch %d\n}\n", card->input, card->model, card->loss, optimizer, batch);
    return to;
}

const char *held_small_card(char text[HELD_ROOM], int which)
{
    if (which >= small_card_count)
        return NULL;
    return card_text(text, HELD_ROOM, &small_cards[which], optimizers[which % optimizer_count], 8);
}
