#include "tests/outside/formats.h"

#include <stdio.h>
#include <string.h>

#include "base/libraries.h"

bool formats_built_in(const char *name)
{
    return !(!HAS_WEBP && !strncmp(name, "webp", 4)) && !(!HAS_TIFF && !strncmp(name, "tiff", 4));
}

const FixtureTensor *formats_part(const Fixture *fixture, const char *name, const char *part)
{
    char whole[64];
    snprintf(whole, sizeof whole, "%s/%s", name, part);
    return fixture_tensor(fixture, whole);
}
