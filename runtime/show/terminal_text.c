#include "runtime/show/terminal_text.h"

#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "base/utf8.h"

/* The C library knows how wide characters are, but in no locale that a program begins with. */
static locale_t wide_locale(void)
{
    static locale_t locale;
    if (!locale)
        locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return locale;
}

static int columns_of(const char *character, int length)
{
    wchar_t wide;
    mbstate_t state = { 0 };
    bool known = mbrtowc(&wide, character, (size_t)length, &state) == (size_t)length;
    int columns = known ? wcwidth(wide) : 1;
    return columns < 0 ? 1 : columns;
}

int text_columns(const char *text)
{
    locale_t locale = wide_locale(), before = locale ? uselocale(locale) : (locale_t)0;
    int columns = 0;
    for (int length; *text; text += length ? length : 1) {
        length = utf8_length(text);
        columns += length ? columns_of(text, length) : 1;
    }
    if (before)
        uselocale(before);
    return columns;
}

int wider_text(int width, const char *text)
{
    int columns = text_columns(text);
    return columns > width ? columns : width;
}

void put_padded(FILE *out, const char *text, int width)
{
    int room = (width < 0 ? -width : width) - text_columns(text);
    room = room < 0 ? 0 : room;
    fprintf(out, "%*s%s%*s", width < 0 ? 0 : room, "", text, width < 0 ? room : 0, "");
}

/* Those of ASCII, and in UTF-8 those from U+0080 to U+009F, which some terminals obey as well. */
static bool is_control(const unsigned char *byte, int length)
{
    enum { DELETE = 0x7f };
    return byte[0] < ' ' || byte[0] == DELETE || (length == 2 && byte[0] == 0xc2 && byte[1] < 0xa0);
}

void put_name(FILE *out, const char *name)
{
    for (int length; *name; name += length) {
        length = utf8_length(name) ? utf8_length(name) : 1;
        if (*name == '\n')
            fputs("\\n", out);
        else if (*name == '\\')
            fputs("\\\\", out);
        else if (is_control((const unsigned char *)name, length))
            for (int i = 0; i < length; i++)
                fprintf(out, "\\x%02x", (unsigned char)name[i]);
        else
            fwrite(name, 1, (size_t)length, out);
    }
}
