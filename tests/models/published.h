/* published.h - how many weights the networks of models/ have, by others' counts.
 *
 * X(card, trained, running means and variances, whose count) */

#ifndef TESTS_MODELS_PUBLISHED_H
#define TESTS_MODELS_PUBLISHED_H

typedef struct {
    const char *card;
    long trained, running;
} Published;

#define PUBLISHED(X) \
    X(lenet5,           61706,    0,     "by hand; C1 156, C5 48,120, F6 10,164 are the paper's") \
    X(alexnet,          61100840, 0,     "torchvision's alexnet, which cites the paper") \
    X(vgg11_small,      9231114,  5504,  "by hand, from column A of the paper; kuangliu/pytorch-cifar has the same") \
    X(resnet20,         272474,   1568,  "the paper's 0.27M: 269,722 with shortcuts of zeros, and 2,752 of projections") \
    X(resnet18,         11689512, 9600,  "torchvision's resnet18") \
    X(squeezenet,       1248424,  0,     "the paper's table 1") \
    X(mobilenet_v1_025, 470072,   5472,  "Keras's MobileNet(alpha=0.25)") \
    X(mobilenet_v2_100, 3504872,  34112, "Keras's MobileNetV2") \
    X(densenet_small,   769162,   23988, "the paper's 0.8M; bamos/densenet.pytorch counts as much") \
    X(efficientnet_b0,  5288548,  42016, "torchvision's efficientnet_b0, Keras's EfficientNetB0") \
    X(unet_small,       1941105,  0,     "by hand; unet.net at the paper's width: see unet_at_full_width") \
    X(autoencoder,      4385,     0,     "Keras's summary of the blog's network") \
    X(ds_cnn,           23756,    1152,  "MLPerf Tiny's reference model: 24,908 in all") \
    X(resnet8,          78186,    480,   "MLPerf Tiny's reference model: 78,666 in all") \
    X(pilotnet,         252219,   0,     "the paper's 250 thousand, layer by layer by hand") \
    X(labels,           11186772, 9600,  "torchvision's resnet18 without its 513,000 last, and 20 answers of 513")

#endif
