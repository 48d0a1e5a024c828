/* crc32c.h - the cyclic redundancy check of Castagnoli's polynomial, as RFC 3720 has it in its appendix B.4.
 * (zlib's is another polynomial.) */

#ifndef SYSTEM_CRC32C_H
#define SYSTEM_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *bytes, size_t length);

#endif
