#include "runtime/system/reason.h"

#include <stdarg.h>
#include <stdio.h>

bool refuse(char reason[REASON_ROOM], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(reason, REASON_ROOM, format, args);
    va_end(args);
    return false;
}
