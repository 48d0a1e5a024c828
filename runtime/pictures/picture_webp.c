/* picture_webp.c - WebP through libwebp: lossy and lossless, turned as EXIF says; what is clear lies on white. */

#include "runtime/pictures/picture_format.h"

#if HAS_WEBP

#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

static bool fail(VP8StatusCode status, char *reason)
{
    static const char *const text[] = {
        [VP8_STATUS_OUT_OF_MEMORY] = "needs more memory than there is",
        [VP8_STATUS_UNSUPPORTED_FEATURE] = "is a WebP of a kind that libwebp does not read",
        [VP8_STATUS_SUSPENDED] = "is a damaged WebP: it is cut short",
        [VP8_STATUS_NOT_ENOUGH_DATA] = "is a damaged WebP: it is cut short",
    };
    bool told = (size_t)status < sizeof text / sizeof *text && text[status];
    return refuse(reason, "%s", told ? text[status] : "is a damaged WebP: its bits make no sense");
}

/* Some writers put "Exif\0\0" before the block, as in a JPEG. */
static int orientation_of(const uint8_t *bytes, size_t length)
{
    static const char before[] = "Exif\0";
    WebPData data = { bytes, length };
    WebPDemuxer *demuxer = WebPDemux(&data);
    WebPChunkIterator chunk;
    int orientation = 1;
    if (demuxer && WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk)) {
        const WebPData *exif = &chunk.chunk;
        bool skipped = exif->size > sizeof before && !memcmp(exif->bytes, before, sizeof before);
        size_t skip = skipped ? sizeof before : 0;
        orientation = exif_orientation(exif->bytes + skip, exif->size - skip);
        WebPDemuxReleaseChunkIterator(&chunk);
    }
    WebPDemuxDelete(demuxer);
    return orientation;
}

/* What is clear has any colour that packs well. */
static bool take_numbers(const uint8_t *from, Picture *picture, char *reason)
{
    bool good = true;
    for (long i = 0; i < (long)picture->h * picture->w && good; i++, from += 4) {
        long y = i / picture->w, x = i % picture->w;
        good = from[3] ? picture_number(&picture->pixel[i], from[0], from[1], from[2], y, x, reason)
                       : refuse(reason, "is clear in row %ld, column %ld, where WebP keeps no number", y, x);
    }
    return good;
}

static bool read_pixels(Picture *picture, const uint8_t *bytes, size_t length, int channels, WebPDecoderConfig *config,
                        char *reason)
{
    enum { PARTS = 4 };
    size_t row = PARTS * (size_t)picture->w, all = row * (size_t)picture->h;
    uint8_t *parts = malloc(all);
    if (!parts)
        return refuse(reason, "needs more memory than there is");
    config->output.colorspace = MODE_RGBA;
    config->output.is_external_memory = 1;
    config->output.u.RGBA = (WebPRGBABuffer){ parts, (int)row, all };
    VP8StatusCode status = WebPDecode(bytes, length, config);
    bool good = status == VP8_STATUS_OK || fail(status, reason);
    if (good && channels == PICTURE_MASK)
        good = take_numbers(parts, picture, reason);
    else if (good)
        picture_flatten(parts, (long)picture->h * picture->w, picture->pixel, channels);
    free(parts);
    return good;
}

bool picture_webp(Picture *picture, const uint8_t *bytes, size_t length, int channels, char reason[REASON_ROOM])
{
    enum { LOSSLESS = 2 };      /* of WebPBitstreamFeatures.format */
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config))
        return refuse(reason, "cannot be read: libwebp is another than netc was built with");
    VP8StatusCode status = WebPGetFeatures(bytes, length, &config.input);
    if (status != VP8_STATUS_OK)
        return fail(status, reason);
    if (config.input.has_animation)
        return refuse(reason, "is an animated WebP, which is more than one picture");
    if (channels == PICTURE_MASK && config.input.format != LOSSLESS)
        return refuse(reason, "is a WebP that is not lossless, which keeps no mask's numbers");
    if (!picture_make(picture, config.input.height, config.input.width, channels, reason))
        return false;
    bool good = read_pixels(picture, bytes, length, channels, &config, reason) &&
                picture_turn(picture, orientation_of(bytes, length), reason);
    if (!good)
        picture_free(picture);
    return good;
}

#endif
